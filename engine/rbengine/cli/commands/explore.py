"""`rbengine explore`: every way a playbook can go, without a simulator."""

HELP = """\
usage: rbengine explore [PLAYBOOK ...] [options]

Walk the ways a playbook can go, without any simulator: every decision, every
pair of decisions, then the shortest paths left, with answers made from the
types of the calls. PLAYBOOK is a path, an id or a folder; without one, all of
the project. Says which branches nothing reaches, which findings exclude each
other, which refusals end a run, what comes too late and what ends in nothing,
each with the simplest example as a world and a scenario. "cannot happen" is a
proof; "not reached" is not.

options
  --paths N             how many paths of each playbook (20000)
  --json                everything as one JSON document
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine explore rb011
  rbengine explore playbooks/ --paths 2000
  rbengine explore rb011 --json

exit codes
  0 no errors   1 a branch cannot be reached, a path ends in nothing,
  or a playbook does not check   2 the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """Explore what `arguments` name."""
    from rbengine.cli.exploring import explore

    return explore(arguments)
