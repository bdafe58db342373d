"""Where runs are kept: the interface of every store, in memory, on disk or in a database.

The lines of a run are its truth. Saved states only make taking it up cheaper.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from rbengine.contract.codec import from_line, to_line
from rbengine.runtime.events import Event, JournalLine, Started


class RunExistsError(Exception):
    """There is a run of this id already."""


class NoSuchRunError(Exception):
    """The store holds no run of this id."""


class FencedError(Exception):
    """Somebody else has taken the run up since: what this owner wanted to append was not appended."""


class AlreadyOpenError(Exception):
    """This runbook has an open run with the same inputs: `run`."""

    def __init__(self, run: str) -> None:
        super().__init__(f"{run} is open, with the same inputs")
        self.run = run


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What a parked run waits for. It costs a row, not a process."""

    text: str
    """For people: `on_call: approve 9a1f4c`."""
    deadline: datetime | None = None
    """When its next timer is due; None where none runs."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that somebody left for the run's owner: an answer, an acknowledgement, a cancellation."""

    number: int
    event: Event


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One run in a list. `outcome` is empty while it is open, `waiting` is None while somebody drives it."""

    run: str
    incident: str
    runbook: str
    began: datetime
    owner: str
    epoch: int
    last: int
    """Number of its last line."""
    outcome: str = ""
    waiting: Waiting | None = None


class SavedState(msgspec.Struct, frozen=True, kw_only=True):
    """A state as text (`runtime.saved`), after line `seq`."""

    seq: int
    text: str


class JournalStore(Protocol):
    """Keeps journals. Every method is one transaction, committed when it returns.

    `plan` is the canonical line of a whole plan (`codec.to_line(plan)`), kept once for each digest.
    """

    def create(self, runbook: str, started: Started, plan: str, owner: str) -> int:
        """Make the run `started.run` with its first line, owned by `owner`; its epoch.

        Raises RunExistsError, and AlreadyOpenError where `runbook` has an open run with equal inputs.
        """
        ...

    def acquire(self, run: str, owner: str) -> int:
        """Take the run up: a new epoch, which fences every owner before; it waits no more. Raises NoSuchRunError."""
        ...

    def append(
        self, run: str, epoch: int, events: Sequence[Event], taken: Sequence[int] = ()
    ) -> int:
        """Append lines, all or none; the number of the last line then. Raises FencedError, NoSuchRunError.

        When it returns they are as durable as the store can make them. What was `taken` from the inbox, by number,
        leaves it in the same transaction.
        """
        ...

    def read(self, run: str, after: int = 0) -> Sequence[str]:
        """Canonical lines behind line `after`, in order. Raises NoSuchRunError."""
        ...

    def send(self, run: str, event: Event, key: str) -> None:
        """Leave an event for whoever owns the run; a second one with the same key is none. Raises NoSuchRunError."""
        ...

    def inbox(self, run: str) -> Sequence[Sent]:
        """What was sent and not yet taken, oldest first. Raises NoSuchRunError."""
        ...

    def park(self, run: str, epoch: int, waiting: Waiting) -> None:
        """Nobody drives the run until somebody takes it up. Raises FencedError, NoSuchRunError."""
        ...

    def save_state(self, run: str, epoch: int, state: SavedState) -> None:
        """Keep `state`; it replaces older ones. Raises FencedError, NoSuchRunError."""
        ...

    def latest_state(self, run: str) -> SavedState | None:
        """The newest saved state. Raises NoSuchRunError."""
        ...

    def plan(self, run: str) -> str:
        """The plan the run started with. Raises NoSuchRunError."""
        ...

    def finish(self, run: str, epoch: int, outcome: str) -> None:
        """The run is over: it is no longer open. Raises FencedError, NoSuchRunError."""
        ...

    def runs(self) -> tuple[RunRecord, ...]:
        """All runs by id, which is by the time they were made."""
        ...


def line_of(seq: int, event: Event) -> str:
    """The canonical line `seq` of a journal."""
    return to_line(JournalLine(seq=seq, event=event))


def read_line(line: str) -> JournalLine:
    """The line again. Raises msgspec.ValidationError where it is none, or of a newer format."""
    return from_line(line, JournalLine)


def events_of(lines: Sequence[str]) -> tuple[Event, ...]:
    """The events of `lines`, in order."""
    return tuple(read_line(line).event for line in lines)
