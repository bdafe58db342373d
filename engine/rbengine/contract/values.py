"""Values of a run. Plain Python values wherever Python has the type.

| type | value |
|---|---|
| text, uuid, email, url, phone, enum | `str` (uuid in lower-case canonical form) |
| bool, int, decimal, bytes | `bool`, `int`, `decimal.Decimal`, `bytes` |
| percent | `Percent` |
| duration | `datetime.timedelta` |
| instant | `datetime.datetime`, always aware and in UTC |
| date | `datetime.date` |
| money | `Money` |
| json | `Json` |
| list | `tuple` |
| record | `Row` |
| optional | the value, or `None` when absent |
| secret | `SecretValue` in memory, `SecretReference` wherever it is written down |
| the result of `try` that failed | `Failure` |
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec


class Percent(msgspec.Struct, frozen=True, order=True):
    """`Percent(Decimal("5"))` is 5%."""

    points: Decimal


class Money(msgspec.Struct, frozen=True):
    """Whole minor units (cents) of one currency, lower-case ISO 4217 (`usd`)."""

    minor: int
    currency: str


class Json(msgspec.Struct, frozen=True, eq=True):
    """Decoded JSON whose shape nobody promised: dict, list, str, int, Decimal, bool or None."""

    content: Any


class SecretReference(msgspec.Struct, frozen=True):
    """Where a secret stood: its name and a keyed digest. The value itself is never written down."""

    name: str
    digest: str
    parts: "tuple[str | SecretReference, ...]" = ()
    """Of a text that was made from secrets: what it is put together from. Its digest is made of theirs."""


class SecretValue:
    """A secret in memory. It shows nothing of itself in `repr`, logs, errors or the codec."""

    __slots__ = ("_text", "reference")

    def __init__(self, text: str, reference: SecretReference) -> None:
        self._text = text
        self.reference = reference

    def reveal(self) -> str:
        """The secret, for an argument that is declared secret and for nothing else."""
        return self._text

    def __repr__(self) -> str:
        return f"<secret: {self.reference.name}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretValue) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self.reference)


class Failure(msgspec.Struct, frozen=True):
    """What `x = try …` holds when the call was refused."""

    kind: str  # an `outcomes.RefusalKind`
    text: str


class Row(Mapping[str, "Value"]):
    """A record: fields in their declared order, which counts in a comparison. Hashable when its values are."""

    __slots__ = ("_fields",)

    def __init__(self, fields: "Mapping[str, Value]") -> None:
        self._fields = dict(fields)

    def __getitem__(self, name: str) -> "Value":
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"Row({self._fields!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Row)
            and other._fields == self._fields
            and tuple(other._fields) == tuple(self._fields)
        )

    def __hash__(self) -> int:
        return hash(tuple(self._fields.items()))


Value = (
    str | bool | int | Decimal | bytes | Percent | timedelta | datetime | date | Money | Json
    | SecretValue | SecretReference | Failure | Row | tuple["Value", ...] | None
)  # fmt: skip


class Datum:
    """A value inside an event, command or plan: it is written and read by the codec, with its type.

    (A bare `Decimal` or `datetime` would become an undistinguished JSON string.)
    """

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Datum({self.value!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Datum)
            and type(other.value) is type(self.value)
            and other.value == self.value
        )

    def __hash__(self) -> int:
        return hash(self.value)
