"""`rbengine show`: a runbook as a page, or everything a run did and said."""

import re

HELP = """\
usage: rbengine show PLAYBOOK | RUN [options]

Show a runbook as a page to read: symptoms, what is looked at, what it may find,
what is done then, and how long that may take at worst, the machine and people.
Or show a kept run from its journal, as its screen showed it while it ran, and
what it waits for now. Nothing is run.

options
  --json                of a run: the journal's lines
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine show rb011
  rbengine show RUN-2026-11-23-001
  rbengine show INC-2026-11-23-001 --json
"""

_NUMBERS = re.compile(r"[0-9-]+")


def run(arguments: list[str]) -> int:
    """Show the runbook or the run that the line names."""
    from rbengine.cli.arguments import Parser, width

    parser = Parser("show", ("--json", "--width", "--no-colour"))
    parser.add_argument("run", metavar="PLAYBOOK | RUN")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    from rbengine.cli.output import Output

    output = Output(width=found.width, plain=found.no_colour)
    name = found.run.rpartition(":")[2]  # `production:RUN-…` is of a journal
    # The end of a run's id will do, and no playbook's name is all digits.
    is_run = name.upper().startswith(("RUN-", "INC-")) or _NUMBERS.fullmatch(name)
    if not is_run:
        from rbengine.cli.drawing import show_runbook

        return show_runbook(found.run, output)
    from rbengine.cli.showing import show

    return show(found.run, output, json=found.json)
