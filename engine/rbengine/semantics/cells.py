"""Cells of a table in a world: literals of their column's type."""

import json
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from rbengine.contract.types import Enum, ListOf, Optional, Scalar, Type
from rbengine.semantics.inference.fitting import UUID_FORM

_WHOLE = re.compile(r"[+-]?\d+")

_FORMS = {
    "bool": "`true` or `false`",
    "int": "a whole number, `42`",
    "decimal": "a number, `12.50`",
    "money": "a number, `12.50`",
    "uuid": "a uuid, `6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11`",
    "instant": "an expression, `= 5m ago`, or a moment, `2026-11-23T14:02Z`",
    "date": "a day, `2026-11-23`",
    "json": 'JSON, `{"a": 1}`',
}


def fits_cell(text: str, type_: Type) -> bool:
    """Whether `text` can stand in a column of `type_`. PostgreSQL has the last word; what is unusual passes."""
    match type_:
        case Optional(inner=inner):
            return fits_cell(text, inner)
        case Enum(values=values):
            return text in values
        case Scalar(name="bool"):
            return text in ("true", "false")
        case Scalar(name="int"):
            return _WHOLE.fullmatch(text) is not None
        case Scalar(name="uuid"):
            return UUID_FORM.fullmatch(text) is not None
        case Scalar(name="decimal" | "money" | "instant" | "date" | "json" as name):
            return _reads(text, name)
        case _:
            return True


def cell_form(type_: Type) -> str:
    """What a cell of `type_` looks like, for help."""
    match type_:
        case Optional(inner=inner):
            return cell_form(inner)
        case Enum(values=values):
            return "one of " + ", ".join(f"`{one}`" for one in values)
        case ListOf():
            return "PostgreSQL's own form, `{a,b}`"
        case Scalar(name=name):
            return "write " + _FORMS.get(name, "a text")
        case _:
            return "write it as PostgreSQL does"


def _reads(text: str, name: str) -> bool:
    try:
        match name:
            case "instant":
                datetime.fromisoformat(text)
            case "date":
                date.fromisoformat(text)
            case "json":
                json.loads(text)
            case _:
                Decimal(text)
    except (ValueError, InvalidOperation):
        return False
    return True
