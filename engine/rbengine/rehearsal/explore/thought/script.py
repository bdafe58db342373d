"""What would have to happen for a way through the graph: which way at which wait, and answers that make it so."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from rbengine.contract.values import Value
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.domains import EPOCH
from rbengine.rehearsal.explore.thought.departure import AHEAD
from rbengine.rehearsal.explore.thought.graph import Passage, bits
from rbengine.rehearsal.explore.thought.model import Model
from rbengine.rehearsal.explore.thought.terms import Terms
from rbengine.rehearsal.explore.trail import Path
from rbengine.rehearsal.explore.ways import Waiting, Way, Ways
from rbengine.runtime.evaluate import View, holds
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.names import NO_NAMES

_MOST = 1_500
"""Combinations of answers that are looked at for one script."""


Place = tuple[int, str]
"""A wait: its instruction, and what it is about."""

Met = Callable[[int], Mapping[Place, int]]
"""For a decision, as its bit, the ways that led to it when it was met first."""


class Line(msgspec.Struct):
    """One wait: what to take there. `number` is chosen among its answers; else `hint`, where it has these words, or any
    that has; below 0: none."""

    counter: int
    about: str
    words: str
    number: int = -1
    hint: int = -1
    beside: bool = False
    """In a `parallel`: what the other branches wait for may come before it, or after."""


class Script:
    """Lines that a run follows as far as it comes to them."""

    def __init__(
        self, lines: Sequence[Line], passages: Sequence[Passage], planned: Sequence[Line]
    ) -> None:
        """`passages`: the way that it is for. `planned`: one line for each of their waits that the search knows."""
        self._lines = lines
        self._next = 0
        self._used: set[int] = set()
        self.passages = passages
        self.planned = planned
        self.path: Path | None = None
        """The walk that followed it."""

    def begin(self) -> None:
        """Follow it from its first line on."""
        self._next = 0
        self._used.clear()

    def take(self, waiting: Waiting, usual: int) -> int:
        """The way to take here; `usual` where the script says nothing."""
        first = max(0, self._next - AHEAD)
        for place in range(first, min(self._next + AHEAD, len(self._lines))):
            line = self._lines[place]
            if place in self._used or (place < self._next and not line.beside):
                continue
            if line.counter == waiting.counter and line.about == waiting.about:
                self._next = max(self._next, place + 1)
                self._used.add(place)
                return _chosen(line, waiting.ways, usual)
        return usual


def _chosen(line: Line, ways: tuple[Way, ...], usual: int) -> int:
    if 0 <= line.number < len(ways):
        return line.number
    if 0 <= line.hint < len(ways) and ways[line.hint].words == line.words:
        return line.hint
    if ways[usual].words == line.words:
        return usual
    return next((n for n, one in enumerate(ways) if one.words == line.words), usual)


class Scripts:
    """Writes scripts for one plan."""

    def __init__(
        self, plan: Plan, model: Model, terms: Terms, ways: Ways, begun: tuple[Way, ...]
    ) -> None:
        self._model = model
        self._terms = terms
        self._ways = ways
        self._begun = begun
        self._inputs = frozenset(one.name for one in plan.inputs)
        self._view = View(EPOCH, plan)
        self._alone: dict[tuple[int, bool, int, str], tuple[int, ...]] = {}
        self._values: dict[tuple[int, str], tuple[Value, ...]] = {}

    def of(self, passages: Sequence[Passage], met: Met) -> Script:
        """A script by which a run goes that way, if there are answers that make it so; else as near as is known.

        `met`: which ways led to each decision when it was met first, for what no answers can be found to.
        """
        start = Line(-1, "start", "started")
        hints: dict[Place, int] = {}
        for _, move in passages:
            if move.chance is None and not move.said:
                for one in bits(move.mask):
                    hints.update(met(one))
        for one in bits(passages[-1].move.mask):
            for wait, number in met(one).items():
                hints.setdefault(wait, number)
        lines = [start]
        last: dict[str, int] = {}
        asked: list[tuple[int, bool, dict[str, int]]] = []
        for place, move in passages:
            chance = move.chance
            if chance is not None and chance.way is not None:
                hint = hints.get((chance.counter, chance.about), -1)
                line = Line(
                    chance.counter, chance.about, chance.way.words, hint=hint,
                    beside=bool(place.forks),
                )  # fmt: skip
                lines.append(line)
                if chance.outcome.answered:
                    last[self._model.answer_at(place)] = len(lines) - 1
            for term, so in move.said:
                given = {
                    name: 0 if name in self._inputs else last[name]
                    for name in self._terms.sources(term)
                    if name in self._inputs or name in last
                }
                if given:
                    asked.append((term, so, given))
        self._answer(lines, asked)
        return Script(lines, passages, lines[1:])

    def _answer(self, lines: list[Line], asked: list[tuple[int, bool, dict[str, int]]]) -> None:
        """Choose the answers, in the order of the lines, so that everything asked for is so."""
        needed = sorted({line for _, _, given in asked for line in given.values()})
        open_to: dict[int, tuple[int, ...]] = {}
        for line in needed:
            key = lines[line].counter, lines[line].about
            found = tuple(range(len(self._answers(key))))
            for term, so, given in asked:
                if set(given.values()) == {line}:
                    alone = self._fitting(term, so, given, key)
                    found = tuple(one for one in found if one in alone) or found
            open_to[line] = found
        due: dict[int, list[tuple[int, bool, dict[str, int]]]] = {}
        for term, so, given in asked:
            if len(set(given.values())) > 1:
                due.setdefault(max(given.values()), []).append((term, so, given))
        self._tried = 0
        chosen: dict[int, int] = {}
        self._extend(lines, needed, open_to, due, chosen, 0)
        for line, number in chosen.items():
            # Answers stand before everything else that may happen at a place.
            lines[line].number = number

    def _extend(
        self,
        lines: list[Line],
        needed: list[int],
        open_to: Mapping[int, tuple[int, ...]],
        due: Mapping[int, list[tuple[int, bool, dict[str, int]]]],
        chosen: dict[int, int],
        place: int,
    ) -> bool:
        if place == len(needed):
            return True
        line = needed[place]
        for number in open_to[line]:
            chosen[line] = number
            self._tried += 1
            if all(self._is_so(one, lines, chosen) for one in due.get(line, ())) and self._extend(
                lines, needed, open_to, due, chosen, place + 1
            ):
                return True
            if self._tried > _MOST:
                return False
        return False

    def _is_so(
        self,
        asked: tuple[int, bool, dict[str, int]],
        lines: list[Line],
        chosen: Mapping[int, int],
    ) -> bool:
        term, so, given = asked
        return self._holds(
            term,
            {
                name: self._value(name, (lines[line].counter, lines[line].about), chosen[line])
                for name, line in given.items()
            },
        ) is so  # fmt: skip

    def _fitting(
        self, term: int, so: bool, given: Mapping[str, int], key: tuple[int, str]
    ) -> tuple[int, ...]:
        """The answers at a place that make a condition so which asks for them alone."""
        known = (term, so, *key)
        found = self._alone.get(known)
        if found is None:
            found = self._alone[known] = tuple(
                number
                for number in range(len(self._answers(key)))
                if self._holds(term, {name: self._value(name, key, number) for name in given}) is so
            )
        return found

    def _holds(self, term: int, values: Mapping[str, Value]) -> bool | None:
        names = NO_NAMES
        for name, value in values.items():
            names = names.insert(name, value)
        try:
            return holds(self._terms.expr(term), names, self._view)
        except (NotKnown, Unevaluable):
            return None

    def _answers(self, key: tuple[int, str]) -> tuple[Way, ...]:
        counter, about = key
        if about == "start":
            return self._begun
        ways = self._ways.known(counter, "call")
        if about == "people":
            ways = self._model.asked_at(counter)
        return tuple(one for one in ways if one.answer is not None)

    def _value(self, name: str, key: tuple[int, str], number: int) -> Value:
        if key[1] == "start":
            return self._begun[number].given[name].value
        known = self._values.get(key)
        if known is None:
            known = self._values[key] = tuple(
                one.answer.at(EPOCH).value for one in self._answers(key) if one.answer is not None
            )
        return known[number]
