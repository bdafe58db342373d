"""A run that waits, among all that were walked: what led to it, and which ways lead on."""

import msgspec

from rbengine.rehearsal.explore.trail import Step
from rbengine.rehearsal.explore.ways import Waiting
from rbengine.runtime.state import RunState

MOST_EVENTS = 2_000
"""Of one path: every run ends, but nobody reads one that is longer."""

Memory = dict[tuple[int, str], int]
"""Which way was taken last at a place."""


class Node(msgspec.Struct):
    """A run that waits, with what has been and what may come."""

    state: RunState
    waiting: Waiting
    step: Step | None
    mask: int
    memory: Memory
    failed_at: tuple[str, int, str]
    left: list[int]
    """Ways not taken so far, the next one last."""
    after: "dict[int, Node | None]"
    """Where the worlds walked at first went on from here; None at the end of one."""
    again: int = -1
    """Inside a `within`: the way that was taken here last time; taken again, it means that nothing changes any more."""

    @property
    def depth(self) -> int:
        """How many choices led here."""
        return self.step.length if self.step is not None else 0
