"""What is known of a row: what must hold of each of its columns, and at last a value for which all of it holds."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from rbengine.contract.values import Value
from rbengine.host.simulated_tables import Column

Operator = Literal["=", "<>", "<", "<=", ">", ">=", "in", "not in", "null", "not null"]

_DUALS: Final[Mapping[Operator, Operator]] = {
    "=": "<>", "<": ">=", "<=": ">", "in": "not in", "null": "not null",
    "<>": "=", ">=": "<", ">": "<=", "not in": "in", "not null": "null",
}  # fmt: skip
_A_MOMENT = timedelta(minutes=1)
_UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))
_SOME: Mapping[str, Value] = {
    "text": "x", "int2": 1, "int4": 1, "int8": 1, "numeric": Decimal(1), "bool": True,
}  # fmt: skip
"""For a column that must have a value, whichever, by its type."""


class Anything:
    """Nothing has to be said of a column."""


ANYTHING: Final = Anything()


class Must(msgspec.Struct, frozen=True):
    """What holds of a column: `< 5`."""

    operator: Operator
    value: Value = None

    def dual(self) -> "Must":
        """What holds where this does not."""
        return Must(_DUALS[self.operator], self.value)

    def holds(self, value: Value) -> bool:
        """Whether it holds of `value`. Of nothing only `null` does."""
        match self.operator:
            case "null":
                return value is None
            case "not null":
                return value is not None
            case "in":
                return value in listed(self.value)
            case "not in":
                return value is not None and value not in listed(self.value)
            case "=":
                return value == self.value
            case "<>":
                return value is not None and value != self.value
            case _:
                return _ordered(self.operator, value, self.value)


class Cell(msgspec.Struct, frozen=True):
    """All that must hold of one column."""

    musts: tuple[Must, ...] = ()

    def and_(self, must: Must) -> "Cell | None":
        """With one thing more; None where both cannot be."""
        if must in self.musts:
            return self
        more = Cell((*self.musts, must))
        return more if more._is_possible() else None

    def says(self, must: Must) -> bool | None:
        """Whether it holds for certain; None where that is open."""
        if self.and_(must) is None:
            return False
        return True if self.musts and self.and_(must.dual()) is None else None

    @property
    def known(self) -> Value | Anything:
        """Its only value, where there is only one."""
        for one in self.musts:
            if one.operator in ("=", "null"):
                return one.value
        return ANYTHING

    def value(self, column: Column | None, now: datetime) -> Value | Anything:
        """One for which all of it holds; `ANYTHING` where whatever the schema makes up will do."""
        for one in _candidates(self.musts, column, now):
            if all(must.holds(one) for must in self.musts):
                return one
        return ANYTHING

    def _is_possible(self) -> bool:
        for one in self.musts:
            if one.operator in ("=", "in", "null"):
                values = listed(one.value) if one.operator == "in" else (one.value,)
                return any(all(must.holds(value) for must in self.musts) for value in values)
        bounds = _bounds(self.musts)
        return not bounds or any(
            all(must.holds(value) for must in self.musts) for value in _between(bounds, None)
        )


class Known:
    """One row of `table`. `at`: since when it is there, None from before the run on. `own`: the run has made it."""

    def __init__(
        self,
        table: str,
        cells: Mapping[str, Cell],
        at: datetime | None = None,
        *,
        own: bool = False,
    ) -> None:
        self.table = table
        self.cells = dict(cells)
        self.at = at
        self.own = own

    def cell(self, column: str) -> Cell:
        """What must hold of a column."""
        return self.cells.get(column, Cell())


def joined(one: Mapping[str, Cell], other: Mapping[str, Cell]) -> dict[str, Cell] | None:
    """What holds where both hold; None where they cannot."""
    found = dict(one)
    for name, cell in other.items():
        for must in cell.musts:
            more = found.get(name, Cell()).and_(must)
            if more is None:
                return None
            found[name] = more
    return found


def cell_of(value: Value) -> Cell:
    """That it is `value`."""
    return Cell((Must("null") if value is None else Must("=", value),))


def listed(value: Value) -> tuple[Value, ...]:
    """A list as it is, anything else as one of one item."""
    return value if isinstance(value, tuple) else (value,)


def _candidates(musts: tuple[Must, ...], column: Column | None, now: datetime) -> Iterator[Value]:
    for one in musts:
        if one.operator in ("=", "null"):
            yield one.value
        if one.operator == "in":
            yield from listed(one.value)
    if column is not None and musts:
        yield from column.values
    yield from _between(_bounds(musts), now)
    if column is not None and any(one.operator == "not null" for one in musts):
        yield now - timedelta(hours=1) if column.type == "timestamptz" else _SOME.get(column.type)


def _bounds(musts: tuple[Must, ...]) -> list[Must]:
    return [one for one in musts if one.operator in ("<", "<=", ">", ">=")]


def _between(bounds: list[Must], now: datetime | None) -> Iterator[Value]:
    """Values that bounds leave: in the middle first, then beside and at each of them."""
    if not bounds:
        return
    lows: list[Any] = [one.value for one in bounds if one.operator.startswith(">")]
    highs: list[Any] = [one.value for one in bounds if one.operator.startswith("<")]
    try:
        low, high = max(lows, default=None), min(highs, default=None)
    except TypeError:
        return
    if high is None and isinstance(low, datetime) and now is not None and low < now:
        high = now
    if low is not None and high is not None:
        middle = low + ((high - low) // 2 if isinstance(low, int) else (high - low) / 2)
        if isinstance(middle, datetime) and now is not None:
            # Counted from now in whole days, hours or minutes where that is between them.
            yield from (
                now - number * unit for unit in _UNITS if (number := round((now - middle) / unit))
            )
        yield middle
    for one, sign in ((low, 1), (high, -1)):
        if one is not None:
            yield one + sign * _step(one)
            yield one


def _step(value: Value) -> Any:
    if isinstance(value, datetime | timedelta):
        return _A_MOMENT
    return timedelta(days=1) if isinstance(value, date) else 1


def _ordered(operator: Operator, left: Any, right: Any) -> bool:
    try:
        match operator:
            case "<":
                return bool(left < right)
            case "<=":
                return bool(left <= right)
            case ">":
                return bool(left > right)
            case _:
                return bool(left >= right)
    except TypeError:  # nothing, or of different kinds: they have no order
        return False
