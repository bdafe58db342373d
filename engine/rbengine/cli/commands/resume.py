"""`rbengine resume`: take a run up."""

HELP = """\
usage: rbengine resume RUN [options]

Take a kept run up where it stands, in this process. It goes on until it is over
or needs a person who is not here. Another process that still exists keeps it.

options
  --take-over           take it also from a process that still exists, or with a
                        journal that is damaged. That process writes nothing any
                        more, and yet it may still finish the call that it is in
  --with PLAYBOOK       go on with its text of today. What the run has done must
                        follow from that text as well; the first line that does
                        not is shown, and the run stays as it is. Not together
                        with --take-over
  --secret NAME=WHERE   a secret that was lost with the process that held it,
                        from the environment (env:VARIABLE) or a file
                        (file:PATH) instead of being asked for. NAME is what
                        the run calls it
  --json                as in exec

examples
  rbengine resume RUN-2026-11-23-001
  rbengine resume INC-2026-11-23-001 --take-over
  rbengine resume RUN-2026-11-23-001 --with rb011
"""


def run(arguments: list[str]) -> int:
    """Take up the run that the line names."""
    from rbengine.cli.arguments import Parser

    parser = Parser("resume", ("--take-over", "--with", "--secret", "--json"))
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--take-over", action="store_true")
    parser.add_argument("--with", dest="text", metavar="PLAYBOOK")
    parser.add_argument("--secret", action="append", default=[], metavar="NAME=WHERE")
    parser.add_argument("--json", action="store_true")
    found = parser.read(arguments)
    from rbengine.cli.resuming import resume

    return resume(
        found.run,
        take_over=found.take_over,
        text=found.text,
        secrets=found.secret,
        json=found.json,
    )
