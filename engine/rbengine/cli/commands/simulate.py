"""`rbengine simulate`: every scenario, compared with what it expects."""

HELP = """\
usage: rbengine simulate [PATH ...] [options]

Rehearse playbooks: run every scenario in its simulated world, on virtual time,
with a real database, and compare with what it expects. PATH is a playbook, its
scenarios, an id or a folder; without one, all of the project. An effect that no
expectation names is a miss too.

options
  --filter TEXT         only scenarios with TEXT in their title
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine simulate
  rbengine simulate playbooks/
  rbengine simulate rb011 --filter "Stripe is down"

exit codes
  0 all as expected   1 a scenario missed, or a playbook does not check
  2 the command line is wrong
"""

OPTIONS = ("--filter", "--width", "--no-colour")


def run(arguments: list[str]) -> int:
    """Rehearse what `arguments` name."""
    from rbengine.cli.rehearsing import simulate

    return simulate(arguments)
