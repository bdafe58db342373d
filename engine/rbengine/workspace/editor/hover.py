"""What the word under the cursor is, in Markdown."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import Optional, Record, Tried, Type, Unknown, show
from rbengine.semantics.functions import FILTERS, FUNCTIONS
from rbengine.semantics.inference.environment import BUILTINS
from rbengine.source import Span
from rbengine.syntax.nodes import Node, Runbook
from rbengine.syntax.nodes import expressions as ex
from rbengine.syntax.nodes import runbook as book
from rbengine.syntax.nodes import statements as st
from rbengine.syntax.nodes.app import AppFunction, AppHandler
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.changes import Change, Sql
from rbengine.syntax.nodes.library import Library, Procedure, RecordType
from rbengine.syntax.nodes.policy import Contact, SeverityRules
from rbengine.syntax.nodes.scenarios import ExpectCall, ExpectRead, World
from rbengine.syntax.nodes.types import NamedType, TypedName
from rbengine.workspace.editor.company_words import (
    columns_told,
    down_word,
    event_fields,
    event_word,
    fault_word,
    function_told,
    read_column,
    table_word,
    tier_word,
)
from rbengine.workspace.editor.editor import Editor
from rbengine.workspace.editor.kinds import fields_in, short, type_of, written_out
from rbengine.workspace.editor.links import Meant, meant
from rbengine.workspace.editor.places import around, block_at, offset_in_block
from rbengine.workspace.editor.sql_names import Column, column_at

_MOST_FIELDS = 30


class Hover(msgspec.Struct, frozen=True):
    """`text` is Markdown about the text of `span`."""

    span: Span
    text: str


class _Under(NamedTuple):
    """What stands under the cursor: the nodes that hold it, outermost first."""

    editor: Editor
    path: str
    offset: int
    nodes: tuple[Node, ...]


def hover(editor: Editor, path: str, offset: int) -> Hover | None:
    """What is known of what stands at `offset`; None between words."""
    nodes = around(editor, path, offset)
    mention = editor.names(path).at(offset)
    if mention is not None:
        found = meant(editor, path, mention)
        if found is not None:
            here = _type_here(editor, path, nodes)
            return Hover(mention.span, _thing(editor, found, here))
        if mention.name in BUILTINS and mention.group == "value":
            return Hover(mention.span, _built_in(mention.name))
    under = _Under(editor, path, offset, nodes)
    for look in (_call, _field, _event, _function, _type_name, _in_sql, _table_word, _company):
        told = look(under)
        if told is not None:
            return told
    return None


def operation_of(editor: Editor, path: str, adapter: str, name: str) -> Operation | None:
    """The operation `adapter.name`; in scenarios, the line of a world before it."""
    signature = editor.workspace.signature_of(adapter)
    operation = None if signature is None else signature.operation(name)
    if editor.workspace.kind(path) == "scenarios":
        return editor.workspace.builders.get(f"{adapter}.{name}", operation)
    return operation


def told_of(operation: Operation) -> str:
    """An operation, its promise and the call behind it, in Markdown."""
    parameters = ", ".join(
        f"{one.name}: {show(one.type)}" + ("" if one.default is None else "?")
        for one in operation.parameters
    )
    rows = [
        _code(f"{operation.full_name}({parameters}) -> {show(operation.result)}"),
        operation.doc,
    ]
    repeats = {"naturally": "naturally", "by key": "by its key", "no": "no"}[operation.idempotency]
    facts = [f"effect: **{operation.effect}**", f"may be repeated: {repeats}"]
    if operation.settles:
        facts.append("can be settled")
    if operation.undoable:
        facts.append("can be undone")
    if operation.may_lose_entries:
        facts.append("may lose entries")
    rows.append(" · ".join(facts))
    if operation.api:
        rows.append(f"API: `{operation.api}`")
    if operation.refusals:
        rows.append("refused with: " + ", ".join(operation.refusals))
    if operation.source:
        rows.append(f"[{operation.source}]({operation.source})")
    return "\n\n".join(rows)


def parameter_told(parameter: Parameter) -> str:
    """One argument of an operation."""
    needed = "must be given" if parameter.default is None else "may be left out"
    text = f"{parameter.name}: {written_out(parameter.type)}"
    return "\n\n".join([_code(text), f"{parameter.doc} ({needed})"])


def column_told(column: Column) -> str:
    """A column with its type, and whether it may be NULL."""
    inner = column.type.inner if isinstance(column.type, Optional) else column.type
    null = "may be NULL" if column.may_be_null else "NOT NULL"
    return "\n\n".join([_code(f"{column.table}.{column.name}: {written_out(inner)}"), null])


def _thing(editor: Editor, thing: Meant, here: Type | None) -> str:
    rows = [*_head(editor, thing)]
    found = type_of(editor, thing)
    if thing.group == "value" and here is not None and here != found:
        rows.append(f"here: `{short(here)}`")
    if isinstance(found, Optional):
        rows.append("may be absent: test it before it is read")
    elif isinstance(found, Tried):
        rows.append("may be absent or have failed: test it before it is read")
    rows += _fields(found)
    source = editor.source(thing.file)
    line, _ = source.line_and_column(thing.first.span.start)
    rows.append(f"*{thing.file}:{line}*")
    return "\n\n".join(rows)


def _built_in(name: str) -> str:
    found = BUILTINS[name]
    head = name if isinstance(found, Record) else f"{name}: {show(found)}"
    return "\n\n".join([_code(head), *_fields(found)])


def _fields(type_: Type) -> Iterator[str]:
    """The fields of a value, a line each; nothing where it has none."""
    fields = fields_in(type_)
    if fields:
        yield _code("\n".join(f"{one.name}: {show(one.type)}" for one in fields[:_MOST_FIELDS]))


def _head(editor: Editor, thing: Meant) -> Iterator[str]:
    """What kind of thing it is, and its own words."""
    match thing.first.node:
        case book.Finding() as node:
            yield _code(f"finding {thing.name}: bool")
            yield node.title.plain
        case book.Input() as node:
            yield _code(f"input {thing.name}: {written_out(type_of(editor, thing))}")
            yield node.help.plain
        case book.Message() as node:
            yield _code(f"message {thing.name}({_parameters(editor, thing.file, node.parameters)})")
            if node.subject is not None:
                yield f"“{node.subject.plain}”"
        case Procedure() as node:
            text = f"procedure {thing.name}({_parameters(editor, thing.file, node.parameters)})"
            gives = "" if node.gives is None else editor.source(thing.file).slice(node.gives.span)
            yield _code(text + (f" gives {gives}" if gives else ""))
        case RecordType() as node:
            lines = _parameters(editor, thing.file, node.fields, "\n  ")
            yield _code(f"record {thing.name}\n  {lines}")
        case Contact() as node:
            yield _code(f"{node.word} {thing.name}")
            channels = ", ".join(f"{one.kind.text} {one.address.plain}" for one in node.channels)
            yield f"{node.title.plain}: {channels or 'the settings give the channel'}"
        case SeverityRules() as node:
            yield _code(editor.source(thing.file).slice(node.span))
        case World() as node:
            yield _code(f"world {thing.name}")
            yield node.title.plain
        case AppFunction() | AppHandler() as node:
            head, promise = function_told(editor, thing.file, node)
            yield _code(head)
            yield promise
        case Runbook() | Library() as node:
            yield _code(f"{thing.kind} {thing.name}")
            yield node.title.plain
        case Change() | st.Step() if thing.kind == "label":
            yield f"{type(thing.first.node).__name__.lower()} “{thing.name}”"
        case _ if thing.group == "value":
            yield _code(f"{thing.name}: {short(type_of(editor, thing))}")
        case _:
            yield f"{thing.kind} “{thing.name}”"


def _parameters(
    editor: Editor, file: str, parameters: Sequence[TypedName], between: str = ", "
) -> str:
    source = editor.source(file)
    return between.join(f"{one.name.text}: {source.slice(one.type.span)}" for one in parameters)


def _type_here(editor: Editor, path: str, nodes: tuple[Node, ...]) -> Type | None:
    """The type that a name has where it is read, which tests above may have narrowed."""
    tables = editor.tables(path)
    reference = next((one for one in reversed(nodes) if isinstance(one, ex.NameRef)), None)
    if tables is None or reference is None:
        return None
    found = tables.types.get(reference.id)
    return None if isinstance(found, Unknown) else found


def _call(under: _Under) -> Hover | None:
    for index, node in enumerate(under.nodes):
        if not isinstance(node, ex.OperationCall):
            continue
        adapter, called = node.adapter.text, node.operation.text
        operation = operation_of(under.editor, under.path, adapter, called)
        if index and isinstance(under.nodes[index - 1], ExpectCall | ExpectRead):
            # The playbook's own, and not a line of a world.
            signature = under.editor.workspace.signature_of(adapter)
            operation = None if signature is None else signature.operation(called)
        if operation is None:
            return None
        below = under.nodes[index + 1 :]
        name = next((one for one in below if isinstance(one, Name)), None)
        if name is node.operation or name is node.adapter:
            return Hover(node.adapter.span.to(node.operation.span), told_of(operation))
        if (
            below
            and isinstance(below[0], ex.Argument)
            and name is not None
            and name is below[0].name
        ):
            parameter = operation.parameter(name.text)
            if parameter is not None:
                return Hover(name.span, parameter_told(parameter))
    return None


def _field(under: _Under) -> Hover | None:
    """`account.name`: its type, and the column it came from."""
    tables = under.editor.tables(under.path)
    if tables is None or len(under.nodes) < 2 or not isinstance(under.nodes[-1], Name):
        return None
    node = under.nodes[-2]
    if not isinstance(node, ex.Field):
        return None
    found = tables.types.get(node.id)
    if found is None:
        return None
    rows = [_code(f"{under.editor.source(under.path).slice(node.span)}: {written_out(found)}")]
    column = _column_behind(under.editor, under.path, node)
    if column is not None:
        null = "may be NULL" if column.may_be_null else "NOT NULL"
        rows.append(f"column `{column.table}.{column.name}`, {null}")
    elif isinstance(found, Optional):
        rows.append("may be absent")
    return Hover(node.name.span, "\n\n".join(rows))


def _column_behind(editor: Editor, path: str, node: ex.Field) -> Column | None:
    tables = editor.tables(path)
    if tables is None or not isinstance(node.object, ex.NameRef):
        return None
    mention = editor.names(path).at(node.object.span.start)
    thing = None if mention is None else meant(editor, path, mention)
    bound = None if thing is None else thing.first.node
    if not isinstance(bound, st.Bind) or not isinstance(bound.value, st.Query):
        return None
    statement = tables.statements.get(bound.value.id)
    facts = None if statement is None else statement.facts
    for one in () if facts is None else facts.columns:
        if one.name == node.name.text and one.table is not None and one.column is not None:
            return Column(table=one.table, name=one.column, type=one.type)
    return None


def _function(under: _Under) -> Hover | None:
    if len(under.nodes) < 2 or not isinstance(under.nodes[-1], Name):
        return None
    name = under.nodes[-1]
    match under.nodes[-2]:
        case ex.Apply(function=function) if function is name and name.text in FUNCTIONS:
            known = FUNCTIONS[name.text]
            parameters = ", ".join(
                f"{one.name}: {one.takes}" if one.named else one.takes for one in known.parameters
            )
            gives = known.gives if isinstance(known.gives, str) else show(known.gives)
            text = _code(f"{known.name}({parameters}) -> {gives}")
            return Hover(name.span, f"{text}\n\n{known.doc}")
        case ex.Hole() if name.text in FILTERS:
            return Hover(name.span, f"{_code('| ' + name.text)}\n\n{FILTERS[name.text].doc}")
        case _:
            return None


def _type_name(under: _Under) -> Hover | None:
    """`shops` or `stripe.subscription` as the type of a parameter: the fields it has."""
    node = next((one for one in reversed(under.nodes) if isinstance(one, NamedType)), None)
    tables = under.editor.tables(under.path)
    if node is None or tables is None or node.id not in tables.types:
        return None
    found = tables.types[node.id]
    rows = [_code(f"{under.editor.source(under.path).slice(node.span)}")]
    rows += _fields(found)
    return Hover(node.span, "\n\n".join(rows))


def _in_sql(under: _Under) -> Hover | None:
    block = block_at(under.nodes)
    if block is None or len(under.nodes) < 2 or not isinstance(under.nodes[-2], st.Query | Sql):
        return None
    tables = under.editor.tables(under.path)
    statement = None if tables is None else tables.statements.get(under.nodes[-2].id)
    place = offset_in_block(block, under.offset)
    for parameter in () if statement is None else statement.parameters:
        written = ":" + ".".join(parameter.path)
        start = block.text.rfind(written, 0, place + len(written))
        if 0 <= start <= place <= start + len(written):
            first = block.offset_in_file(start)
            text = f"{written[1:]}: sent as {parameter.type}"
            return Hover(Span(first, first + len(written)), _code(text))
    answers = () if statement is None or statement.facts is None else statement.facts.columns
    column = column_at(block.text, place, under.editor.workspace.describer, answers)
    if column is None:
        return None
    start = place
    while start > 0 and (block.text[start - 1].isalnum() or block.text[start - 1] == "_"):
        start -= 1
    first = block.offset_in_file(start)
    return Hover(Span(first, first + len(column.name)), column_told(column))


def _table_word(under: _Under) -> Hover | None:
    """A table of a world or an expectation, or a column in its first line."""
    read = read_column(under.editor, under.nodes)
    if read is not None:
        return Hover(read[0], _code(read[1]))
    found = table_word(under.editor, under.nodes)
    if found is None:
        return None
    span, known = found
    text = column_told(known) if isinstance(known, Column) else _code(columns_told(known))
    return Hover(span, text)


def _event(under: _Under) -> Hover | None:
    """What a handler of the app is told."""
    found = event_word(under.editor, under.path, under.nodes)
    if found is None:
        return None
    span, handler, text = found
    fields = event_fields(under.editor, under.path, handler)
    return Hover(span, "\n\n".join([_code(text), *([_code(fields)] if fields else [])]))


def _company(under: _Under) -> Hover | None:
    """Lines that only apps and scenarios have."""
    tier = tier_word(under.nodes)
    if tier is not None:
        return Hover(*tier)
    taken_down = down_word(under.editor, under.nodes)
    if taken_down is not None:
        span, file, part = taken_down
        head, promise = function_told(under.editor, file, part)
        return Hover(span, "\n\n".join([_code(head), promise]))
    fault = fault_word(under.nodes)
    return None if fault is None else Hover(*fault)


def _code(text: str) -> str:
    return f"```rbengine\n{text}\n```"
