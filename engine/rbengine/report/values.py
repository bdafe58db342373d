"""A value in one line, in words. A secret shows its name, never itself."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
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
from rbengine.report.durations import duration, instant
from rbengine.report.text import visible
from rbengine.runtime.wording import as_text

_UUID_CELLS = 36
_UUID_DASHES = (8, 13, 18, 23)


def in_words(value: Value, zone: str = "UTC") -> str:
    """`value` whole, in one line, texts bare: what a reader would say of it."""
    match value:
        case None:
            return "absent"
        case bool():
            return "true" if value else "false"
        case str():
            return visible(value) if value else '""'
        case tuple():
            return _list(value, zone)
        case Row():
            return summary(value, zone)
        case _:
            return _scalar(value, zone)


def literal(value: Value, zone: str = "UTC") -> str:
    """`value` as an author would write it: texts in quotes, the rest as `in_words`."""
    match value:
        case str():
            return '"' + visible(value).replace('"', '\\"') + '"'
        case tuple():
            return "[" + ", ".join(literal(one, zone) for one in value) + "]"
        case Row():
            fields = (f"{visible(name)}: {literal(one, zone)}" for name, one in value.items())
            return "{" + ", ".join(fields) + "}"
        case _:
            return in_words(value, zone)


def cell(value: Value, zone: str = "UTC") -> str:
    """`value` in a table of rows: `null` where there is none, as the database says it; times without their zone."""
    if isinstance(value, datetime):
        return instant(value, zone, named=False)
    return "null" if value is None else in_words(value, zone)


def summary(row: Mapping[str, Value], zone: str = "UTC") -> str:
    """A record in a line: texts bare, yes and no by the field's name, the rest named; absent fields left out.

    Ids that no person can read are left out too, unless there is nothing else.
    """
    present = {name: value for name, value in row.items() if value is not None}
    readable = {
        name: value
        for name, value in present.items()
        if not (isinstance(value, str) and is_uuid(value))
    }
    told = [_field(name, value, zone) for name, value in (readable or present).items()]
    return " · ".join(told) if told else "nothing in it"


def is_uuid(text: str) -> bool:
    """Whether `text` is a uuid in canonical form."""
    return (
        len(text) == _UUID_CELLS
        and all(text[position] == "-" for position in _UUID_DASHES)
        and all(one in "0123456789abcdef-" for one in text)
    )


def short(text: str) -> str:
    """A uuid by its first group (`6f1c0f6e…`), any other text as it is."""
    return text[:8] + "…" if is_uuid(text) else text


def _field(name: str, value: Value, zone: str) -> str:
    match value:
        case bool():
            return visible(name) if value else f"not {visible(name)}"
        case str():
            return visible(short(value)) if value else f'{visible(name)} ""'
        case Row():
            return f"{visible(name)} ({summary(value, zone)})"
        case tuple():
            return f"{visible(name)}: {_list(value, zone)}"
        case datetime():
            return f"{visible(name)} {instant(value, zone, named=False)}"
        case _:
            return f"{visible(name)} {_scalar(value, zone)}"


def _list(items: tuple[Value, ...], zone: str) -> str:
    if not items:
        return "none"
    if all(isinstance(one, Row) for one in items):
        count = "1 row" if len(items) == 1 else f"{len(items)} rows"
        return f"{count}: " + " | ".join(in_words(one, zone) for one in items)
    return ", ".join(in_words(one, zone) for one in items)


def _scalar(value: Value, zone: str) -> str:
    match value:
        case datetime():
            return instant(value, zone)
        case date():
            return value.isoformat()
        case timedelta():
            return duration(value)
        case Money():
            return money(value)
        case Percent():
            return as_text(value)
        case Decimal():
            return f"{value:f}"
        case bytes():
            return f"{len(value)} bytes"
        case Json():
            return _json(value)
        case SecretValue():
            return f"<secret: {visible(value.reference.name)}>"
        case SecretReference():
            return f"<secret: {visible(value.name)}>"
        case Failure():
            return f"failed, {value.kind}: {visible(value.text)}"
        case _:
            return str(value)


def money(amount: Money) -> str:
    """`12.50 usd`."""
    digits = minor_digits(amount.currency)
    number = Decimal(amount.minor).scaleb(-digits)
    return f"{number:.{digits}f} {visible(amount.currency)}"


def _json(value: Json) -> str:
    import json

    return visible(json.dumps(value.content, ensure_ascii=False, default=str))
