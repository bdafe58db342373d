"""Aiming at two decisions on one path: along a way that is thought to pass both, the one first or the other."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Protocol

from rbengine.rehearsal.explore.thought.graph import bits
from rbengine.rehearsal.explore.thought.script import Met, Script
from rbengine.rehearsal.explore.trail import Path

_ROUNDS = 3
"""How often all pairs that are left are tried."""

_ROUNDS_ALONE = 6
"""How often decisions that are left are."""

_WAYS_ALONE = 4
"""How many ways are tried to each of those in one round."""

_REPAIRS = 6
"""How often the answers of one script are changed."""

_WAYS = 1
"""How many ways are tried to each pair, in each order, with others on the way and without."""


class Guide(Protocol):
    """Knows which decisions exclude each other, and ways to the others."""

    def exclusive(self) -> Mapping[int, int]:
        """For each decision, as its bit, those that no run takes beside it."""
        ...

    def scripts(self, one: int, other: int, wanted: int, met: Met) -> Iterator[Script]:
        """Ways to come to both decisions, the second behind the first, and on the way to some that are `wanted`."""
        ...

    def repaired(self, script: Script, path: Path) -> Script | None:
        """What may lead further where `path`, which followed `script`, left its way."""
        ...

    def misled(self, script: Script, path: Path) -> None:
        """`path` left the way of `script`, and nothing helped."""
        ...

    def weigh(self) -> None:
        """Find ways again, with what was learned since."""
        ...


def aims(
    guide: Guide, every: Callable[[], int], together: Mapping[int, int], met: Met
) -> Iterator[Script]:
    """Scripts for each decision of `every` that is not met, then for each pair that is not met `together`, until it is.

    For none that cannot happen. Every decision has its turn: what forbids one pair of it often forbids its others.
    Where a walk leaves its way, the next one is better informed: answers are made for it, or it takes another way.
    """
    yield from _alone(guide, every, together, met)
    for _ in range(_ROUNDS):
        exclusive = guide.exclusive()
        every_now = every()
        known = every_now & sum(together.keys() & set(bits(every_now)))
        left = {one: known & -(one << 1) & ~exclusive.get(one, 0) for one in bits(known)}
        before = _count(together)
        yield from _pairs(guide, left, together, met)
        if _count(together) == before:
            return
        guide.weigh()


def _count(together: Mapping[int, int]) -> int:
    return sum(one.bit_count() for one in together.values())


def _alone(
    guide: Guide, every: Callable[[], int], together: Mapping[int, int], met: Met
) -> Iterator[Script]:
    for _ in range(_ROUNDS_ALONE):
        guide.exclusive()
        missing = [one for one in bits(every()) if one not in together]
        if not missing:
            return
        for one in missing:
            for script in islice(guide.scripts(one, one, 0, met), _WAYS_ALONE):
                if one in together:
                    break
                yield from _followed(guide, script, one, one, together)
        guide.weigh()


def _pairs(
    guide: Guide, left: dict[int, int], together: Mapping[int, int], met: Met
) -> Iterator[Script]:
    every = sum(left)
    exclusive = guide.exclusive()
    while left:
        for one in tuple(left):
            others = left[one] & ~together.get(one, 0)
            if not others:
                del left[one]
                continue
            other = others & -others
            left[one] = others ^ other
            wanted = every & ~(together.get(one, 0) & together.get(other, 0))
            for script in _of(guide, one, other, wanted & ~exclusive.get(one, 0), met):
                yield from _followed(guide, script, one, other, together)
                if together.get(one, 0) & other:
                    break


def _followed(
    guide: Guide, script: Script, one: int, other: int, together: Mapping[int, int]
) -> Iterator[Script]:
    """A script to both decisions, and what becomes of it while walks leave its way."""
    yield script
    for _ in range(_REPAIRS):
        if together.get(one, 0) & other or script.path is None:
            return
        better = guide.repaired(script, script.path)
        if better is None:
            break
        script = better
        yield script
    if not together.get(one, 0) & other and script.path is not None:
        guide.misled(script, script.path)


def _of(guide: Guide, one: int, other: int, wanted: int, met: Met) -> Iterator[Script]:
    """First with others on the way, which may keep a run from coming there, then without."""
    for others in (wanted, 0):
        orders = [guide.scripts(one, other, others, met), guide.scripts(other, one, others, met)]
        for _ in range(_WAYS):
            for scripts in orders:
                script = next(scripts, None)
                if script is not None:
                    yield script
