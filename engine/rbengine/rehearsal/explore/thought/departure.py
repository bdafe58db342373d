"""Where a walk left the way that its script describes."""

from collections.abc import Sequence
from typing import NamedTuple

from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.thought.graph import Passage
from rbengine.rehearsal.explore.trail import Step

AHEAD = 6
"""How many waits of a way a run may leave out."""

_BESIDES = 16
"""How many it may have besides: people are told, clocks strike."""


class Departure(NamedTuple):
    """The last choice that was as it should be, and the passages of which one came out otherwise."""

    step: int
    suspects: range


def departure(
    passages: Sequence[Passage], steps: Sequence[Step], points: Points
) -> Departure | None:
    """None where the walk went all the way."""
    here = own = 0
    used = {0}
    sure = 0
    """The first passage of which it is not certain that it went as it should."""
    for number, (place, move) in enumerate(passages):
        wanted = points.counted(move.mask)
        beside = bool(place.forks)
        if not beside:
            own = here
        if move.chance is None:
            if wanted & ~steps[own].mask:
                return Departure(own, range(sure, number + 1))
            if wanted:
                sure = number + 1
            continue
        chance = move.chance
        first = max(0, here - AHEAD) if beside else here + 1
        following = next(
            (
                one
                for one in range(first, min(here + 1 + _BESIDES, len(steps)))
                if one not in used
                and steps[one].counter == chance.counter
                and steps[one].about == chance.about
            ),
            None,
        )
        if following is None:
            return Departure(here, range(sure, number + 1))
        used.add(following)
        own, here = following, max(here, following)
        if wanted & ~steps[own].mask:
            return Departure(own, range(number, number + 1))
        sure = number + 1
    return None
