"""Command lines by argparse, whose mistakes become ours: a place, a suggestion, exit code 2."""

import argparse
import re
from collections.abc import Sequence
from functools import partial
from typing import NoReturn

from rbengine.cli.usage import UsageError

_MISSING = "the following arguments are required: "
_NO_CHOICE = re.compile(
    r"argument (?P<name>.+): invalid choice: '(?P<typed>.*)' \(choose from (?P<offered>.+)\)"
)
_NO_VALUE = re.compile(r"argument (?P<name>.+): expected one argument")


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
        told, way_out = self._in_our_words(message)
        raise UsageError(
            told,
            notes=[_usage(self._command)],
            way_out=way_out or f"`rbengine help {self._command}` shows it with examples",
        )

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The line as a namespace. Raises UsageError; an option that nobody knows is named with a near one."""
        # Whatever stands between options belongs together: `diff --profile staging rb011`.
        found, unknown = self.parse_known_intermixed_args(arguments)
        if unknown:
            from rbengine.diagnostics.suggest import did_you_mean

            name = unknown[0].partition("=")[0]
            is_option = name.startswith("-")
            near = did_you_mean(name, self._options)
            told = f"options: {', '.join(self._options)}" if is_option else _usage(self._command)
            raise UsageError(
                f"`rbengine {self._command}` has no option `{name}`"
                if is_option
                else f"`rbengine {self._command}` does not know what to do with `{name}`",
                notes=[told] if told and not near else [],
                way_out=near or f"`rbengine help {self._command}` shows it with examples",
            )
        return found

    def _in_our_words(self, message: str) -> tuple[str, str | None]:
        """What argparse says, as we say it; what may have been meant."""
        if message.startswith(_MISSING):
            missing = message.removeprefix(_MISSING).replace(", ", " and ").replace("|", " or ")
            return f"`rbengine {self._command}` needs {missing}", None
        if no_value := _NO_VALUE.fullmatch(message):
            return f"`{no_value['name']}` needs a value", None
        if no_choice := _NO_CHOICE.fullmatch(message):
            from rbengine.diagnostics.suggest import did_you_mean

            offered = no_choice["offered"].replace("'", "").split(", ")
            told = f"`{no_choice['typed']}` is none of {', '.join(offered)}"
            name = no_choice["name"]
            return f"{name}: {told}" if name.startswith("-") else told, did_you_mean(
                no_choice["typed"], offered
            )
        return message.removeprefix("argument "), None


def _usage(command: str) -> str:
    """The first lines of a command's help."""
    from importlib import import_module

    from rbengine.cli.dispatch import module_of

    told: str = import_module(module_of(command)).HELP
    return "\n".join(one.strip() for one in told.partition("\n\n")[0].splitlines())


def width(text: str) -> int:
    """`--width`: a number of cells from 40 on."""
    if not text.isdecimal() or not 40 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"`{text}` is no width: a number from 40 to 1000")
    return int(text)
