"""Repeating and telling: what a retry would repeat, and who is told before it is true."""

from collections.abc import Iterable, Mapping

import msgspec

from rbengine.contract.operations import Operation
from rbengine.contract.types import ListOf
from rbengine.semantics.inference.workbench import ProcedureType
from rbengine.semantics.problems import duties as problems
from rbengine.semantics.problems.base import Report
from rbengine.semantics.traversal import Placed, placed_in_procedure
from rbengine.source import Span
from rbengine.syntax.nodes import Node, NodeId
from rbengine.syntax.nodes import runbook as sections
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.expressions import OperationCall


class Called:
    """The procedures that may be called, and what the calls in each library are. Each is looked at once."""

    def __init__(
        self,
        procedures: Mapping[str, ProcedureType],
        operations: Mapping[str, Mapping[NodeId, Operation]],
    ) -> None:
        self.procedures = procedures
        self._operations = operations
        """By library."""
        self._calls: dict[str, Mapping[tuple[str, str], Operation]] = {}
        self.told: dict[tuple[str, bool], Told] = {}
        """What is known of procedures already, by name and whether the matter was confirmed before."""

    def operations(self, procedure: ProcedureType) -> Mapping[NodeId, Operation]:
        """What the calls in the library of `procedure` are."""
        return self._operations.get(procedure.library, {})

    def calls(self, name: str) -> Iterable[Operation]:
        """The operations that procedure `name` calls, through others too; each once."""
        return self._called(name).values()

    def _called(self, name: str) -> Mapping[tuple[str, str], Operation]:
        known = self._calls.get(name)
        found = self.procedures.get(name)
        if known is not None or found is None:
            return known or {}
        self._calls[name] = {}  # one that comes back to itself adds nothing by doing so
        operations = self.operations(found)
        calls: dict[tuple[str, str], Operation] = {}
        for one in placed_in_procedure(name, found.tree.body):
            if isinstance(one.node, tree.ProcedureCall):
                calls.update(self._called(one.node.procedure.text))
            elif one.node.id in operations:
                operation = operations[one.node.id]
                calls.setdefault((operation.full_name, operation.effect), operation)
        self._calls[name] = calls
        return calls


class Told(msgspec.Struct, frozen=True):
    """A procedure: what it tells many without anything that confirms it, and whether that is confirmed behind it."""

    unconfirmed: Operation | None = None
    confirmed: bool = False


def check_retries(
    file: str,
    placed: Iterable[Placed],
    operations: Mapping[NodeId, Operation],
    called: Called,
    report: Report,
) -> None:
    """Report a call that must not be made twice inside a step that would."""
    for one in placed:
        step, node = one.place.step, one.node
        if step is None or step.retry is None:
            continue
        if isinstance(node, OperationCall):
            done = [operations[node.id]] if node.id in operations else []
            span = call_span(node)
        elif isinstance(node, tree.ProcedureCall):
            done, span = list(called.calls(node.procedure.text)), node.procedure.span
        else:
            continue
        acting = (each for each in done if each.effect != "observe")
        operation = next((each for each in acting if each.idempotency == "no"), None)
        if operation is None:
            continue
        report(
            problems.describe(
                problems.RepeatedEffect(
                    file=file,
                    span=span,
                    operation=operation.full_name,
                    retry=step.retry.span,
                )
            )
        )


def check_telling(
    file: str,
    parts: Iterable[Node],
    operations: Mapping[NodeId, Operation],
    called: Called,
    report: Report,
) -> None:
    """Report messages to many that depend on nothing, and messages before the work is done.

    `parts` are those of a runbook or a library. What a procedure tells is judged where it is called.
    """
    parts = tuple(parts)
    is_proven = any(isinstance(one, sections.Verify) for one in parts)
    for part in parts:
        walk = Telling(file, operations, called, report)
        match part:
            case sections.Resolve():
                walk.forward(part.body, False)
                walk.backward(part.body, None)
            case sections.Otherwise() | sections.OnBreach():
                walk.forward(part.body, False)
            case sections.Recover():
                walk.forward(part.body, is_proven)
            case _:
                pass


class Telling:
    """One section: forward, whether anything has confirmed what is told; backward, what may still fail."""

    def __init__(
        self, file: str, operations: Mapping[NodeId, Operation], called: Called, report: Report
    ) -> None:
        self._file = file
        self._operations = operations
        self._called = called
        self._report = report
        self._is_procedure = False
        self._is_silent = False
        self.unconfirmed: list[Operation] = []
        """In a procedure: what it tells many without anything that confirms it."""
        self.given: list[bool] = []
        """In a procedure: whether it was confirmed where it ends early."""

    def forward(self, body: Iterable[Node], confirmed: bool) -> bool | None:
        """Whether something has confirmed the matter behind `body`; None where nothing goes on."""
        before, now = confirmed, confirmed
        ended = False
        for one in body:
            if isinstance(one, tree.OnFailure):
                met = _meeting((None if ended else now, self.forward(one.body, before)))
            elif ended:
                continue
            else:
                met = self._forward(one, now)
            ended, now = met is None, bool(met)
        return None if ended else now

    def _forward(self, node: Node, confirmed: bool) -> bool | None:
        match node:
            case tree.Check() | tree.Approve():
                return True
            case tree.Stop() | tree.Skip() | tree.Give():
                self.given.append(confirmed)
                return None
            case tree.Bind() | tree.Perform() | tree.Try():
                return self._forward(node.value, confirmed)
            case OperationCall():
                known = self._operations.get(node.id)
                if known is not None and not confirmed and tells_many(known):
                    self._unchecked(call_span(node), known)
                return confirmed
            case tree.ProcedureCall():
                return self._procedure(node, confirmed)
            case tree.Step() | tree.AllOrNothing():
                return self.forward(node.body, confirmed)
            case tree.Parallel():
                ends = [self._forward(one, confirmed) for one in node.branches]
                return confirmed or any(ends)
            case tree.ForEach():
                return _meeting((confirmed, self.forward(node.body, confirmed)))
            case tree.Within():
                late = None if node.otherwise is None else self.forward(node.otherwise, confirmed)
                return _meeting((True, late))
            case tree.If():
                ways = [self.forward(one.body, confirmed) for one in node.branches]
                return _meeting([*ways, self.forward(node.otherwise or (), confirmed)])
            case tree.Match():
                ways = [self.forward(one.body, confirmed) for one in node.cases]
                rest = [] if node.otherwise is None else [self.forward(node.otherwise, confirmed)]
                return _meeting([*ways, *rest])
            case _:
                return confirmed

    def _unchecked(self, span: Span, operation: Operation) -> None:
        if self._is_procedure:
            self.unconfirmed.append(operation)
            return
        found = problems.ToldUnchecked(file=self._file, span=span, operation=operation.full_name)
        self._report(problems.describe(found))

    def _procedure(self, node: tree.ProcedureCall, confirmed: bool) -> bool | None:
        told = self._told(node.procedure.text, confirmed)
        if told.unconfirmed is not None:
            self._unchecked(node.procedure.span, told.unconfirmed)
        return told.confirmed

    def _told(self, name: str, confirmed: bool) -> Told:
        found = self._called.procedures.get(name)
        if found is None:
            return Told(None, confirmed)
        known = self._called.told.get((name, confirmed))
        if known is None:
            self._called.told[name, confirmed] = Told(None, confirmed)  # in a circle
            walk = Telling(self._file, self._called.operations(found), self._called, self._report)
            walk._is_procedure = True
            after = walk.forward(found.tree.body, confirmed)
            known = Told(
                next(iter(walk.unconfirmed), None),
                confirmed or _meeting((*walk.given, after)) is True,
            )
            self._called.told[name, confirmed] = known
        return known

    def backward(self, body: Iterable[Node], after: Node | None) -> Node | None:
        """What may fail in `body` or, where nothing does, `after` it."""
        for one in reversed(tuple(body)):
            after = self._backward(one, after)
        return after

    def _backward(self, node: Node, after: Node | None) -> Node | None:
        match node:
            case tree.Stop():
                return None
            case OperationCall():
                known = self._operations.get(node.id)
                if known is None or known.effect != "tell":
                    return after or node
                self._early(call_span(node), known, after)
                return after
            case tree.ProcedureCall():
                for told in self._called.calls(node.procedure.text):
                    if told.effect == "tell":
                        self._early(node.procedure.span, told, after)
                        break
                return after or node
            case Change() | tree.Query() | tree.Check() | tree.Manual():
                return after or node
            case tree.Try():
                self._backward(node.value, after)
                return after
            case tree.Bind() | tree.Perform():
                return self._backward(node.value, after)
            case tree.Step() | tree.AllOrNothing():
                return self.backward(node.body, after)
            case tree.ForEach():
                # Behind a round comes the next one.
                behind = after if self._is_silent else after or self._failing(node.body)
                return self.backward(node.body, behind)
            case tree.OnFailure():
                self.backward(node.body, after)
                return after
            case tree.Parallel():
                return after or _first(self._backward(one, after) for one in node.branches)
            case tree.Within():
                found = self.backward(node.otherwise or (), after)
                return found or after or (node if node.otherwise is None else None)
            case tree.If():
                ways = [self.backward(one.body, after) for one in node.branches]
                return _first([*ways, self.backward(node.otherwise or (), after)])
            case tree.Match():
                ways = [self.backward(one.body, after) for one in node.cases]
                return _first([*ways, self.backward(node.otherwise or (), after)])
            case _:
                return after

    def _failing(self, body: tree.Body) -> Node | None:
        """What may fail in `body`, whatever it tells."""
        outside, self._is_silent = self._is_silent, True
        found = self.backward(body, None)
        self._is_silent = outside
        return found

    def _early(self, span: Span, operation: Operation, after: Node | None) -> None:
        if after is not None and not self._is_silent:
            found = problems.ToldTooEarly(
                file=self._file, span=span, operation=operation.full_name, later=_span(after)
            )
            self._report(problems.describe(found))


def tells_many(operation: Operation) -> bool:
    """Whether it tells a list of people."""
    return operation.effect == "tell" and any(
        isinstance(one.type, ListOf) for one in operation.parameters
    )


def _meeting(ways: Iterable[bool | None]) -> bool | None:
    """Whether all ways that go on have confirmed it."""
    known = [one for one in ways if one is not None]
    return all(known) if known else None


def _first(found: Iterable[Node | None]) -> Node | None:
    return next((one for one in found if one is not None), None)


def call_span(node: OperationCall) -> Span:
    """`adapter.operation`, without its arguments."""
    return node.adapter.span.to(node.operation.span)


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
        case tree.Within():
            return Span(node.span.start, node.duration.span.end)
        case _:
            return Span(node.span.start, node.span.start + len("query"))
