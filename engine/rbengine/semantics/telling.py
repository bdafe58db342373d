"""Repeating and telling: what a retry would repeat, and who is told before it is true."""

from collections.abc import Iterable, Mapping, Sequence

from rbengine.contract.operations import Operation
from rbengine.contract.types import ListOf
from rbengine.semantics.problems import duties as problems
from rbengine.semantics.problems.base import Report
from rbengine.semantics.traversal import Placed
from rbengine.source import Span
from rbengine.syntax.nodes import Node, NodeId
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.expressions import OperationCall


def check_retries(
    file: str, placed: Iterable[Placed], operations: Mapping[NodeId, Operation], report: Report
) -> None:
    """Report a call that must not be made twice inside a step that would."""
    for one in placed:
        step = one.place.step
        if step is None or step.retry is None or not isinstance(one.node, OperationCall):
            continue
        operation = operations.get(one.node.id)
        if operation is None or operation.effect == "observe" or operation.idempotency != "no":
            continue
        report(
            problems.describe(
                problems.RepeatedEffect(
                    file=file,
                    span=call_span(one.node),
                    operation=operation.full_name,
                    retry=step.retry.span,
                )
            )
        )


def check_telling(
    file: str, placed: Sequence[Placed], operations: Mapping[NodeId, Operation], report: Report
) -> None:
    """Report messages to many that depend on nothing, and messages before the work is done."""
    sections: dict[str, list[Placed]] = {}
    for one in placed:
        sections.setdefault(one.place.section, []).append(one)
    for name, section in sections.items():
        last = next((one for one in reversed(section) if _may_fail(one.node, operations)), None)
        is_confirmed = name == "recover"
        for one in section:
            is_confirmed |= isinstance(one.node, tree.Check | tree.Approve)
            if one is last:
                last = None
            told = operations.get(one.node.id) if isinstance(one.node, OperationCall) else None
            if told is None or told.effect != "tell" or not isinstance(one.node, OperationCall):
                continue
            span = call_span(one.node)
            to_many = any(isinstance(parameter.type, ListOf) for parameter in told.parameters)
            if to_many and not is_confirmed:
                unchecked = problems.ToldUnchecked(file=file, span=span, operation=told.full_name)
                report(problems.describe(unchecked))
            if name.startswith("resolve ") and last is not None:
                early = problems.ToldTooEarly(
                    file=file, span=span, operation=told.full_name, later=_span(last.node)
                )
                report(problems.describe(early))


def call_span(node: OperationCall) -> Span:
    """`adapter.operation`, without its arguments."""
    return node.adapter.span.to(node.operation.span)


def _may_fail(node: Node, operations: Mapping[NodeId, Operation]) -> bool:
    if isinstance(node, OperationCall):
        operation = operations.get(node.id)
        return operation is None or operation.effect != "tell"
    return isinstance(node, Change | tree.Query | tree.ProcedureCall | tree.Check | tree.Manual)


def _span(node: Node) -> Span:
    match node:
        case OperationCall():
            return call_span(node)
        case Change():
            return node.label.span
        case tree.ProcedureCall():
            return node.procedure.span
        case tree.Manual():
            return node.text.span
        case tree.Check():
            return node.condition.span
        case _:
            return Span(node.span.start, node.span.start + len("query"))
