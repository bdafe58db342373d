"""What the checker knows about a file when it is done. Later layers read this, never re-derive it."""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from rbengine.contract.operations import Operation
from rbengine.contract.policy import PolicyModel
from rbengine.contract.types import Type
from rbengine.diagnostics import Diagnostic
from rbengine.semantics.sql_facts import StatementFacts
from rbengine.semantics.worst import AtWorst
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import Library, NodeId, Runbook

SymbolKind = Literal[
    "binding", "input", "finding", "loop", "parameter", "item", "builtin", "change", "evidence"
]


class Symbol(msgspec.Struct, frozen=True, kw_only=True):
    """What a name means where it is used. `item` is `it`; `change` has `.rows` and `.result`."""

    name: str
    kind: SymbolKind
    type: Type
    span: Span | None = None
    """Where it was bound; None for builtins."""
    file: str = ""


class BoundParameter(msgspec.Struct, frozen=True, kw_only=True):
    """`$n`: `path` is the name and fields as written (`("account", "id")`), `type` PostgreSQL's name."""

    path: tuple[str, ...]
    type: str


class BoundStatement(msgspec.Struct, frozen=True, kw_only=True):
    """An SQL block with its parameters numbered. `facts` is None where it was refused (a problem says so)."""

    sql: str
    parameters: tuple[BoundParameter, ...]
    facts: StatementFacts | None


class CheckedLibrary(msgspec.Struct, frozen=True, kw_only=True):
    """A library that a runbook uses, with its own tables."""

    tree: Library
    tables: "Tables"


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned of each node of one file."""

    source: SourceFile
    symbols: Mapping[NodeId, Symbol]
    """For every NameRef that resolved."""
    types: Mapping[NodeId, Type]
    """For every expression, TypeExpression, and for every Bind, Input, parameter and Evidence node."""
    operations: Mapping[NodeId, Operation]
    """For every OperationCall."""
    statements: Mapping[NodeId, BoundStatement]
    """For every Query and Sql."""


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """One runbook after all passes. A plan may be built when `problems` holds no error."""

    tree: Runbook
    tables: Tables
    policy: PolicyModel
    libraries: tuple[CheckedLibrary, ...]
    at_worst: Callable[[], AtWorst] = AtWorst
    """How long each path may take; worked out when it is called."""
    problems: tuple[Diagnostic, ...]
