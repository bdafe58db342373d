"""Checking again whenever a file changes, until Ctrl-C."""

import os
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError

PAUSE_SECONDS = 0.3
"""Between two looks at the files."""

_CLEAR = "\x1b[2J\x1b[H"

Stamp = tuple[object, ...]


def watch(
    output: Output,
    look: Callable[[Ground], list[str]],
    stands_on: Callable[[Ground], list[str]],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> NoReturn:
    """Show what `look` gives, and again whenever one of the files of `stands_on` changes. Ends by KeyboardInterrupt.

    What cannot be checked (a file that was removed, settings half written) is shown as well, and watched until it can.
    """
    files: list[str] = [f"{os.getcwd()}/"]
    while True:
        # taken before the files are read, so that a change meanwhile is seen at the next look
        before = _stamp(files)
        try:
            with Ground.here(output) as ground:
                files = stands_on(ground)
                before = _stamp(files)
                rows = look(ground)
        except UsageError as problem:
            rows = problem.lines()
        if output.moves:
            output.raw(_CLEAR)
        output.rows([*rows, "watching; Ctrl-C ends", *([] if output.moves else [""])])
        while _stamp(files) == before:
            sleep(PAUSE_SECONDS)


def _stamp(files: Sequence[str]) -> Stamp:
    """Another one after any change: moments and sizes of files, names in folders (those that end with `/`)."""
    return tuple(_names(one) if one.endswith("/") else _state(one) for one in files)


def _state(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _names(folder: str) -> tuple[str, ...]:
    try:
        found = list(os.scandir(folder))
    except OSError:
        return ()
    return tuple(
        sorted(one.name for one in found if one.name.endswith((".rb", ".toml")) or one.is_dir())
    )
