"""What a simulated company has lived through in one run, in order: its own memory, outside the run's journal.

A real company outlives the process that drives a run, so a simulated one must too. Set up anew and led through the same
calls and happenings at the same moments it is again what it was: equal calls give equal bytes. An entry is written at
the moment its call has taken effect, before the run hears of it. What is not in the log has not happened.
"""

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
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
    without: tuple[str, ...] = ()
    """Digests of secrets that it needed and that were lost: it happens again without them."""


class Happened(msgspec.Struct, frozen=True, kw_only=True, tag="happened"):
    """The next thing around the run happened: a webhook was delivered."""

    at: datetime


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    entry: Made | Happened


class WorldLog:
    """The log of one run. Raises JournalError where it cannot be written.

    INVARIANT: whoever adds an entry has been led through all before it. A process that slept through a take-over finds
    entries that it does not know, and does nothing to the company any more.
    """

    def __init__(self, file: Path, *, shared: bool = False) -> None:
        self._file = file
        self._shared = shared
        self._number: int | None = None
        self._known = 0
        """Bytes of the entries that this process has been led through or has written."""

    def entries(self) -> Iterator[Made | Happened]:
        """All of them, oldest first. One that was being written when its process died has not happened."""
        if not self._file.exists():
            return
        for line in self._file.read_bytes().split(b"\n")[:-1]:
            try:
                entry = from_line(line, _Line).entry
            except msgspec.MsgspecError as error:
                raise JournalError(
                    "the simulated company's log is damaged",
                    place=str(self._file),
                    notes=["the run's own journal is whole: `rbengine show` reads it"],
                    way_out="begin a new run: a simulated company costs nothing",
                ) from error

            self._known += len(line) + 1
            yield entry

    @property
    def is_there(self) -> bool:
        """Whether anybody has begun it, and it was not lost since."""
        return self._file.exists()

    def start_anew(self) -> None:
        """Begin it: nothing has happened yet, and what a former run of this name left is gone."""
        with self._written():
            self._file.unlink(missing_ok=True)
            self._opened()

    def add(self, entry: Made | Happened) -> None:
        """Write it, on the disk when this returns. Raises CannotGoOnError where another process has written since."""
        line = to_line(_Line(entry=entry)).encode() + b"\n"
        with self._written():
            number = self._opened()
            fcntl.flock(number, fcntl.LOCK_EX)
            try:
                self._write(number, line)
            finally:
                fcntl.flock(number, fcntl.LOCK_UN)

    @contextmanager
    def _written(self) -> Iterator[None]:
        try:
            yield
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
        if self._number is None:
            make_folder(self._file.parent, shared=self._shared)
            make_file(self._file, shared=self._shared)
            self._number = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        return self._number

    def _write(self, number: int, line: bytes) -> None:
        size = os.fstat(number).st_size
        behind = os.pread(number, size - self._known, self._known) if size > self._known else b""
        if b"\n" in behind or size < self._known:
            raise CannotGoOnError("another process acts on this company")
        # Half an entry, whose process died over it, is cut off.
        os.ftruncate(number, self._known)
        if os.write(number, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fdatasync(number)
        self._known += len(line)


def digest_of_end(event: Event, took: timedelta) -> str:
    """What is compared when the company is led through a call again."""
    line = to_line(JournalLine(seq=took // timedelta(microseconds=1), event=event))
    return hashlib.sha256(line.encode()).hexdigest()[:16]


class NeedsSecretError(CannotGoOnError):
    """Somebody typed a secret in, the company was given it, and with its process it is gone."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the simulated company was given a secret that stood in memory alone: {name}; "
            "take the run up at a terminal, where it is asked for again, or give it with --secret"
        )


class DoesNotRepeatError(CannotGoOnError):
    """Led through the same calls, the company is not what it was."""

    def __init__(self, entry: Made | Happened) -> None:
        what = f"call {entry.call.call}" if isinstance(entry, Made) else "a happening"
        super().__init__(
            f"the simulated company does not repeat itself at {what} of {entry.at}: "
            "it was run by another version of rbengine, and only its journal can be read now"
        )
