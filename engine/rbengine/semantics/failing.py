"""`on failure`: which kinds the statements above it can give at all."""

from collections.abc import Iterable, Mapping, Sequence

from rbengine.contract.operations import Operation
from rbengine.contract.outcomes import REFUSAL_KINDS
from rbengine.semantics.inference.workbench import ProcedureType
from rbengine.semantics.problems import shape as problems
from rbengine.semantics.problems.base import Report
from rbengine.syntax.nodes import Node, NodeId
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.expressions import DurationLiteral, Expression, OperationCall

Kinds = frozenset[str]

_NONE: Kinds = frozenset()
_ANY: Kinds = frozenset(REFUSAL_KINDS)
_CALL: Kinds = frozenset({"unavailable", "rate_limited", "timeout", "unauthorized", "invalid"})
_QUERY: Kinds = _CALL | {"not_found", "too_many", "conflict"}
_PERSON: Kinds = frozenset({"refused", "unanswered", "invalid"})
_VALUE: Kinds = frozenset({"invalid"})
"""An expression that has no value."""


def check_failures(
    file: str,
    nodes: Sequence[Node],
    operations: Mapping[NodeId, Operation],
    procedures: "ProcedureFailures",
    report: Report,
) -> None:
    """Report kinds that nothing above their handler gives, and those that an earlier handler takes."""
    if not any(isinstance(one, tree.OnFailure) for one in nodes):
        return
    kinds = _Kinds(operations, procedures)
    for node in nodes:
        for block in (getattr(node, "body", None), getattr(node, "otherwise", None)):
            if isinstance(block, tuple) and any(isinstance(one, tree.OnFailure) for one in block):
                _block(file, block, kinds, report)


def _block(file: str, body: tuple[Node, ...], kinds: "_Kinds", report: Report) -> None:
    given = _NONE
    taken: dict[str, tree.OnFailure] = {}
    for one in body:
        if not isinstance(one, tree.OnFailure):
            given |= kinds.of(one)
            taken = {}  # a handler below it is of another group, and guards those before it too
            continue
        for kind in one.kinds:
            if kind.text not in _ANY or not given:
                continue  # unknown, or nothing above can fail: reported as such
            if kind.text in taken:
                first = taken[kind.text]
                twice = problems.FailureTakenBefore(
                    file=file, span=kind.span, kind=kind.text, first=first.kinds[0].span
                )
                report(problems.describe(twice))
            elif kind.text not in given:
                never = problems.NeverFailsSo(
                    file=file, span=kind.span, kind=kind.text, given=tuple(sorted(given))
                )
                report(problems.describe(never))
            taken.setdefault(kind.text, one)
        given |= kinds.of(one)


class ProcedureFailures:
    """The kinds that each procedure can fail with, through those that it calls. Looked up once each."""

    def __init__(
        self,
        procedures: Mapping[str, ProcedureType],
        operations: Mapping[str, Mapping[NodeId, Operation]],
    ) -> None:
        self._procedures = procedures
        self._operations = operations
        """By library: what its calls are."""
        self._known: dict[str, Kinds] = {}

    def of(self, name: str) -> Kinds:
        """All, of one that nobody knows."""
        known = self._known.get(name)
        if known is None:
            procedure = self._procedures.get(name)
            if procedure is None:
                return _ANY
            self._known[name] = _NONE  # one that calls itself adds nothing by doing so
            operations = self._operations.get(procedure.library, {})
            known = self._known[name] = _Kinds(operations, self).given(procedure.tree.body)
        return known


class _Kinds:
    """The kinds that statements of one file can fail with. Where that is not known, all."""

    def __init__(
        self, operations: Mapping[NodeId, Operation], procedures: ProcedureFailures
    ) -> None:
        self._operations = operations
        self._procedures = procedures

    def given(self, nodes: Iterable[Node]) -> Kinds:
        """Those of all of them."""
        kinds = _NONE
        for one in nodes:
            kinds |= self.of(one)
        return kinds

    def of(self, node: Node) -> Kinds:
        """Those of one statement, with what stands in it."""
        match node:
            case tree.Note() | tree.Allow() | tree.Stop() | tree.Skip():
                return _NONE
            case tree.Try():
                return _NONE  # a failure is its value
            case OperationCall():
                known = self._operations.get(node.id)
                return _ANY if known is None else _CALL | frozenset(known.refusals)
            case tree.Query():
                return _QUERY
            case tree.Ask() | tree.Choose() | tree.Manual() | tree.Approve():
                return _PERSON
            case Change():
                return _ANY - {"check"}  # its plan, its approval and its call
            case tree.Check():
                return _VALUE | {"check"}
            case tree.Escalate():
                return _CALL
            case tree.Bind() | tree.Perform():
                return self.of(node.value) | _VALUE
            case tree.Step() | tree.AllOrNothing() | tree.OnFailure():
                return self.given(node.body)
            case tree.Parallel():
                return self.given(node.branches)
            case tree.If():
                ways = [*(one.body for one in node.branches), node.otherwise or ()]
                return _VALUE | self.given(one for way in ways for one in way)
            case tree.Match():
                ways = [*(one.body for one in node.cases), node.otherwise or ()]
                return _VALUE | self.given(one for way in ways for one in way)
            case tree.ForEach():
                return _VALUE | {"too_many"} | self.given(node.body)
            case tree.Within():
                inside = self.given((*node.body, *(node.otherwise or ())))
                late = _NONE if node.otherwise else frozenset({"timeout"})
                return _VALUE | inside | late | _beyond(node.duration)
            case tree.Wait():
                return _VALUE | _beyond(node.duration)
            case tree.Give():
                return _VALUE
            case tree.ProcedureCall():
                return _VALUE | self._procedures.of(node.procedure.text)
            case tree.ErrorStatement():
                return _ANY
            case _:
                return _VALUE  # a value that is bound


def _beyond(duration: Expression) -> Kinds:
    """A time that is not written may be longer than the policy lets a playbook wait."""
    return _NONE if isinstance(duration, DurationLiteral) else frozenset({"too_many"})
