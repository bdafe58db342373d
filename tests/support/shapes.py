"""Whether a value is of a type of the language, and whether two JSON objects have one shape."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from rbengine.contract import types
from rbengine.contract.values import Json, Money, Percent, Row, SecretValue, Value

_SCALARS: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "bool": bool,
    "int": int,
    "decimal": Decimal,
    "percent": Percent,
    "duration": timedelta,
    "instant": datetime,
    "date": date,
    "uuid": str,
    "email": str,
    "url": str,
    "phone": str,
    "json": Json,
    "bytes": bytes,
    "money": Money,
}


def misfit(value: Value, type_: types.Type, place: str = "result") -> str | None:
    """Where `value` is not of `type_`, in words; None where it fits."""
    match type_:
        case types.Scalar(name=name):
            fits = isinstance(value, _SCALARS[name])
            if name in ("int", "decimal") and isinstance(value, bool):
                fits = False
            if isinstance(value, datetime):
                fits = fits and value.utcoffset() == timedelta()
            return None if fits else f"{place}: {value!r} is no {name}"
        case types.Enum(values=values):
            return None if value in values else f"{place}: {value!r} is none of {values}"
        case types.Nothing():
            return None if value is None else f"{place}: {value!r} is not nothing"
        case types.Secret(inner=inner):
            return None if isinstance(value, SecretValue) else f"{place}: no secret {inner}"
        case types.Optional(inner=inner):
            return None if value is None else misfit(value, inner, place)
        case types.ListOf(item=item):
            if not isinstance(value, tuple):
                return f"{place}: {value!r} is no list"
            found = (misfit(one, item, f"{place}[{i}]") for i, one in enumerate(value))
            return next((one for one in found if one is not None), None)
        case types.Record(fields=fields):
            if not isinstance(value, Row):
                return f"{place}: {value!r} is no record"
            if tuple(value) != tuple(one.name for one in fields):
                return f"{place}: fields {tuple(value)}"
            found = (misfit(value[one.name], one.type, f"{place}.{one.name}") for one in fields)
            return next((one for one in found if one is not None), None)
        case types.Tried() | types.Unknown():
            return f"{place}: no check for {type_}"


def differences(ours: Any, theirs: Any, place: str, open_objects: frozenset[str]) -> list[str]:
    """Where `ours` lacks or adds a key, or has another JSON type than `theirs` where neither is null.

    The content of objects whose key is in `open_objects` is up to whoever fills them.
    """
    if ours is None or theirs is None:
        return []
    if _kind(ours) is not _kind(theirs):
        return [f"{place}: {_kind(ours).__name__}, not {_kind(theirs).__name__}"]
    if isinstance(ours, dict):
        if place.rpartition(".")[2] in open_objects or not theirs:
            return []
        found = [f"{place}.{key}: missing" for key in theirs.keys() - ours.keys()]
        found += [f"{place}.{key}: not the vendor's" for key in ours.keys() - theirs.keys()]
        for key in sorted(ours.keys() & theirs.keys()):
            found += differences(ours[key], theirs[key], f"{place}.{key}", open_objects)
        return found
    if isinstance(ours, list) and ours and theirs:
        return [
            one
            for index, item in enumerate(ours)
            for one in differences(item, theirs[0], f"{place}[{index}]", open_objects)
        ]
    return []


def _kind(value: Any) -> type:
    for kind in (bool, str, dict, list):
        if isinstance(value, kind):
            return kind
    return int if isinstance(value, int) else float
