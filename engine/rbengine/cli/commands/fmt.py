"""`rbengine fmt`: files in the one form in which all are written."""

HELP = """\
usage: rbengine fmt [PATH ...] [options]
       rbengine fmt - < FILE

Write playbooks, policies, calendars, libraries, apps and scenarios in one form:
indentation, blanks, columns of neighbouring lines, arguments that do not fit.
Every comment stays, SQL and prose are only moved. The new text is read again
and compared before it replaces the old one. A file with mistakes in its syntax
is left as it is. PATH is a file or a folder; without one, all of the project;
`-` reads standard input and writes standard output.

options
  --check               write nothing; say which files would change
  --diff                write nothing; show what would change
  --width CELLS         of problems; instead of the terminal's
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine fmt
  rbengine fmt playbooks/rb011.rb --diff
  rbengine fmt --check

exit codes
  0 done   1 a file would change (--check), or has mistakes   2 the command line
"""


def run(arguments: list[str]) -> int:
    """Format what `arguments` name."""
    from rbengine.cli.formatting import format_files

    return format_files(arguments)
