"""`rbengine undo`: take back what a run that is over left standing."""

HELP = """\
usage: rbengine undo RUN [options]

Take back the changes that a kept run that is over left standing, newest first.
Rows that no longer hold what the run wrote are left alone and listed; what
cannot be taken back is named. An open run is cancelled instead.

options
  --to STEP             down to the changes of this step, or to this change, and
                        no further
  --as ROLE             where you have several roles
  --json                as in exec

examples
  rbengine undo RUN-2026-11-23-001
  rbengine undo RUN-2026-11-23-001 --to "Sync from Stripe"
"""


def run(arguments: list[str]) -> int:
    """Take back what the line names."""
    from rbengine.cli.arguments import Parser

    parser = Parser("undo", ("--to", "--as", "--json"))
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--to", metavar="STEP")
    parser.add_argument("--as", dest="role", metavar="ROLE")
    parser.add_argument("--json", action="store_true")
    found = parser.read(arguments)
    from rbengine.cli.taking_back import take_back

    return take_back(found.run, found.to, role=found.role, json=found.json)
