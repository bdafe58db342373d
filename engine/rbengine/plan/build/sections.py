"""The parts of a runbook: inputs, findings, sections, procedures, messages, prose."""

from collections.abc import Iterable
from typing import TypeVar

from rbengine.contract.policy import PolicyModel
from rbengine.contract.types import Optional
from rbengine.plan import code, program
from rbengine.plan.build.absence import found_by_absence
from rbengine.plan.build.expressions import constant, expression, template
from rbengine.plan.build.reading import NamedMessage, NamedProcedure, Reading
from rbengine.plan.build.statements import StatementBuilder
from rbengine.plan.build.tape import Tape
from rbengine.plan.expressions import Expr
from rbengine.source import SourceFile
from rbengine.syntax.nodes import Runbook, walk
from rbengine.syntax.nodes import runbook as tree
from rbengine.syntax.nodes.expressions import Expression, NameRef
from rbengine.syntax.nodes.statements import Body, Step

Part = TypeVar("Part")

_EVIDENCE = frozenset({"binding", "finding", "change", "evidence"})
"""Kinds of symbols that a failed step leaves unknown. Inputs and builtins always have a value."""


class Sections:
    """Writes sections and the procedures they call onto one tape, each procedure once."""

    def __init__(
        self, reading: Reading, policy: PolicyModel, by_absence: frozenset[str] = frozenset()
    ) -> None:
        """`by_absence`: keys of procedures that are called where something is not there."""
        self._reading = reading
        self._policy = policy
        self._tape = Tape()
        self._waiting: list[NamedProcedure] = []
        self._seen: set[str] = set()
        self._by_absence = by_absence
        self.called_by_absence: set[str] = set()
        self.sections: list[program.SectionSpec] = []
        self.findings: list[program.FindingSpec] = []

    def add_all(self, runbook: Runbook) -> None:
        """Every section that exists, in the order in which they run."""
        by_finding = {one.name.text: one for one in _findings(runbook)}
        for diagnose in _parts(runbook, tree.Diagnose):
            self._diagnose(diagnose)
        for resolve in _parts(runbook, tree.Resolve):
            name = resolve.finding.text
            by_absence = found_by_absence(by_finding[name].conditions)
            self._section("resolve", resolve, resolve.body, finding=name, by_absence=by_absence)
        for otherwise in _parts(runbook, tree.Otherwise):
            self._section("otherwise", otherwise, otherwise.body)
        for verify in _parts(runbook, tree.Verify):
            self._section("verify", verify, verify.body)
        for recover in _parts(runbook, tree.Recover):
            self._section("recover", recover, recover.body)
        for breach in _parts(runbook, tree.OnBreach):
            self._section("on breach", breach, breach.body)

    def procedures(self) -> tuple[program.ProcedureSpec, ...]:
        """The code of every procedure that was called so far, and of those that these call."""
        made: list[program.ProcedureSpec] = []
        while self._waiting:
            procedure = self._waiting.pop(0)
            entry = self._tape.here
            reading, node = procedure.reading, procedure.node
            self._builder(reading).section(
                f"procedure {procedure.key}",
                node.body,
                by_absence=procedure.key in self._by_absence,
            )
            self._tape.add(code.Return(), reading.origin(node))
            gives = None if node.gives is None else reading.type_of(node.gives)
            made.append(program.ProcedureSpec(name=procedure.key, entry=entry, gives=gives))
        return tuple(made)

    def finished(self) -> tuple[tuple[code.Instruction, ...], tuple[code.Origin, ...]]:
        """The code. Nothing may be added afterwards."""
        return self._tape.finished()

    def _builder(self, reading: Reading) -> StatementBuilder:
        def called(name: str, by_absence: bool) -> str:
            procedure = reading.procedure(name)
            if by_absence:
                self.called_by_absence.add(procedure.key)
            if procedure.key not in self._seen:
                self._seen.add(procedure.key)
                self._waiting.append(procedure)
            return procedure.key

        return StatementBuilder(self._tape, reading, self._policy, called)

    def _diagnose(self, node: tree.Diagnose) -> None:
        entry = self._tape.here
        builder = self._builder(self._reading)
        for part in node.body:
            match part:
                case Step():
                    builder.in_section("diagnose", part)
                case tree.Finding():
                    number = len(self.findings)
                    self.findings.append(finding(part, self._reading))
                    self._tape.add(code.Judge(number), self._reading.origin(part))
                case tree.ErrorSection():
                    raise AssertionError("a part that could not be read passed the checker")
        self._tape.add(code.SectionEnd(), self._reading.origin(node))
        self.sections.append(program.SectionSpec(kind="diagnose", entry=entry))

    def _section(
        self,
        kind: program.SectionKind,
        node: tree.Resolve | tree.Otherwise | tree.Verify | tree.Recover | tree.OnBreach,
        body: Body,
        *,
        finding: str = "",
        by_absence: bool = False,
    ) -> None:
        entry = self._tape.here
        name = f"{kind} {finding}".strip()
        self._builder(self._reading).section(name, body, by_absence=by_absence)
        self._tape.add(code.SectionEnd(), self._reading.origin(node))
        self.sections.append(program.SectionSpec(kind=kind, entry=entry, finding=finding))


def finding(node: tree.Finding, reading: Reading) -> program.FindingSpec:
    """Its lines with their texts, and the names that they read."""

    def line(condition: Expression | tree.Either) -> program.ConditionSpec:
        held = condition.conditions if isinstance(condition, tree.Either) else (condition,)
        return program.ConditionSpec(
            any_of=tuple(expression(one, reading) for one in held),
            texts=tuple(reading.text(one.span) for one in held),
        )

    return program.FindingSpec(
        name=node.name.text,
        title=template(node.title, reading),
        conditions=tuple(line(one) for one in node.conditions),
        needs=_needs(node, reading),
        origin=reading.origin(node),
    )


def _needs(node: tree.Finding, reading: Reading) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for condition in node.conditions:
        for one in walk(condition):
            if isinstance(one, NameRef):
                symbol = reading.tables.symbols[one.id]
                if symbol.kind in _EVIDENCE:
                    names[one.name.text] = None
    return tuple(names)


def inputs(runbook: Runbook, reading: Reading) -> tuple[program.InputSpec, ...]:
    """The inputs in the order written."""
    return tuple(
        program.InputSpec(
            name=part.name.text,
            type=reading.type_of(part),
            help=part.help.plain,
            default=_default(part, reading),
        )
        for part in _parts(runbook, tree.Input)
    )


def _default(node: tree.Input, reading: Reading) -> Expr | None:
    """What it is where nobody gives it; one that may be absent is absent then."""
    if node.default is not None:
        return expression(node.default, reading)
    return constant(None) if isinstance(reading.type_of(node), Optional) else None


def message(named: NamedMessage) -> program.MessageSpec:
    """Subject and body as the templates that they are, quotes and indentation taken off."""
    node = named.node
    subject = "" if node.subject is None else named.tables.source.slice(node.subject.span)
    return program.MessageSpec(
        name=named.key,
        parameters=tuple(one.name.text for one in node.parameters),
        subject=subject.removeprefix('"').removesuffix('"'),
        body=node.body.text,
    )


def prose(parts: Iterable[tree.Symptoms | tree.Prevent]) -> tuple[str, ...]:
    """The items of `symptoms` or `prevent`."""
    return tuple(item.text for part in parts for item in part.items)


def text_digest(source: SourceFile) -> tuple[str, str]:
    """Path and SHA-256 of a file's text."""
    return source.path, source.digest


def _findings(runbook: Runbook) -> list[tree.Finding]:
    return [
        part
        for diagnose in _parts(runbook, tree.Diagnose)
        for part in diagnose.body
        if isinstance(part, tree.Finding)
    ]


def _parts(runbook: Runbook, kind: type[Part]) -> list[Part]:
    return [part for part in runbook.parts if isinstance(part, kind)]
