"""Answers changed so that a condition goes the way it should.

What to change is read off the condition, through the names that it stands on, back to the answers: an item that a
`where` lets through, a part that is percent enough of a whole, a text that is in the list. It is a guess that a walk
tries: nothing is concluded where it does not come true.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import islice

import msgspec

from rbengine.contract.types import Enum
from rbengine.contract.values import Money, Percent, Value
from rbengine.plan import expressions as ex
from rbengine.rehearsal.explore.domains import DAY, bare
from rbengine.rehearsal.explore.given import Given, Spot
from rbengine.rehearsal.explore.names import Place
from rbengine.rehearsal.explore.reckoning import DEEPEST, Bound, Here, Reckoning, Ref, about
from rbengine.runtime.arithmetic import calculate
from rbengine.runtime.gaps import Unevaluable

_ITEMS = 3
"""Of a list so many items are tried."""

_TRIES = 24
"""Changes that are tried for one condition."""


class Wishes(Reckoning):
    """Changes answers of one plan."""

    def come_true(
        self, given: Given, condition: ex.Expr, place: Place, *, so: bool
    ) -> Iterator[Given]:
        """Answers with which `condition` at `place` holds, or does not: few changes first."""
        here = Here(place)
        for one in islice(self._want(given, condition, here, so), _TRIES):
            if one.changed and self._holds(one, condition, here) is so:
                yield one

    def _want(self, given: Given, expr: ex.Expr, here: Here, so: bool) -> Iterator[Given]:
        if here.depth > DEEPEST:
            return
        if self._holds(given, expr, here) is so:
            yield given
            return
        deeper = msgspec.structs.replace(here, depth=here.depth + 1)
        match expr:
            case ex.Not(of=of):
                yield from self._want(given, of, deeper, not so)
            case ex.Logic(operator=operator, left=left, right=right):
                if (operator == "and") is so:
                    for one in islice(self._want(given, left, deeper, so), _ITEMS):
                        yield from self._want(one, right, deeper, so)
                else:
                    yield from self._want(given, left, deeper, so)
                    yield from self._want(given, right, deeper, so)
            case ex.StateTest(of=of, state=state, negated=negated):
                yield from self._state(given, of, deeper, state, so is not negated)
            case ex.Matches(of=of, texts=texts, states=states):
                yield from self._matching(given, of, deeper, (texts, states), so)
            case ex.Comparison(operator=operator, left=left, right=right):
                word = operator if so else _OPPOSITE[operator]
                yield from self._compared(given, word, left, right, deeper)
            case ex.Function(name="any", arguments=(items,)):
                yield from self._sized(given, items, deeper, so)
            case ex.Function(name="contains", arguments=(of, item)):
                yield from self._compared(given, "in" if so else "not in", item, of, deeper)
            case ex.Function(name="starts_with" | "ends_with", arguments=(of, part)) if so:
                yield from self._set(given, of, deeper, self._known(given, part, here))
            case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
                for side, holds in ((then, True), (otherwise, False)):
                    for one in self._want(given, condition, deeper, holds):
                        yield from self._want(one, side, deeper, so)
            case ex.Variable() | ex.FieldOf():
                for ref in self._targets(given, expr, deeper):
                    if isinstance(ref, Bound):
                        yield from self._want(given, ref.expr, ref.here, so)
                    else:
                        yield from _put(given, ref, so)
            case _:
                return

    def _state(
        self, given: Given, of: ex.Expr, here: Here, state: str, so: bool
    ) -> Iterator[Given]:
        match state, so:
            case "empty", _:
                yield from self._sized(given, of, here, not so)
            case ("present", True) | ("absent", False):
                yield from self._there(given, of, here)
            case "present" | "absent", _:
                yield from self._set(given, of, here, None)
            case _:
                return  # whether a call fails is no answer of it

    def _there(self, given: Given, of: ex.Expr, here: Here) -> Iterator[Given]:
        """With a value of `of`."""
        match of:
            case ex.Function(name="first" | "last", arguments=(items,)):
                yield from self._sized(given, items, here, True)
            case ex.Function(name="whole" | "decimal", arguments=(text,)):
                yield from self._set(given, text, here, "5")
            case ex.Function(name="percent", arguments=(_, whole)):
                yield from self._set(given, whole, here, 100)
            case _:
                for ref in self._targets(given, of, here):
                    if isinstance(ref, Spot):
                        yield from _put(given, ref, given.usual_at(ref))
                    elif ref.expr is not of:
                        yield from self._there(given, ref.expr, ref.here)

    def _matching(
        self,
        given: Given,
        of: ex.Expr,
        here: Here,
        fits: tuple[tuple[str, ...], tuple[str, ...]],
        so: bool,
    ) -> Iterator[Given]:
        texts, states = fits
        for state in states:
            yield from self._state(given, of, here, state, so)
        if so:
            for text in texts:
                yield from self._set(given, of, here, text)
        elif texts:
            for other in self._others(given, of, here):
                if other not in texts:
                    yield from self._set(given, of, here, other)

    def _compared(
        self, given: Given, operator: str, left: ex.Expr, right: ex.Expr, here: Here
    ) -> Iterator[Given]:
        if operator in ("in", "not in"):
            yield from self._listed(given, left, right, here, operator == "in")
            return
        for side, other, word in ((left, right, operator), (right, left, _MIRRORED[operator])):
            value = self._known(given, other, here)
            if value is None and word != "is":
                for one in islice(self._there(given, other, here), _ITEMS):
                    yield from self._beside(one, side, here, word, self._known(one, other, here))
            else:
                yield from self._beside(given, side, here, word, value)

    def _beside(
        self, given: Given, side: ex.Expr, here: Here, word: str, value: Value
    ) -> Iterator[Given]:
        """With a value of `side` that stands so to `value`."""
        if word == "is":
            yield from self._set(given, side, here, value)
        elif word == "is not":
            for other in (*self._others(given, side, here), *_near(value)):
                if other != value:
                    yield from self._set(given, side, here, other)
        else:
            below, above = (*_near(value), None, None)[:2]
            wanted = {"<": below, "<=": value, ">": above, ">=": value}[word]
            if wanted is not None:
                yield from self._set(given, side, here, wanted)

    def _listed(
        self, given: Given, item: ex.Expr, items: ex.Expr, here: Here, so: bool
    ) -> Iterator[Given]:
        held = self._known(given, items, here)
        if isinstance(held, str):
            yield from self._set(given, items, here, self._known(given, item, here) if so else "")
            return
        there = held if isinstance(held, tuple) else ()
        if not so:
            value = self._known(given, item, here)
            for other in (*self._others(given, item, here), *reversed(_near(value))):
                if other not in there:
                    yield from self._set(given, item, here, other)
            yield from self._sized(given, items, here, False)
            return
        for value in there[:_ITEMS]:
            yield from self._set(given, item, here, value)
        value = self._known(given, item, here)
        for one in (given,) if there else islice(self._sized(given, items, here, True), _ITEMS):
            for ref in self._items(one, items, here)[:_ITEMS]:
                yield from self._set_ref(one, ref, value)

    def _others(self, given: Given, of: ex.Expr, here: Here) -> Iterator[Value]:
        """Other values that may stand there."""
        for ref in self._targets(given, of, here):
            if isinstance(ref, Bound):
                if ref.expr is not of:
                    yield from self._others(given, ref.expr, ref.here)
                continue
            kind, _ = bare(given.type_at(ref))
            if isinstance(kind, Enum):
                yield from kind.values
            elif isinstance(value := given.value(ref), str):
                yield f"{value}-other"
            elif isinstance(value, bool):
                yield not value

    # -- lists ------------------------------------------------------------------------------

    def _sized(self, given: Given, expr: ex.Expr, here: Here, some: bool) -> Iterator[Given]:
        """With items in a list, or without any."""
        if here.depth > DEEPEST:
            return
        deeper = msgspec.structs.replace(here, depth=here.depth + 1)
        match expr:
            case ex.Where(items=items, condition=condition) if some:
                # First one item more: those that are there may be needed as they are.
                for one in (*self._longer(given, items, deeper), *self._some(given, items, deeper)):
                    for ref in reversed(self._items(one, items, here)[-_ITEMS:]):
                        yield from self._want(one, condition, about(deeper, ref), True)
            case ex.Where(items=items, condition=condition):
                refs = self._items(given, items, here)
                yield from self._none(given, refs, condition, deeper)
                yield from self._sized(given, items, deeper, False)
            case ex.Each(items=items) | ex.Function(name="distinct", arguments=(items,)):
                yield from self._sized(given, items, deeper, some)
            case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
                for side, holds in ((then, True), (otherwise, False)):
                    for one in self._want(given, condition, deeper, holds):
                        yield from self._sized(one, side, deeper, some)
            case _:
                for ref in self._targets(given, expr, deeper):
                    if isinstance(ref, Spot):
                        yield from _put(given, ref, given.usual_at(ref) if some else ())
                    elif ref.expr is not expr:
                        yield from self._sized(given, ref.expr, ref.here, some)
                if isinstance(expr, ex.FieldOf):
                    yield from self._sized(given, expr.of, deeper, some)

    def _none(
        self, given: Given, refs: list[Ref], condition: ex.Expr, here: Here
    ) -> Iterator[Given]:
        """With a condition that holds of none of these items."""
        if not refs:
            yield given
            return
        for one in islice(self._want(given, condition, about(here, refs[0]), False), _ITEMS):
            yield from self._none(one, refs[1:], condition, here)

    def _longer(self, given: Given, items: ex.Expr, here: Here) -> Iterator[Given]:
        """With one item more at the end of a list that has some."""
        for spot in self._spots(given, items, here):
            shape = given.at(spot)
            if isinstance(shape, tuple) and 0 < len(shape) < _ITEMS:
                yield from _put(given, spot, (*shape, shape[-1]))

    def _some(self, given: Given, items: ex.Expr, here: Here) -> Iterator[Given]:
        if self._items(given, items, here):
            yield given
        else:
            yield from islice(self._sized(given, items, here, True), _ITEMS)

    # -- values -----------------------------------------------------------------------------

    def _set_ref(self, given: Given, ref: Ref, value: Value) -> Iterator[Given]:
        if isinstance(ref, Spot):
            yield from _put(given, ref, value)
        else:
            yield from self._set(given, ref.expr, ref.here, value)

    def _set(self, given: Given, expr: ex.Expr, here: Here, value: Value) -> Iterator[Given]:
        """With this value of `expr`."""
        if here.depth > DEEPEST:
            return
        deeper = msgspec.structs.replace(here, depth=here.depth + 1)
        match expr:
            case ex.Function(name=name, arguments=arguments):
                yield from self._set_result(given, name, arguments, deeper, value)
            case ex.Arithmetic(operator=operator, left=left, right=right):
                sides: tuple[tuple[ex.Expr, Value], ...] = (
                    (left, self._solved_left(given, operator, right, deeper, value)),
                    (right, self._solved_right(given, operator, left, deeper, value)),
                )
                for side, back in sides:
                    if back is not None:
                        yield from self._set(given, side, deeper, back)
            case ex.Negate(of=of) if isinstance(value, int | Decimal | timedelta):
                yield from self._set(given, of, deeper, -value)
            case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
                for side, holds in ((then, True), (otherwise, False)):
                    for one in islice(self._want(given, condition, deeper, holds), _ITEMS):
                        yield from self._set(one, side, deeper, value)
            case _:
                for ref in self._targets(given, expr, deeper):
                    if isinstance(ref, Spot):
                        yield from _put(given, ref, value)
                    elif ref.expr is not expr:
                        yield from self._set(given, ref.expr, ref.here, value)

    def _set_result(
        self, given: Given, name: str, arguments: tuple[ex.Expr, ...], here: Here, value: Value
    ) -> Iterator[Given]:
        match name, arguments, value:
            case "whole" | "decimal", (of,), int() | Decimal():
                yield from self._set(given, of, here, str(value))
            case "lower" | "upper" | "trim", (of,), str():
                yield from self._set(given, of, here, value)
            case "first" | "last", (items,), _:
                for one in self._some(given, items, here):
                    refs = self._items(one, items, here)
                    if refs:
                        yield from self._set_ref(one, refs[0 if name == "first" else -1], value)
            case "count", (items,), int() if 0 <= value < 100:
                yield from self._counted(given, items, here, value)
            case "sum" | "min" | "max", (items, *_), _:
                for one in self._some(given, items, here):
                    yield from self._summed(one, name, items, here, value)
            case "percent", (part, whole), Percent(points=points):
                for one in (given, *islice(self._set(given, whole, here, 100), _ITEMS)):
                    total = self._known(one, whole, here)
                    if isinstance(total, int | Decimal) and total > 0:
                        exact = points * total / 100
                        wanted = exact.to_integral_value(ROUND_CEILING)
                        yield from self._set(one, part, here, wanted)
            case _:
                return

    def _counted(self, given: Given, items: ex.Expr, here: Here, size: int) -> Iterator[Given]:
        if size == 0:
            yield from self._sized(given, items, here, False)
            return
        for one in self._some(given, items, here):
            for ref in self._spots(one, items, here):
                shape = one.at(ref)
                if isinstance(shape, tuple) and shape:
                    yield from _put(one, ref, (shape * size)[:size])

    def _spots(self, given: Given, items: ex.Expr, here: Here) -> Iterator[Spot]:
        """The lists in answers that a list is made from."""
        match items:
            case ex.Where(items=inside) | ex.Each(items=inside):
                yield from self._spots(given, inside, here)
            case _:
                for ref in self._targets(given, items, here):
                    if isinstance(ref, Spot):
                        yield ref
                    elif ref.expr is not items:
                        yield from self._spots(given, ref.expr, ref.here)

    def _summed(
        self, given: Given, name: str, items: ex.Expr, here: Here, value: Value
    ) -> Iterator[Given]:
        refs = self._items(given, items, here)
        for ref in refs[:_ITEMS]:
            if name != "sum" or len(refs) == 1:
                yield from self._set_ref(given, ref, value)
                continue
            more = _calculated("-", value, self._known(given, ex.Function(name, (items,)), here))
            wanted = _calculated("+", self._held(given, ref), more)
            if wanted is not None:
                yield from self._set_ref(given, ref, wanted)

    def _solved_left(
        self, given: Given, operator: str, right: ex.Expr, here: Here, value: Value
    ) -> Value:
        back = {"+": "-", "-": "+", "*": "/", "/": "*"}[operator]
        return _calculated(back, value, self._known(given, right, here))

    def _solved_right(
        self, given: Given, operator: str, left: ex.Expr, here: Here, value: Value
    ) -> Value:
        known = self._known(given, left, here)
        if operator in ("-", "/"):
            return _calculated(operator, known, value)
        return _calculated({"+": "-", "*": "/"}[operator], value, known)


def _put(given: Given, spot: Spot, shape: object) -> Iterator[Given]:
    changed = given.having(spot, shape)
    if changed is not None:
        yield changed


def _calculated(operator: str, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    try:
        found = calculate(operator, left, right)
    except (TypeError, ArithmeticError, Unevaluable):
        return None
    if isinstance(found, Decimal) and isinstance(left, int) and isinstance(right, int):
        return int(found.to_integral_value(ROUND_CEILING))
    return found


def _near(value: Value) -> tuple[Value, ...]:
    """A little less, and a little more."""
    match value:
        case bool() | None:
            return ()
        case int():
            return value - 1, value + 1
        case Decimal():
            return value - Decimal("0.01"), value + Decimal("0.01")
        case Percent(points=points):
            return Percent(points - 1), Percent(points + 1)
        case Money(minor=minor, currency=currency):
            return Money(minor - 1, currency), Money(minor + 1, currency)
        case timedelta() | datetime():
            return value - timedelta(minutes=1), value + timedelta(minutes=1)
        case date():
            return value - DAY, value + DAY
        case _:
            return ()


_OPPOSITE = {
    "is": "is not", "is not": "is", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": "not in",
    "not in": "in",
}  # fmt: skip
_MIRRORED = {"is": "is", "is not": "is not", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
