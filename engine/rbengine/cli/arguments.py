"""Command lines by argparse, whose mistakes become ours: a place, a suggestion, exit code 2."""

import argparse
from collections.abc import Sequence
from functools import partial
from typing import NoReturn

from rbengine.cli.usage import UsageError


class Parser(argparse.ArgumentParser):
    """Raises UsageError where argparse would print and exit. Help is our own."""

    def __init__(self, command: str, options: Sequence[str]) -> None:
        super().__init__(
            prog=f"rbengine {command}",
            add_help=False,
            allow_abbrev=False,
            # Asked for a width, argparse need not find the terminal's with all of `shutil`; it never shows its help.
            formatter_class=partial(argparse.HelpFormatter, width=80),
        )
        self._command = command
        self._options = tuple(options)

    def error(self, message: str) -> NoReturn:
        """argparse found something wrong with the line."""
        raise UsageError(message, way_out=f"`rbengine help {self._command}` shows it with examples")

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The line as a namespace. Raises UsageError; an option that nobody knows is named with a near one."""
        found, unknown = self.parse_known_args(arguments)
        if unknown:
            from rbengine.diagnostics.suggest import did_you_mean

            name = unknown[0].partition("=")[0]
            raise UsageError(
                f"`rbengine {self._command}` has no option `{name}`"
                if name.startswith("-")
                else f"`rbengine {self._command}` does not know what to do with `{name}`",
                notes=[f"options: {', '.join(self._options)}"] if self._options else [],
                way_out=did_you_mean(name, self._options)
                or f"`rbengine help {self._command}` shows it with examples",
            )
        return found


def width(text: str) -> int:
    """`--width`: a number of cells from 40 on."""
    if not text.isdecimal() or not 40 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"`{text}` is no width: a number from 40 to 1000")
    return int(text)
