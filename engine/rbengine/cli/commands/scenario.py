"""`rbengine scenario`: a run as a world and a scenario."""

HELP = """\
usage: rbengine scenario from RUN|FILE [options]

Write a world and a scenario from a run that is over, or from a recording of
one: the rows and objects that it read, what went wrong at vendors, what people
answered and when; and what it found, changed and sent as expectations. They
are rehearsed before they are written. What no line of a world can say stands
in a comment with the reason. Customers get stand-ins, as in a recording.

options
  -o, --output FILE     a file of its own; without it to the screen
  --add                 to the scenarios of its runbook
  --name NAME           what the world is called (the run's id)

examples
  rbengine scenario from RUN-2026-11-23-001
  rbengine scenario from incident.jsonl --add
  rbengine simulate rb011

exit codes
  0 it rehearses as the run went   1 it does not; what differs is said
"""

OPTIONS = ("--output", "--add", "--name")


def run(arguments: list[str]) -> int:
    """Write what the line names."""
    from rbengine.cli.arguments import Parser
    from rbengine.cli.usage import UsageError

    parser = Parser("scenario", OPTIONS)
    parser.add_argument("verb", metavar="from")
    parser.add_argument("run", metavar="RUN|FILE")
    parser.add_argument("-o", "--output", metavar="FILE")
    parser.add_argument("--add", action="store_true")
    parser.add_argument("--name", metavar="NAME")
    found = parser.read(arguments)
    if found.verb != "from":
        raise UsageError(
            f"there is no `rbengine scenario {found.verb}`", way_out="`rbengine scenario from RUN`"
        )
    if found.add and found.output is not None:
        raise UsageError("--add and --output cannot be together", way_out="leave one of them out")
    from rbengine.cli.scenarios_from import scenario_from

    return scenario_from(found.run, found.output, found.name, add=found.add)
