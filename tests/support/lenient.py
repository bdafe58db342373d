"""An analysis without a checker: enough for the plan builder, for texts that are known to be right."""

import re
from collections.abc import Mapping

from rbengine.contract.operations import Operation
from rbengine.contract.policy import Contact, PolicyModel
from rbengine.contract.types import UNKNOWN, Type
from rbengine.semantics import sql_binding
from rbengine.semantics.analysis import (
    Analysis,
    BoundParameter,
    BoundStatement,
    CheckedLibrary,
    Symbol,
    SymbolKind,
    Tables,
)
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.syntax.nodes import Library, NodeId, Runbook, Tree, walk
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.expressions import NameRef, OperationCall
from rbengine.syntax.nodes.runbook import Finding, Input
from rbengine.syntax.nodes.statements import Query
from rbengine_adapters import signature_of

POLICY = PolicyModel(
    name="test",
    contacts=(Contact(name="on_call", title="On call", from_settings=True, is_role=True),),
)
_BUILTINS = {"incident", "run", "operator", "now", "it", "result"}


def tree_of(text: str, path: str = "test.rb") -> tuple[Tree, SourceFile]:
    """The tree of a text without mistakes."""
    source = SourceFile(path, text)
    parsed = parse(source)
    found = [
        f"{one.code} at line {source.line_and_column(one.span.start)[0]}" for one in parsed.problems
    ]
    assert found == []
    assert parsed.tree is not None
    return parsed.tree, source


def analysis_of(
    text: str, *libraries: str, path: str = "test.rb", policy: PolicyModel = POLICY
) -> Analysis:
    """What a checker would say of `text`, types left out."""
    tree, source = tree_of(text, path)
    assert isinstance(tree, Runbook)
    checked: list[CheckedLibrary] = []
    for number, library in enumerate(libraries):
        used, used_source = tree_of(library, f"library{number}.rb")
        assert isinstance(used, Library)
        checked.append(CheckedLibrary(tree=used, tables=tables_of(used, used_source)))
    return Analysis(
        tree=tree,
        tables=tables_of(tree, source),
        policy=policy,
        libraries=tuple(checked),
        problems=(),
    )


def runbook(*sections: str, head: str = "severity P2\nmttr 20m\n") -> str:
    """A runbook around some sections."""
    return f'runbook RB-900 "Test"\n\n{head}\n' + "\n".join(sections)


class _AnyType(dict[NodeId, Type]):
    def __missing__(self, key: NodeId) -> Type:
        return UNKNOWN


def tables_of(tree: Tree, source: SourceFile) -> Tables:
    """Tables of one file: every name means something, every statement is accepted, types are unknown."""
    inputs = {one.name.text for one in walk(tree) if isinstance(one, Input)}
    findings = {one.name.text for one in walk(tree) if isinstance(one, Finding)}
    symbols: dict[NodeId, Symbol] = {}
    operations: dict[NodeId, Operation] = {}
    statements: dict[NodeId, BoundStatement] = {}
    for node in walk(tree):
        match node:
            case NameRef():
                name = node.name.text
                symbols[node.id] = Symbol(
                    name=name, kind=_kind(name, inputs, findings), type=UNKNOWN
                )
            case OperationCall():
                operations[node.id] = _operation(node)
            case Query() | Sql():
                statements[node.id] = _bound(node.sql.text)
            case _:
                pass
    types: Mapping[NodeId, Type] = _AnyType()
    return Tables(
        source=source, symbols=symbols, types=types, operations=operations, statements=statements
    )


def _kind(name: str, inputs: set[str], findings: set[str]) -> SymbolKind:
    if name in _BUILTINS:
        return "builtin"
    if name in inputs:
        return "input"
    return "finding" if name in findings else "binding"


def _operation(call: OperationCall) -> Operation:
    signature = signature_of(call.adapter.text)
    assert signature is not None, call.adapter.text
    found = signature.operation(call.operation.text)
    assert found is not None, call.operation.text
    return found


def _bound(sql: str) -> BoundStatement:
    scan = sql_binding.scan(sql, lambda _: False)
    numbered = sql_binding.number(sql, scan.mentions)
    parameters = tuple(BoundParameter(path=one, type="text") for one in numbered.paths)
    return BoundStatement(
        sql=re.sub(r"\s+", " ", numbered.sql).strip(), parameters=parameters, facts=None
    )
