"""The machine's worst case of every path against the mttr: timeouts, retries, polling, waits."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

from rbengine.contract.policy import Limits
from rbengine.contract.types import DURATION, Type
from rbengine.semantics.bounds import Bounds
from rbengine.semantics.inference.workbench import ProcedureType
from rbengine.semantics.problems import timing as problems
from rbengine.semantics.problems.base import Report
from rbengine.source import Span
from rbengine.syntax.nodes import Node, NodeId, Runbook
from rbengine.syntax.nodes import runbook as sections
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import Change, ChangeForEach, ChangeItem, ChangeOperation, Sql
from rbengine.syntax.nodes.expressions import DurationLiteral, Expression, OperationCall

ZERO = timedelta(0)


class Worst(msgspec.Struct, frozen=True):
    """How long something may take, and its longest single part."""

    time: timedelta
    longest: timedelta = ZERO
    span: Span | None = None
    unwritten: bool = False
    """Whether that part is a wait for a time that does not stand there."""

    def then(self, other: "Worst") -> "Worst":
        """One after the other."""
        longer = other if other.longest > self.longest else self
        return Worst(self.time + other.time, longer.longest, longer.span, longer.unwritten)

    def or_else(self, other: "Worst") -> "Worst":
        """Whichever takes longer."""
        return other if other.time > self.time else self


NONE = Worst(ZERO)


def check_timing(
    file: str,
    runbook: Runbook,
    limits: Limits,
    procedures: Mapping[str, ProcedureType],
    types: Mapping[NodeId, Type],
    report: Report,
) -> None:
    """Warn of each path from the alert to the proof whose worst case is longer than the mttr.

    `types` are those of the runbook's expressions: a wait for what is no duration is another's problem.
    """
    target = next((one.target for one in runbook.parts if isinstance(one, sections.Mttr)), None)
    if target is None:
        return
    clock = _Clock(limits, procedures, types)
    diagnose = verify = NONE
    for part in runbook.parts:
        if isinstance(part, sections.Diagnose):
            steps = (one for one in part.body if isinstance(one, tree.Step))
            diagnose = clock.body(steps, limits.call)
        elif isinstance(part, sections.Verify):
            verify = clock.apart(part.body, limits.call)
    ways = [
        (f"resolve {part.finding.text}", clock.apart(part.body, limits.call))
        for part in runbook.parts
        if isinstance(part, sections.Resolve)
    ] or [("verify", NONE)]
    too_long: dict[Span, list[tuple[str, Worst]]] = {}
    for name, way in ways:
        worst = diagnose.then(way).then(verify)
        if worst.time > target.value and worst.span is not None:
            too_long.setdefault(worst.span, []).append((name, worst))
    for span, paths in too_long.items():
        name, worst = max(paths, key=lambda one: one[1].time)  # the first of equals
        others = tuple(other for other, _ in paths if other != name)
        report(
            problems.describe(
                problems.SlowPath(
                    file=file,
                    span=span,
                    path=f"`diagnose`, `{name}` and `verify`",
                    others=others,
                    worst=worst.time,
                    longest=worst.longest,
                    unwritten=worst.unwritten,
                    mttr=target.value,
                    mttr_span=target.span,
                )
            )
        )


class _Clock:
    """Adds up one file."""

    def __init__(
        self,
        limits: Limits,
        procedures: Mapping[str, ProcedureType],
        types: Mapping[NodeId, Type],
    ) -> None:
        self._limits = limits
        self._types = types
        self._procedures = procedures
        self._called: list[str] = []
        self._bounds = Bounds(limits.wait)

    def apart(self, body: Iterable[Node], call: timedelta, tries: "_Tries | None" = None) -> Worst:
        """Like `body`, on a way that is not the only one: what it learns of times holds there alone."""
        known = self._bounds.here()
        worst = self.body(body, call, tries)
        self._bounds.back(known)
        return worst

    def _branches(self, node: tree.If, call: timedelta, tries: "_Tries") -> Worst:
        known = self._bounds.here()
        ways = []
        for one in node.branches:
            before = self._bounds.here()
            self._bounds.given(one.condition)
            ways.append(self.body(one.body, call, tries))
            self._bounds.back(before)
            self._bounds.given(one.condition, holds=False)
        ways.append(self.body(node.otherwise or (), call, tries))
        self._bounds.back(known)
        if len(node.branches) == 1 and node.otherwise is None and _ends(node.branches[0].body):
            self._bounds.given(node.branches[0].condition, holds=False)
        return _longest(ways)

    def body(self, body: Iterable[Node], call: timedelta, tries: "_Tries | None" = None) -> Worst:
        """Statements one after the other; `call` bounds each call."""
        total = NONE
        for one in body:
            total = total.then(self._statement(one, call, tries or _Tries()))
        return total

    def _statement(self, node: Node, call: timedelta, tries: "_Tries") -> Worst:
        match node:
            case tree.Step():
                bound = node.timeout.value if node.timeout else call
                retry = node.retry
                inside = _Tries(retry.times, retry.every.value, retry.doubling) if retry else tries
                return self.body(node.body, bound, inside)
            case tree.Bind():
                self._bounds.bound(node)
                return self._value(node.value, call, tries)
            case tree.Perform():
                return self._value(node.value, call, tries)
            case Change():
                return self._items(node.items, call, tries)
            case tree.If():
                return self._branches(node, call, tries)
            case tree.Match():
                ways = [self.apart(one.body, call, tries) for one in node.cases]
                return _longest([*ways, self.apart(node.otherwise or (), call, tries)])
            case tree.ForEach():
                return self._loop(node, call, tries)
            case tree.Parallel():
                return _longest([self.apart((one,), call, tries) for one in node.branches])
            case tree.Wait():
                return self._wait(node.duration, node.span)
            case tree.Within():
                polling = self._wait(node.duration, node.duration.span)
                return polling.then(self.apart(node.otherwise or (), call, tries))
            case tree.OnFailure():
                return self.apart(node.body, call, tries)
            case tree.AllOrNothing():
                return self.body(node.body, call, tries)
            case tree.Check():
                self._bounds.given(node.condition)
                return NONE
            case _:
                return NONE

    def _wait(self, duration: Expression, span: Span) -> Worst:
        if self._types.get(duration.id, DURATION) != DURATION:
            return NONE
        time = self._bounds.of(duration)
        return Worst(time, time, span, not isinstance(duration, DurationLiteral))

    def _value(self, node: Node, call: timedelta, tries: "_Tries") -> Worst:
        match node:
            case OperationCall():
                return _bounded(tries.times_of(call), _call(node))
            case tree.Query():
                bound = node.timeout.value if node.timeout else self._limits.statement
                head = Span(node.span.start, node.span.start + len(f"query {node.kind}"))
                return _bounded(tries.times_of(min(bound, call)), head)
            case tree.Try():
                return self._value(node.value, call, tries)
            case tree.ProcedureCall():
                return self._procedure(node, call, tries)
            case Change() | tree.ForEach():
                return self._statement(node, call, tries)
            case _:
                return NONE

    def _procedure(self, node: tree.ProcedureCall, call: timedelta, tries: "_Tries") -> Worst:
        name = node.procedure.text
        known = self._procedures.get(name)
        if known is None or name in self._called:
            return NONE
        self._called.append(name)
        outside = self._bounds, self._types
        self._bounds, self._types = Bounds(self._limits.wait), {}  # its names are its own
        worst = self.body(known.tree.body, call, tries)
        self._bounds, self._types = outside
        self._called.pop()
        return _bounded(worst.time, node.span)

    def _loop(self, node: tree.ForEach, call: timedelta, tries: "_Tries") -> Worst:
        once = self.apart(node.body, call, tries)
        rounds = -(-(node.at_most or self._limits.loop) // (node.at_a_time or 1))
        span = Span(node.span.start, node.items.span.end)
        return _bounded(once.time * rounds, span)

    def _items(self, items: Iterable[ChangeItem], call: timedelta, tries: "_Tries") -> Worst:
        """A change is looked at, then done: twice the time of its statements."""
        total = NONE
        for one in items:
            match one:
                case Sql():
                    time = min(self._limits.statement, call)
                    total = total.then(_bounded(2 * time, one.span))
                case ChangeOperation():
                    total = total.then(_bounded(tries.times_of(call), _call(one.call)))
                case ChangeForEach():
                    once = self._items(one.body, call, tries)
                    rounds = one.at_most or self._limits.loop
                    total = total.then(
                        _bounded(once.time * rounds, Span(one.span.start, one.items.span.end))
                    )
                case _:
                    pass
        return total


class _Tries(msgspec.Struct, frozen=True):
    """`retry times every D`."""

    times: int = 0
    every: timedelta = ZERO
    doubling: bool = False

    def times_of(self, call: timedelta) -> timedelta:
        """How long one call with its repetitions may take."""
        waits = (2**self.times - 1) if self.doubling else self.times
        return call * (self.times + 1) + self.every * waits


def _ends(body: tree.Body) -> bool:
    """Whether nothing goes on behind `body`."""
    return bool(body) and isinstance(body[-1], tree.Stop | tree.Skip | tree.Give)


def _call(node: OperationCall) -> Span:
    """`adapter.operation`, without its arguments."""
    return node.adapter.span.to(node.operation.span)


def _bounded(time: timedelta, span: Span) -> Worst:
    return Worst(time, time, span)


def _longest(ways: Iterable[Worst]) -> Worst:
    worst = NONE
    for one in ways:
        worst = worst.or_else(one)
    return worst
