"""Answers that are made of many rows: counts, sums, the latest; and rows of which the same would come out."""

from decimal import Decimal
from typing import Any

import msgspec

from rbengine.contract.values import Json, Row, Value
from rbengine.rehearsal.from_run.known import Known
from rbengine.rehearsal.from_run.predicates import All, Conditions, Is, Predicate, Some
from rbengine.rehearsal.from_run.statement import Statement


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Of some of the rows more holds than of the others."""

    rows: int
    holds: Predicate
    fails: Predicate


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """What one row of an answer is made of: so many rows, of all of which `group` holds."""

    count: int
    group: tuple[Predicate, ...]
    parts: tuple[Part, ...]
    beside: bool
    """No row is in two of the parts: together they are all."""
    totals: tuple[tuple[Any, Value], ...]
    """Expressions, and what they come to over all rows."""
    each: tuple[tuple[Any, tuple[Value, ...]], ...]
    """Expressions, and what they are of one row after the other."""
    read: Conditions
    alias: str = ""
    """Which table there are many rows of; empty for the first."""
    needs: frozenset[str] = frozenset()
    """Tables of outer joins that have a row."""

    def row(self, number: int) -> list[Predicate]:
        """What holds of row `number`, from 0."""
        found: list[Predicate] = []
        before = 0
        for one in self.parts:
            is_in = before <= number < before + one.rows
            found.append(one.holds if is_in else one.fails)
            before += one.rows if self.beside else 0
        for node, value in () if self.each else self.totals:
            rest = 0 if isinstance(value, int | Decimal) else value
            found.append(self.read.equal(node, value if number == 0 else rest))
        for node, values in self.each:
            found.append(self.read.equal(node, values[number]) if number < len(values) else All())
        return found

    def without(self, row: Known) -> "Gathered | None":
        """What is left where `row` is one of them; None where nobody can tell."""
        if not self.count or self.each:
            return None
        totals: list[tuple[Any, Value]] = []
        for node, value in self.totals:
            share = _share(self.read.equal(node, Decimal(-1)), row)
            if share is None or not isinstance(value, int | Decimal):
                return None
            totals.append((node, value - share))
        parts: list[Part] = []
        for one in self.parts:
            is_in = _is_in(one.holds, row)
            if is_in is None or (is_in and not one.rows):
                return None
            parts.append(msgspec.structs.replace(one, rows=one.rows - is_in))
        least = int(self.beside and any(value for _, value in totals))
        return msgspec.structs.replace(
            self, count=max(self.count - 1, least), totals=tuple(totals), parts=tuple(parts)
        )


def gathered(parsed: Statement, answer: Row, read: Conditions) -> Gathered | None:
    """None where rows do not say it."""
    from sqlglot import exp

    counts: dict[str, int] = {}
    group: list[Predicate] = []
    parts: list[Part] = []
    totals: list[tuple[Any, Value]] = []
    each: list[tuple[Any, tuple[Value, ...]]] = []
    for name, node in parsed.answer:
        value = answer.get(name)
        inner, turned = _inside(node)
        value = -value if turned and isinstance(value, int | Decimal) else value
        if isinstance(inner, exp.GT) and isinstance(value, bool):
            inner, value = inner.this, int(value)
        match inner:
            case exp.Filter(this=exp.Count()) if isinstance(value, int):
                where = inner.expression
                parts.append(
                    Part(rows=value, holds=read.holds(where), fails=read.holds(where, False))
                )
            case exp.Count() if isinstance(value, int):
                distinct = isinstance(inner.this, exp.Distinct)
                counts[inner.this.expressions[0].table if distinct else ""] = value
            case exp.Sum() if isinstance(value, int | Decimal):
                totals.append((inner.this, value))
            case exp.Max() | exp.Min():
                totals.append((inner.this, value))
            case exp.ArrayAgg() if isinstance(value, tuple):
                each.append(
                    (inner.this.this if isinstance(inner.this, exp.Order) else inner.this, value)
                )
            case _ if inner.find(exp.AggFunc, exp.Subquery) is not None:
                if inner.find(exp.Subquery) is None:
                    return None
            case _:
                group.append(read.equal(node, answer.get(name)))
    needs = {alias for alias, count in counts.items() if count}
    for node, value in totals:
        needs.update(one.table for one in node.find_all(exp.Column) if value)
    least = [int(parsed.grouped), sum(one.rows for one in parts)]
    least += [len(values) for _, values in each] + [1 for _, value in totals if value]
    return Gathered(
        count=counts[""] if "" in counts else max([*counts.values(), *least]),
        group=tuple(group), parts=tuple(parts), beside="" not in counts,
        totals=tuple(totals), each=tuple(each), read=read,
        alias=max(counts, key=lambda alias: counts[alias], default=""), needs=frozenset(needs),
    )  # fmt: skip


def _inside(node: Any) -> tuple[Any, bool]:
    """What stands inside casts and defaults, and whether its sign is turned."""
    from sqlglot import exp

    turned = False
    while isinstance(node, exp.Paren | exp.Cast | exp.Coalesce | exp.Neg | exp.Alias):
        turned ^= isinstance(node, exp.Neg)
        node = node.this
    return node, turned


def _share(place: Predicate, row: Known) -> int | Decimal | None:
    """What the expression at `place` is of `row`, where that is known."""
    known = row.cell(place.column).known if isinstance(place, Is) else None
    if isinstance(place, Is) and isinstance(known, Json) and isinstance(place.must.value, Json):
        (key,) = place.must.value.content
        known = known.content.get(key)
    return known if isinstance(known, int | Decimal) else None


def _is_in(holds: Predicate, row: Known) -> bool | None:
    """Whether it holds of `row`; None where that is open."""
    match holds:
        case Is(column=column, must=must):
            return row.cell(column).says(must)
        case All(parts=parts) | Some(parts=parts):
            found = [_is_in(one, row) for one in parts]
            decisive = isinstance(holds, Some)
            if decisive in found:
                return decisive
            return None if None in found else not decisive
        case _:
            return None
