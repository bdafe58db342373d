"""`rbengine list`: every runbook, and when it was last rehearsed."""

HELP = """\
usage: rbengine list [PATH ...] [options]

List runbooks: id, title, severity, MTTR, and when `rbengine simulate` last
rehearsed all of their scenarios on this machine, with the decision points
covered. PATH is a playbook, an id or a folder; without one, all of the project.

options
  --json         for programs; durations in seconds
  --width CELLS  instead of the terminal's (80 where there is none)
  --no-colour    as NO_COLOR=1 and TERM=dumb do

examples
  rbengine list
  rbengine list --json

exit codes
  0 listed   2 the command line is wrong, or there are no runbooks
"""


def run(arguments: list[str]) -> int:
    """List what `arguments` name."""
    from rbengine.cli.shelving import list_runbooks

    return list_runbooks(arguments)
