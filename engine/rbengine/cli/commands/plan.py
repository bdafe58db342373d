"""`rbengine plan`: what exactly a run wants to do."""

HELP = """\
usage: rbengine plan RUN

Show the plan that a kept run waits to have approved: every statement with its
values, rows before and after, requests as the vendor gets them, and how it is
taken back.

examples
  rbengine plan RUN-2026-11-23-001
"""


def run(arguments: list[str]) -> int:
    """Show the plan of the run that the line names."""
    from rbengine.cli.arguments import Parser

    parser = Parser("plan", ())
    parser.add_argument("run", metavar="RUN")
    found = parser.read(arguments)
    from rbengine.cli.showing import show_plan

    return show_plan(found.run)
