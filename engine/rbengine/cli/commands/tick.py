"""`rbengine tick`: let due clocks of runs go off that nobody drives."""

HELP = """\
usage: rbengine tick

Take up every run whose next clock is due, or to which somebody has said
something, and drive it until it waits again: parked runs, and those whose
process was killed. For cron or a systemd timer, once a minute. Runs that
another process drives are left to it.

Exit code 1: a clock is due that only a person can let go off. The lines say of
which run, why, and with which command.

examples
  rbengine tick
"""


def run(arguments: list[str]) -> int:
    """Take up what is due."""
    from rbengine.cli.arguments import Parser

    Parser("tick", ()).read(arguments)
    from rbengine.cli.ticking import tick

    return tick()
