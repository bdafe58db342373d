"""The door. The version is told at once; whatever else is asked loads only what it needs."""

import sys


def entry() -> None:
    """What the installed `rbengine` calls."""
    if sys.stdout is None or sys.stderr is None:
        # `rbengine … >&-`: what is written goes nowhere instead of failing.
        from rbengine.cli.dispatch import open_missing_streams

        open_missing_streams()
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Do what `arguments` ask and say how it went, as an exit code."""
    if arguments in (["--version"], ["-V"]):
        from rbengine import __version__

        sys.stdout.write(f"rbengine {__version__}\n")
        return 0
    import gc

    from rbengine.cli.dispatch import dispatch

    # Nearly everything that a command makes at its start it keeps: looking for garbage there costs a tenth of the time.
    gc.set_threshold(50_000)
    return dispatch(arguments)
