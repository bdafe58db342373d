"""The libraries that a file uses, and those that these use: their records, procedures and messages."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from rbengine.contract.operations import Operation
from rbengine.contract.types import FieldType, Record
from rbengine.semantics.analysis import CheckedLibrary
from rbengine.semantics.inference.runbook import infer_procedure
from rbengine.semantics.inference.workbench import (
    Declared,
    MessageType,
    ParameterType,
    ProcedureType,
    SignatureOf,
    Workbench,
    adapters_in,
)
from rbengine.semantics.inference.written_types import written_type
from rbengine.semantics.messages import message_type
from rbengine.semantics.problems import names, shape
from rbengine.semantics.problems.base import Report
from rbengine.semantics.sql_facts import Describer
from rbengine.source import SourceFile
from rbengine.syntax.nodes import Calendar, Library, Name, NodeId, Runbook, walk
from rbengine.syntax.nodes.library import Procedure, RecordType
from rbengine.syntax.nodes.runbook import ErrorSection, Message, Use

Offered = Mapping[str, tuple[Library, SourceFile]]


class Shelf:
    """Checks each library once, when somebody first uses it."""

    def __init__(
        self,
        offered: Offered,
        signature_of: SignatureOf,
        describer: Describer,
        report: Report,
        observing: Collection[str] = frozenset(),
    ) -> None:
        self._offered = offered
        self._signature_of = signature_of
        self._describer = describer
        self._report = report
        self._observing = observing
        self.declared: dict[str, Declared] = {}
        """What each library that was used offers."""
        self._reach: dict[str, tuple[str, ...]] = {}
        """By library, itself and all that it uses."""
        self._open: list[str] = []
        self.checked: list[CheckedLibrary] = []

    def used_by(self, tree: Runbook | Library | Calendar, file: str) -> Declared:
        """What `tree` may call by name because it uses it."""
        merged: list[Declared] = []
        for name in used_names(tree):
            if name.text not in self._offered:
                self._report(
                    names.describe(
                        names.UnknownLibrary(
                            file=file,
                            span=name.span,
                            name=name.text,
                            offered=tuple(sorted(self._offered)),
                        )
                    )
                )
                merged.append(Declared(incomplete=True))
            elif name.text in self._open:
                path = (*self._open[self._open.index(name.text) :], name.text)
                self._report(
                    shape.describe(shape.LibraryCycle(file=file, span=name.span, path=path))
                )
            else:
                merged.append(self._library(name.text))
        self._report_names_in_two(tree, file)
        return together(merged)

    def take(self, name: str) -> None:
        """Check the library `name` for its own sake, whoever uses it."""
        self._library(name)

    @property
    def procedures(self) -> dict[str, ProcedureType]:
        """All procedures by name."""
        return dict(together(self.declared.values()).procedures)

    @property
    def operations(self) -> dict[str, Mapping[NodeId, Operation]]:
        """By library, what its calls are."""
        return {one.tree.name.text: one.tables.operations for one in self.checked}

    def _report_names_in_two(self, tree: Runbook | Library | Calendar, file: str) -> None:
        """Names of what `tree` uses are its own; a procedure's name goes through all that its libraries use."""
        used = [one for one in used_names(tree) if one.text in self._reach]
        direct = {one.text for one in used}
        first: dict[tuple[str, str], str] = {}
        for name in used:
            for library in self._reach[name.text]:
                for what, part in _parts_of(self.declared[library], whole=library in direct):
                    before = first.setdefault((what, part), library)
                    if before != library:
                        first[what, part] = library
                        twice = shape.InTwoLibraries(
                            file=file,
                            span=name.span,
                            what=what,
                            name=part,
                            first=before,
                            second=library,
                        )
                        self._report(shape.describe(twice))

    def _library(self, name: str) -> Declared:
        if name in self.declared:
            return self.declared[name]
        tree, source = self._offered[name]
        self._open.append(name)
        used = self.used_by(tree, source.path)
        self._open.pop()
        bench = Workbench(
            source,
            self._signature_of,
            self._describer,
            used,
            self._report,
            adapters_in(walk(tree)),
            self._observing,
        )
        own = declare(bench, tree, name)
        self.declared[name] = own
        reached = (one for use in used_names(tree) for one in self._reach.get(use.text, ()))
        self._reach[name] = tuple(dict.fromkeys((name, *reached)))
        bench.declared = together((used, own))
        for procedure in own.procedures.values():
            infer_procedure(bench, procedure)
        self.checked.append(CheckedLibrary(tree=tree, tables=bench.tables()))
        return own


def _parts_of(declared: Declared, *, whole: bool) -> Iterator[tuple[str, str]]:
    """(what it is, name) of its procedures; `whole`: of everything in it."""
    yield from (("procedure", name) for name in declared.procedures)
    if whole:
        yield from (("message", name) for name in declared.messages)
        yield from (("record", name) for name in declared.records)


def used_names(tree: Runbook | Library | Calendar) -> tuple[Name, ...]:
    """The names behind `use`, in order."""
    return tuple(one for part in tree.parts if isinstance(part, Use) for one in part.libraries)


def together(parts: Iterable[Declared]) -> Declared:
    """All of them; of two with one name, which was reported, the first."""
    procedures: dict[str, ProcedureType] = {}
    messages: dict[str, MessageType] = {}
    records: dict[str, Record] = {}
    parts = tuple(parts)
    for part in parts:
        procedures = {**part.procedures, **procedures}
        messages = {**part.messages, **messages}
        records = {**part.records, **records}
    return Declared(
        procedures=procedures,
        messages=messages,
        records=records,
        unread=frozenset(name for one in parts for name in one.unread),
        incomplete=any(one.incomplete for one in parts),
    )


def declare(bench: Workbench, tree: Runbook | Library, library: str) -> Declared:
    """What a file itself declares: record types, then what is written with them."""
    used = bench.declared
    records: dict[str, Record] = {}
    procedures: dict[str, ProcedureType] = {}
    messages: dict[str, MessageType] = {}
    parts = tuple(tree.parts)
    for part in parts:
        if isinstance(part, RecordType):
            fields = tuple(
                FieldType(one.name.text, written_type(bench, one.type)) for one in part.fields
            )
            records[part.name.text] = Record(fields, part.name.text)
            bench.declared = together((Declared(records=dict(records)), used))
    for part in parts:
        if isinstance(part, Procedure) and not _twice(bench, part.name, procedures):
            procedures[part.name.text] = _procedure_type(bench, part, library)
        elif isinstance(part, Message) and not _twice(bench, part.name, messages):
            messages[part.name.text] = message_type(bench, part)
    unread = frozenset(name for one in parts if isinstance(one, ErrorSection) for name in one.names)
    return Declared(procedures=procedures, messages=messages, records=records, unread=unread)


def _procedure_type(bench: Workbench, node: Procedure, library: str) -> ProcedureType:
    return ProcedureType(
        name=node.name.text,
        library=library,
        parameters=tuple(
            ParameterType(one.name.text, written_type(bench, one.type)) for one in node.parameters
        ),
        gives=None if node.gives is None else written_type(bench, node.gives),
        tree=node,
    )


def _twice(bench: Workbench, name: Name, taken: Mapping[str, object]) -> bool:
    if name.text not in taken:
        return False
    bench.report(
        names.describe(
            names.BoundTwice(file=bench.file, span=name.span, name=name.text, first=None)
        )
    )
    return True
