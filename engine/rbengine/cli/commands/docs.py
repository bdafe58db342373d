"""`rbengine docs build`: a static site of all runbooks."""

HELP = """\
usage: rbengine docs build [options]

Write a static site: every runbook with its way as a picture and its text, an
index to search, the adapters, the language. Pages load nothing from elsewhere
and read on a phone; put the folder on any server, or open index.html.

options
  -o DIR     where to (site); it is made, or must be one that this command made

examples
  rbengine docs build
  rbengine docs build -o public

exit codes
  0 built   2 the command line is wrong, or the folder holds something else
"""


def run(arguments: list[str]) -> int:
    """Build what `arguments` name."""
    from rbengine.cli.publishing import docs

    return docs(arguments)
