"""`rbengine new ID "TITLE"`: a playbook and its scenarios to begin with."""

HELP = """\
usage: rbengine new ID TITLE [options]

Write a playbook and its scenarios, to begin with: they check, and rehearse as
expected. ID is `rb016` or `RB-016`; the files are playbooks/rb016.rb and
playbooks/scenarios/rb016.rb. Nothing that exists is overwritten.

options
  --severity NAME       one of the policy's; P2 where it has that

examples
  rbengine new rb016 "The queue does not drain"
  rbengine new RB-017 "Nobody can log in" --severity P0

exit codes
  0 both are written   2 the command line is wrong, or one is there already
"""


def run(arguments: list[str]) -> int:
    """Write what `arguments` name."""
    from rbengine.cli.beginning import begin

    return begin(arguments)
