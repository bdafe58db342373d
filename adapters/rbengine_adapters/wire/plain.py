"""Values of the language as JSON for a provider, and back."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from rbengine.contract.values import Json, Money, Percent, SecretValue, Value

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def to_json(value: Value) -> Any:
    """What a provider is sent: records as objects, instants in ISO 8601, decimals as they are.

    Raises TypeError for values that have no place outside (secrets, bytes, failures).
    """
    match value:
        case None | bool() | str() | int() | Decimal():
            return value
        case Json(content=content):
            return content
        case Percent(points=points):
            return f"{points}%"
        case Money(minor=minor, currency=currency):
            return {"minor": minor, "currency": currency}
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Mapping():
            return {name: to_json(one) for name, one in value.items()}
        case tuple():
            return [to_json(one) for one in value]
        case _:
            raise TypeError(f"a {type(value).__name__} cannot be sent to a provider")


def revealed(value: Value) -> str | None:
    """The text for an argument that is declared secret: such a one takes plain texts too. None for anything else."""
    if isinstance(value, SecretValue):
        return value.reveal()
    return value if isinstance(value, str) else None


def encoded(content: Any) -> bytes:
    """JSON on the wire: the same bytes for the same content, decimals as exact numbers."""
    return _ENCODER.encode(content)


def decoded(body: bytes) -> Any:
    """JSON from the wire; a number with a fraction is a decimal. Raises ValueError where it is none."""
    return json.loads(body, parse_float=Decimal)


LAST_SECOND = 253_402_300_799
"""The end of the year 9999, in seconds after 1970: what comes later is no moment."""


def instant(seconds: int) -> datetime:
    """The moment that many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def maybe_instant(seconds: int | None) -> datetime | None:
    """The moment, or absent."""
    return None if seconds is None else instant(seconds)
