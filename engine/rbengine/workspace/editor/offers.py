"""What can be offered: each list of words with what is to be said of them."""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from rbengine.contract.operations import Operation
from rbengine.contract.outcomes import REFUSAL_KINDS
from rbengine.contract.types import SCALARS, Enum, Record, Type, show
from rbengine.semantics.functions import FILTERS, FUNCTIONS
from rbengine.semantics.inference.environment import BUILTINS
from rbengine.syntax.nodes import Library, Runbook
from rbengine.syntax.nodes.base import walk
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.runbook import Finding, Message, Resolve
from rbengine.syntax.nodes.statements import Step
from rbengine.workspace.editor.editor import Editor
from rbengine.workspace.editor.hover import column_told, parameter_told, told_of
from rbengine.workspace.editor.kinds import enum_in, fields_in, short, type_of
from rbengine.workspace.editor.links import values_at
from rbengine.workspace.editor.names import NameKind
from rbengine.workspace.editor.sql_names import Column
from rbengine.workspace.paths import runbook_path

OfferKind = Literal[
    "operation", "argument", "column", "table", "value", "finding", "field", "person", "message",
    "procedure", "keyword", "enum", "type", "library", "world", "severity", "function", "adapter", "text",
]  # fmt: skip


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """`label` is shown; `insert` is written (the label where it is empty). `doc` is Markdown."""

    label: str
    kind: OfferKind
    detail: str = ""
    doc: str = ""
    insert: str = ""
    first: bool = False
    """Shown before the others."""


def words(texts: Iterable[str], detail: str = "") -> Iterator[Offer]:
    """Words of the language."""
    for one in texts:
        yield Offer(label=one, kind="keyword", detail=detail)


def values(editor: Editor, path: str, offset: int) -> Iterator[Offer]:
    """Everything an expression may read there."""
    for one in values_at(editor, path, offset):
        its = type_of(editor, one)
        kind: OfferKind = "finding" if one.kind == "finding" else "value"
        yield Offer(label=one.name, kind=kind, detail=short(its), first=True)
    for name, type_ in BUILTINS.items():
        yield Offer(label=name, kind="value", detail=show(type_))


def fields(type_: Type) -> Iterator[Offer]:
    """What can stand behind the dot."""
    for one in fields_in(type_):
        yield Offer(label=one.name, kind="field", detail=show(one.type))


def operations(editor: Editor, path: str, adapter: str) -> Iterator[Offer]:
    """Operations of an adapter; in a world, its lines about a vendor."""
    for one in _operations(editor, path, adapter):
        yield Offer(
            label=one.name,
            kind="operation",
            detail=f"{one.effect}: {show(one.result)}",
            doc=told_of(one),
        )


def adapters(editor: Editor) -> Iterator[Offer]:
    """Names that operations follow."""
    for name in editor.adapters:
        signature = editor.workspace.signature_of(name)
        yield Offer(label=name, kind="adapter", detail=signature.title if signature else "")


def arguments(operation: Operation, given: tuple[str, ...]) -> Iterator[Offer]:
    """Arguments that are not given yet, those that must be first."""
    for one in operation.parameters:
        if one.name not in given:
            yield Offer(
                label=f"{one.name}:",
                kind="argument",
                detail=show(one.type) + ("" if one.default is None else ", may be left out"),
                doc=parameter_told(one),
                insert=f"{one.name}: ",
                first=one.default is None,
            )


def functions() -> Iterator[Offer]:
    """Pure functions."""
    for one in FUNCTIONS.values():
        yield Offer(label=one.name, kind="function", doc=one.doc)


def filters() -> Iterator[Offer]:
    """What may stand behind `|` in a hole."""
    for one in FILTERS.values():
        yield Offer(label=one.name, kind="function", doc=one.doc)


def enum_values(type_: Type, *, quoted: bool) -> Iterator[Offer]:
    """The values of a closed list, with quotes where none are open."""
    closed = enum_in(type_)
    for one in () if closed is None else closed.values:
        text = f'"{one}"' if quoted else one
        yield Offer(label=text, kind="enum", detail=closed.name if closed else "", first=True)


def people(editor: Editor, *, roles_first: bool) -> Iterator[Offer]:
    """Contacts and roles of the policy."""
    for one in editor.workspace.policy().contacts:
        yield Offer(
            label=one.name, kind="person", detail=one.title, first=one.is_role == roles_first
        )


def severities(editor: Editor) -> Iterator[Offer]:
    """Severities of the policy."""
    for one in editor.workspace.policy().severities:
        yield Offer(label=one.name, kind="severity", detail=one.title)


def findings(editor: Editor, path: str) -> Iterator[Offer]:
    """Findings of the runbook, or of the one that these scenarios are of; those nobody resolves first."""
    tree = editor.workspace.tree(path)
    if not isinstance(tree, Runbook):
        beside = runbook_path(path)
        if beside is None or beside not in editor.files:
            return
        tree = editor.workspace.tree(beside)
    if not isinstance(tree, Runbook):
        return
    resolved = {one.finding.text for one in tree.parts if isinstance(one, Resolve)}
    for one in walk(tree):
        if isinstance(one, Finding):
            its = one.name.text
            yield Offer(
                label=its, kind="finding", detail=one.title.plain, first=its not in resolved
            )


def named(
    editor: Editor, paths: Iterable[str], kind: NameKind, offer: OfferKind
) -> Iterator[Offer]:
    """Names of one kind that are bound in these files."""
    for path in paths:
        for one in editor.names(path).definitions():
            if one.kind == kind:
                yield Offer(label=one.name, kind=offer, detail=_title(one.node))


def call_labels(editor: Editor, path: str) -> Iterator[Offer]:
    """What a scenario may call a call: labels of the changes and steps of its runbook."""
    yield from change_labels(editor, path)
    yield from _labels(editor, path, Step, "step")


def change_labels(editor: Editor, path: str) -> Iterator[Offer]:
    """Labels of the changes of the runbook that these scenarios are of."""
    yield from _labels(editor, path, Change, "change")


def _labels(
    editor: Editor, path: str, kind: type[Change] | type[Step], detail: str
) -> Iterator[Offer]:
    beside = runbook_path(path)
    tree = None
    if beside is not None and beside in editor.files:
        tree = editor.workspace.tree(beside)
    for one in () if tree is None else walk(tree):
        if isinstance(one, kind):
            shown = one.label.plain
            yield Offer(label=shown, kind="text", detail=detail, insert=shown.partition("{{")[0])


def types(editor: Editor, paths: Iterable[str]) -> Iterator[Offer]:
    """Types that can be written."""
    for one in SCALARS:
        yield Offer(label=one.name, kind="type")
    yield from words(("list of", "optional", "secret", "one of"))
    yield from named(editor, paths, "record", "type")
    yield from adapters(editor)


def records(editor: Editor, adapter: str) -> Iterator[Offer]:
    """Record types of an adapter."""
    signature = editor.workspace.signature_of(adapter)
    for one in () if signature is None else signature.records:
        if isinstance(one, Record | Enum) and one.name.startswith(f"{adapter}."):
            yield Offer(label=one.name.removeprefix(f"{adapter}."), kind="type")


def columns(found: Iterable[Column]) -> Iterator[Offer]:
    """Columns of the tables that are named."""
    for one in found:
        null = "" if one.may_be_null else ", NOT NULL"
        yield Offer(
            label=one.name,
            kind="column",
            detail=f"{one.table}: {short(one.type)}{null}",
            doc=column_told(one),
            first=True,
        )


def tables(names: Iterable[str]) -> Iterator[Offer]:
    """Tables of the schema."""
    for one in names:
        yield Offer(label=one, kind="table")


def refusals() -> Iterator[Offer]:
    """Kinds of failure."""
    return words(REFUSAL_KINDS, "kind of failure")


def _operations(editor: Editor, path: str, adapter: str) -> Iterator[Operation]:
    workspace = editor.workspace
    if workspace.kind(path) == "scenarios":
        for one in workspace.builders.values():
            if one.adapter == adapter:
                yield one
        return
    signature = workspace.signature_of(adapter)
    yield from () if signature is None else signature.operations


def _title(node: object) -> str:
    match node:
        case Message(subject=subject) if subject is not None:
            return subject.plain
        case Library(title=title):
            return title.plain
        case _:
            return ""
