"""`rbengine schema`: the schema of a live database, written down or compared with the project's."""

HELP = """\
usage: rbengine schema pull --profile NAME [-o FILE] [options]
       rbengine schema diff --profile NAME [PLAYBOOK ...] [options]

pull writes the schema of the profile's database: tables, columns, rules, types,
views, triggers, policies; no row, and functions by their signature alone. It is
read from the catalogue in one transaction that cannot write, and tried on the
server that checks statements: what that server does not have is left out or
stands in, and the file says so. The same database gives the same text.

diff compares the project's schema with the database, table by table, and says
which playbooks would break there, at which line.

options
  -o, --output FILE  where pull writes; without it to the standard output
  --schema NAME      pull this schema alone; may be repeated
  --bodies           pull the text of functions too. Look at it before you keep
                     it: people write keys into functions
  --json             for programs (diff)
  --width CELLS      instead of the terminal's (80 where there is none)
  --no-colour        as NO_COLOR=1 and TERM=dumb do

examples
  rbengine schema pull --profile staging -o playbooks/schema.sql
  rbengine schema diff --profile production
  rbengine schema diff --profile production rb011

exit codes
  0 written, or nothing would break   1 differs, or something would break
  2 the command line or the settings are wrong
"""


def run(arguments: list[str]) -> int:
    """Pull or compare, as `arguments` say."""
    from rbengine.cli.schemas import schema

    return schema(arguments)
