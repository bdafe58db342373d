"""A recording: a file of canonical lines, of which the first says what it is and the others are a journal's.

It stands for itself: the plan and the texts it was made of are in it. It is never a journal, so no run goes on from it.
"""

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from rbengine.contract.codec import from_line, to_line
from rbengine.host.errors import JournalError
from rbengine.host.journal import read_line
from rbengine.plan.program import Plan
from rbengine.runtime.events import Event, Started

FORMAT = 1
KIND = "recording"
_NOTHING: Mapping[str, int] = {}


class Header(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=KIND):
    """The first line. It only grows, as events do."""

    v: int = FORMAT
    run: str
    incident: str
    runbook: str
    outcome: str
    """Empty where the run was still open."""
    engine: str
    """Which version wrote it."""
    lines: int
    plan: Plan
    texts: Mapping[str, str]
    """What the plan was made of, by path."""
    stand_ins: Mapping[str, int] = _NOTHING
    """How many different values of each kind have one."""


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """One that was read, or a journal that is treated as one. `source` is its file or its run."""

    source: str
    header: Header
    events: tuple[Event, ...]

    @property
    def started(self) -> Started:
        """Its first event."""
        first = self.events[0]
        assert isinstance(first, Started), "a recording was checked when it was read"
        return first


def write_recording(path: Path, header: Header, lines: Sequence[str]) -> None:
    """Write it whole or not at all, for its owner alone. Raises OSError, FileExistsError for one that is there."""
    text = "\n".join((to_line(header), *lines, ""))
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(number, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)  # unlike a rename it never takes the place of what is there
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(beside)


def read_recording(path: Path) -> Recording:
    """Read one back. Raises JournalError for a file that is none, is cut off, or is of a newer format."""
    place = str(path)
    try:
        first, *lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is empty or no text"
        raise JournalError(f"the recording cannot be read: {why}", place=place) from error
    header = _header(first, place)
    if len(lines) != header.lines:
        raise JournalError(
            f"the recording is cut off: it has {len(lines)} lines of {header.lines}",
            place=place,
            way_out="copy it again, or record the run once more",
        )
    try:
        events = tuple(read_line(one).event for one in lines)
    except msgspec.MsgspecError as error:
        raise _other_engine(place, str(error)) from error
    if not events or not isinstance(events[0], Started):
        raise JournalError("it does not begin with the beginning of a run", place=place)
    return Recording(source=place, header=header, events=events)


def is_recording(path: Path) -> bool:
    """Whether the file says that it is one."""
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.readline(), type=_Kind).kind == KIND
    except (OSError, msgspec.MsgspecError):
        return False


def _header(line: str, place: str) -> Header:
    try:
        kind = msgspec.json.decode(line, type=_Kind)
    except msgspec.MsgspecError:
        kind = _Kind()
    if kind.kind != KIND:
        raise JournalError(
            "it is no recording",
            place=place,
            notes=["an exported journal has no first line that says so"],
            way_out="`rbengine record RUN -o FILE` makes one",
        )
    if kind.v > FORMAT:
        raise _other_engine(place, f"format {kind.v}, known is {FORMAT}")
    try:
        return from_line(line, Header)
    except msgspec.MsgspecError as error:
        raise _other_engine(place, str(error)) from error


class _Kind(msgspec.Struct):
    kind: str = ""
    v: int = 0


def _other_engine(place: str, why: str) -> JournalError:
    return JournalError(
        f"the recording cannot be followed: {why}",
        place=place,
        notes=["it was written by a newer version of rbengine, or by hand"],
        way_out="use the version that wrote it",
    )
