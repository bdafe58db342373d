"""Conditions of statements about rows, column by column, with the values that they are compared with."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec

from rbengine.contract.values import Json, Value
from rbengine.rehearsal.from_run.known import ANYTHING, Anything, Must, Operator

if TYPE_CHECKING:
    from sqlglot import exp


class Is(msgspec.Struct, frozen=True):
    """Of a column of the table that is called `alias`."""

    alias: str
    column: str
    must: Must


class Same(msgspec.Struct, frozen=True):
    """Two columns, each with the alias of its table, hold the same."""

    one: tuple[str, str]
    other: tuple[str, str]


class All(msgspec.Struct, frozen=True):
    """Everything of it holds."""

    parts: "tuple[Predicate, ...]" = ()


class Some(msgspec.Struct, frozen=True):
    """One of it holds, or more."""

    parts: "tuple[Predicate, ...]"


class Open(msgspec.Struct, frozen=True):
    """What nothing here can say of columns."""


Predicate = Is | Same | All | Some | Open

_OPERATORS: Final[Mapping[str, Operator]] = {
    "EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">=", "NullSafeEQ": "=",
}  # fmt: skip
_TURNED: Final[Mapping[Operator, Operator]] = {
    "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
}  # fmt: skip
_UNITS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400, "WEEK": 604800}


class Conditions:
    """Reads conditions of one statement as it was asked: with its parameters, at its moment.

    `only` is the alias of columns that name none. `given`: values of columns that are no table's, by alias and name.
    """

    def __init__(
        self,
        parameters: Sequence[Value],
        now: datetime,
        only: str = "",
        given: Mapping[tuple[str, str], Value] | None = None,
    ) -> None:
        self._parameters = parameters
        self._now = now
        self._only = only
        self._given = given or {}

    def holds(self, node: Any, wanted: bool = True) -> Predicate:
        """What it says of columns that `node` is true, or that it is not."""
        from sqlglot import exp

        match node:
            case exp.Paren() | exp.Where():
                return self.holds(node.this, wanted)
            case exp.Not():
                return self.holds(node.this, not wanted)
            case exp.And() | exp.Or():
                parts = tuple(self.holds(one, wanted) for one in node.flatten())
                return All(parts) if isinstance(node, exp.And) is wanted else Some(parts)
            case exp.Column():
                return self._is(node, Must("=", wanted))
            case exp.Is():
                if not isinstance(node.expression, exp.Null):
                    return Open()
                missing = wanted is not bool(node.args.get("negate"))
                return self._is(node.this, Must("null" if missing else "not null"))
            case exp.In() if node.expressions:
                values = tuple(self.constant(one) for one in node.expressions)
                return self._in(node.this, values, wanted)
            case exp.Between():
                both = (
                    self._compared("GTE", node.this, node.args["low"], wanted),
                    self._compared("LTE", node.this, node.args["high"], wanted),
                )
                return All(both) if wanted else Some(both)
            case exp.EQ() if isinstance(node.expression, exp.Any):
                found = self.constant(node.expression.this)
                return self._in(node.this, found if isinstance(found, tuple) else (found,), wanted)
            case exp.Binary() if type(node).__name__ in _OPERATORS:
                return self._compared(type(node).__name__, node.this, node.expression, wanted)
            case _:
                return Open()

    def equal(self, node: Any, value: Value) -> Predicate:
        """What it says of columns that `node` comes to `value`."""
        from sqlglot import exp

        match node:
            case exp.Paren() | exp.Cast() | exp.Left() | exp.Alias():
                return self.equal(node.this, value)
            case exp.Column():
                return self._is(node, Must("null") if value is None else Must("=", value))
            case exp.Coalesce():
                if node.expressions and self.constant(node.expressions[-1]) == value:
                    return All()  # it may be absent as well
                return self.equal(node.this, value)
            case exp.Neg() if isinstance(value, int | Decimal):
                return self.equal(node.this, -value)
            case exp.Sub() | exp.Add():
                return self._sum(node, value)
            case exp.DPipe():
                return self._texts(list(node.flatten()), value)
            case exp.JSONExtractScalar():
                keys = [one.name for one in node.expression.find_all(exp.JSONPathKey)]
                return (
                    Open()
                    if len(keys) != 1
                    else self._is(node.this, Must("=", Json({keys[0]: value})))
                )
            case _:
                return Open()

    def constant(self, node: Any) -> Value | Anything:
        """What `node` comes to, where no column of a table is in it."""
        from sqlglot import exp

        match node:
            case exp.Paren() | exp.Cast():
                return self.constant(node.this)
            case exp.Literal():
                return str(node.this) if node.is_string else _number(str(node.this))
            case exp.Boolean():
                return bool(node.this)
            case exp.Null():
                return None
            case exp.Parameter():
                number = int(str(node.this.this))
                return self._parameters[number - 1] if number <= len(self._parameters) else ANYTHING
            case exp.CurrentTimestamp():
                return self._now
            case exp.Interval():
                return _span(node)
            case exp.Column():
                return self._given.get((node.table, node.name), ANYTHING)
            case exp.Neg():
                return _calculated("-", 0, self.constant(node.this))
            case exp.Add() | exp.Sub() | exp.DPipe():
                sign = {"Add": "+", "Sub": "-"}.get(type(node).__name__, "||")
                return _calculated(sign, self.constant(node.this), self.constant(node.expression))
            case _:
                return ANYTHING

    def place(self, column: "exp.Column") -> tuple[str, str]:
        """Alias and name of a column."""
        return column.table or self._only, column.name

    def _is(self, node: Any, must: Must) -> Predicate:
        from sqlglot import exp

        match node:
            case exp.Paren() | exp.Cast():
                return self._is(node.this, must)
            case exp.Coalesce() if must.operator not in ("null", "not null"):
                return self._is(node.this, must)
            case exp.Column() if (node.table, node.name) not in self._given:
                return Is(*self.place(node), must)
            case _:
                return Open()

    def _in(self, node: Any, values: Sequence[Value | Anything], wanted: bool) -> Predicate:
        known = tuple(one for one in values if not isinstance(one, Anything))
        if len(known) < len(values):
            return Open()
        return self._is(node, Must("in" if wanted else "not in", known))

    def _compared(self, kind: str, left: Any, right: Any, wanted: bool) -> Predicate:
        from sqlglot import exp

        operator = _OPERATORS[kind]
        for one, other, its in ((left, right, operator), (right, left, _TURNED[operator])):
            value = self.constant(other)
            if isinstance(value, Anything):
                continue
            if its == "=" and wanted and not isinstance(one, exp.Column):
                return self.equal(one, value)
            column, alone = self._alone(one, value)
            if column is None or isinstance(alone, Anything):
                continue
            must = Must("null") if alone is None else Must(its, alone)
            return self._is(column, must if wanted else must.dual())
        pair = [one for one in (left, right) if isinstance(one, exp.Column)]
        if operator == "=" and wanted and len(pair) == 2:
            return Same(self.place(pair[0]), self.place(pair[1]))
        return Open()

    def _alone(self, node: Any, value: Value) -> tuple[Any, Value | Anything]:
        """The column in `column - constant`, and what it is compared with when it stands alone."""
        from sqlglot import exp

        match node:
            case exp.Column() | exp.Paren() | exp.Cast() | exp.Coalesce():
                return node, value
            case exp.Sub() | exp.Add() if isinstance(node.this, exp.Column):
                sign = "+" if isinstance(node, exp.Sub) else "-"
                return node.this, _calculated(sign, value, self.constant(node.expression))
            case _:
                return None, ANYTHING

    def _sum(self, node: Any, value: Value) -> Predicate:
        """`now() - column` and `column - constant` come to `value`."""
        from sqlglot import exp

        columns = [
            one
            for one in (node.this, node.expression)
            if isinstance(one, exp.Column) and isinstance(self.constant(one), Anything)
        ]
        if len(columns) != 1:
            return Open()
        if value is None:
            return self._is(columns[0], Must("null"))
        minus = isinstance(node, exp.Sub)
        left, right = self.constant(node.this), self.constant(node.expression)
        if not isinstance(right, Anything):
            found = _calculated("+" if minus else "-", value, right)
        else:
            found = _calculated("-", left, value) if minus else _calculated("-", value, left)
        return Open() if isinstance(found, Anything) else self.equal(columns[0], found)

    def _texts(self, parts: list[Any], value: Value) -> Predicate:
        """Columns with constants between them."""
        found: list[Predicate] = []
        rest = value
        for number, one in enumerate(parts):
            known = self.constant(one)
            after = self.constant(parts[number + 1]) if number + 1 < len(parts) else ""
            if not isinstance(rest, str) or not isinstance(known, str | Anything):
                return Open()
            if isinstance(known, str):
                rest = rest.removeprefix(known)
                continue
            text = rest.partition(after)[0] if isinstance(after, str) and after else rest
            found.append(self.equal(one, text))
            rest = rest.removeprefix(text)
        return All(tuple(found))


def _number(text: str) -> Value:
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)


def _span(node: Any) -> timedelta | Anything:
    """`interval '5 minutes'`."""
    text, unit = str(node.this.this), node.args.get("unit")
    if unit is None:
        return timedelta(0) if text == "0" else ANYTHING
    seconds = _UNITS.get(str(unit).upper().removesuffix("S"))
    return ANYTHING if seconds is None else timedelta(seconds=float(text) * seconds)


def _calculated(sign: str, left: Any, right: Any) -> Value | Anything:
    """Of two constants; `ANYTHING` where they are of no kinds that this is done with."""
    if isinstance(left, Anything) or isinstance(right, Anything):
        return ANYTHING
    if left is None or right is None:
        return None
    if sign == "||" and not any(
        isinstance(left, kind) and isinstance(right, kind) for kind in (tuple, str)
    ):
        return ANYTHING
    try:
        found: Value = left - right if sign == "-" else left + right
    except TypeError:
        return ANYTHING
    return found
