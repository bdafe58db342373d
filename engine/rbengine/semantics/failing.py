"""`on failure`: which kinds the statements above it can give at all."""

from collections.abc import Iterable, Mapping, Sequence

from rbengine.contract.operations import Operation
from rbengine.contract.outcomes import REFUSAL_KINDS
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
    file: str, nodes: Sequence[Node], operations: Mapping[NodeId, Operation], report: Report
) -> None:
    """Report kinds that nothing above their handler gives, and those that an earlier handler takes."""
    if not any(isinstance(one, tree.OnFailure) for one in nodes):
        return
    for node in nodes:
        for block in (getattr(node, "body", None), getattr(node, "otherwise", None)):
            if isinstance(block, tuple) and any(isinstance(one, tree.OnFailure) for one in block):
                _block(file, block, operations, report)


def _block(
    file: str, body: tuple[Node, ...], operations: Mapping[NodeId, Operation], report: Report
) -> None:
    above: list[Node] = []
    taken: dict[str, tree.OnFailure] = {}
    for one in body:
        if not isinstance(one, tree.OnFailure):
            above.append(one)
            taken = {}  # a handler below it is of another group, and guards those before it too
            continue
        given = _given(above, operations)
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
        above.append(one)


def _given(nodes: Iterable[Node], operations: Mapping[NodeId, Operation]) -> Kinds:
    """The kinds that these statements can fail with. Where that is not known, all."""
    kinds = _NONE
    for one in nodes:
        kinds |= _of(one, operations)
    return kinds


def _of(node: Node, operations: Mapping[NodeId, Operation]) -> Kinds:
    match node:
        case tree.Note() | tree.Allow() | tree.Stop() | tree.Skip():
            return _NONE
        case tree.Try():
            return _NONE  # a failure is its value
        case OperationCall():
            known = operations.get(node.id)
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
            return _of(node.value, operations) | _VALUE
        case tree.Step() | tree.AllOrNothing() | tree.OnFailure():
            return _given(node.body, operations)
        case tree.Parallel():
            return _given(node.branches, operations)
        case tree.If():
            ways = [*(one.body for one in node.branches), node.otherwise or ()]
            return _VALUE | _given((one for way in ways for one in way), operations)
        case tree.Match():
            ways = [*(one.body for one in node.cases), node.otherwise or ()]
            return _VALUE | _given((one for way in ways for one in way), operations)
        case tree.ForEach():
            return _VALUE | {"too_many"} | _given(node.body, operations)
        case tree.Within():
            inside = _given((*node.body, *(node.otherwise or ())), operations)
            late = _NONE if node.otherwise else frozenset({"timeout"})
            return _VALUE | inside | late | _beyond(node.duration)
        case tree.Wait():
            return _VALUE | _beyond(node.duration)
        case tree.Give():
            return _VALUE
        case tree.ProcedureCall() | tree.ErrorStatement():
            return _ANY
        case _:
            return _VALUE  # a value that is bound


def _beyond(duration: Expression) -> Kinds:
    """A time that is not written may be longer than the policy lets a playbook wait."""
    return _NONE if isinstance(duration, DurationLiteral) else frozenset({"too_many"})
