"""Whole answers of one call or question: combinations of the values that its leaves must take."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice, product

import msgspec

from rbengine.contract.types import ListOf, Nothing, Record, Type, Unknown
from rbengine.contract.values import Datum, Row, Value
from rbengine.rehearsal.explore.domains import Domains, bare, typical
from rbengine.rehearsal.explore.leaves import ITEM, Answers, Leaf
from rbengine.rehearsal.explore.reads import Ago, Asked, Reads

MOST = 96
"""Answers of one call. Where there are more combinations, each value stands in some, and each beside the usual."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. `values`: what each leaf that conditions read is in it."""

    values: tuple[tuple[Leaf, Asked], ...]
    shape: object
    """Values, Ago, dicts for records and tuples for lists, nested."""
    timed: bool

    def at(self, now: datetime) -> Datum:
        """The answer, given at `now`."""
        return Datum(made(self.shape, now))


class Candidates:
    """Answers by source."""

    def __init__(self, reads: Reads, domains: Domains, answers: Answers) -> None:
        self._reads = reads
        self._domains = domains
        self._answers = answers
        self._known: dict[int, tuple[Candidate, ...]] = {}
        self.whole: dict[int, bool] = {}
        """Whether a source has every combination."""

    def of(self, source: int) -> tuple[Candidate, ...]:
        """The answers of `source`, the usual one first."""
        found = self._known.get(source)
        if found is None:
            shapes = list(islice(self._shapes(Leaf(source)), MOST * 40))
            self.whole[source] = len(shapes) <= MOST
            if len(shapes) > MOST:
                shapes = _spread(shapes)
            found = self._known[source] = tuple(
                Candidate(values=values, shape=shape, timed=_is_timed(shape))
                for values, shape in shapes
            )
        return found

    def having(self, source: int, shape: object) -> Candidate:
        """The answer of `source` that has this shape."""
        values = tuple(self._values(Leaf(source), shape))
        return Candidate(values=values, shape=shape, timed=_is_timed(shape))

    def _values(self, leaf: Leaf, shape: object) -> Iterator[tuple[Leaf, Asked]]:
        """What the leaves that conditions read are in it; of a list its size, and its first item."""
        read = leaf in self._reads.uses
        inner, absent = bare(self._answers.type_of(leaf))
        match shape:
            case dict() if isinstance(inner, Record):
                if absent and read:
                    yield leaf, True
                for one in inner.fields:
                    yield from self._values(leaf.below(one.name), shape.get(one.name))
            case tuple() if isinstance(inner, ListOf):
                if read:
                    yield leaf, len(shape)
                for item in shape[:1]:
                    yield from self._values(leaf.below(ITEM), item)
            case _ if read:
                yield leaf, shape  # type: ignore[misc]  # what is no dict or tuple is a value or Ago
            case _:
                return

    def _shapes(self, leaf: Leaf) -> Iterator[tuple[tuple[tuple[Leaf, Asked], ...], object]]:
        type_ = self._answers.type_of(leaf)
        inner, absent = bare(type_)
        use = self._reads.uses.get(leaf)
        if isinstance(inner, Nothing | Unknown) or inner is None:
            yield (), None
            return
        match inner:
            case Record(fields=fields):
                names = [one.name for one in fields]
                each = [list(islice(self._shapes(leaf.below(one)), MOST)) for one in names]
                for chosen in _outward(each):
                    values = tuple(one for inside, _ in chosen for one in inside)
                    shape = dict(zip(names, (shape for _, shape in chosen), strict=True))
                    yield ((leaf, True), *values) if absent and use else values, shape
            case ListOf():
                yield from self._lists(leaf, use is not None)
            case _:
                for value in self._domains.of(leaf).values:
                    yield ((leaf, value),) if use is not None else (), value
                return
        if absent and use is not None:
            yield ((leaf, None),), None

    def _lists(
        self, leaf: Leaf, read: bool
    ) -> Iterator[tuple[tuple[tuple[Leaf, Asked], ...], object]]:
        items = list(islice(self._shapes(leaf.below(ITEM)), MOST))
        if not read:
            yield (), ()
            return
        sizes = {1, 0, 2, *(n + more for n in self._reads.uses[leaf].sizes for more in (0, 1))}
        for values, shape in items:
            yield ((leaf, 1), *values), (shape,)
        yield ((leaf, 0),), ()
        second = items[1] if len(items) > 1 else items[0]
        yield ((leaf, 2), *items[0][0]), (items[0][1], second[1])
        for size in sorted(one for one in sizes if 2 < one <= MOST):
            yield ((leaf, size),), (items[0][1],) * size


def _outward(each: Sequence[list[tuple[tuple[tuple[Leaf, Asked], ...], object]]]) -> Iterator[
    tuple[tuple[tuple[tuple[Leaf, Asked], ...], object], ...]
]:  # fmt: skip
    """All combinations, the last field changing slowest: a caller may take the first of them only."""
    for chosen in product(*reversed(each)):
        yield tuple(reversed(chosen))


def _spread(
    shapes: list[tuple[tuple[tuple[Leaf, Asked], ...], object]],
) -> list[tuple[tuple[tuple[Leaf, Asked], ...], object]]:
    """Of too many, first those that bring a value, then those that bring a pair of values not seen so far."""
    seen: set[object] = set()
    chosen: list[int] = []
    taken: set[int] = set()
    for pairs in (False, True):
        for number, (values, _) in enumerate(shapes):
            if number in taken or len(chosen) == MOST:
                continue
            features: set[object] = set(map(repr, values))
            if pairs:
                features = {(repr(a), repr(b)) for a in values for b in values if a[0] < b[0]}
            if features - seen:
                seen |= features
                chosen.append(number)
                taken.add(number)
    return [shapes[number] for number in chosen]


def _is_timed(shape: object) -> bool:
    match shape:
        case Ago():
            return True
        case dict():
            return any(_is_timed(one) for one in shape.values())
        case tuple():
            return any(_is_timed(one) for one in shape)
        case _:
            return False


def made(shape: object, now: datetime) -> Value:
    """The value of a shape."""
    match shape:
        case Ago(span=span):
            return now - span
        case dict():
            return Row({name: made(one, now) for name, one in shape.items()})
        case tuple():
            return tuple(made(one, now) for one in shape)
        case _:
            return shape  # type: ignore[return-value]  # what is no Ago, dict or tuple is a value already


def usual(type_: Type | None, leaf: Leaf) -> object:
    """The shape of an answer that nobody reads."""
    inner, _ = bare(type_)
    match inner:
        case Record(fields=fields):
            return {one.name: usual(one.type, leaf.below(one.name)) for one in fields}
        case ListOf():
            return ()
        case None | Nothing() | Unknown():
            return None
        case _:
            return typical(inner, leaf)
