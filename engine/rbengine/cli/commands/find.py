"""`rbengine find WORDS`: the runbook that is meant."""

HELP = """\
usage: rbengine find WORDS [options]

Find runbooks by what you remember of them: words of a title, a symptom, an
alert, a tag, a finding, a step or a message. The best comes first, with the
line that fits. A word may be begun (`froz`) or mistyped (`frozn`).

options
  --json         for programs
  --width CELLS  instead of the terminal's (80 where there is none)
  --no-colour    as NO_COLOR=1 and TERM=dumb do

examples
  rbengine find "frozen banner"
  rbengine find MessageGap

exit codes
  0 found   2 no runbook has any of the words, or the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """Search for what `arguments` say."""
    from rbengine.cli.shelving import find_runbooks

    return find_runbooks(arguments)
