"""Whether a value that came from outside is of the type it was promised to be."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from rbengine.contract import types as t
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


def fits(value: Value, type_: t.Type) -> bool:
    """Whether `value` is of `type_`."""
    match type_:
        case t.Scalar(name=name):
            return _is_scalar(value, name)
        case t.Enum(values=values):
            return isinstance(value, str) and value in values
        case t.ListOf(item=item):
            return isinstance(value, tuple) and all(fits(one, item) for one in value)
        case t.Optional(inner=inner):
            return value is None or fits(value, inner)
        case t.Record(fields=fields):
            return isinstance(value, Row) and all(
                fits(value.get(one.name), one.type) for one in fields
            )
        case t.Secret():
            return isinstance(value, SecretValue | SecretReference)
        case t.Tried(inner=inner):
            return value is None or isinstance(value, Failure) or fits(value, inner)
        case t.Nothing():
            return value is None
        case t.Unknown():
            return True


def _is_scalar(value: Value, name: t.ScalarName) -> bool:
    match name:
        case "text" | "uuid" | "email" | "url" | "phone":
            return isinstance(value, str)
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "decimal":
            return isinstance(value, Decimal | int) and not isinstance(value, bool)
        case "percent":
            return isinstance(value, Percent)
        case "duration":
            return isinstance(value, timedelta)
        case "instant":
            return isinstance(value, datetime) and value.tzinfo is not None
        case "date":
            return isinstance(value, date) and not isinstance(value, datetime)
        case "json":
            return isinstance(value, Json)
        case "bytes":
            return isinstance(value, bytes)
        case "money":
            return isinstance(value, Money)
