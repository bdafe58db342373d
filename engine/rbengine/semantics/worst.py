"""How long statements may take at worst, by the end that they come to: timeouts, retries, polling, waits."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

from rbengine.contract.policy import Limits
from rbengine.contract.types import DURATION, Type
from rbengine.semantics.bounds import Bounds, added, repeated
from rbengine.semantics.inference.workbench import ProcedureType
from rbengine.semantics.telling import call_span
from rbengine.source import Span
from rbengine.syntax.nodes import Node, NodeId
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import (
    Change,
    ChangeForEach,
    ChangeIf,
    ChangeItem,
    ChangeOperation,
    Sql,
)
from rbengine.syntax.nodes.expressions import DurationLiteral, Expression, OperationCall

ZERO = timedelta(0)
_MOST_DOUBLINGS = 64
"""A millisecond that is doubled so often is longer than everything."""


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
        return Worst(added(self.time, other.time), longer.longest, longer.span, longer.unwritten)


NONE = Worst(ZERO)


class Ways(msgspec.Struct, frozen=True):
    """How long it may take to each of the ends that statements can come to; None for one they never come to."""

    on: Worst | None = None
    """They go on with what stands below."""
    left: Worst | None = None
    """`skip` and `give`: they go on behind the loop or procedure."""
    resolved: Worst | None = None
    """`stop resolved`: `verify` follows."""
    over: Worst | None = None
    """`stop handed over`: nothing follows."""

    def after(self, before: Worst) -> "Ways":
        """The same, with `before` first."""
        return Ways(
            before.then(self.on) if self.on else None,
            before.then(self.left) if self.left else None,
            before.then(self.resolved) if self.resolved else None,
            before.then(self.over) if self.over else None,
        )

    def or_else(self, other: "Ways") -> "Ways":
        """To each end whichever takes longer."""
        return Ways(
            longer(self.on, other.on),
            longer(self.left, other.left),
            longer(self.resolved, other.resolved),
            longer(self.over, other.over),
        )

    @property
    def proven(self) -> Worst | None:
        """To where `verify` follows."""
        return longer(self.on, self.resolved)

    @property
    def longest(self) -> Worst:
        """To whichever end."""
        return longer(self.proven, longer(self.left, self.over)) or NONE


ON = Ways(NONE)


class Tries(msgspec.Struct, frozen=True):
    """`retry times every D`."""

    times: int = 0
    every: timedelta = ZERO
    doubling: bool = False

    def times_of(self, call: timedelta) -> timedelta:
        """How long one call with its repetitions may take."""
        waits = 2 ** min(self.times, _MOST_DOUBLINGS) - 1 if self.doubling else self.times
        return added(repeated(call, self.times + 1), repeated(self.every, waits))


class Clock:
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
        self._known: dict[tuple[str, timedelta, Tries], timedelta] = {}
        """What each procedure takes where a call is bounded and repeated so."""
        self._bounds = Bounds(limits.wait)
        self.reading_again = ZERO
        """What a diagnosis may take, which follows a `manual`."""

    def apart(self, body: Iterable[Node], call: timedelta, tries: Tries | None = None) -> Ways:
        """Like `body`, on a way that is not the only one: what it learns of times holds there alone."""
        known = self._bounds.here()
        ways = self.body(body, call, tries)
        self._bounds.back(known)
        return ways

    def _branches(self, node: tree.If, call: timedelta, tries: Tries) -> Ways:
        known = self._bounds.here()
        found = Ways()
        for one in node.branches:
            before = self._bounds.here()
            self._bounds.given(one.condition)
            found = found.or_else(self.body(one.body, call, tries))
            self._bounds.back(before)
            self._bounds.given(one.condition, holds=False)
        found = found.or_else(self.body(node.otherwise or (), call, tries))
        self._bounds.back(known)
        if len(node.branches) == 1 and node.otherwise is None and _ends(node.branches[0].body):
            self._bounds.given(node.branches[0].condition, holds=False)
        return found

    def body(self, body: Iterable[Node], call: timedelta, tries: Tries | None = None) -> Ways:
        """Statements one after the other; `call` bounds each call."""
        ways = ON
        guarded = NONE
        for one in body:
            if isinstance(one, tree.OnFailure):
                ways = ways.or_else(self._statement(one, call, tries or Tries()).after(guarded))
            elif ways.on is not None:
                after = self._statement(one, call, tries or Tries()).after(ways.on)
                ways = msgspec.structs.replace(ways, on=None).or_else(after)
            guarded = longer(guarded, ways.longest) or NONE
        return ways

    def _statement(self, node: Node, call: timedelta, tries: Tries) -> Ways:
        match node:
            case tree.Step():
                bound = node.timeout.value if node.timeout else call
                retry = node.retry
                inside = Tries(retry.times, retry.every.value, retry.doubling) if retry else tries
                return self.body(node.body, bound, inside)
            case tree.Bind():
                self._bounds.bound(node)
                return self._value(node.value, call, tries)
            case tree.Perform():
                return self._value(node.value, call, tries)
            case Change():
                return Ways(self._items(node.items, call, tries))
            case tree.If():
                return self._branches(node, call, tries)
            case tree.Match():
                found = self.apart(node.otherwise or (), call, tries)
                for one in node.cases:
                    found = found.or_else(self.apart(one.body, call, tries))
                return found
            case tree.ForEach():
                return self._loop(node, call, tries)
            case tree.Parallel():
                found = ON
                for branch in node.branches:
                    found = found.or_else(self.apart((branch,), call, tries))
                return found
            case tree.Wait():
                return Ways(self._wait(node.duration, node.span))
            case tree.Within():
                # The last look begins when the time is over.
                polling = self._wait(node.duration, node.duration.span)
                looked = polling.then(self.apart(node.body, call, tries).longest)
                return self.apart(node.otherwise or (), call, tries).after(looked)
            case tree.OnFailure():
                return self.apart(node.body, call, tries)
            case tree.AllOrNothing():
                return self.body(node.body, call, tries)
            case tree.Check():
                self._bounds.given(node.condition)
                return ON
            case tree.Manual():
                return Ways(Worst(self.reading_again))
            case tree.Stop():
                return Ways(resolved=NONE) if node.outcome == "resolved" else Ways(over=NONE)
            case tree.Skip() | tree.Give():
                return Ways(left=NONE)
            case _:
                return ON

    def _wait(self, duration: Expression, span: Span) -> Worst:
        if self._types.get(duration.id, DURATION) != DURATION:
            return NONE
        time = self._bounds.of(duration)
        return Worst(time, time, span, not isinstance(duration, DurationLiteral))

    def _value(self, node: Node, call: timedelta, tries: Tries) -> Ways:
        match node:
            case OperationCall():
                return Ways(_bounded(tries.times_of(call), call_span(node)))
            case tree.Query():
                bound = node.timeout.value if node.timeout else self._limits.statement
                head = Span(node.span.start, node.span.start + len(f"query {node.kind}"))
                return Ways(_bounded(tries.times_of(min(bound, call)), head))
            case tree.Try():
                return self._value(node.value, call, tries)
            case tree.ProcedureCall():
                return self._procedure(node, call, tries)
            case Change() | tree.ForEach() | tree.Manual():
                return self._statement(node, call, tries)
            case _:
                return ON

    def _procedure(self, node: tree.ProcedureCall, call: timedelta, tries: Tries) -> Ways:
        name = node.procedure.text
        known = self._procedures.get(name)
        if known is None or name in self._called:
            return ON
        time = self._known.get((name, call, tries))
        if time is None:
            self._called.append(name)
            outside = self._bounds, self._types
            self._bounds, self._types = Bounds(self._limits.wait), {}  # its names are its own
            time = self.body(known.tree.body, call, tries).longest.time
            self._bounds, self._types = outside
            self._called.pop()
            self._known[name, call, tries] = time
        return Ways(_bounded(time, node.span))

    def _loop(self, node: tree.ForEach, call: timedelta, tries: Tries) -> Ways:
        once = self.apart(node.body, call, tries).longest
        rounds = -(-(node.at_most or self._limits.loop) // (node.at_a_time or 1))
        span = Span(node.span.start, node.items.span.end)
        return Ways(_bounded(repeated(once.time, rounds), span))

    def _items(self, items: Iterable[ChangeItem], call: timedelta, tries: Tries) -> Worst:
        """A change is looked at, then done: twice the time of its statements."""
        total = NONE
        for one in items:
            match one:
                case Sql():
                    time = min(self._limits.statement, call)
                    total = total.then(_bounded(repeated(time, 2), one.span))
                case ChangeOperation():
                    total = total.then(_bounded(tries.times_of(call), call_span(one.call)))
                case ChangeForEach():
                    once = self._items(one.body, call, tries)
                    rounds = one.at_most or self._limits.loop
                    total = total.then(
                        _bounded(
                            repeated(once.time, rounds), Span(one.span.start, one.items.span.end)
                        )
                    )
                case ChangeIf():
                    then = self._items(one.then, call, tries)
                    total = total.then(
                        longer(then, self._items(one.otherwise, call, tries)) or NONE
                    )
                case _:
                    pass
        return total


def _ends(body: tree.Body) -> bool:
    """Whether nothing goes on behind `body`."""
    return bool(body) and isinstance(body[-1], tree.Stop | tree.Skip | tree.Give)


def _bounded(time: timedelta, span: Span) -> Worst:
    return Worst(time, time, span)


def longer(one: Worst | None, other: Worst | None) -> Worst | None:
    """The first of equals."""
    if one is None or other is None:
        return one or other
    return other if other.time > one.time else one
