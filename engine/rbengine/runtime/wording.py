"""Values as people read them, and the filters of holes: `{{ since | local }}`."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from rbengine.contract.currencies import minor_digits
from rbengine.contract.values import (
    Failure,
    Json,
    Money,
    Percent,
    Row,
    SecretReference,
    SecretValue,
    Value,
)
from rbengine.runtime.local_time import Offsets, there

_CLOCK = "%Y-%m-%d %H:%M"
_CLOCK_WITH_SECONDS = "%Y-%m-%d %H:%M:%S"
_PLACES = 2
"""Of a percentage."""


def as_text(value: Value) -> str:
    """One line for `value`. A secret shows its name only."""
    match value:
        case None:
            return "absent"
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case timedelta():
            return duration_text(value)
        case Percent(points=points):
            return f"{_short(points)}%"
        case Money():
            return money_text(value)
        case tuple():
            return ", ".join(as_text(one) for one in value) if value else "none"
        case Row():
            return ", ".join(f"{name}: {as_text(one)}" for name, one in value.items())
        case Json(content=content):
            return _json_text(content)
        case bytes():
            return f"{len(value)} bytes"
        case SecretValue():
            return f"<secret: {value.reference.name}>"
        case SecretReference(name=name):
            return f"<secret: {name}>"
        case Failure(kind=kind, text=text):
            return f"{kind}: {text}"


def instant_text(value: datetime) -> str:
    """`2026-12-23 03:10 UTC`, with seconds where they are not zero."""
    clock = value.astimezone(UTC)
    return f"{clock.strftime(_CLOCK_WITH_SECONDS if clock.second else _CLOCK)} UTC"


def duration_text(value: timedelta) -> str:
    """`1h 30m`, `45s`, `200ms`, as the language writes it; the two largest units."""
    if value < timedelta(0):
        return "-" + duration_text(-value)
    rest = value // timedelta(milliseconds=1)
    parts = []
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) if parts else "0s"


def money_text(value: Money) -> str:
    """`12.50 usd`, as the language writes it."""
    digits = minor_digits(value.currency)
    amount = Decimal(value.minor).scaleb(-digits)
    return f"{amount:.{digits}f} {value.currency}"


def _json_text(content: object) -> str:
    match content:
        case None:
            return "null"
        case bool():
            return "true" if content else "false"
        case str():
            return content
        case Decimal():
            return format(content, "f")
        case dict():
            return (
                "{" + ", ".join(f"{key}: {_json_text(one)}" for key, one in content.items()) + "}"
            )
        case list() | tuple():
            return "[" + ", ".join(_json_text(one) for one in content) + "]"
        case _:
            return str(content)


def _local(value: Value, offsets: Offsets) -> Value:
    if not isinstance(value, datetime):
        return value
    clock, name = there(value, offsets)
    return f"{clock.strftime(_CLOCK_WITH_SECONDS if clock.second else _CLOCK)} {name}"


def _date(value: Value, offsets: Offsets) -> Value:
    return there(value, offsets)[0].date().isoformat() if isinstance(value, datetime) else value


def _time(value: Value, offsets: Offsets) -> Value:
    if not isinstance(value, datetime):
        return value
    clock, name = there(value, offsets)
    return f"{clock.strftime('%H:%M')} {name}"


def _lower(value: Value, _offsets: Offsets) -> Value:
    return value.lower() if isinstance(value, str) else value


def _upper(value: Value, _offsets: Offsets) -> Value:
    return value.upper() if isinstance(value, str) else value


def _trim(value: Value, _offsets: Offsets) -> Value:
    return value.strip() if isinstance(value, str) else value


FILTERS: dict[str, Callable[[Value, Offsets], Value]] = {
    "date": _date,
    "local": _local,
    "lower": _lower,
    "time": _time,
    "trim": _trim,
    "upper": _upper,
}
"""By name; the checker's table of filters has the same names, and a test compares them."""


def _short(points: Decimal) -> str:
    """With at most two places, none of them an idle zero."""
    return f"{round(points, _PLACES).normalize():f}"
