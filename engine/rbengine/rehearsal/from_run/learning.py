"""A draft is rehearsed, and where the first call is answered otherwise than in the run, what explains it is added."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from rbengine.rehearsal.from_run.alike import same_answer
from rbengine.rehearsal.from_run.facts import Facts
from rbengine.rehearsal.from_run.history import Difference
from rbengine.rehearsal.from_run.moments import Lived, Seen, lived_in
from rbengine.rehearsal.from_run.options import Options
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime.commands import NotifyRequest

_MOST = 80
"""Rehearsals of one draft."""
_LOOKED_AHEAD = 3
_MOST_LEFT_OUT = 20
"""Lines of a world that are tried without."""

Try = Callable[[Facts], Rehearsal | None]
"""Rehearses what the facts say; None where they cannot be."""


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at last, and which answers nothing known explains."""

    facts: Facts
    unexplained: tuple[Difference, ...]


def learned(run: Lived, facts: Facts, options: Options, attempt: Try) -> Learned:
    """Add to `facts` until a rehearsal is answered as the run was, or nothing more explains it."""
    return _Learning(run, options, attempt).learn(facts)


class _Learning:
    def __init__(self, run: Lived, options: Options, attempt: Try) -> None:
        self._run = run
        self._options = options
        self._attempt = attempt
        self._left = _MOST
        self._given_up: set[int] = set()

    def learn(self, facts: Facts) -> Learned:
        open_ = self._differences(facts)
        while open_ and self._left > 0:
            better = self._better(facts, open_)
            if better is None:
                self._given_up.add(open_[0].number)
                open_ = [one for one in open_ if one.number not in self._given_up]
            else:
                facts, open_ = better
        facts = self._without_needless(facts)
        last = self._differences(facts, of_all=True)
        return Learned(facts=facts, unexplained=tuple(last))

    def _without_needless(self, facts: Facts) -> Facts:
        """Less, where a rehearsal is answered the same without it."""
        same = [one.number for one in self._differences(facts)]
        for line in [*facts.lines][:_MOST_LEFT_OUT]:
            less = facts.copy()
            less.lines.remove(line)
            if [one.number for one in self._differences(less)] == same:
                facts = less
        return facts

    def _better(
        self, facts: Facts, open_: Sequence[Difference]
    ) -> tuple[Facts, list[Difference]] | None:
        """With what explains the first difference, or more; None where nothing does."""
        for more in self._tries(facts, open_):
            if self._left <= 0:
                return None
            if more.same(facts):
                continue
            found = self._differences(more)
            if not found or found[0].number > open_[0].number:
                return more, found
        return None

    def _tries(self, facts: Facts, open_: Sequence[Difference]) -> Iterator[Facts]:
        """What explains the first difference; or the next ones, for its reason may be seen only then."""
        yield self._options.first_sights(facts, open_)
        yield from self._options.of(facts, open_)
        for number, one in enumerate(open_[1:_LOOKED_AHEAD], start=1):
            if one.now is not None:
                yield from self._options.of(facts, open_[number:])

    def _differences(self, facts: Facts, *, of_all: bool = False) -> list[Difference]:
        """Calls of the run that are answered otherwise, in their order."""
        self._left -= 1
        rehearsal = self._attempt(facts)
        again: dict[tuple[str, str, int], Seen] = {}
        if rehearsal is not None and rehearsal.turns:
            again = {one.place: one for one in lived_in(rehearsal.turns).calls}
        found = []
        for number, then in enumerate(self._run.calls):
            if isinstance(then.request, NotifyRequest) or (number in self._given_up and not of_all):
                continue
            now = again.get(then.place)
            if now is None or not (
                same_answer(then.answer, now.answer) or self._options.grew_alike(then, now, again)
            ):
                found.append(Difference(number=number, then=then, now=now))
        return found
