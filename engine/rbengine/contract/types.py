"""The types of the language, as the checker, signatures and the codec speak of them."""

from typing import Literal

import msgspec

ScalarName = Literal[
    "text", "bool", "int", "decimal", "percent", "duration", "instant", "date",
    "uuid", "email", "url", "phone", "json", "bytes", "money",
]  # fmt: skip


class Scalar(msgspec.Struct, frozen=True, tag="scalar", omit_defaults=True):
    """One of the language's plain types. `uuid`, `email`, `url` and `phone` are texts with a checked form."""

    name: ScalarName
    zoneless: bool = False
    """An instant that was kept as a wall time without its zone, and is read as UTC."""


class Enum(msgspec.Struct, frozen=True, tag="enum"):
    """A text out of a closed list. `name` says where the list comes from (`stripe.subscription_status`)."""

    values: tuple[str, ...]
    name: str = ""


class ListOf(msgspec.Struct, frozen=True, tag="list"):
    """Zero or more of `item`, in order."""

    item: "Type"


class Optional(msgspec.Struct, frozen=True, tag="optional"):
    """`inner`, or absent. Never nested."""

    inner: "Type"


class FieldType(msgspec.Struct, frozen=True):
    """One field of a record."""

    name: str
    type: "Type"


class Record(msgspec.Struct, frozen=True, tag="record"):
    """Named fields. `name` is how messages call it (`orders`, `stripe.subscription`); empty for `{a: 1}`."""

    fields: tuple[FieldType, ...]
    name: str = ""

    def field(self, name: str) -> "Type | None":
        """The type of field `name`, or None where there is none."""
        for one in self.fields:
            if one.name == name:
                return one.type
        return None


class Secret(msgspec.Struct, frozen=True, tag="secret", omit_defaults=True):
    """A value that may reach only arguments declared secret."""

    inner: "Type"
    made: bool | None = False
    """Whether it is a text that was made from secrets; None where it may be."""


class Tried(msgspec.Struct, frozen=True, tag="tried"):
    """What `x = try …` gives: `inner` present, absent, or failed; reading it needs the test."""

    inner: "Type"


class Nothing(msgspec.Struct, frozen=True, tag="nothing"):
    """The result of an operation that gives none."""


class Unknown(msgspec.Struct, frozen=True, tag="unknown"):
    """The type after a mistake: it fits everywhere, so that one slip is reported once."""


Type = Scalar | Enum | ListOf | Optional | Record | Secret | Tried | Nothing | Unknown

TEXT = Scalar("text")
BOOL = Scalar("bool")
INT = Scalar("int")
DECIMAL = Scalar("decimal")
PERCENT = Scalar("percent")
DURATION = Scalar("duration")
INSTANT = Scalar("instant")
ZONELESS = Scalar("instant", zoneless=True)
DATE = Scalar("date")
UUID = Scalar("uuid")
EMAIL = Scalar("email")
URL = Scalar("url")
PHONE = Scalar("phone")
JSON = Scalar("json")
BYTES = Scalar("bytes")
MONEY = Scalar("money")
NOTHING = Nothing()
UNKNOWN = Unknown()

SCALARS: tuple[Scalar, ...] = (
    TEXT, BOOL, INT, DECIMAL, PERCENT, DURATION, INSTANT, DATE, UUID, EMAIL, URL, PHONE, JSON, BYTES, MONEY,
)  # fmt: skip


def optional(inner: Type) -> Type:
    """`inner` or absent; an optional of an optional is the same optional."""
    return inner if isinstance(inner, Optional | Unknown) else Optional(inner)


def show(type_: Type) -> str:
    """`type_` as an author would write it."""
    match type_:
        case Scalar(name=name, zoneless=zoneless):
            return f"{name} without a zone" if zoneless else name
        case Enum(name=name) if name:
            return name
        case Enum(values=values):
            return "one of " + " or ".join(values)
        case ListOf(item=item):
            return f"list of {show(item)}"
        case Optional(inner=inner):
            return f"optional {show(inner)}"
        case Secret(inner=inner):
            return f"secret {show(inner)}"
        case Tried(inner=inner):
            return f"the attempt at {show(inner)}"
        case Record(name=name) if name:
            return name
        case Record(fields=fields):
            return "{" + ", ".join(f"{one.name}: {show(one.type)}" for one in fields) + "}"
        case Nothing():
            return "nothing"
        case Unknown():
            return "unknown"
