"""Whether a value is of a type of the language."""

from datetime import date, datetime, timedelta
from decimal import Decimal

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
