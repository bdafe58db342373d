"""`rbengine replay`: yesterday's incident on today's text."""

HELP = """\
usage: rbengine replay RUN|FILE [options]

Run today's text of a playbook on a run that is over, or on a recording of one:
would it have found the same, done the same, been faster? Both timelines stand
side by side, and the first difference is explained. Nothing is asked of
anybody: what the run did not see, nobody knows, and the replay stops there and
says so.

options
  --with PLAYBOOK       another text than today's of the same runbook: a file
  --whole               every line of the timelines, also where both go the same
                        way
  --json                one object with both timelines and the answers
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine replay RUN-2026-11-23-001
  rbengine replay incident.jsonl --with playbooks/rb011.rb
  rbengine replay incident.jsonl --json | jq .first

exit codes
  0 it finds, does and ends the same   1 it does not, or nobody can tell
"""

OPTIONS = ("--with", "--whole", "--json", "--width", "--no-colour")


def run(arguments: list[str]) -> int:
    """Replay the run or recording that the line names."""
    from rbengine.cli.arguments import Parser, width

    parser = Parser("replay", OPTIONS)
    parser.add_argument("run", metavar="RUN|FILE")
    parser.add_argument("--with", metavar="PLAYBOOK", dest="text")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    from rbengine.cli.replaying import replay

    return replay(
        found.run,
        found.text,
        json=found.json,
        whole=found.whole,
        width=found.width,
        plain=found.no_colour,
    )
