"""`rbengine show`: everything a run did and said."""

HELP = """\
usage: rbengine show RUN [options]

Show a kept run from its journal, as its screen showed it while it ran, and what
it waits for now. Nothing is run.

options
  --json                the journal's lines
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine show RUN-2026-11-23-001
  rbengine show INC-2026-11-23-001 --json
"""


def run(arguments: list[str]) -> int:
    """Show the run that the line names."""
    from rbengine.cli.arguments import Parser, width

    parser = Parser("show", ("--json", "--width", "--no-colour"))
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    from rbengine.cli.output import Output
    from rbengine.cli.showing import show

    return show(found.run, Output(width=found.width, plain=found.no_colour), json=found.json)
