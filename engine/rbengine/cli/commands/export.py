"""`rbengine export`: the lines of a journal, in clear."""

HELP = """\
usage: rbengine export RUN [options]

Write a kept run's journal: the same lines, unredacted. A file can be read by
you alone.

options
  --output FILE         instead of the screen; it must not be there yet

examples
  rbengine export RUN-2026-11-23-001 --output run.jsonl
"""


def run(arguments: list[str]) -> int:
    """Export the run that the line names."""
    from rbengine.cli.arguments import Parser

    parser = Parser("export", ("--output",))
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--output", metavar="FILE")
    found = parser.read(arguments)
    from rbengine.cli.record_keeping import export

    return export(found.run, found.output)
