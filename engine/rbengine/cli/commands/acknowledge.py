"""`rbengine acknowledge`: say that you have the incident."""

HELP = """\
usage: rbengine acknowledge RUN [options]

Say that you have it: the policy's later rungs wait while things move.

options
  --as ROLE             where you have several roles
  --only-record         do not take the run up: its operator, or `rbengine tick`
                        goes on with it
  --json                as in exec

examples
  rbengine acknowledge INC-2026-11-23-001
"""


def run(arguments: list[str]) -> int:
    """Acknowledge the run that the line names."""
    from rbengine.cli.answering import acknowledge, read_said

    return acknowledge(read_said("acknowledge", arguments))
