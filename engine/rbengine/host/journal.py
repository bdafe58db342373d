"""Where runs are kept: the interface of every store, in memory, on disk or in a database.

The lines of a run are its truth, chained by their digests. Saved states only make taking it up cheaper.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from rbengine.contract.codec import from_line, to_line
from rbengine.runtime.events import Event, JournalLine, Started

FORMAT = 1
"""Of lines: `JournalLine.v`."""


class Owner(msgspec.Struct, frozen=True):
    """A process that drives a run."""

    host: str
    pid: int
    began: str
    """Which process of this number it is: numbers are used again (`processes.this_process`)."""

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


Lives = Callable[[Owner], bool]
"""Whether an owner may still act. One that cannot be looked at, on another machine, may."""


class RunExistsError(Exception):
    """There is a run of this id already."""


class NoSuchRunError(Exception):
    """The store holds no run of this id."""


class FencedError(Exception):
    """Somebody else has taken the run up since: what this owner wanted to append was not appended."""


class AlreadyOpenError(Exception):
    """This runbook has an open run with the same inputs, where this one would act too: `run`."""

    def __init__(self, run: str) -> None:
        super().__init__(f"{run} is open, with the same inputs")
        self.run = run


class OwnedError(Exception):
    """`owner` drives the run and may still act: it is taken from it only by a person who was told so."""

    def __init__(self, run: str, owner: Owner) -> None:
        super().__init__(f"{run} is driven by {owner}")
        self.run = run
        self.owner = owner


class DamagedError(Exception):
    """The lines of `run` from `seq` on are not what was written. They were set aside as they are; those before stand.

    Nobody can tell what the run did after them, so only a person who was told so takes it up.
    """

    def __init__(self, run: str, seq: int) -> None:
        super().__init__(f"the journal of {run} is damaged from line {seq} on")
        self.run = run
        self.seq = seq


class ClockBackError(Exception):
    """The clock says `now`, and the run's last line is younger: lines would no longer stand in the order of time."""

    def __init__(self, run: str, last: datetime, now: datetime) -> None:
        super().__init__(f"{run} was last written at {last}, and it is {now}")
        self.run = run
        self.last = last
        self.now = now


class StillOpenError(Exception):
    """What is open cannot be forgotten."""


class ForgottenError(Exception):
    """The content of this run was replaced by its digests."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What a parked run waits for. It costs a row, not a process. Moments are the run's own."""

    text: str
    """For people: `on_call: approve`."""
    deadline: datetime | None = None
    """When its next timer is due; None where none runs."""
    clocks: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    """When what happens by the clock: `MTTR`, or the contacts of a rung."""
    behind: timedelta = timedelta(0)
    """How far the run's time lies behind the real one; 0 for every run that touches something real."""


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
    owner: Owner | None
    """Who drives it; None where it is parked or over."""
    epoch: int
    last: int
    """Number of its last line."""
    head: str
    """The chain's end: a digest of all its lines, in hexadecimal (`chain`)."""
    outcome: str = ""
    waiting: Waiting | None = None
    damaged: int = 0
    """The first of its lines that was ever set aside; 0 where all are whole."""
    forgotten: bool = False
    contested: bool = False
    """It was taken from a process that may still act, and no `Resumed` says so yet."""
    profile: str = ""
    """Where it acts; empty for a simulated company, and where that was forgotten."""

    @property
    def is_cut(self) -> bool:
        """Lines were set aside, and nobody has gone on since: only a person who was told so takes it up."""
        return self.last < self.damaged


class SavedState(msgspec.Struct, frozen=True, kw_only=True):
    """A state as text (`runtime.saved`), after line `seq`."""

    seq: int
    text: str


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What the chain of a run says. `broken` is the first line that is not what was written, 0 where all are."""

    lines: int
    head: str
    """What the lines come to."""
    broken: int = 0
    noted: int = 0
    """The line at which the lines came to the head that was asked for; 0 where they never did."""


class JournalStore(Protocol):
    """Keeps journals. Every method is one transaction, committed when it returns.

    `plan` is the canonical line of a whole plan (`codec.to_line(plan)`), `texts` are what else the run stands on, by
    name; each is kept once for each digest. Every method that names a run raises NoSuchRunError, and every store may
    raise JournalError where it cannot be read or written.
    """

    def create(
        self,
        runbook: str,
        started: Started,
        plan: str,
        owner: Owner,
        texts: Mapping[str, str] = ...,
    ) -> int:
        """Make the run `started.run` with its first line, owned by `owner`; its epoch.

        Raises RunExistsError, and AlreadyOpenError where `runbook` has an open run with equal inputs in the same
        profile: a drill that somebody left open keeps nobody from acting.
        """
        ...

    def acquire(self, run: str, owner: Owner, *, force: bool = False) -> int:
        """Take the run up: a new epoch, which fences every owner before; it waits no more.

        Taken from an owner who may still act it is `contested`, also for the next who takes it up, until a `Resumed` is
        appended.

        Lines that no saved state covers are looked at: damaged ones are set aside. Raises OwnedError, DamagedError,
        both not with `force`, and ForgottenError.
        """
        ...

    def set_damaged_aside(self, run: str) -> int:
        """The first line that is not what was written, of those that no saved state covers; 0 where all are.

        It and all behind it are set aside as they are.
        """
        ...

    def append(
        self, run: str, epoch: int, events: Sequence[Event], taken: Sequence[int] = ()
    ) -> int:
        """Append lines, all or none; the number of the last line then. Raises FencedError, ClockBackError.

        When it returns they are as durable as the store can make them. What was `taken` from the inbox, by number,
        leaves it in the same transaction.
        """
        ...

    def read(self, run: str, after: int = 0) -> Sequence[str]:
        """Canonical lines behind line `after`, in order. Raises ForgottenError."""
        ...

    def send(self, run: str, event: Event, key: str) -> None:
        """Leave an event for whoever owns the run; a second one with the same key is none."""
        ...

    def inbox(self, run: str) -> Sequence[Sent]:
        """What was sent and not yet taken, oldest first."""
        ...

    def park(self, run: str, epoch: int, waiting: Waiting) -> None:
        """Nobody drives the run until somebody takes it up. Raises FencedError."""
        ...

    def save_state(self, run: str, epoch: int, state: SavedState) -> None:
        """Keep `state`; it replaces older ones. Raises FencedError."""
        ...

    def latest_state(self, run: str) -> SavedState | None:
        """The newest saved state."""
        ...

    def plan(self, run: str) -> str:
        """The plan the run started with. Raises ForgottenError."""
        ...

    def texts(self, run: str) -> Mapping[str, str]:
        """What else it stands on, by name. Raises ForgottenError."""
        ...

    def move(self, run: str, epoch: int, plan: str, texts: Mapping[str, str]) -> None:
        """From now on it stands on these; a state that was saved over others is gone. Raises FencedError."""
        ...

    def finish(self, run: str, epoch: int, outcome: str) -> None:
        """The run is over: it is no longer open, and nobody drives it. Raises FencedError."""
        ...

    def reopen(self, run: str, epoch: int) -> None:
        """It is open once more. Raises FencedError, AlreadyOpenError where another like it is open."""
        ...

    def record(self, run: str) -> RunRecord:
        """One run."""
        ...

    def runs(self) -> tuple[RunRecord, ...]:
        """All runs by id, which is by the time they were made."""
        ...

    def audit(self, run: str, noted: str = "") -> Audit:
        """Compute the chain anew, also over what was forgotten. `noted` begins a head, in hexadecimal."""
        ...

    def aside(self, run: str) -> Sequence[tuple[int, bytes]]:
        """Lines that were set aside, with their numbers, as they were found."""
        ...

    def forget(self, run: str) -> None:
        """Replace everything the run holds by digests; its row and its chain stay. Raises StillOpenError."""
        ...


def sameness_of(first: Started) -> str:
    """What two runs of one runbook have in common that must not both be open: where they act, and on what."""
    profile = first.environment.profile
    return f"{profile} {to_line(first.inputs)}" if profile else to_line(first.inputs)


def line_of(seq: int, event: Event) -> str:
    """The canonical line `seq` of a journal."""
    return to_line(JournalLine(seq=seq, event=event))


def read_line(line: str) -> JournalLine:
    """The line again. Raises msgspec.ValidationError where it is none, or of a newer format."""
    read = from_line(line, JournalLine)
    if read.v > FORMAT:
        raise msgspec.ValidationError(f"line {read.seq} is of format {read.v}, known is {FORMAT}")
    return read


def events_of(lines: Sequence[str]) -> tuple[Event, ...]:
    """The events of `lines`, in order."""
    return tuple(read_line(line).event for line in lines)


def in_order(run: str, last: datetime, events: Sequence[Event]) -> datetime:
    """The moment of the youngest of `events`. Raises ClockBackError where one is older than what stands before it."""
    for event in events:
        if event.at < last:
            raise ClockBackError(run, last, event.at)
        last = event.at
    return last


def order_of(run: str) -> tuple[str, int, str]:
    """Sorts ids of runs by day and number, also beyond the 999th of a day."""
    day = run.rpartition("-")[0]
    return day, len(run), run
