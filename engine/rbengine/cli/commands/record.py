"""`rbengine record`: a run as a file that can be handed on."""

HELP = """\
usage: rbengine record RUN -o FILE [options]
       rbengine record --check FILE --profile NAME

Write a kept run as a recording: its journal with stand-ins for what is nobody
else's business. It can be replayed on any machine, and nothing can go on from
it: it is never resumed and never undone.

Addresses, numbers and names of customers, links that let somebody in, and
values of fields that hold secrets get stand-ins: the same value the same one,
of the same shape, wherever it stands. What would still hold something that
looks like a secret is not written, and the message says where it stands.

options
  -o, --output FILE     where to; it must not be there yet, and only you may
                        read it
  --hide FIELD          stand-ins for all values of this field too (`message`,
                        `body.text`). May be repeated
  --keep FIELD          leave the values of this field as they are: a `name`
                        that is nobody's. May be repeated
  --check FILE          repeat what the recording read, now and really, and say
                        what has become different; nothing is changed
  --profile NAME        with --check: where

examples
  rbengine record RUN-2026-11-23-001 -o incident.jsonl
  rbengine exec rb011 --backend recorded=incident.jsonl
  rbengine replay incident.jsonl --with playbooks/rb011.rb
  rbengine record --check incident.jsonl --profile staging

exit codes
  0 written, or nothing has drifted   1 refused, or something has drifted
"""

OPTIONS = ("--output", "--hide", "--keep", "--check", "--profile")


def run(arguments: list[str]) -> int:
    """Record the run that the line names, or check a recording."""
    from rbengine.cli.arguments import Parser
    from rbengine.cli.usage import UsageError

    parser = Parser("record", OPTIONS)
    parser.add_argument("run", metavar="RUN", nargs="?")
    parser.add_argument("-o", "--output", metavar="FILE")
    parser.add_argument("--hide", metavar="FIELD", action="append", default=[])
    parser.add_argument("--keep", metavar="FIELD", action="append", default=[])
    parser.add_argument("--check", metavar="FILE")
    parser.add_argument("--profile", metavar="NAME")
    found = parser.read(arguments)
    if found.check is not None:
        if found.run is not None or found.output is not None:
            raise UsageError("--check takes a recording and a profile, and writes nothing")
        if found.profile is None:
            raise UsageError("--check needs to know where to look", way_out="add `--profile NAME`")
        from rbengine.cli.drifting import check_recording

        return check_recording(found.check, found.profile)
    if found.run is None or found.output is None:
        raise UsageError("a run and a file are needed", way_out="`rbengine record RUN -o FILE`")
    from rbengine.cli.recordings import record

    return record(found.run, found.output, hidden=found.hide, kept=found.keep)
