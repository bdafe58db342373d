"""All places where a thought run may stand, joined by its moves: which decisions can come before each of them.

Two decisions that no way through the graph passes both of, no run takes both of. Where a way passes both, it says what
would have to happen: the search tries it.
"""

import heapq
from collections.abc import Iterator
from typing import NamedTuple

from rbengine.rehearsal.explore.thought.deciding import Move
from rbengine.rehearsal.explore.thought.facts import Facts
from rbengine.rehearsal.explore.thought.model import Model
from rbengine.rehearsal.explore.thought.standing import Standing
from rbengine.rehearsal.explore.ways import SILENCE

MOST_PLACES = 10_000
MOST_FACTS = 12
"""Sets of facts that are told apart at one place; where there are more, nothing is known of answers there."""


class TooLargeError(Exception):
    """More places than anybody wants to wait for."""


class Passage(NamedTuple):
    """One move of a way, and where it was made."""

    place: Standing
    move: Move


_SURPRISE = 4
"""What a way costs that goes by something unusual, where one that goes by what is usual costs 1: a name that a failed
step left unknown often ends a run before it comes where the way leads."""

_MISLED = 40
"""What is added to a move at which a walk left its way."""


class Graph:
    """The thought runs of one plan from one beginning."""

    def __init__(self, model: Model, mask: int, start: Standing | None) -> None:
        """`mask` are the decisions passed before `start`. Raises TooLargeError."""
        self._model = model
        self._begun = mask
        self._told: dict[Standing, set[Facts]] = {}
        self._numbers: dict[Standing, int] = {}
        self._places: list[Standing] = []
        self._moves: list[list[tuple[Move, int]]] = []
        self._first: list[tuple[int, int]] = []
        """For each place the one from which it is reached at the least cost, and by which of its moves."""
        self._misled: dict[tuple[int, int], int] = {}
        """What is added to the cost of moves that walks could not take."""
        self._cost: list[int] = []
        """For each place, of the way there that costs least."""
        self._before: list[int] = []
        self._came: list[list[tuple[int, int]]] = []
        """For each place, in order: decisions that can come before it, and the place that they came from."""
        self._taking: dict[int, list[int]] = {}
        """For each decision, as its bit, the places with a move that is it."""
        if start is not None:
            self._number(start)
            self._build()
            self.weigh()

    def __len__(self) -> int:
        return len(self._places)

    def together(self) -> dict[int, int]:
        """For each decision, as its bit, those that some way passes beside it."""
        found: dict[int, int] = {}
        for place, moves in enumerate(self._moves):
            known = self._before[place]
            for mask in {move.mask for move, _ in moves}:
                for bit in bits(mask):
                    found[bit] = found.get(bit, 0) | known | mask
        for bit in bits(self._begun):
            found[bit] = found.get(bit, 0) | self._begun
        for one, mask in list(found.items()):
            for other in bits(mask):
                found[other] = found.get(other, 0) | one
        return found

    def ways(self, one: int, other: int, wanted: int = 0) -> Iterator[list[Passage]]:
        """Ways that pass `one` and then `other`, each decision as its bit: near ones first.

        Where there is a choice on the way, one of the decisions `wanted` is taken; and what ends where it began, a call
        that is made again, is passed once for each place.
        """
        for place in sorted(self._taking.get(other, ()), key=self._cost.__getitem__):
            for number, (move, _) in enumerate(self._moves[place]):
                if move.mask & other and (self._before[place] | move.mask) & one:
                    first = 0 if move.mask & one else one
                    steps = [*self._towards(place, first, wanted), (place, number)]
                    yield [each for step in steps for each in self._passed(*step, wanted)]
                    break

    def _passed(self, place: int, number: int, wanted: int) -> Iterator[Passage]:
        here = self._places[place]
        for move, to in self._moves[place] if wanted else ():
            if to == place and move.mask & wanted and _is_made_again(move):
                yield Passage(here, move)
                break
        yield Passage(here, self._moves[place][number][0])

    def _towards(self, place: int, one: int, wanted: int) -> list[tuple[int, int]]:
        """Places and moves from the beginning to `place`, by way of the decision `one`; straight there for 0."""
        found: list[tuple[int, int]] = []
        while one & ~self._begun:
            source = next(source for added, source in self._came[place] if added & one)
            moves = [n for n, (_, to) in enumerate(self._moves[source]) if to == place]
            taking = [n for n in moves if self._moves[source][n][0].mask & one]
            found.append((source, self._liked(source, taking or moves, wanted)))
            place = source
            if taking:
                break
        while place:
            source, number = self._first[place]
            moves = [n for n, (_, to) in enumerate(self._moves[source]) if to == place]
            found.append((source, self._liked(source, [number, *moves], wanted)))
            place = source
        return found[::-1]

    def _liked(self, place: int, numbers: list[int], wanted: int) -> int:
        moves = self._moves[place]
        return next((n for n in numbers if moves[n][0].mask & wanted), numbers[0])

    def _number(self, place: Standing) -> int:
        if place.facts:
            bare = place._replace(facts=frozenset())
            known = self._told.setdefault(bare, set())
            if place.facts not in known:
                if len(known) >= MOST_FACTS:
                    place = bare
                else:
                    known.add(place.facts)
        found = self._numbers.get(place)
        if found is None:
            if len(self._numbers) >= MOST_PLACES:
                raise TooLargeError
            found = self._numbers[place] = len(self._places)
            self._places.append(place)
        return found

    def _build(self) -> None:
        while len(self._moves) < len(self._places):
            here = len(self._moves)
            moves: list[tuple[Move, int]] = []
            taken = 0
            for move in self._model.moves(self._places[here]):
                to = -1 if move.to is None else self._number(move.to)
                moves.append((move, to))
                taken |= move.mask
            self._moves.append(moves)
            for bit in bits(taken):
                self._taking.setdefault(bit, []).append(here)

    def misled(self, passage: Passage) -> None:
        """A walk could not take this move: from the next `weigh` on, ways go by others where there are any."""
        place = self._numbers.get(passage.place)
        if place is None:
            return
        for number, (move, _) in enumerate(self._moves[place]):
            if move is passage.move:
                self._misled[place, number] = self._misled.get((place, number), 0) + _MISLED

    def weigh(self) -> None:
        """Find the ways of the least cost."""
        self._reach()
        self._flow()

    def _reach(self) -> None:
        far = 1 << 60
        count = len(self._places)
        self._cost = [far] * count
        self._first = [(-1, -1)] * count
        self._cost[0] = 0
        waiting = [(0, 0)]
        while waiting:
            cost, place = heapq.heappop(waiting)
            if cost > self._cost[place]:
                continue
            for number, (move, to) in enumerate(self._moves[place]):
                if to < 0:
                    continue
                dear = cost + _cost(move) + self._misled.get((place, number), 0)
                if dear < self._cost[to]:
                    self._cost[to] = dear
                    self._first[to] = place, number
                    heapq.heappush(waiting, (dear, to))

    def _flow(self) -> None:
        joined: list[list[tuple[int, int]]] = []
        for moves in self._moves:
            ways: dict[int, int] = {}
            for move, to in moves:
                if to >= 0:
                    ways[to] = ways.get(to, 0) | move.mask
            joined.append(list(ways.items()))
        count = len(self._moves)
        self._before = [0] * count
        self._came = [[] for _ in range(count)]
        self._before[0] = self._begun
        reached = [False] * count
        reached[0] = True
        queued = reached.copy()
        waiting = [(0, 0)]
        while waiting:
            _, place = heapq.heappop(waiting)
            queued[place] = False
            known = self._before[place]
            for to, mask in joined[place]:
                added = (known | mask) & ~self._before[to]
                if not added and reached[to]:
                    continue
                reached[to] = True
                self._before[to] |= added
                self._came[to].append((added, place))
                if not queued[to]:
                    queued[to] = True
                    heapq.heappush(waiting, (self._cost[to], to))


def _cost(move: Move) -> int:
    chance = move.chance
    if chance is None:
        return _SURPRISE if move.odd else 1
    if chance.outcome.then == "on" and chance.outcome.failed is None:
        return 1
    way = chance.way
    usual = chance.outcome.then == "phase" and way is not None and not way.refusal
    return 1 if usual else _SURPRISE


def _is_made_again(move: Move) -> bool:
    chance = move.chance
    return chance is not None and chance.way is not None and chance.way.words != SILENCE


def bits(mask: int) -> Iterator[int]:
    """Each decision of a set."""
    while mask:
        low = mask & -mask
        yield low
        mask ^= low
