"""Whole lines from whoever types, while time runs."""

import os
import select
import sys
import termios
import time
from typing import Protocol


class Keyboard(Protocol):
    """Lines as they come. `ended`: there will be no more; `person`: somebody sits there and sees the screen."""

    ended: bool
    person: bool

    def seconds(self) -> float:
        """What a stopwatch shows; only differences mean something."""
        ...

    def line(self, seconds: float | None) -> str | None:
        """The next line without its end; None where none came in `seconds` (None: ever), or none will."""
        ...

    def forget(self) -> None:
        """What was typed so far at a terminal was meant for the question before, and answers no other one."""
        ...


class Stdin:
    """The standard input, be it a terminal, a pipe or a file. Ctrl-C ends a wait by KeyboardInterrupt."""

    def __init__(self) -> None:
        # A process may be started with its input closed, or with one that is no file: then nobody will ever type.
        self._file = _file()
        self.ended = self._file < 0
        self._read = b""
        self.person = not self.ended and sys.stdin.isatty()

    def seconds(self) -> float:
        """The monotonic clock."""
        return time.monotonic()

    def line(self, seconds: float | None) -> str | None:
        """Wait for the next line."""
        until = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._read and not self.ended:
            left = None if until is None else max(until - time.monotonic(), 0.0)
            ready, _, _ = select.select([self._file], [], [], left)
            if not ready:
                return None
            found = os.read(self._file, 4096)
            self._read += found
            self.ended = not found
        if not self._read:
            return None
        line, _, self._read = self._read.partition(b"\n")
        return line.decode("utf-8", errors="replace").rstrip("\r")

    def forget(self) -> None:
        """What was typed so far at a terminal was meant for the question before, and answers no other one."""
        if self.person:
            self._read = b""
            termios.tcflush(self._file, termios.TCIFLUSH)


def _file() -> int:
    try:
        return -1 if sys.stdin is None else sys.stdin.fileno()
    except (OSError, ValueError):
        return -1
