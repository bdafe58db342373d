"""`rbengine prune`: forget what is old."""

HELP = """\
usage: rbengine prune --older-than AGE [--profile NAME]

Forget every run of your own journal that is over and began longer ago than AGE
(`400d`, `12h`).

options
  --profile NAME    those in the journal of that profile, which may be a team's

examples
  rbengine prune --older-than 400d
  rbengine prune --older-than 400d --profile production
"""


def run(arguments: list[str]) -> int:
    """Forget the runs that are older than the line says."""
    from rbengine.cli.arguments import Parser

    parser = Parser("prune", ("--older-than", "--profile"))
    parser.add_argument("--older-than", metavar="AGE", required=True)
    parser.add_argument("--profile", metavar="NAME")
    found = parser.read(arguments)
    from rbengine.cli.record_keeping import prune

    return prune(found.older_than, found.profile)
