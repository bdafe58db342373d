"""`rbengine reject`: say no to what a run waits for."""

HELP = """\
usage: rbengine reject RUN [WHY] [options]

Refuse what a kept run asks. The playbook decides what follows: most often the
change is not made and the run goes on to what it does then.

options
  --question NUMBER     where it asks several
  --as ROLE             where you have several roles
  --only-record         do not take the run up: its operator, or `rbengine tick`
                        goes on with it
  --json                as in exec

examples
  rbengine reject RUN-2026-11-23-001 "not during the sale"
"""


def run(arguments: list[str]) -> int:
    """Refuse what the line names."""
    from rbengine.cli.answering import read_said, rejects, say

    said = read_said("reject", arguments, more=("WHY",))
    return say(said, ("plan", "approve", "undo", "ask", "choose", "manual"), rejects)
