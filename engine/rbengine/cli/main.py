"""The door. The version is told at once; whatever else is asked loads only what it needs."""

import gc
import sys

ENOUGH_TO_LOOK_THROUGH = 200_000
"""Objects, of which a check with a new statement makes half as many. At a hundred bytes each, 20 MB may lie about."""


def entry() -> None:
    """What the installed `rbengine` calls."""
    if sys.stdout is None or sys.stderr is None:
        # `rbengine … >&-`: what is written goes nowhere instead of failing.
        from rbengine.cli.dispatch import open_missing_streams

        open_missing_streams()
    code = main(sys.argv[1:])
    # Python, ending, looks through everything for garbage, more than once. The system takes it back as well.
    gc.freeze()
    sys.exit(code)


def main(arguments: list[str]) -> int:
    """Do what `arguments` ask and say how it went, as an exit code."""
    if arguments in (["--version"], ["-V"]):
        from rbengine import __version__

        sys.stdout.write(f"rbengine {__version__}\n")
        return 0
    # What a command makes at its start it keeps: looking for garbage there costs time and finds nothing.
    gc.set_threshold(ENOUGH_TO_LOOK_THROUGH)
    from rbengine.cli.dispatch import dispatch

    return dispatch(arguments)
