"""`rbengine mutate`: whether rehearsals would notice a mistake."""

HELP = """\
usage: rbengine mutate [PATH ...] [options]

Put small faults into playbooks and libraries, one at a time: a condition the
other way round, a guard dropped, two branches swapped, a step left out.
Rehearse each until the first scenario that notices. A fault that none notices
survives: a scenario is missing there. Faults that the checker refuses do not
count. Without options only files whose rehearsals have changed since the kept
result, mutants.json beside the playbooks, which is written anew.

options
  --all                 every file, whatever is kept
  --jobs NUMBER         processes to play in (as many as there are processors)
  --fail-under PERCENT  exit code 1 where fewer were noticed (90)
  --check               write nothing; exit code 1 where the kept result is old
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine mutate
  rbengine mutate rb011 --all

exit codes
  0 enough were noticed   1 too few, or the kept result is old
  2 the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """Try the faults of what `arguments` name."""
    from rbengine.cli.mutating import mutate

    return mutate(arguments)
