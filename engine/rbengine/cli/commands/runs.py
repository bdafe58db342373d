"""`rbengine runs`: what is open, whom it waits for, and what comes when."""

HELP = """\
usage: rbengine runs [options]

List kept runs that are open, those in the journals of profiles too: what each
waits for, and its clocks.

options
  --all                 those that are over too
  --json                one line for each

examples
  rbengine runs
  rbengine runs --all --json
"""


def run(arguments: list[str]) -> int:
    """List runs."""
    from rbengine.cli.arguments import Parser

    parser = Parser("runs", ("--all", "--json"))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--json", action="store_true")
    found = parser.read(arguments)
    from rbengine.cli.listing_runs import list_runs

    return list_runs(all_of_them=found.all, json=found.json)
