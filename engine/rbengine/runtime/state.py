"""The state of a run: a value that can be written down at any moment and taken up by another process.

It holds the plan for convenience; `saved.encode_state` leaves it out. Everything else is plain data.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from rpds import HashTrieMap

from rbengine.plan.program import Plan
from rbengine.runtime.commands import AskPeople, Request, RunOutcome
from rbengine.runtime.events import Started
from rbengine.runtime.frames import Failing, Frame
from rbengine.runtime.layout import Layout
from rbengine.runtime.names import Names
from rbengine.runtime.work import Entry, Work

MAIN = 1
"""The number of the main path's fiber."""


class Fiber(msgspec.Struct, frozen=True):
    """One path of the run. While it waits, `pc` is the instruction that waits."""

    number: int
    pc: int
    names: Names
    frames: tuple[Frame, ...]
    """Outermost first."""
    failing: Failing | None = None
    """Set: the next thing it does is to unwind."""
    work: Work | None = None


CallUse = Literal["call", "plan", "apply", "undo", "settle", "notify"]


class PendingCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was asked for and has not ended."""

    number: int
    fiber: int
    """0 for one that nobody waits for."""
    use: CallUse
    request: Request
    key: str
    timeout: timedelta
    attempt: int
    asked: datetime
    began: datetime | None = None
    text: str = ""
    """As written, for screens."""
    of: "PendingCall | None" = None
    """For `settle`: the call in doubt."""
    lost: bool = False
    """For `settle`, and where a person is asked: a crash cut the call off, so that `not applied` means: do it now."""


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    fiber: int
    """0 for clocks and questions."""
    why: Literal["retry", "wait", "within", "question", "escalation", "mttr", "approval"]
    due: datetime
    about: int = 0
    """The question, or the rung."""
    wider: bool = False
    """Nobody has answered so far: the question goes to more people."""
    call: PendingCall | None = None
    """For `retry`: the call to make again."""


class OpenQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question that waits. `approvals` are the ids of those who have approved so far."""

    fiber: int
    ask: AskPeople
    timers: tuple[int, ...]
    wider_by: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    of: PendingCall | None = None
    """For `doubt`: the call that may or may not have taken effect."""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What a whole reading of `diagnose` found out."""

    names: Names
    verdicts: tuple[str, ...]
    failed: tuple[str, ...]
    stopped: str = ""
    """The sentence of the `check … else` that ended it."""


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How the run will end, once nothing is left to wait for.

    `undo`: `none` is offered; it is to be `offered`; people are `asked`; it is `done` with.
    `patient`: the run is unresolved, so it stays open until somebody has it or every rung has told its people.
    """

    outcome: RunOutcome
    reason: str
    undo: Literal["none", "offered", "asked", "done"] = "none"
    undo_from: int = 0
    """Only entries of the ledger above this number are offered."""
    patient: bool = False


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """Where the main path stands between sections."""

    diagnosis: Diagnosis | None = None
    found: tuple[int, ...] = ()
    """Findings that hold, as numbers, in written order."""
    turn: int = 0
    """Index into `found` of the one being resolved."""
    approved_as: tuple[str, ...] = ()
    """Roles in which people have answered an `approve` of the section that runs."""
    stopped: str = ""
    """The reason of a `stop resolved`."""
    handed_to_people: str = ""
    """`otherwise` escalated and nothing else resolves: the reason."""
    verified_at: int = -1
    """The ledger's newest number when `verify` passed; below 0: not yet."""
    ending: Ending | None = None
    finished: bool = False

    @property
    def is_dropped(self) -> bool:
        """Whether a fiber that could go on must not: the run was cancelled."""
        ending = self.ending
        return ending is not None and ending.outcome == "cancelled" and ending.undo == "offered"


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One rung of the policy. `timer` 0: not running."""

    due: datetime | None
    """None for `again after`, which counts from the rung before it."""
    timer: int = 0
    fired: int = 0
    fulfilled: bool = False
    held: bool = False
    """It came due while somebody had acknowledged."""


class Clocks(msgspec.Struct, frozen=True, kw_only=True):
    """Escalation and MTTR. `progress` is when the run last moved or somebody acted."""

    progress: datetime
    rungs: tuple[Rung, ...] = ()
    mttr_timer: int = 0
    breached: bool = False
    acknowledged: bool = False
    over: bool = False


class Numbers(msgspec.Struct, frozen=True):
    """The last number given to a call, timer, question, fiber and entry of the ledger."""

    call: int = 0
    timer: int = 0
    question: int = 0
    fiber: int = 0
    entry: int = 0


class Tally(msgspec.Struct, frozen=True):
    """What the last line of the run counts."""

    changes: int = 0
    undone: int = 0
    approvals: int = 0
    escalations: int = 0
    in_doubt: int = 0


class RunState(msgspec.Struct, frozen=True):
    """The whole run. `begun` is None until its first event."""

    plan: Plan
    layout: Layout
    now: datetime
    begun: Started | None
    base: Names
    """Builtins and inputs: what a fresh diagnosis starts with."""
    fibers: dict[int, Fiber]
    calls: dict[int, PendingCall]
    timers: dict[int, Timer]
    questions: dict[int, OpenQuestion]
    ledger: "HashTrieMap[int, Entry]"
    course: Course
    clocks: Clocks
    numbers: Numbers
    tally: Tally


EMPTY_LEDGER: "HashTrieMap[int, Entry]" = HashTrieMap()
