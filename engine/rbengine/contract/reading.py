"""What a person writes, as a value of a type: inputs on the command line, answers to questions, cells of a scenario."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation

from rbengine.contract.currencies import minor_digits
from rbengine.contract.types import Enum, ListOf, Optional, Scalar, Secret, Tried, Type, show
from rbengine.contract.values import (
    Json,
    Money,
    Percent,
    SecretReference,
    SecretValue,
    Value,
)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://[^\s/]+\S*")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_DURATION = re.compile(r"(\d+)(ms|s|m|h|d)")
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ?([A-Za-z]{3})")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")

EXAMPLES = {
    "text": "Acme", "bool": "yes or no", "int": "42", "decimal": "12.50", "percent": "5%", "duration": "10m",
    "instant": "2026-11-23T14:02Z", "date": "2026-11-23", "uuid": "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11",
    "email": "ana@example.com", "url": "https://example.com/", "phone": "+14155550100", "json": '{"a": 1}',
    "bytes": "aGVsbG8= (base64)", "money": "12.50 usd",
}  # fmt: skip


def read_value(text: str, type_: Type, *, zone: tzinfo = UTC, today: date | None = None) -> Value:
    """`text` as a value of `type_`; times without a zone are in `zone`, times without a day on `today`.

    Raises ValueError with a sentence that says what would fit.
    """
    match type_:
        case Optional(inner=inner) | Tried(inner=inner):
            return None if text == "" else read_value(text, inner, zone=zone, today=today)
        case Secret():
            # The reference is replaced by whoever keeps the run's secrets; the text never leaves memory.
            return SecretValue(text, SecretReference("typed", ""))
        case Enum(values=values):
            if text not in values:
                raise ValueError(f"is none of {', '.join(values)}")
            return text
        case ListOf(item=item):
            parts = [one.strip() for one in text.split(",")] if text.strip() else []
            return tuple(read_value(one, item, zone=zone, today=today) for one in parts)
        case Scalar(name=name):
            return _scalar(text, name, zone, today)
        case _:
            raise ValueError(f"cannot be typed: it is {show(type_)}")


def example(type_: Type) -> str:
    """What one could type, for help."""
    match type_:
        case Optional(inner=inner) | Secret(inner=inner) | Tried(inner=inner):
            return example(inner)
        case Enum(values=values):
            return " or ".join(values)
        case ListOf(item=item):
            return f"{example(item)}, …"
        case Scalar(name=name):
            return EXAMPLES[name]
        case _:
            return show(type_)


def read_instant(text: str, zone: tzinfo, today: date | None) -> datetime:
    """`14:02` (today, in `zone`), `2026-11-23 14:02`, ISO 8601 with or without an offset; in UTC.

    Raises ValueError with a sentence.
    """
    time = _TIME.fullmatch(text)
    if time is not None and today is not None:
        hour, minute, second = (int(one or 0) for one in time.groups())
        there = datetime(today.year, today.month, today.day, hour, minute, second, tzinfo=zone)
        return there.astimezone(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is no time, such as `14:02` or `2026-11-23T14:02Z`") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def read_duration(text: str) -> timedelta:
    """`10m`, `1h 30m`, `90s`. Raises ValueError with a sentence."""
    parts = text.replace(" ", "")
    if not parts or "".join("".join(one) for one in _DURATION.findall(parts)) != parts:
        raise ValueError("is no duration, such as `10m`, `90s`, `1h 30m`")
    return timedelta(
        milliseconds=sum(int(n) * _UNITS[unit] for n, unit in _DURATION.findall(parts))
    )


def _scalar(text: str, name: str, zone: tzinfo, today: date | None) -> Value:
    match name:
        case "text":
            return text
        case "bool":
            return _bool(text)
        case "uuid":
            return _formed(text.lower(), _UUID, name)
        case "email":
            return _formed(text, _EMAIL, name)
        case "url":
            return _formed(text, _URL, name)
        case "phone":
            return _formed(text, _PHONE, name)
        case "duration":
            return read_duration(text)
        case "instant":
            return read_instant(text, zone, today)
        case "money":
            return _money(text)
        case "percent":
            return Percent(_decimal(text.removesuffix("%"), name))
        case "decimal":
            return _decimal(text, name)
        case _:
            return _parsed(text, name)


def _parsed(text: str, name: str) -> Value:
    try:
        match name:
            case "int":
                return int(text)
            case "date":
                return date.fromisoformat(text)
            case "bytes":
                import base64

                return base64.b64decode(text, validate=True)
            case _:
                import json

                return Json(json.loads(text, parse_float=Decimal))
    except ValueError:
        raise ValueError(f"is no {name}, such as `{EXAMPLES[name]}`") from None


def _bool(text: str) -> bool:
    lower = text.lower()
    if lower in {"yes", "y", "true"}:
        return True
    if lower in {"no", "n", "false"}:
        return False
    raise ValueError("is neither yes nor no")


def _formed(text: str, form: re.Pattern[str], name: str) -> str:
    if form.fullmatch(text) is None:
        raise ValueError(f"is no {name}, such as `{EXAMPLES[name]}`")
    return text


def _decimal(text: str, name: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"is no {name}, such as `{EXAMPLES[name]}`") from None
    if not number.is_finite():
        raise ValueError(f"is no {name}, such as `{EXAMPLES[name]}`")
    return number


def _money(text: str) -> Money:
    match = _MONEY.fullmatch(text)
    if match is None:
        raise ValueError(f"is no money, such as `{EXAMPLES['money']}`")
    currency = match[2].lower()
    minor = Decimal(match[1]).scaleb(minor_digits(currency))
    if minor != minor.to_integral_value():
        raise ValueError(f"has more digits than {currency} has")
    return Money(int(minor), currency)


def is_secret(type_: object) -> bool:
    """Whether a value of this type must not be seen: it is never typed in a command."""
    return isinstance(type_.inner if isinstance(type_, Optional) else type_, Secret)
