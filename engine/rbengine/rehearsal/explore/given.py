"""The answers of one walk, to be changed: what stands where in them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from rbengine.contract.types import Enum, ListOf, Record, Scalar, Type
from rbengine.contract.values import Json, Money, Percent, Value
from rbengine.rehearsal.explore.candidates import made, usual
from rbengine.rehearsal.explore.domains import bare
from rbengine.rehearsal.explore.leaves import ITEM, Answers, Leaf
from rbengine.rehearsal.explore.reads import Ago
from rbengine.runtime.fields import plain


class Spot(NamedTuple):
    """A place in an answer: names of fields and numbers of items lead there."""

    source: int
    steps: tuple[str | int, ...] = ()

    def below(self, step: str | int) -> "Spot":
        """One step further in."""
        return Spot(self.source, (*self.steps, step))


class Given:
    """Shapes of answers (as `candidates` has them) by source. Changing one gives another.

    `moments`: when each was given; `now`: when it is asked what they make of a condition.
    """

    def __init__(
        self,
        answers: Answers,
        shapes: dict[int, object],
        moments: Mapping[int, datetime],
        now: datetime,
        changed: frozenset[int] = frozenset(),
    ) -> None:
        self._answers = answers
        self._moments = moments
        self.shapes = shapes
        self.now = now
        self.changed = changed

    def knows(self, source: int) -> bool:
        """Whether the walk was given an answer there."""
        return source in self.shapes

    def type_at(self, spot: Spot) -> Type | None:
        """The type of what stands there."""
        path = tuple(ITEM if isinstance(one, int) else one for one in spot.steps)
        return self._answers.type_of(Leaf(spot.source, path))

    def at(self, spot: Spot) -> object:
        """The shape that stands there; None where nothing does."""
        shape = self.shapes.get(spot.source)
        for step in spot.steps:
            match shape:
                case dict() if isinstance(step, str):
                    shape = shape.get(step)
                case tuple() if isinstance(step, int) and step < len(shape):
                    shape = shape[step]
                case Json(content=dict() as content) if isinstance(step, str):
                    shape = plain(content.get(step))
                case Money() if step in ("minor", "currency"):
                    shape = getattr(shape, str(step))
                case _:
                    return None
        return shape

    def value(self, spot: Spot) -> Value:
        """The value that stands there."""
        return made(self.at(spot), self._moments[spot.source])

    def having(self, spot: Spot, shape: object) -> "Given | None":
        """With another shape there; None where it cannot stand there."""
        if not self.knows(spot.source):
            return None
        if isinstance(shape, datetime):
            shape = Ago(self._moments[spot.source] - shape)
        kind = self.type_at(spot)
        if kind is not None:
            shape = _fitting(kind, shape)
            if shape is _UNFIT:
                return None
        whole = self._put(Spot(spot.source), self.shapes[spot.source], spot.steps, shape)
        if whole is _UNFIT:
            return None
        shapes = {**self.shapes, spot.source: whole}
        changed = self.changed | {spot.source}
        return Given(self._answers, shapes, self._moments, self.now, changed)

    def usual_at(self, spot: Spot) -> object:
        """What usually stands there: no field of it is absent, and a list has an item."""
        return self._whole(self.type_at(spot), spot)

    def _whole(self, kind: Type | None, spot: Spot) -> object:
        inner, _ = bare(kind)
        leaf = Leaf(spot.source, tuple(ITEM if isinstance(s, int) else s for s in spot.steps))
        match inner:
            case Record(fields=fields):
                return {one.name: self._whole(one.type, spot.below(one.name)) for one in fields}
            case ListOf(item=item):
                return (self._whole(item, spot.below(0)),)
            case _:
                return usual(inner, leaf)

    def _put(
        self, here: Spot, shape: object, steps: tuple[str | int, ...], wanted: object
    ) -> object:
        if not steps:
            return wanted
        step, rest = steps[0], steps[1:]
        if shape is None:
            shape = self.usual_at(here)
        match shape:
            case dict() if isinstance(step, str):
                inside = self._put(here.below(step), shape.get(step), rest, wanted)
                return _UNFIT if inside is _UNFIT else {**shape, step: inside}
            case tuple() if isinstance(step, int) and step < len(shape):
                inside = self._put(here.below(step), shape[step], rest, wanted)
                return _UNFIT if inside is _UNFIT else (*shape[:step], inside, *shape[step + 1 :])
            case Json(content=dict() as content) if isinstance(step, str) and not rest:
                return Json({**content, step: _bare_json(wanted)})
            case Money(currency=currency) if step == "minor" and isinstance(wanted, int):
                return Money(wanted, currency)
            case _:
                return _UNFIT


_UNFIT = object()


def _bare_json(value: object) -> object:
    return value.content if isinstance(value, Json) else value


def _fitting(kind: Type, shape: object) -> object:
    """The shape as this type has it, or `_UNFIT`."""
    inner, absent = bare(kind)
    if shape is None:
        return None if absent else _UNFIT
    match inner:
        case Enum(values=values):
            return shape if shape in values else _UNFIT
        case Record():
            return shape if isinstance(shape, dict) else _UNFIT
        case ListOf():
            return shape if isinstance(shape, tuple) else _UNFIT
        case Scalar(name=name):
            return _scalar(name, shape)
        case _:
            return _UNFIT


def _scalar(name: str, shape: object) -> object:
    match name, shape:
        case "bool", bool():
            return shape
        case _, bool():
            return _UNFIT
        case "int", Decimal() if shape == shape.to_integral_value():
            return int(shape)
        case "decimal", int():
            return Decimal(shape)
        case "percent", int() | Decimal():
            return Percent(Decimal(shape))
        case "money", int():
            return Money(shape, "usd")
        case _:
            return shape if isinstance(shape, _HELD.get(name, str)) else _UNFIT


_HELD: dict[str, type] = {
    "int": int, "decimal": Decimal, "percent": Percent, "duration": timedelta, "instant": Ago,
    "date": date, "json": Json, "bytes": bytes, "money": Money,
}  # fmt: skip
"""What stands in a shape for each scalar; for all others a text."""
