"""What one walk over one file reads and fills."""

from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec
from rbengine.contract.operations import AdapterSignature, Operation
from rbengine.contract.types import Optional, Record, Tried, Type
from rbengine.semantics.analysis import BoundStatement, Symbol, Tables
from rbengine.semantics.inference.facts import Facts
from rbengine.semantics.problems import types
from rbengine.semantics.problems.base import Report
from rbengine.semantics.sql_facts import Describer
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import Node, NodeId
from rbengine.syntax.nodes.expressions import OperationCall
from rbengine.syntax.nodes.library import Procedure

Currencies = frozenset[str]
"""Lower-case codes."""

SignatureOf = Callable[[str], AdapterSignature | None]


class MessageParameter(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter of a message. `used`: the fields its text reads; None: any, it is passed on whole."""

    name: str
    type: Type
    used: frozenset[str] | None


class MessageType(msgspec.Struct, frozen=True, kw_only=True):
    """A message as its callers see it."""

    name: str
    parameters: tuple[MessageParameter, ...]
    span: Span
    file: str


class ParameterType(msgspec.Struct, frozen=True):
    """One parameter of a procedure."""

    name: str
    type: Type


class ProcedureType(msgspec.Struct, frozen=True, kw_only=True):
    """A procedure as its callers see it. `gives` is None where it gives nothing."""

    name: str
    library: str
    parameters: tuple[ParameterType, ...]
    gives: Type | None
    tree: Procedure


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a file may call by name, its own and what it uses."""

    procedures: Mapping[str, ProcedureType] = {}
    messages: Mapping[str, MessageType] = {}
    records: Mapping[str, Record] = {}
    unread: frozenset[str] = frozenset()
    """Names of parts that could not be read: what they are is not known, but they are there."""
    incomplete: bool = False
    """A library is missing: an unknown procedure or message may well be in it."""


class Workbench:
    """Shared by the functions of one walk; it lives no longer."""

    def __init__(
        self,
        source: SourceFile,
        signature_of: SignatureOf,
        describer: Describer,
        declared: Declared,
        report: Report,
        adapters: frozenset[str] = frozenset(),
        observing: Collection[str] = frozenset(),
    ) -> None:
        self.source = source
        self.adapters = adapters
        """The words before a dot and a call in this file: only these are looked up when a name is bound."""
        self.observing = observing
        """Functions of the company's own program that its app says only read."""
        self.in_change = False
        """Whether the walk is inside a `change`: what stands there is planned and approved, whatever it does."""
        self.signature_of = signature_of
        self.describer = describer
        self.declared = declared
        self.report = report
        self.symbols: dict[NodeId, Symbol] = {}
        self.types: dict[NodeId, Type] = {}
        self.operations: dict[NodeId, Operation] = {}
        self.statements: dict[NodeId, BoundStatement] = {}
        self.currencies: dict[NodeId, Currencies] = {}
        """For every amount, and list of them, of which the text says in which currencies it is."""
        self.findings: dict[str, Facts] = {}
        """What each finding of the diagnosis says when it holds."""
        self.unknown_names = 0
        """How many were reported."""
        self.section = ""
        """What is being walked, in words: `otherwise`."""

    @property
    def file(self) -> str:
        """The path that problems name."""
        return self.source.path

    def may_be_declared(self, name: str) -> bool:
        """Whether `name`, which nobody declared, may stand in a part that could not be read, or was not found."""
        return self.declared.incomplete or name in self.declared.unread

    def text(self, node: Node) -> str:
        """`node` as written."""
        return self.source.slice(node.span)

    def usable(self, node: Node, type_: Type) -> Type:
        """The type of a value that is needed here: reports what may be absent or have failed."""
        if isinstance(type_, Tried):
            self.report(
                types.describe(
                    types.MayHaveFailed(file=self.file, span=node.span, text=self.text(node))
                )
            )
            type_ = type_.inner
            return type_.inner if isinstance(type_, Optional) else type_
        if isinstance(type_, Optional):
            self.report(
                types.describe(
                    types.MayBeAbsent(
                        file=self.file, span=node.span, text=self.text(node), found=type_
                    )
                )
            )
            return type_.inner
        return type_

    def tables(self) -> Tables:
        """What was learned."""
        return Tables(
            source=self.source,
            symbols=self.symbols,
            types=self.types,
            operations=self.operations,
            statements=self.statements,
        )


def adapters_in(nodes: Iterable[Node]) -> frozenset[str]:
    """The words that stand where an adapter's name stands; `nodes` are all of a file."""
    return frozenset(one.adapter.text for one in nodes if isinstance(one, OperationCall))
