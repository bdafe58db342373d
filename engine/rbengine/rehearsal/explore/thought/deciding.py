"""A run that is only thought of: conditions and findings, each side of them that what is known leaves open."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rbengine.plan import expressions as ex
from rbengine.rehearsal.explore.thought.course import Stepped
from rbengine.rehearsal.explore.thought.facts import Fact
from rbengine.rehearsal.explore.thought.knowing import put
from rbengine.rehearsal.explore.thought.standing import Standing
from rbengine.rehearsal.explore.thought.terms import MAYBE
from rbengine.rehearsal.explore.thought.unwound import Unwound
from rbengine.rehearsal.explore.thought.waits import Chance

Said = tuple[Fact, ...]


class Move(NamedTuple):
    """One way on. `mask`: the decisions that it is. `said`: what holds if it is taken. `to`: None at the end.

    `odd`: something has no value, or there is more of it than the text allows.
    """

    mask: int
    to: Standing | None
    chance: Chance | None = None
    said: Said = ()
    odd: bool = False


def oddly(moves: Iterable[Move]) -> Iterator[Move]:
    """The moves, as those of something odd."""
    for one in moves:
        yield one._replace(odd=True)


class Deciding(Unwound):
    """What conditions of one plan leave open."""

    def _on(self, here: Standing) -> Stepped:
        """On until something can happen in more than one way."""
        raise NotImplementedError

    def _move(self, mask: int, to: Standing, said: Said = ()) -> Move:
        more, there = self._on(self._knowing(to, said))
        return Move(mask | more, there, None, said)

    def _failed(
        self,
        here: Standing,
        kind: str,
        doubt: bool = False,
        mask: int = 0,
        *,
        chance: Chance | None = None,
        said: Said = (),
    ) -> Iterator[Move]:
        """The ways on of a failure at `here`."""
        yield from self._landed(self._unwound(here, kind, doubt), mask, chance, said)

    def _landed(
        self,
        ends: Iterator[Stepped],
        mask: int,
        chance: Chance | None = None,
        said: Said = (),
    ) -> Iterator[Move]:
        for passed, stepped in ends:
            more, there = (0, None) if stepped is None else self._on(stepped)
            yield Move(mask | passed | more, there, chance, said)

    def _knowing(self, here: Standing, said: Said) -> Standing:
        """With what was said; what follows from the rest is not kept."""
        both_open = (True, True)
        new = [one for one in said if self._judgement.open(here.facts, one[0]) == both_open]
        return here._replace(facts=here.facts.union(new)) if new else here

    def _side(self, counter: int, holds: bool) -> int:
        return self._points.side(counter, holds=holds)

    def _sides(self, here: Standing, condition: ex.Expr) -> Iterator[tuple[bool, Said]]:
        """Which sides of a condition are open, with the fact that each is."""
        term = self._terms.of(condition, dict(here.env))
        for holds, is_open in zip(
            (True, False), self._judgement.open(here.facts, term), strict=True
        ):
            if is_open:
                is_fact = term >= 0 and not self._terms.is_timed(term)
                yield holds, (((term, holds),) if is_fact else ())

    def _judged(self, here: Standing, number: int) -> Iterator[Move]:
        finding = self._plan.findings[number]
        names = dict(here.env)
        needs = [names.get(one) for one in finding.needs]
        if MAYBE in needs or None in needs:
            yield self._verdict(here, number, "j", 0, ())
        if None in needs:
            return
        yield from self._lines(here, number, 0, 0, ())

    def _lines(
        self, here: Standing, number: int, place: int, mask: int, said: Said
    ) -> Iterator[Move]:
        finding = self._plan.findings[number]
        if place == len(finding.conditions):
            yield self._verdict(here, number, "f", mask, said)
            return
        for holds, beyond, bits, told in self._alternatives(here, number, place, 0):
            knowing = self._knowing(here, told)
            more = mask | bits
            if holds:
                yield from self._lines(knowing, number, place + 1, more, (*said, *told))
            elif beyond:
                yield self._verdict(knowing, number, "j", more, (*said, *told))
            else:
                yield self._verdict(knowing, number, "n", more, (*said, *told))

    def _alternatives(
        self, here: Standing, number: int, place: int, which: int
    ) -> Iterator[tuple[bool, bool, int, Said]]:
        """Each outcome of a line: whether it holds, whether part of it has no value, its decisions, what is said."""
        finding = self._plan.findings[number]
        line = finding.conditions[place]
        if which == len(line.any_of):
            yield False, False, 0, ()
            return
        condition, text = line.any_of[which], line.texts[which]
        goes, lacks, beyond = self._terms.raises(condition, dict(here.env))
        if lacks or beyond:
            for holds, _, bits, said in self._alternatives(here, number, place, which + 1):
                yield holds, True, bits, said
        if not goes:
            return
        for so, told in self._sides(here, condition):
            bit = self._points.line(finding.name, text, holds=so)
            knowing = self._knowing(here, told)
            for holds, beyond, bits, said in self._alternatives(knowing, number, place, which + 1):
                yield holds or so, beyond, bits | bit, (*told, *said)

    def _verdict(self, here: Standing, number: int, verdict: str, mask: int, said: Said) -> Move:
        finding = self._plan.findings[number]
        names = {}
        if verdict != "j":
            names[finding.name] = self._terms.constant(verdict == "f")
        there = here._replace(
            pc=here.pc + 1,
            verdicts=self._noted(here, number, verdict),
            env=put(here.env, names),
        )
        found = self._move(mask | self._points.judged(finding.name, verdict), there, said)
        return found._replace(odd=verdict == "j")
