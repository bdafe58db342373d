"""`crash during "label" before|after the answer`: the run's process dies, and another takes the run up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from rbengine.host.driver import Turn
from rbengine.runtime.commands import ApplyRequest, Perform
from rbengine.runtime.events import ChangeApplied
from rbengine.source import Span

TAKEN_UP_AFTER = timedelta(seconds=5)
"""How long it takes until somebody takes the run up."""


class CrashedError(Exception):
    """The run's process is gone; nothing of it is left but its journal."""


class Crash(msgspec.Struct, frozen=True, kw_only=True):
    """Once, at the first application of the change `label`."""

    label: str
    moment: Literal["before", "after"]
    span: Span


class Crashes:
    """The crashes of a scenario that have not happened yet."""

    def __init__(self, crashes: Sequence[Crash]) -> None:
        self._waiting = list(crashes)

    @property
    def waiting(self) -> tuple[Crash, ...]:
        """Those that have not happened."""
        return tuple(self._waiting)

    def answer_is_lost(self, call: Perform, label: str) -> bool:
        """Whether the process dies in this call: it was made, and nobody hears how it ended."""
        return isinstance(call.request, ApplyRequest) and self._take(label, "before")

    def dies_after(self, turn: Turn, label_of_call: dict[int, str]) -> bool:
        """Whether the process dies when the answer of this turn is on record."""
        event = turn.event
        return isinstance(event, ChangeApplied) and self._take(
            label_of_call.get(event.call, ""), "after"
        )

    def _take(self, label: str, moment: str) -> bool:
        for one in self._waiting:
            if one.moment == moment and one.label == label:
                self._waiting.remove(one)
                return True
        return False
