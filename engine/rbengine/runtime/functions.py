"""The pure functions of the language, by name; arguments in declared order.

An absent argument gives absent. The checker types them from its own table; a test compares the names.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from rbengine.contract.values import Json, Money, Percent, Value
from rbengine.runtime.gaps import Unevaluable
from rbengine.runtime.wording import as_text


def _items(value: Value) -> tuple[Any, ...]:
    match value:
        case tuple():
            return value
        case Json(content=list() | tuple() as content):
            return tuple(content)
        case _:
            raise TypeError("not a list")


def _present(value: Value) -> list[Any]:
    return [one for one in _items(value) if one is not None]


def _one_currency(items: Iterable[Money]) -> None:
    """Raises Unevaluable for two: which of them is more, nobody here can say."""
    found = sorted({one.currency for one in items})
    if len(found) > 1:
        raise Unevaluable(f"amounts in {' and '.join(found)} never meet")


def _sum(of: Value, of_none: Value = 0) -> Value:
    items = _present(of)
    if not items:
        return of_none
    first = items[0]
    match first:
        case Money(currency=currency):
            _one_currency(items)
            return Money(sum(one.minor for one in items), currency)
        case timedelta():
            return sum(items, timedelta(0))
        case Percent():
            return Percent(sum((one.points for one in items), Decimal(0)))
        case _:
            return sum(items)  # type: ignore[no-any-return]  # numbers, as the checker saw to


def _least(choose: Callable[..., Any]) -> Callable[[Value], Value]:
    def function(of: Value) -> Value:
        items = _present(of)
        if not items:
            return None
        if isinstance(items[0], Money):
            _one_currency(items)
            return choose(items, key=lambda one: one.minor)  # type: ignore[no-any-return]
        return choose(items)  # type: ignore[no-any-return]

    return function


def _first(of: Value) -> Value:
    items = _items(of)
    return items[0] if items else None


def _last(of: Value) -> Value:
    items = _items(of)
    return items[-1] if items else None


def _distinct(of: Value) -> Value:
    items = _items(of)
    try:
        return tuple(dict.fromkeys(items))
    except TypeError:  # JSON objects have no hash; lists of them are short
        kept: list[Any] = []
        for one in items:
            if one not in kept:
                kept.append(one)
        return tuple(kept)


def _any(of: Value) -> Value:
    items = _items(of)
    if all(isinstance(one, bool) for one in items):
        return any(items)
    return bool(items)


def _all(of: Value) -> Value:
    return all(one is True for one in _items(of))


def _join(of: Value, between: Value) -> Value:
    return str(between).join(as_text(one) for one in _items(of))


def _contains(of: Value, item: Value) -> Value:
    if isinstance(of, str):
        return isinstance(item, str) and item in of
    return item in _items(of)


def _whole(of: Value) -> Value:
    number = _decimal(of)
    if isinstance(number, Decimal) and number == number.to_integral_value():
        return int(number)
    return None


def _decimal(of: Value) -> Value:
    content = of.content if isinstance(of, Json) else of
    match content:
        case bool():
            return None
        case int() | Decimal():
            return Decimal(content)
        case str() if content.strip():
            try:
                number = Decimal(content.strip())
            except InvalidOperation:
                return None
            # `1e99999` is a number to Decimal and a trap to whoever writes it out
            return number if number.is_finite() and abs(number.adjusted()) < 40 else None
        case _:
            return None


def _percent(part: Any, whole: Any) -> Value:
    if whole == 0:
        return None
    return Percent(Decimal(part) * 100 / Decimal(whole))


def _span(seconds: int) -> Callable[[Any], Value]:
    def function(of: Any) -> Value:
        microseconds = Decimal(of) * seconds * 1_000_000
        return timedelta(microseconds=int(microseconds))

    return function


def _text(name: str) -> Callable[[Any], Value]:
    def function(of: Any) -> Value:
        return getattr(of, name)()  # type: ignore[no-any-return]

    return function


def _absent_through(function: Callable[..., Value]) -> Callable[..., Value]:
    def guarded(*arguments: Value) -> Value:
        return None if _lacks(arguments) else function(*arguments)

    return guarded


def _lacks(arguments: Iterable[Value]) -> bool:
    return any(one is None for one in arguments)


_PLAIN: dict[str, Callable[..., Value]] = {
    "all": _all,
    "any": _any,
    "count": lambda of: len(_items(of)),
    "days": _span(86_400),
    "decimal": _decimal,
    "distinct": _distinct,
    "ends_with": lambda of, end: of.endswith(end),
    "first": _first,
    "hours": _span(3600),
    "join": _join,
    "last": _last,
    "length": lambda of: len(of),
    "lower": _text("lower"),
    "max": _least(max),
    "min": _least(min),
    "minutes": _span(60),
    "percent": _percent,
    "seconds": _span(1),
    "starts_with": lambda of, start: of.startswith(start),
    "trim": _text("strip"),
    "upper": _text("upper"),
    "whole": _whole,
}

FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{name: _absent_through(one) for name, one in _PLAIN.items()},
    "contains": lambda of, item: None if of is None else _contains(of, item),
    "sum": lambda of, of_none=0: None if of is None else _sum(of, of_none),
    "text": as_text,
}
