"""What is sent to the simulated database by apps, worlds and expectations: values of cells, and their types."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from rbengine.contract.changes import SqlParameter
from rbengine.contract.values import Datum, Json, Percent, Value
from rbengine.rehearsal.evaluation import Scope
from rbengine.syntax.nodes import scenarios as tree

_FOUND_BY_THE_SERVER = "unknown"


def cell_value(cell: tree.Cell, scope: Scope) -> Value:
    """What stands in a cell; a text is a literal of its column's type."""
    if cell.text is not None:
        return cell.text
    if cell.name is not None:
        return scope.path((cell.name.text,))
    if cell.expression is not None:
        return scope.value(cell.expression)
    return None


def typed(
    values: Sequence[Value], checked: Callable[[], Sequence[str]]
) -> tuple[SqlParameter, ...]:
    """Parameters with the types that the checker found, as those of a playbook are sent.

    Most values show their type. A text does not: it may be an identifier, or one of a list. Only for such the checker
    is asked, by `checked`; what it does not know either, the server finds.
    """
    types = [_postgres_type(value) for value in values]
    if _FOUND_BY_THE_SERVER in types:
        known = checked()
        if len(known) == len(types):
            types = [
                own if own != _FOUND_BY_THE_SERVER else found
                for own, found in zip(types, known, strict=True)
            ]
    return tuple(
        SqlParameter(name=f"${place}", type=type_, value=Datum(value))
        for place, (type_, value) in enumerate(zip(types, values, strict=True), start=1)
    )


def _postgres_type(value: Value) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "bigint"
        case Decimal() | Percent():
            return "numeric"
        case timedelta():
            return "interval"
        case datetime():
            return "timestamptz"
        case date():
            return "date"
        case bytes():
            return "bytea"
        case Json():
            return "jsonb"
        case tuple():
            items = {_postgres_type(one) for one in value if one is not None}
            item = items.pop() if len(items) == 1 else _FOUND_BY_THE_SERVER
            return item if item == _FOUND_BY_THE_SERVER else f"{item}[]"
        case _:
            return _FOUND_BY_THE_SERVER


def unknown(values: Sequence[Value]) -> tuple[SqlParameter, ...]:
    """Parameters whose types the server finds."""
    return tuple(
        SqlParameter(name=f"${place}", type=_FOUND_BY_THE_SERVER, value=Datum(value))
        for place, value in enumerate(values, start=1)
    )
