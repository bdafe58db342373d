"""Values to JSON and back, losslessly: every value that JSON lacks is an object with one `$` key.

Canonical lines have sorted keys and no spaces, so that equal things have equal bytes. A record is written as pairs,
because its fields have an order that screens and texts show.
"""

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from rbengine.contract.values import (
    Datum,
    Failure,
    Json,
    Money,
    Percent,
    Row,
    SecretReference,
    SecretValue,
    Value,
)

T = TypeVar("T")


def encode_value(value: Value) -> Any:
    """JSON for `value`. A secret in memory is written as its reference."""
    match value:
        case None | bool() | str() | int():
            return value
        case tuple():
            return [encode_value(one) for one in value]
        case Row():
            return {"$row": [[name, encode_value(one)] for name, one in value.items()]}
        case Decimal():
            return {"$decimal": str(value)}
        case datetime():
            return {"$instant": _instant(value)}
        case date():
            return {"$date": value.isoformat()}
        case timedelta():
            return {"$microseconds": value // timedelta(microseconds=1)}
        case Percent():
            return {"$percent": str(value.points)}
        case Money():
            return {"$money": [value.minor, value.currency]}
        case Json():
            return {"$json": _json(value.content)}
        case bytes():
            return {"$bytes": base64.b64encode(value).decode("ascii")}
        case SecretReference():
            made_of = [[encode_value(one) for one in value.parts]] if value.parts else []
            return {"$secret": [value.name, value.digest, *made_of]}
        case SecretValue():
            return encode_value(value.reference)
        case Failure():
            return {"$failure": [value.kind, value.text]}
    raise TypeError(f"not a value of the language: {type(value).__name__}")


def decode_value(data: Any) -> Value:
    """The value written as `data`. Raises ValueError for an unknown `$` key."""
    if isinstance(data, list):
        return tuple(decode_value(one) for one in data)
    if not isinstance(data, dict):
        return data  # type: ignore[no-any-return]  # None, bool, int and str are themselves
    key, content = next(iter(data.items()), ("", None))
    reader = _READERS.get(key)
    if reader is None or len(data) != 1:
        raise ValueError(f"unknown kind of value `{key}`")
    return reader(content)


def to_line(thing: object) -> str:
    """The canonical JSON line of any struct of the engine, without its newline."""
    return _ENCODER.encode(thing).decode("utf-8")


def from_line(line: str | bytes, kind: type[T]) -> T:
    """The struct written by `to_line`. Raises msgspec.ValidationError where it does not fit."""
    return msgspec.json.decode(line, type=kind, dec_hook=_read)


def _write(thing: object) -> Any:
    if isinstance(thing, Datum):
        return encode_value(thing.value)
    raise NotImplementedError(type(thing).__name__)


def _read(kind: type, data: Any) -> Any:
    if kind is Datum:
        return Datum(decode_value(data))
    raise NotImplementedError(kind.__name__)


_ENCODER = msgspec.json.Encoder(enc_hook=_write, order="sorted", decimal_format="string")


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _json(content: Any) -> Any:
    """JSON numbers are decimals in the language; inside `$json` they are kept as written."""
    match content:
        case Decimal():
            return {"$decimal": str(content)}
        case dict():
            return {key: _json(one) for key, one in content.items()}
        case list() | tuple():
            return [_json(one) for one in content]
        case _:
            return content


def _unjson(content: Any) -> Any:
    match content:
        case {"$decimal": str() as text}:
            return Decimal(text)
        case dict():
            return {key: _unjson(one) for key, one in content.items()}
        case list():
            return [_unjson(one) for one in content]
        case _:
            return content


_READERS: dict[str, Callable[[Any], Value]] = {
    "$row": lambda pairs: Row({name: decode_value(one) for name, one in pairs}),
    "$decimal": Decimal,
    "$instant": lambda text: datetime.fromisoformat(text).astimezone(UTC),
    "$date": date.fromisoformat,
    "$microseconds": lambda count: timedelta(microseconds=count),
    "$percent": lambda text: Percent(Decimal(text)),
    "$money": lambda pair: Money(pair[0], pair[1]),
    "$json": lambda content: Json(_unjson(content)),
    "$bytes": base64.b64decode,
    "$secret": lambda all_: SecretReference(
        all_[0],
        all_[1],
        tuple(decode_value(one) for one in all_[2]) if len(all_) > 2 else (),  # type: ignore[misc]  # as written
    ),
    "$failure": lambda pair: Failure(pair[0], pair[1]),
}
