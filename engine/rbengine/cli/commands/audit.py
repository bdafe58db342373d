"""`rbengine audit`: whether a journal is what was written."""

HELP = """\
usage: rbengine audit RUN [options]

Compute the chain over a kept run's lines anew: every line counts, also of what
was forgotten. A head that was noted elsewhere (a run prints it when it ends or
parks, and every escalation carries it) says whether any line up to there was
changed since by whoever may write the journal.

options
  --head DIGEST         the head that was noted, or its beginning

examples
  rbengine audit RUN-2026-11-23-001
  rbengine audit RUN-2026-11-23-001 --head 3f9a1c0b2d4e5f60

exit codes
  0 every line is what was written   1 a line or the head is not
"""


def run(arguments: list[str]) -> int:
    """Audit the run that the line names."""
    from rbengine.cli.arguments import Parser

    parser = Parser("audit", ("--head",))
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--head", metavar="DIGEST")
    found = parser.read(arguments)
    from rbengine.cli.record_keeping import audit

    return audit(found.run, found.head)
