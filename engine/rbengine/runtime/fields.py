"""Fields of records, of lists of records, of money and of JSON."""

from typing import Any

from rbengine.contract.values import Failure, Json, Money, Row, Value


def field_of(value: Value, name: str) -> Value:
    """Field `name`; of a list the list of that field; absent where there is none."""
    match value:
        case Row():
            return value.get(name)
        case tuple():
            return tuple(field_of(one, name) for one in value)
        case Json(content=dict() as content):
            return plain(content.get(name))
        case Money():
            halves: dict[str, Value] = {"minor": value.minor, "currency": value.currency}
            return halves.get(name)
        case Failure(kind=kind, text=text):
            # `x.failure.text`: what was tried and has failed is its own failure.
            fields: dict[str, Value] = {"failure": value, "kind": kind, "text": text}
            return fields.get(name)
        case _:
            return None


def plain(content: Any) -> Value:
    """A JSON scalar as the language's own value, anything else as Json."""
    if isinstance(content, dict | list | tuple):
        return Json(content)
    return content  # type: ignore[no-any-return]  # text, number, bool or None
