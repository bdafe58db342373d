"""`rbengine graph PLAYBOOK`: its way as a picture."""

HELP = """\
usage: rbengine graph PLAYBOOK [options]

Draw the way of a runbook: the diagnosis, what it may find, what is done then,
the proof, and what comes after. PLAYBOOK is a path or an id. It needs no check:
a runbook with errors is drawn as far as it can be read.

options
  --format FORM  mermaid (the default) or svg
  -o FILE        write it there instead of to the screen

examples
  rbengine graph rb011
  rbengine graph rb011 --format svg -o rb011.svg

exit codes
  0 drawn   1 the file cannot be read as a runbook   2 the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """Draw what `arguments` name."""
    from rbengine.cli.drawing import graph

    return graph(arguments)
