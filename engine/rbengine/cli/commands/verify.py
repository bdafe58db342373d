"""`rbengine verify`: whether the symptom is still gone."""

HELP = """\
usage: rbengine verify RUN [options]

Run the proof of a kept run's playbook once more: its diagnosis, then `verify`.
It only reads, changes nothing, tells nobody, and is no part of the run.

options
  --secret NAME=WHERE   as in resume, where the proof needs one that was lost
  --json                as in exec
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine verify RUN-2026-11-23-001

exit codes
  0 the proof holds   6 it does not
"""


def run(arguments: list[str]) -> int:
    """Verify the run that the line names."""
    from rbengine.cli.arguments import Parser, width

    parser = Parser("verify", ("--secret", "--json", "--width", "--no-colour"))
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--secret", action="append", default=[], metavar="NAME=WHERE")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    from rbengine.cli.output import Output
    from rbengine.cli.verifying import verify

    output = Output(width=found.width, plain=found.no_colour)
    return verify(found.run, output, secrets=found.secret, json=found.json)
