"""`rbengine tick`: let due clocks of parked runs go off."""

HELP = """\
usage: rbengine tick

Take up every parked run whose next clock is due, or to which somebody has said
something, and drive it until it waits again. For cron or a systemd timer, once
a minute. Runs that another process drives are left to it.

examples
  rbengine tick
"""


def run(arguments: list[str]) -> int:
    """Take up what is due."""
    from rbengine.cli.arguments import Parser

    Parser("tick", ()).read(arguments)
    from rbengine.cli.resuming import tick

    return tick()
