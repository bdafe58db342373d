"""Aiming at two decisions on one path: the choices that led to the one, and those that led to the other.

Of every decision the choices are kept by which it was met first. A path that makes both sets of choices, each in its
place, comes to both decisions where nothing forbids it. Where they choose differently at one place, one of them comes
first, then the other; and what is asked again later may be answered as the other was.
"""

from collections.abc import Iterator, Mapping

import msgspec

from rbengine.rehearsal.explore.trail import Step

Place = tuple[int, str]
Choices = dict[Place, int]


class Aim(msgspec.Struct, frozen=True):
    """The ways to take: at a place that is come to for the first time, and when it is come to again."""

    first: Choices
    again: Choices


class Aims:
    """How each decision was met first."""

    def __init__(self) -> None:
        self.known = 0
        """Decisions that were met, as a set."""
        self._steps: dict[int, Step] = {}
        self._choices: dict[int, tuple[Choices, Choices]] = {}

    def note(self, decisions: int, step: Step) -> None:
        """`decisions` are met for the first time, by `step`."""
        self.known |= decisions
        for one in _bits(decisions):
            self._steps[one] = step

    def at(
        self, every: int, together: Mapping[int, int], exclusive: Mapping[int, int]
    ) -> Iterator[Aim]:
        """Aims at each pair of `every` that is not met `together`, until it is; at none that is `exclusive`.

        Every decision has its turn: what forbids one pair of a decision often forbids its others.
        """
        left = {
            one: every & self.known & -(one << 1) & ~exclusive.get(one, 0)
            for one in _bits(every & self.known)
        }
        while left:
            for one in tuple(left):
                others = left[one] & ~together.get(one, 0)
                if not others:
                    del left[one]
                    continue
                other = others & -others
                left[one] = others ^ other
                for aim in self._of(one, other):
                    yield aim
                    if together.get(one, 0) & other:
                        break

    def _of(self, one: int, other: int) -> Iterator[Aim]:
        (first, again), (other_first, other_again) = self._made(one), self._made(other)
        yield Aim({**other_first, **first}, {})
        if any(other_first.get(place, number) != number for place, number in first.items()):
            yield Aim({**first, **other_first}, {})
        yield Aim(first, {**again, **other_first, **other_again})
        yield Aim(other_first, {**other_again, **first, **again})

    def _made(self, decision: int) -> tuple[Choices, Choices]:
        """The choices that were not the usual one, by whether the place was come to for the first time."""
        found = self._choices.get(decision)
        if found is None:
            first: Choices = {}
            again: Choices = {}
            seen: set[Place] = set()
            for step in self._steps[decision].all():
                place = (step.counter, step.about)
                if place in seen:
                    again[place] = step.way_number
                elif step.way_number:
                    first[place] = step.way_number
                seen.add(place)
            found = self._choices[decision] = first, again
        return found


def _bits(decisions: int) -> Iterator[int]:
    while decisions:
        low = decisions & -decisions
        yield low
        decisions ^= low
