"""The values that one leaf must take so that every condition goes every way.

Values that all conditions treat alike are one class. Where leaves are only compared for being the same, the n-th of
them needs n of each class: the others are the same run under other names. With those two rules a domain is *exact*:
what no combination of its values makes true, no values make true.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec

from rbengine.contract.types import Enum, ListOf, Optional, Record, Scalar, Secret, Tried, Type
from rbengine.contract.values import Json, Money, Percent, Value
from rbengine.rehearsal.explore.leaves import ITEM, Answers, Leaf
from rbengine.rehearsal.explore.reads import Ago, Asked, Reads, Use

DAY = timedelta(days=1)
EPOCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When every run begins: a Monday morning."""

_LONG_AGO = EPOCH - DAY * 60


class Domain(msgspec.Struct, frozen=True):
    """Values of a leaf, the usual one first. `exact`: as the module says."""

    values: tuple[Asked, ...]
    exact: bool


class Domains:
    """The domains of the leaves of one plan."""

    def __init__(self, reads: Reads, answers: Answers) -> None:
        self._reads = reads
        self._answers = answers
        self._known: dict[Leaf, Domain] = {}

    def of(self, leaf: Leaf) -> Domain:
        """The values of `leaf`, which holds no fields and no items, and whether it may be absent."""
        found = self._known.get(leaf)
        if found is None:
            found = self._known[leaf] = self._domain(leaf)
        return found

    def is_told(self, leaf: Leaf) -> bool:
        """Whether the values of `leaf` are exact where its call has answered: where it failed is another way."""
        if leaf not in self._reads.uses or self.of(leaf).exact:
            return ITEM not in leaf.path
        uses = [self._reads.uses[one] for one in self._reads.component(leaf)]
        clean = len(uses) == 1 or not any(one.ordered for one in uses)
        return clean and not any(one.rough for one in uses) and ITEM not in leaf.path

    def _domain(self, leaf: Leaf) -> Domain:
        type_ = self._answers.type_of(leaf)
        use = self._reads.uses.get(leaf)
        inner, absent = bare(type_)
        if use is None:
            return Domain((typical(inner, leaf),), exact=True)
        together = self._reads.component(leaf)
        uses = [self._reads.uses[one] for one in together]
        groups = [group for one in uses for group in one.groups]
        place = together.index(leaf) + 1
        if any(one.ordered for one in uses):
            values = _ordered(inner, [v for g in groups for v in g], place, leaf)
        else:
            kinds = [bare(self._answers.type_of(one))[0] for one in together]
            values = _classes(inner, groups, kinds, place, leaf)
        clean = len(together) == 1 or not any(one.ordered for one in uses)
        exact = clean and not any(_is_rough(one) for one in uses) and ITEM not in leaf.path
        if _is_rough(use):
            hints = sorted(use.hints) if isinstance(inner, Scalar) and inner.name == "text" else ()
            values = tuple(dict.fromkeys((*values, *hints, *spread(inner))))
        if absent:
            values = (*values, None)
        return Domain(values, exact)


def bare(type_: Type | None) -> tuple[Type | None, bool]:
    """The type without its coats, and whether it may be absent."""
    absent = False
    while isinstance(type_, Optional | Secret | Tried):
        absent = absent or isinstance(type_, Optional)
        type_ = type_.inner
    return type_, absent


def is_whole(type_: Type | None) -> bool:
    """Whether a value of this type has no fields and no items."""
    return not isinstance(bare(type_)[0], Record | ListOf)


def _is_rough(use: Use) -> bool:
    return use.rough or use.failed


def _classes(
    type_: Type | None,
    groups: list[tuple[Asked, ...]],
    kinds: Iterable[Type | None],
    place: int,
    leaf: Leaf,
) -> tuple[Asked, ...]:
    if isinstance(type_, Scalar) and type_.name == "bool":
        return (True, False)
    lists = [one.values for one in kinds if isinstance(one, Enum)]
    told_apart = [*groups, *lists]
    named: dict[Asked, None] = dict.fromkeys(
        v for group in told_apart for v in group if v is not None
    )
    mine: Iterable[Asked]
    if isinstance(type_, Enum):
        mine = [one for one in named if one in type_.values] or type_.values
    else:
        mine = [*named, *(fresh(type_, number, leaf) for number in range(1, place + 1))]
        if not lists and isinstance(type_, Scalar) and type_.name == "text":
            mine = [*mine[len(named) :], *named]  # what nobody asks for is usual
    taken: dict[tuple[bool, ...], int] = {}
    chosen: list[Asked] = []
    for value in mine:
        kind = tuple(value in group for group in told_apart)
        taken[kind] = taken.get(kind, 0) + 1
        if taken[kind] <= place:
            chosen.append(value)
    return tuple(chosen)


def _ordered(type_: Type | None, named: list[Asked], place: int, leaf: Leaf) -> tuple[Asked, ...]:
    step = _step(type_)
    marks = sorted({one for one in named if _fits(one, type_)}, key=_sort_key)
    if step is None:
        return tuple(fresh(type_, number, leaf) for number in range(1, place + 1))
    if not marks:
        base = typical(type_, leaf)
        return tuple(
            _moved(base, step, number) for number in sorted(range(1 - place, place), key=abs)
        )
    found: dict[Asked, None] = {}
    for mark in marks:
        for number in (1, 0, -1):
            found[_moved(mark, step, number)] = None
    return tuple(found)


def _fits(value: Asked, type_: Type | None) -> bool:
    """Whether the constant is of the leaf's kind: `amount > 0` compares money with a plain number."""
    if isinstance(value, Ago):
        return isinstance(type_, Scalar) and type_.name == "instant"
    return value is not None and not isinstance(value, bool | str)


def _sort_key(value: Asked) -> tuple[str, float]:
    match value:
        case Ago(span=span):
            return "ago", -span.total_seconds()
        case timedelta():
            return "span", value.total_seconds()
        case datetime():
            return "moment", value.timestamp()
        case date():
            return "day", float(value.toordinal())
        case Money(minor=minor, currency=currency):
            return currency, float(minor)
        case Percent(points=points):
            return "percent", float(points)
        case int() | Decimal():
            return "number", float(value)
        case _:
            return str(value), 0.0


_STEPS: dict[str, Value] = {
    "int": 1, "decimal": Decimal("0.01"), "percent": Percent(Decimal("0.01")),
    "duration": timedelta(seconds=1), "instant": timedelta(seconds=2), "date": DAY, "money": 1,
}  # fmt: skip


def _step(type_: Type | None) -> Value:
    return _STEPS.get(type_.name) if isinstance(type_, Scalar) else None


def _moved(value: Asked, step: Value, times: int) -> Asked:
    match value:
        case Ago(span=span) if isinstance(step, timedelta):
            return Ago(span - step * times)
        case Money(minor=minor, currency=currency):
            return Money(minor + times, currency)
        case Percent(points=points) if isinstance(step, Percent):
            return Percent(points + step.points * times)
        case int() if isinstance(step, Percent):
            return Percent(value + step.points * times)
        case int() | Decimal() if isinstance(step, int | Decimal):
            return value + step * times
        case datetime() | timedelta() if isinstance(step, timedelta):
            return value + step * times
        case date() if isinstance(step, timedelta):
            return value + step * times
        case _:
            return value


_SPREAD: dict[str, tuple[Asked, ...]] = {
    "text": ("",),
    "int": (0, 1, 2, 10, 100, 10_000, -1),
    "decimal": tuple(Decimal(one) for one in ("0", "0.5", "10", "100", "10000", "-1")),
    "percent": tuple(Percent(Decimal(one)) for one in ("0", "1", "50", "100")),
    "duration": tuple(timedelta(minutes=one) for one in (0, 1, 60, 1440)),
    "instant": tuple(Ago(timedelta(minutes=one)) for one in (0, 5, 120, 1440, 44_640, -60)),
    "date": tuple(EPOCH.date() - DAY * one for one in (0, 1, 31, -1)),
    "money": tuple(Money(one, "usd") for one in (0, 1, 10_000, 10_000_000)),
}  # fmt: skip


def spread(type_: Type | None) -> tuple[Asked, ...]:
    """Values far apart, for what is compared with something that is only known when it runs: of an enum all."""
    if isinstance(type_, Enum):
        return type_.values
    return _SPREAD.get(type_.name, ()) if isinstance(type_, Scalar) else ()


def typical(type_: Type | None, leaf: Leaf) -> Value:
    """A value of a type without fields and items, where nothing asks for a certain one."""
    if isinstance(type_, Enum):
        return type_.values[0] if type_.values else ""
    return fresh(type_, 1, leaf)


def fresh(type_: Type | None, number: int, leaf: Leaf) -> Value:
    """The `number`-th value of a type: another for each, and the same each time."""
    name = type_.name if isinstance(type_, Scalar) else "text"
    stem = next((one for one in reversed(leaf.path) if one != ITEM), "value")
    made: dict[str, Value] = {
        "text": f"{stem}-{number}",
        "bool": number % 2 == 1,
        "int": number,
        "decimal": Decimal(number),
        "percent": Percent(Decimal(number)),
        "duration": timedelta(minutes=number),
        "instant": _LONG_AGO + DAY * number,
        "date": (_LONG_AGO + DAY * number).date(),
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "email": f"{stem.replace('_', '-')}-{number}@example.test",
        "url": f"https://example.test/{stem}/{number}",
        "phone": f"+1555000{number:04d}",
        "json": Json({}),
        "bytes": bytes([number % 256]),
        "money": Money(number * 100, "usd"),
    }
    return made[name]
