"""The type of a name, and what can be read of it."""

from rbengine.contract.types import (
    BOOL,
    MONEY,
    UNKNOWN,
    Enum,
    FieldType,
    ListOf,
    Nothing,
    Optional,
    Record,
    Secret,
    Tried,
    Type,
    show,
)
from rbengine.semantics.inference.environment import BUILTINS, FAILURE
from rbengine.semantics.inference.naming import MONEY_FIELDS
from rbengine.syntax.nodes.changes import ChangeForEach
from rbengine.syntax.nodes.scenarios import Given
from rbengine.syntax.nodes.statements import ForEach
from rbengine.workspace.editor.editor import Editor
from rbengine.workspace.editor.links import Meant, values_at

_MOST_VALUES = 12
"""Values of an enum that are written out."""


def type_of(editor: Editor, thing: Meant) -> Type:
    """The type of a value where it is bound; UNKNOWN where that is not known."""
    if thing.kind == "finding":
        return BOOL
    tables = editor.tables(thing.file)
    node = thing.first.node
    if tables is None or node is None:
        return UNKNOWN
    if isinstance(node, ForEach | ChangeForEach):
        items = tables.types.get(node.items.id, UNKNOWN)
        items = without_doubt(items)
        return items.item if isinstance(items, ListOf) else UNKNOWN
    if isinstance(node, Given):
        return tables.types.get(node.value.id, UNKNOWN)
    return tables.types.get(node.id, UNKNOWN)


def type_of_path(editor: Editor, path: str, offset: int, words: tuple[str, ...]) -> Type:
    """The type of `account.customer.id` as written at `offset`; UNKNOWN where a part of it is not known."""
    head, *fields = words
    named = {one.name: one for one in values_at(editor, path, offset)}
    found = type_of(editor, named[head]) if head in named else BUILTINS.get(head, UNKNOWN)
    if head in named and named[head].kind == "change" and fields[:1] == ["result"]:
        return UNKNOWN
    for one in fields:
        if isinstance(found, Tried) and one == "failure":
            found = FAILURE
            continue
        record = record_in(found)
        field = None if record is None else record.field(one)
        if field is None:
            return UNKNOWN
        found = field
    return found


def without_doubt(type_: Type) -> Type:
    """What a value is when it is there, and may be seen."""
    while isinstance(type_, Optional | Tried | Secret):
        type_ = type_.inner
    return type_


def record_in(type_: Type) -> Record | None:
    """The record whose fields `x.name` reads: of a list, those of its items; of an amount, its halves."""
    type_ = without_doubt(type_)
    if type_ == MONEY:
        return Record(tuple(FieldType(name, one) for name, one in MONEY_FIELDS.items()), "money")
    if isinstance(type_, ListOf):
        type_ = without_doubt(type_.item)
    return type_ if isinstance(type_, Record) else None


def enum_in(type_: Type) -> Enum | None:
    """The closed list that the values of `type_` are of."""
    type_ = without_doubt(type_)
    if isinstance(type_, ListOf):
        type_ = without_doubt(type_.item)
    return type_ if isinstance(type_, Enum) else None


def written_out(type_: Type) -> str:
    """`type_` as an author would write it, with the values of a named enum behind it."""
    shown = show(type_)
    closed = enum_in(type_)
    if closed is None or not closed.name or not closed.values:
        return shown
    values = " or ".join(closed.values[:_MOST_VALUES])
    more = len(closed.values) - _MOST_VALUES
    return f"{shown} ({values}" + (f" and {more} more)" if more > 0 else ")")


def short(type_: Type) -> str:
    """The same on one line: a row without a name is called so, as its fields stand below."""
    match type_:
        case Record(name=""):
            return "row"
        case ListOf(item=item):
            return f"list of {short(item)}"
        case Optional(inner=inner):
            return f"optional {short(inner)}"
        case Tried(inner=inner):
            return f"the attempt at {short(inner)}"
        case Secret(inner=inner):
            return f"secret {short(inner)}"
        case _:
            return written_out(type_)


def fields_in(type_: Type) -> tuple[FieldType, ...]:
    """The fields that can be read of a value; a change of SQL alone has no result."""
    record = record_in(type_)
    fields = () if record is None else record.fields
    return tuple(one for one in fields if not isinstance(one.type, Nothing))
