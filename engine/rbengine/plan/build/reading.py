"""One checked file as the builder reads it: its text, what the checker learned, and what its names stand for."""

from collections.abc import Mapping, Sequence

import msgspec

from rbengine.contract.types import Type
from rbengine.plan.code import Origin
from rbengine.semantics.analysis import Analysis, CheckedLibrary, Tables
from rbengine.source import Span
from rbengine.syntax.nodes import Library, Node, Runbook
from rbengine.syntax.nodes.library import Procedure
from rbengine.syntax.nodes.runbook import Message, Use


class NamedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message and the file that wrote it. `key` is unique in a plan: `platform.service_incident`."""

    key: str
    node: Message
    tables: Tables


class NamedProcedure(msgspec.Struct, frozen=True, kw_only=True):
    """A procedure and the file that wrote it. `key` is unique in a plan: `platform.rollback`."""

    key: str
    node: Procedure
    reading: "Reading"


class Reading:
    """One file. A name it uses is its own, or that of a library it uses, in the order of its `use` lines."""

    def __init__(self, tree: Runbook | Library, tables: Tables, libraries: "Libraries") -> None:
        self.tables = tables
        self._libraries = libraries
        self._prefix = f"{tree.name.text}." if isinstance(tree, Library) else ""
        self._tree = tree
        self._uses = tuple(
            one.text for part in tree.parts if isinstance(part, Use) for one in part.libraries
        )

    def origin(self, node: Node) -> Origin:
        """Where `node` stands."""
        line, _ = self.tables.source.line_and_column(node.span.start)
        return Origin(self.tables.source.path, line, node.span.start, node.span.end)

    def text(self, span: Span) -> str:
        """The text of `span` on one line: every stretch of white space is one blank."""
        return " ".join(self.tables.source.slice(span).split())

    def type_of(self, node: Node) -> Type:
        """The type that the checker gave to `node`. Raises KeyError for one it has not seen."""
        return self.tables.types[node.id]

    def own_messages(self) -> tuple[NamedMessage, ...]:
        """The messages written in this file."""
        return tuple(
            NamedMessage(key=f"{self._prefix}{part.name.text}", node=part, tables=self.tables)
            for part in self._tree.parts
            if isinstance(part, Message)
        )

    def own_procedures(self) -> tuple[NamedProcedure, ...]:
        """The procedures written in this file."""
        return tuple(
            NamedProcedure(key=f"{self._prefix}{part.name.text}", node=part, reading=self)
            for part in self._tree.parts
            if isinstance(part, Procedure)
        )

    def message(self, name: str) -> NamedMessage:
        """The message called `name` here. Raises LookupError for a file that was not checked."""
        for reading in (self, *self._used()):
            for one in reading.own_messages():
                if one.node.name.text == name:
                    return one
        raise LookupError(f"no message `{name}`")

    def procedure(self, name: str) -> NamedProcedure:
        """The procedure called `name` here. Raises LookupError for a file that was not checked."""
        for reading in (self, *self._used()):
            for one in reading.own_procedures():
                if one.node.name.text == name:
                    return one
        raise LookupError(f"no procedure `{name}`")

    def _used(self) -> Sequence["Reading"]:
        return [self._libraries.reading(name) for name in self._uses]


class Libraries:
    """The libraries of one analysis by name."""

    def __init__(self, checked: Sequence[CheckedLibrary]) -> None:
        self._readings: Mapping[str, Reading] = {
            one.tree.name.text: Reading(one.tree, one.tables, self) for one in checked
        }

    def reading(self, name: str) -> Reading:
        """The library `name`."""
        return self._readings[name]

    def all(self) -> tuple[Reading, ...]:
        """Every library, in the analysis's order."""
        return tuple(self._readings.values())


def reading_of(analysis: Analysis) -> tuple[Reading, Libraries]:
    """The runbook of `analysis` and its libraries."""
    libraries = Libraries(analysis.libraries)
    return Reading(analysis.tree, analysis.tables, libraries), libraries
