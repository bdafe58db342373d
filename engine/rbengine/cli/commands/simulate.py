"""`rbengine simulate`: every scenario, compared with what it expects."""

HELP = """\
usage: rbengine simulate [PATH ...] [options]

Rehearse playbooks: run every scenario in its simulated world, on virtual time,
with a real database, and compare with what it expects. PATH is a playbook, its
scenarios, an id or a folder; without one, all of the project. An effect that no
expectation names is a miss too.

options
  --filter TEXT         only scenarios with TEXT in their title
  --seed NUMBER         other latencies and made-up ids; the same seed, the same
                        bytes (0)
  --jobs NUMBER         processes to play in (as many as there are processors)
  --junit FILE          write the results as JUnit XML, on virtual time
  --coverage FORM       points passed, as text, html or json
  --coverage-file FILE  where to (coverage.html, coverage.json, the screen)
  --fail-under PERCENT  exit code 1 where fewer points were passed
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

A point is one way that a decision can go: each end of a call, each condition
both ways, each approval and each undo given, refused and unanswered, each clock
before and after, each choice, each branch of a `match`, each `on failure`. What
scenarios account for (`not covered "why"`) counts as passed and is listed.

examples
  rbengine simulate
  rbengine simulate playbooks/ --junit results.xml --fail-under 100
  rbengine simulate rb011 --filter "Stripe is down"
  rbengine simulate rb011 --coverage html

exit codes
  0 all as expected   1 a scenario missed, a playbook does not check, or fewer
  points were passed than asked for   2 the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """Rehearse what `arguments` name."""
    from rbengine.cli.rehearsing import simulate

    return simulate(arguments)
