"""Values of the language in PostgreSQL's text form, and back.

Parameters are sent with the type the checker judged the statement by, never with one the driver guesses.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.adapt import Buffer, Dumper, Loader

from rbengine.contract.changes import SqlParameter
from rbengine.contract.values import Json, Money, Percent, Row, Value

_UNKNOWN = 0  # the server finds the type
_AS_TEXT = (
    "uuid", "time", "timetz", "inet", "cidr", "int4range", "int8range", "numrange", "daterange", "tsrange",
    "tstzrange", "int4multirange", "int8multirange", "nummultirange", "datemultirange", "tsmultirange",
    "tstzmultirange",
)  # fmt: skip


class Sent:
    """One parameter: its text form (None: NULL) and the number of its type."""

    __slots__ = ("oid", "text")

    def __init__(self, text: str | None, oid: int) -> None:
        self.text = text
        self.oid = oid


class _SentDumper(Dumper):
    """Sends a `Sent` as it is."""

    def get_key(self, obj: Sent, format: object) -> Any:  # noqa: A002, ARG002  # psycopg's name
        return (self.cls, obj.oid)

    def upgrade(self, obj: Sent, format: object) -> "_SentDumper":  # noqa: A002, ARG002  # psycopg's name
        dumper = type(self)(self.cls)
        dumper.oid = obj.oid
        return dumper

    def dump(self, obj: Sent) -> Buffer | None:
        return None if obj.text is None else obj.text.encode()


class _TextLoader(Loader):
    def load(self, data: Buffer) -> str:
        return bytes(data).decode()


class _FloatLoader(Loader):
    """The language has no binary fractions: the shortest decimal that PostgreSQL writes is taken as it stands."""

    def load(self, data: Buffer) -> Decimal:
        return Decimal(bytes(data).decode())


class _JsonLoader(Loader):
    def load(self, data: Buffer) -> Json:
        return Json(json.loads(bytes(data), parse_float=Decimal))


def adapt(connection: psycopg.Connection) -> None:
    """Make `connection` read and send our values."""
    connection.adapters.register_dumper(Sent, _SentDumper)
    for name in _AS_TEXT:
        connection.adapters.register_loader(name, _TextLoader)
    for name in ("float4", "float8"):
        connection.adapters.register_loader(name, _FloatLoader)
    for name in ("json", "jsonb"):
        connection.adapters.register_loader(name, _JsonLoader)


def sent_parameters(
    connection: psycopg.Connection, parameters: Sequence[SqlParameter]
) -> tuple[Sent, ...]:
    """The parameters of a statement, each with its type."""
    return tuple(
        Sent(text_form(one.value.value), type_number(connection, one.type)) for one in parameters
    )


def type_number(connection: psycopg.Connection, name: str) -> int:
    """The number of the type `name` (`uuid`, `text[]`); 0, for the server to judge, where there is none."""
    if name == "unknown":
        return _UNKNOWN
    bare = name.removesuffix("[]")
    known = connection.adapters.types.get(bare)
    if known is not None:
        return known.array_oid if bare != name else known.oid
    found = connection.execute(b"SELECT to_regtype($1)::oid::int8", (Sent(name, 25),)).fetchone()
    return int(found[0]) if found and found[0] else _UNKNOWN


def text_form(value: Value) -> str | None:
    """`value` as PostgreSQL reads it in; None for NULL. Raises TypeError for what has no place in SQL."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case timedelta():
            return _clock_form(value)
        case bytes():
            return "\\x" + value.hex()
        case Json(content=content):
            return json_text(content)
        case tuple():
            return "{" + ",".join(_element(one) for one in value) + "}"
        case Percent(points=points):
            return format(points, "f")
        case Money(minor=minor):
            return str(minor)
        case Row():
            return json_text(plain(value))
        case _:
            raise TypeError(f"a {type(value).__name__} cannot be a parameter of SQL")


def _clock_form(duration: timedelta) -> str:
    """Hours, minutes and seconds: a count of microseconds is read by PostgreSQL 14 up to 35 minutes only."""
    minutes, rest = divmod(abs(duration), timedelta(minutes=1))
    seconds, micros = divmod(rest // timedelta(microseconds=1), 1_000_000)
    sign = "-" if duration < timedelta(0) else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}.{micros:06}"


def plain(value: Value) -> Any:
    """`value` for a JSON text: records as objects, times and others in their text form."""
    match value:
        case None | str() | bool() | int() | Decimal():
            return value
        case tuple():
            return [plain(one) for one in value]
        case Row():
            return {name: plain(one) for name, one in value.items()}
        case Json(content=content):
            return content
        case _:
            return text_form(value)


def json_text(content: Any) -> str:
    """JSON with decimals written as the numbers they are."""
    match content:
        case None:
            return "null"
        case bool():
            return "true" if content else "false"
        case str():
            return json.dumps(content, ensure_ascii=False)
        case Decimal():
            return format(content, "f")
        case dict():
            pairs = (f"{json.dumps(str(k))}:{json_text(v)}" for k, v in content.items())
            return "{" + ",".join(pairs) + "}"
        case list() | tuple():
            return "[" + ",".join(json_text(one) for one in content) + "]"
        case _:
            return json.dumps(content)


def value_of(loaded: Any) -> Value:
    """What psycopg read, as a value of the language."""
    match loaded:
        case None | bool() | int() | str() | Decimal() | Json() | bytes() | timedelta():
            return loaded
        case datetime():
            # sessions are in UTC, so a time without zone is one of UTC
            return loaded.astimezone(UTC) if loaded.tzinfo else loaded.replace(tzinfo=UTC)
        case date():
            return loaded
        case list():
            return tuple(value_of(one) for one in loaded)
        case tuple():
            return tuple(value_of(one) for one in loaded)
        case memoryview() | bytearray():
            return bytes(loaded)
        case _:
            return str(loaded)


def rows_of(cursor: "psycopg.Cursor[Any]") -> tuple[Row, ...]:
    """All rows of a result."""
    names = [column.name for column in cursor.description or ()]
    return tuple(
        Row({name: value_of(cell) for name, cell in zip(names, row, strict=True)})
        for row in cursor.fetchall()
    )


def _element(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, tuple):
        return text_form(value) or "NULL"
    text = text_form(value) or ""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
