"""A run read from its journal: the fold of its events over its plan."""

from collections.abc import Iterable, Iterator

from rbengine.plan.program import Plan
from rbengine.runtime.commands import Command
from rbengine.runtime.events import Event
from rbengine.runtime.machine import advance, begin
from rbengine.runtime.state import RunState


def fold(
    plan: Plan, events: Iterable[Event], state: RunState | None = None
) -> Iterator[tuple[Event, tuple[Command, ...], RunState]]:
    """Each event with the commands it gave and the state after it, from the start or from a saved state.

    Raises UnexpectedEvent at the first event that does not fold over this plan.
    """
    current = begin(plan) if state is None else state
    for event in events:
        current, commands = advance(current, event)
        yield event, commands, current
