"""What a scenario ties to a call: `crash during "label" before|after the answer`, and `fault … during "label"`.

A crash: the run's process dies, and another takes the run up. A fault: it is there while the call is made, however long
everything before it took.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec

from rbengine.host.driver import Turn
from rbengine.plan.code import Invoke, Read
from rbengine.runtime.commands import (
    ApplyRequest,
    OperationRequest,
    Perform,
    PlanRequest,
    QueryRequest,
    Show,
)
from rbengine.runtime.events import CallEnded, ChangeApplied
from rbengine.runtime.frames import StepFrame
from rbengine.runtime.notices import StepEntered
from rbengine.runtime.state import Fiber, PendingCall, RunState
from rbengine.source import Span

TAKEN_UP_AFTER = timedelta(seconds=5)
"""How long it takes until somebody takes the run up."""


class CrashedError(Exception):
    """The run's process is gone; nothing of it is left but its journal."""


class Crash(msgspec.Struct, frozen=True, kw_only=True):
    """Once, at the first call that `label` names."""

    label: str
    moment: Literal["before", "after"]
    span: Span


class Begin(Protocol):
    """`of_change`: it is tied to a call that changes something."""

    def __call__(
        self, start: datetime, end: datetime | None, /, *, of_change: bool = False
    ) -> Callable[[], None]: ...


class CallFault(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that is there while the calls that `label` names are made."""

    label: str
    words: str
    """`stripe unavailable`."""
    begin: "Begin"
    """Lets it be there from a moment until before another (None: for good), and gives what ends it."""
    lasts: timedelta | None
    """From the first such call on; None: during each of them, and at no other time."""
    span: Span


class Named(msgspec.Struct, frozen=True):
    """What a scenario may call a call: a change by its label, an operation by its name, a call by what its answer is
    bound to; and all by the steps they stand in."""

    names: tuple[str, ...]
    """The widest first."""
    only_looks: bool = False
    """It asks what a change would do: no process dies in it."""


class Naming:
    """What a scenario may call each call of a run, turn by turn."""

    def __init__(self) -> None:
        self._step = ""
        self._calls: dict[int, Named] = {}

    def see(self, turn: Turn) -> None:
        """Take note of the calls that this turn commands."""
        state = turn.state
        for command in turn.commands:
            match command:
                case Show(notice=StepEntered(label=label)):
                    self._step = label
                case Perform(call=call) if isinstance(state, RunState):
                    pending = state.calls.get(call)
                    if pending is not None:
                        self._calls[call] = self._named(state, pending)
                case _:
                    continue

    def of(self, call: int) -> Named | None:
        """What the call of this number may be called; None for one that was not seen."""
        return self._calls.get(call)

    def _named(self, state: RunState, pending: PendingCall) -> Named:
        fiber = state.fibers.get(pending.fiber)
        frames = () if fiber is None else fiber.frames
        # The branches of a `parallel` have frames of their own.
        steps = [one.label for one in frames if isinstance(one, StepFrame)] or [self._step]
        match pending.request:
            case OperationRequest(operation=operation):
                return Named((*steps, operation, *_bound(state, fiber)))
            case QueryRequest():
                return Named((*steps, *_bound(state, fiber)))
            case ApplyRequest():
                return Named((*steps, pending.text))
            case PlanRequest():
                return Named((*steps,), only_looks=True)
            case _:  # what became of a lost call, what is taken back, whom people tell
                return Named(())


class Mishaps:
    """The crashes of a scenario that have not happened yet, and its faults that wait for a call."""

    def __init__(self, crashes: Sequence[Crash] = (), faults: Sequence[CallFault] = ()) -> None:
        self._crashes = list(crashes)
        self._faults = tuple(faults)
        self._met: set[int] = set()
        self._naming = Naming()

    @property
    def crashes_to_come(self) -> tuple[Crash, ...]:
        """Those that have not happened."""
        return tuple(self._crashes)

    @property
    def faults_to_come(self) -> tuple[CallFault, ...]:
        """Those that no call has met."""
        return tuple(one for number, one in enumerate(self._faults) if number not in self._met)

    def see(self, turn: Turn) -> None:
        """Take note of the calls that this turn commands."""
        self._naming.see(turn)

    @contextmanager
    def around(self, call: Perform, now: datetime) -> Iterator[None]:
        """While `call` is made, the faults are there that name it."""
        named = self._naming.of(call.call)
        with ExitStack() as ends:
            for number, one in enumerate(self._faults):
                if named is None or one.label not in named.names:
                    continue
                if one.lasts is None:
                    ends.callback(one.begin(now, None, of_change=_changes(call)))
                elif number not in self._met:
                    one.begin(now, now + one.lasts)
                self._met.add(number)
            yield

    def answer_is_lost(self, call: Perform) -> bool:
        """Whether the process dies in this call: it was made, and nobody hears how it ended."""
        return self._take(call.call, "before")

    def dies_after(self, turn: Turn) -> bool:
        """Whether the process dies when the answer of this turn is on record."""
        event = turn.event
        return isinstance(event, CallEnded | ChangeApplied) and self._take(event.call, "after")

    def _take(self, call: int, moment: str) -> bool:
        named = self._naming.of(call)
        if named is None or named.only_looks:
            return False
        for one in self._crashes:
            if one.moment == moment and one.label in named.names:
                self._crashes.remove(one)
                return True
        return False


def _changes(call: Perform) -> bool:
    """Whether something is done by the call, and not only looked at."""
    match call.request:
        case OperationRequest(effect=effect):
            return effect != "observe"
        case request:
            return isinstance(request, ApplyRequest)


def _bound(state: RunState, fiber: Fiber | None) -> tuple[str, ...]:
    """What the answer of the call is bound to for which `fiber` waits."""
    if fiber is None:
        return ()
    instruction = state.plan.code[fiber.pc]
    bind = instruction.bind if isinstance(instruction, Read | Invoke) else None
    return () if bind is None else (bind,)
