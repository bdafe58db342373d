"""`rbengine cancel`: end a run."""

HELP = """\
usage: rbengine cancel RUN [WHY] [options]

End a kept run: nothing new begins, what may stand is awaited, and taking back
what was done is offered (`rbengine approve RUN` takes it back).

options
  --as ROLE             where you have several roles
  --only-record         do not take the run up: its operator, or `rbengine tick`
                        goes on with it
  --json                as in exec

examples
  rbengine cancel RUN-2026-11-23-001 "the vendor repaired it"
"""


def run(arguments: list[str]) -> int:
    """Cancel the run that the line names."""
    from rbengine.cli.answering import cancel, read_said

    return cancel(read_said("cancel", arguments, more=("WHY",)))
