"""What a simulated company has lived through in one run, in order: its own memory, outside the run's journal.

A real company outlives the process that drives a run, so a simulated one must too. Set up anew and led through the same
calls and happenings at the same moments it is again what it was: equal calls give equal bytes. An entry is written at
the moment its call has taken effect, before the run hears of it. What is not in the log has not happened.
"""

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from rbengine.contract.codec import from_line, to_line
from rbengine.host.errors import CannotGoOnError, JournalError
from rbengine.host.state_folder import make_file, make_folder
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Event, JournalLine


class Made(msgspec.Struct, frozen=True, kw_only=True, tag="made"):
    """A call took effect. `digest` is of its end and of how long it took."""

    at: datetime
    call: Perform
    digest: str


class Happened(msgspec.Struct, frozen=True, kw_only=True, tag="happened"):
    """The next thing around the run happened: a webhook was delivered."""

    at: datetime


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    entry: Made | Happened


class WorldLog:
    """The log of one run; its file comes with the first entry. Raises JournalError where it cannot be written."""

    def __init__(self, file: Path, *, shared: bool = False) -> None:
        self._file = file
        self._shared = shared
        self._number: int | None = None

    def entries(self) -> Iterator[Made | Happened]:
        """All of them, oldest first. One that was being written when its process died has not happened."""
        if not self._file.exists():
            return
        for line in self._file.read_bytes().split(b"\n")[:-1]:
            try:
                yield from_line(line, _Line).entry
            except msgspec.MsgspecError as error:
                raise JournalError(
                    "the simulated company's log is damaged",
                    place=str(self._file),
                    notes=["the run's own journal is whole: `rbengine show` reads it"],
                    way_out="begin a new run: a simulated company costs nothing",
                ) from error

    def add(self, entry: Made | Happened) -> None:
        """Write it, on the disk when this returns."""
        try:
            if self._number is None:
                self._number = self._opened()
            os.write(self._number, to_line(_Line(entry=entry)).encode() + b"\n")
            os.fdatasync(self._number)
        except OSError as error:
            raise JournalError(
                f"the simulated company's log cannot be written: {error.strerror}",
                place=str(self._file),
                way_out="make room or make it writable, then `rbengine resume` takes the run up",
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        if self._number is not None:
            os.close(self._number)
            self._number = None

    def _opened(self) -> int:
        make_folder(self._file.parent, shared=self._shared)
        make_file(self._file, shared=self._shared)
        number = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        whole = self._file.read_bytes()
        # Half an entry is cut off, so that the next one begins its own line.
        os.ftruncate(number, whole.rfind(b"\n") + 1)
        return number


def digest_of_end(event: Event, took: timedelta) -> str:
    """What is compared when the company is led through a call again."""
    line = to_line(JournalLine(seq=took // timedelta(microseconds=1), event=event))
    return hashlib.sha256(line.encode()).hexdigest()[:16]


class DoesNotRepeatError(CannotGoOnError):
    """Led through the same calls, the company is not what it was."""

    def __init__(self, entry: Made | Happened) -> None:
        what = f"call {entry.call.call}" if isinstance(entry, Made) else "a happening"
        super().__init__(
            f"the simulated company does not repeat itself at {what} of {entry.at}: "
            "it was run by another version of rbengine, and only its journal can be read now"
        )
