"""`rbengine forget`: remove what a run holds."""

HELP = """\
usage: rbengine forget RUN

Replace everything that a kept run holds by digests: its lines, its texts, what
people said. That it was, when, and how it ended stays, and so does its chain.
What is open is not forgotten.

examples
  rbengine forget RUN-2026-11-23-001
"""


def run(arguments: list[str]) -> int:
    """Forget the run that the line names."""
    from rbengine.cli.arguments import Parser

    parser = Parser("forget", ())
    parser.add_argument("run", metavar="RUN")
    found = parser.read(arguments)
    from rbengine.cli.record_keeping import forget

    return forget(found.run)
