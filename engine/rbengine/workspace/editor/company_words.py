"""What the words of apps and scenarios are that no other file has: tables, events, functions, faults."""

from collections.abc import Iterator, Sequence

from rbengine.contract.types import Optional, Unknown
from rbengine.semantics.fault_words import APP_FAULTS, DATABASE_FAULTS, VENDOR_FAULTS
from rbengine.semantics.faults import APP, DATABASE
from rbengine.source import Span
from rbengine.syntax.nodes import App, Node
from rbengine.syntax.nodes.app import AppFunction, AppHandler, TableLine
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.expressions import NameRef, Template
from rbengine.syntax.nodes.scenarios import ExpectRead, ExpectTable, Fault, Table
from rbengine.workspace.editor.editor import Editor
from rbengine.workspace.editor.kinds import fields_in, record_in, short, written_out
from rbengine.workspace.editor.sql_names import Column, table_columns

_MOST_COLUMNS = 30


def table_word(
    editor: Editor, nodes: Sequence[Node]
) -> tuple[Span, Column | tuple[Column, ...]] | None:
    """In `table t`, `expect table t where c = …` and their first lines: a column, or all of the table."""
    if len(nodes) < 2 or not isinstance(nodes[-1], Name):
        return None
    line, name = nodes[-2], nodes[-1]
    if not isinstance(line, Table | ExpectTable):
        return None
    full = line.table.text if line.schema is None else f"{line.schema.text}.{line.table.text}"
    columns = table_columns(full, editor.workspace.describer)
    if name is line.table or name is line.schema:
        return (name.span, columns) if columns else None
    found = next((one for one in columns if one.name == name.text), None)
    return None if found is None else (name.span, found)


def read_column(editor: Editor, nodes: Sequence[Node]) -> tuple[Span, str] | None:
    """In `expect stripe.invoice(…)`: a field of what is read."""
    if len(nodes) < 2 or not isinstance(nodes[-1], Name) or not isinstance(nodes[-2], ExpectRead):
        return None
    call, name = nodes[-2].call, nodes[-1]
    signature = editor.workspace.signature_of(call.adapter.text)
    operation = None if signature is None else signature.operation(call.operation.text)
    record = None if operation is None else record_in(operation.result)
    found = None if record is None else record.field(name.text)
    return None if found is None else (name.span, f"{name.text}: {written_out(found)}")


def columns_told(columns: Sequence[Column]) -> str:
    """A table, a line for each column."""
    lines = [f"table {columns[0].table}"]
    for one in columns[:_MOST_COLUMNS]:
        inner = one.type.inner if isinstance(one.type, Optional) else one.type
        lines.append(f"  {one.name}: {written_out(inner)}{'' if one.may_be_null else ', NOT NULL'}")
    more = len(columns) - _MOST_COLUMNS
    if more > 0:
        lines.append(f"  and {more} more")
    return "\n".join(lines)


def event_word(editor: Editor, path: str, nodes: Sequence[Node]) -> tuple[Span, Node, str] | None:
    """`event` in a handler, or the type of one in its first line: where, the handler, what it is."""
    handler = next((one for one in nodes if isinstance(one, AppHandler)), None)
    if handler is None or not nodes:
        return None
    last = nodes[-1]
    if isinstance(last, Name) and last.text == "event" and isinstance(nodes[-2], NameRef):
        return last.span, handler, _carried(editor, path, handler)
    template = next((one for one in nodes if isinstance(one, Template)), None)
    if template is not None and template in handler.events:
        return template.span, handler, _carried(editor, path, handler)
    return None


def event_fields(editor: Editor, path: str, handler: Node) -> str:
    """What can be read of `event`, a line a field."""
    tables = editor.tables(path)
    found = None if tables is None else tables.types.get(handler.id)
    fields = () if found is None else fields_in(found)
    return "\n".join(f"{one.name}: {short(one.type)}" for one in fields)


def function_told(editor: Editor, path: str, node: AppFunction | AppHandler) -> Iterator[str]:
    """The first line of a function or handler, as written, and what it promises."""
    source = editor.source(path)
    first = node.body[0].span.start if node.body else node.span.end
    yield source.slice(Span(node.span.start, first)).rstrip().splitlines()[0]
    match node:
        case AppFunction(effect="observes"):
            yield "only reads: it may be called outside a change"
        case AppFunction(repeatable=True):
            yield "changes something; done twice it is the same as once"
        case AppFunction():
            yield "changes something"
        case AppHandler(vendor=vendor):
            yield f'hears of {vendor.text}; `fault app "{handler_name(node)}" down` takes it down'


def handler_name(node: AppHandler) -> str:
    """What a fault calls it."""
    return f"{node.vendor.text}-webhook" if node.handler is None else node.handler.plain


def down_word(
    editor: Editor, nodes: Sequence[Node]
) -> tuple[Span, str, AppFunction | AppHandler] | None:
    """The function or handler that `fault app "…" down` names, with its file."""
    fault = next((one for one in nodes if isinstance(one, Fault)), None)
    app = editor.workspace.app()
    if app is None or fault is None or fault.part is None or fault.part not in nodes:
        return None
    for part in app[0].parts:
        match part:
            case AppFunction() if part.name.plain == fault.part.plain:
                return fault.part.span, app[1].path, part
            case AppHandler() if handler_name(part) == fault.part.plain:
                return fault.part.span, app[1].path, part
            case _:
                continue
    return None


def tier_word(nodes: Sequence[Node]) -> tuple[Span, str] | None:
    """`"price_1" is "small"`."""
    line = next((one for one in nodes if isinstance(one, TableLine)), None)
    if line is None or not isinstance(nodes[0], App):
        return None
    return line.span, f"Stripe's price `{line.key.plain}` is the tier `{line.value.plain}`"


def fault_word(nodes: Sequence[Node]) -> tuple[Span, str] | None:
    """The words of a `fault` line, and what they let happen."""
    fault = next((one for one in nodes if isinstance(one, Fault)), None)
    if fault is None or isinstance(nodes[-1], Template) or fault.refusals:
        return None
    known = {APP: APP_FAULTS, DATABASE: DATABASE_FAULTS}.get(fault.target.text, VENDOR_FAULTS)
    told = known.get(fault.kind)
    if told is None:
        return None
    return fault.span, f"{fault.kind}: {told}"


def _carried(editor: Editor, path: str, handler: AppHandler) -> str:
    tables = editor.tables(path)
    found = None if tables is None else tables.types.get(handler.id)
    return "event" if found is None or isinstance(found, Unknown) else f"event: {short(found)}"
