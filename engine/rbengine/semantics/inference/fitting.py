"""Which types fit where: assignment, comparison, order, arithmetic. Types alone, no tree."""

import re
from collections.abc import Mapping
from typing import Literal

from rbengine.contract.types import (
    DECIMAL,
    MONEY,
    TEXT,
    UNKNOWN,
    ZONELESS,
    Enum,
    FieldType,
    ListOf,
    Nothing,
    Optional,
    Record,
    Scalar,
    Secret,
    Tried,
    Type,
    Unknown,
    optional,
)
from rbengine.semantics.inference.facts import LITERAL

Family = Literal[
    "text", "number", "bool", "percent", "duration", "instant", "date", "json", "bytes", "money",
    "list", "record", "nothing", "unknown",
]  # fmt: skip

_FAMILIES: dict[str, Family] = {
    "text": "text",
    "uuid": "text",
    "email": "text",
    "url": "text",
    "phone": "text",
    "int": "number",
    "decimal": "number",
    "bool": "bool",
    "percent": "percent",
    "duration": "duration",
    "instant": "instant",
    "date": "date",
    "json": "json",
    "bytes": "bytes",
    "money": "money",
}

ORDERED: frozenset[Family] = frozenset(
    {"number", "percent", "duration", "instant", "date", "money", "unknown"}
)
UUID_FORM = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")

TEXT_FORMS: Mapping[str, re.Pattern[str]] = {
    "uuid": UUID_FORM,
    "email": re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+"),
    "url": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+"),
    "phone": re.compile(r"\+?[0-9][0-9 ().-]{2,}"),
}
"""What a text of each of these types looks like."""


def bare(type_: Type) -> Type:
    """Without optional, attempt and secret around it."""
    while isinstance(type_, Optional | Tried | Secret):
        type_ = type_.inner
    return type_


def is_list_of_money(type_: Type) -> bool:
    """Whether its items are amounts, or may be."""
    inner = bare(type_)
    return isinstance(inner, ListOf) and bare(inner.item) == MONEY


def holds_secret(type_: Type) -> bool:
    """Whether a value of `type_` is a secret, or has one inside."""
    match type_:
        case Secret():
            return True
        case Optional(inner=inner) | Tried(inner=inner) | ListOf(item=inner):
            return holds_secret(inner)
        case Record(fields=fields):
            return any(holds_secret(one.type) for one in fields)
        case _:
            return False


def is_secret(type_: Type) -> bool:
    """Whether it is a secret itself, or may be."""
    while isinstance(type_, Optional | Tried):
        type_ = type_.inner
    return isinstance(type_, Secret)


def family(type_: Type) -> Family:
    """What kind of thing it is, whatever stands around it."""
    match bare(type_):
        case Scalar(name=name):
            return _FAMILIES[name]
        case Enum():
            return "text"
        case ListOf():
            return "list"
        case Record():
            return "record"
        case Nothing():
            return "nothing"
        case _:
            return "unknown"


def widen(type_: Type) -> Type:
    """A text written in the playbook is, once bound, any text."""
    match type_:
        case Enum(name=name) if name == LITERAL:
            return TEXT
        case ListOf(item=item):
            return ListOf(widen(item))
        case Optional(inner=inner):
            return optional(widen(inner))
        case Record(fields=fields, name=""):
            return Record(tuple(FieldType(one.name, widen(one.type)) for one in fields))
        case _:
            return type_


def fits(found: Type, expected: Type) -> bool:
    """Whether a value of `found` may stand where `expected` is asked for."""
    match found, expected:
        case (Unknown(), _) | (_, Unknown()):
            return True
        case Tried(), _:
            return isinstance(expected, Tried) and fits(found.inner, expected.inner)
        case Optional(inner=inner), Optional(inner=wanted):
            return fits(inner, wanted)
        case Optional(), _:
            return False
        case _, Optional(inner=wanted):
            return fits(found, wanted)
        case Secret(inner=inner), Secret(inner=wanted):
            return fits(inner, wanted)
        case Secret(), _:
            return False
        case _, Secret(inner=wanted):
            return fits(found, wanted)
        case Enum(values=values), Enum(values=offered):
            return set(values) <= set(offered)
        case Enum(values=values, name=name), Scalar(
            name="uuid" | "email" | "url" | "phone" as form
        ) if name == LITERAL or form == "uuid":
            pattern = TEXT_FORMS[form]
            return name == LITERAL and all(pattern.fullmatch(one) for one in values)
        case ListOf(item=item), ListOf(item=wanted):
            return fits(item, wanted)
        case Record(), Record():
            return all(_has(found, one) for one in expected.fields)
        case Record(fields=fields), Scalar(name="json"):
            return all(fits(one.type, expected) or _json_leaf(one.type) for one in fields)
        case ListOf(item=item), Scalar(name="json"):
            return fits(item, expected) or _json_leaf(item)
        case _, Scalar(name="json"):
            return _json_leaf(found)
        case Scalar(name="int"), Scalar(name="decimal"):
            return True
        case Scalar(name="instant"), Scalar(name="instant"):
            return True
        case Scalar() | Enum(), Scalar(name="text" | "email" | "url" | "phone"):
            return family(found) == "text"
        case _:
            return found == expected


def join(left: Type, right: Type) -> Type:
    """The smallest type that both fit; UNKNOWN where there is none (then a problem was or will be reported)."""
    if left == right:
        return left
    match left, right:
        case (Unknown(), _) | (_, Unknown()):
            return UNKNOWN
        case (Optional(inner=inner), other) | (other, Optional(inner=inner)):
            return optional(join(inner, other.inner if isinstance(other, Optional) else other))
        case (Secret(inner=inner), other) | (other, Secret(inner=inner)):
            # What may hold a secret is one: a plain value beside it tells nobody which of the two it is.
            secrets = [one for one in (left, right) if isinstance(one, Secret)]
            joined = join(inner, other.inner if isinstance(other, Secret) else other)
            made = secrets[0].made if secrets[0].made is secrets[-1].made else None
            return joined if isinstance(joined, Unknown) else Secret(joined, made)
        case Enum(), Enum():
            return _join_enums(left, right)
        case ListOf(item=one), ListOf(item=other):
            return ListOf(join(one, other))
        case Record(), Record() if [f.name for f in left.fields] == [f.name for f in right.fields]:
            fields = tuple(
                FieldType(one.name, join(one.type, other.type))
                for one, other in zip(left.fields, right.fields, strict=True)
            )
            return Record(fields, left.name if left.name == right.name else "")
        case _ if family(left) == family(right) == "text":
            return TEXT
        case _ if family(left) == family(right) == "number":
            return DECIMAL
        case _ if family(left) == family(right) == "instant":
            return ZONELESS  # it may be the one that is hours off
        case _:
            return UNKNOWN


def joinable(left: Type, right: Type) -> bool:
    """Whether a list may hold both, or a name be bound to either."""
    return isinstance(left, Unknown) or isinstance(right, Unknown) or join(left, right) != UNKNOWN


def comparable(left: Type, right: Type) -> bool:
    """Whether `is` between them can ever say something."""
    one, other = family(left), family(right)
    if "unknown" in (one, other):
        return True
    if one != other:
        return False
    left, right = bare(left), bare(right)
    if isinstance(left, ListOf) and isinstance(right, ListOf):
        return comparable(left.item, right.item)
    if left == right or Scalar("uuid") not in (left, right):
        return True
    literal = left if isinstance(left, Enum) else right
    return not (isinstance(literal, Enum) and literal.name == LITERAL) or fits(
        literal, Scalar("uuid")
    )


def _join_enums(left: Enum, right: Enum) -> Type:
    if LITERAL in (left.name, right.name) and left.name != right.name:
        # A text beside an enum that lists it is one of the enum's values; else it is one value more.
        listed, literal = (right, left) if left.name == LITERAL else (left, right)
        if set(literal.values) <= set(listed.values):
            return listed
    values = left.values + tuple(one for one in right.values if one not in left.values)
    return Enum(values, left.name if left.name == right.name else "")


def _has(found: Record, wanted: FieldType) -> bool:
    field = found.field(wanted.name)
    if field is None:
        return isinstance(wanted.type, Optional)
    return fits(field, wanted.type)


def _json_leaf(type_: Type) -> bool:
    """What JSON can hold as it stands."""
    match type_:
        case Optional(inner=inner):
            return _json_leaf(inner)
        case ListOf() | Record():
            return fits(type_, Scalar("json"))
        case Secret() | Tried() | Nothing():
            return False
        case _:
            return family(type_) not in ("bytes",)
