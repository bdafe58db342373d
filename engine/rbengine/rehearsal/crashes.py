"""`crash during "label" before|after the answer`: the run's process dies, and another takes the run up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from rbengine.host.driver import Turn
from rbengine.runtime.commands import ApplyRequest, OperationRequest, Perform, QueryRequest, Show
from rbengine.runtime.events import CallEnded, ChangeApplied
from rbengine.runtime.notices import StepEntered
from rbengine.runtime.state import RunState
from rbengine.source import Span

TAKEN_UP_AFTER = timedelta(seconds=5)
"""How long it takes until somebody takes the run up."""


class CrashedError(Exception):
    """The run's process is gone; nothing of it is left but its journal."""


class Crash(msgspec.Struct, frozen=True, kw_only=True):
    """Once, at the first call that `label` names: the application of a change, an operation, or any call of a step."""

    label: str
    moment: Literal["before", "after"]
    span: Span


class Named(msgspec.Struct, frozen=True):
    """What a scenario may call a call: a change by its label, an operation by its name; and the step it stands in."""

    text: str
    step: str


class Crashes:
    """The crashes of a scenario that have not happened yet."""

    def __init__(self, crashes: Sequence[Crash]) -> None:
        self._waiting = list(crashes)
        self._step = ""
        self._calls: dict[int, Named] = {}

    @property
    def waiting(self) -> tuple[Crash, ...]:
        """Those that have not happened."""
        return tuple(self._waiting)

    def see(self, turn: Turn) -> None:
        """Take note of the calls that this turn commands."""
        state = turn.state
        for command in turn.commands:
            match command:
                case Show(notice=StepEntered(label=label)):
                    self._step = label
                case Perform(call=call, request=OperationRequest(operation=operation)):
                    self._calls[call] = Named(operation, self._step)
                case Perform(call=call, request=QueryRequest()):
                    self._calls[call] = Named("", self._step)
                case Perform(call=call, request=ApplyRequest()) if isinstance(state, RunState):
                    pending = state.calls.get(call)
                    self._calls[call] = Named("" if pending is None else pending.text, self._step)
                case _:
                    continue

    def answer_is_lost(self, call: Perform) -> bool:
        """Whether the process dies in this call: it was made, and nobody hears how it ended."""
        return self._take(call.call, "before")

    def dies_after(self, turn: Turn) -> bool:
        """Whether the process dies when the answer of this turn is on record."""
        event = turn.event
        return isinstance(event, CallEnded | ChangeApplied) and self._take(event.call, "after")

    def _take(self, call: int, moment: str) -> bool:
        named = self._calls.get(call)
        if named is None:
            return False
        for one in self._waiting:
            if one.moment == moment and one.label in (named.text, named.step):
                self._waiting.remove(one)
                return True
        return False
