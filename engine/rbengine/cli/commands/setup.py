"""`rbengine setup database`: the one table of our own that a database needs."""

HELP = """\
usage: rbengine setup database --profile NAME [--yes]

Before playbooks may change a database it needs one small table of our own: with
each change, in the same transaction, a row is written there that says what was
done. By it a change whose answer was lost is told from one that was not made,
and a change is taken back. Its statements are shown first; nothing is made
before you agree.

Where the role of the profile may not make it, somebody who may can run what is
shown.

options
  --profile NAME  a profile of rbengine.toml
  --yes           agree without a question

examples
  rbengine setup database --profile staging
  rbengine setup database --profile production --yes

exit codes
  0 the table is there   1 it is not   2 the command line or the settings are
  wrong
"""


def run(arguments: list[str]) -> int:
    """Show what is missing, ask, and make it."""
    from rbengine.cli.arguments import Parser

    parser = Parser("setup", ("--profile", "--yes"))
    parser.add_argument("what", choices=("database",), metavar="database")
    parser.add_argument("--profile", metavar="NAME", required=True)
    parser.add_argument("--yes", action="store_true")
    found = parser.read(arguments)
    from rbengine.cli.setting_up import set_up_database

    return set_up_database(found.profile, agreed=found.yes)
