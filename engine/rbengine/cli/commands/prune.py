"""`rbengine prune`: forget what is old."""

HELP = """\
usage: rbengine prune --older-than AGE

Forget every kept run that is over and began longer ago than AGE (`400d`,
`12h`).

examples
  rbengine prune --older-than 400d
"""


def run(arguments: list[str]) -> int:
    """Forget the runs that are older than the line says."""
    from rbengine.cli.arguments import Parser

    parser = Parser("prune", ("--older-than",))
    parser.add_argument("--older-than", metavar="AGE", required=True)
    found = parser.read(arguments)
    from rbengine.cli.record_keeping import prune

    return prune(found.older_than)
