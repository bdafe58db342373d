"""Aiming at two decisions on one path: along a way that is thought to pass both, the one first or the other."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Protocol

from rbengine.rehearsal.explore.thought.graph import bits
from rbengine.rehearsal.explore.thought.script import Met, Script

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


def aims(guide: Guide, every: int, together: Mapping[int, int], met: Met) -> Iterator[Script]:
    """Scripts for each decision of `every` that is not met, then for each pair that is not met `together`, until it is.

    For none that cannot happen. Every decision has its turn: what forbids one pair of it often forbids its others.
    """
    exclusive = guide.exclusive()
    for one in bits(every):
        for script in islice(guide.scripts(one, one, 0, met), 4):
            if one in together:
                break
            yield script
    every &= sum(together.keys() & set(bits(every)))
    left = {one: every & -(one << 1) & ~exclusive.get(one, 0) for one in bits(every)}
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
                yield script
                if together.get(one, 0) & other:
                    break


def _of(guide: Guide, one: int, other: int, wanted: int, met: Met) -> Iterator[Script]:
    """First with others on the way, which may keep a run from coming there, then without."""
    for others in (wanted, 0):
        orders = [guide.scripts(one, other, others, met), guide.scripts(other, one, others, met)]
        for _ in range(_WAYS):
            for scripts in orders:
                script = next(scripts, None)
                if script is not None:
                    yield script
