"""Calls stand alone: none is made in the middle of an expression."""

from collections.abc import Iterable

from rbengine.semantics.problems import shape as problems
from rbengine.semantics.problems.base import Report
from rbengine.syntax.nodes import Node
from rbengine.syntax.nodes.changes import ChangeOperation
from rbengine.syntax.nodes.expressions import OperationCall
from rbengine.syntax.nodes.statements import Bind, Perform, Try


def check_nesting(file: str, nodes: Iterable[Node], report: Report) -> None:
    """Report calls that are no statement. `nodes` are those of one tree."""
    alone: set[int] = set()
    calls: list[OperationCall] = []
    for node in nodes:
        match node:
            case Bind(value=value) | Perform(value=value) | Try(value=value):
                alone.add(id(value))
            case ChangeOperation(call=call):
                alone.add(id(call))
            case OperationCall():
                calls.append(node)
            case _:
                continue
    for call in calls:
        if id(call) not in alone:
            name = f"{call.adapter.text}.{call.operation.text}"
            found = problems.CallInExpression(file=file, span=call.span, name=name)
            report(problems.describe(found))
