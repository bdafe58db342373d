"""`rbengine answer`: answer what a run asks."""

HELP = """\
usage: rbengine answer RUN VALUE [options]

Answer a question of a kept run: a value, the name of a choice, NAME=VALUE for
each piece of evidence of something done by hand, or `applied` or `not-applied`
for a change in doubt. A secret is env:VARIABLE or file:PATH: what is typed in a
command others can read.

options
  --question NUMBER     where it asks several
  --as ROLE             where you have several roles
  --only-record         do not take the run up: its operator, or `rbengine tick`
                        goes on with it
  --json                as in exec

examples
  rbengine answer RUN-2026-11-23-001 500
  rbengine answer RUN-2026-11-23-001 ticket=4711 by=ada
  rbengine answer RUN-2026-11-23-001 not-applied
  rbengine answer RUN-2026-11-23-001 env:NEW_KEY
"""


def run(arguments: list[str]) -> int:
    """Answer with what the line says."""
    from rbengine.cli.answering import answers, read_said, say

    said = read_said("answer", arguments, more=("VALUE",))
    return say(said, ("ask", "choose", "manual", "doubt"), answers)
