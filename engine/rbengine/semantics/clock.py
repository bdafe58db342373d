"""Adds up what statements take, whosever time is counted: the flow of a runbook, its loops and procedures."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec

from rbengine.contract.operations import Operation
from rbengine.contract.policy import Limits
from rbengine.contract.types import DURATION, Type
from rbengine.semantics.bounds import Bounds, added, repeated
from rbengine.semantics.inference.workbench import ProcedureType
from rbengine.semantics.worst import NONE, ON, ZERO, Ways, Worst, longer
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import Node, NodeId
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.expressions import Expression, OperationCall

_MOST_DOUBLINGS = 64
"""A millisecond that is doubled so often is longer than everything."""


class Tries(msgspec.Struct, frozen=True):
    """`retry times every D`."""

    times: int = 0
    every: timedelta = ZERO
    doubling: bool = False

    def times_of(self, call: timedelta) -> timedelta:
        """How long one call with its repetitions may take."""
        waits = 2 ** min(self.times, _MOST_DOUBLINGS) - 1 if self.doubling else self.times
        return added(repeated(call, self.times + 1), repeated(self.every, waits))


class Called(msgspec.Struct, frozen=True):
    """How calls are made where a statement stands: at most so long each, so often repeated."""

    timeout: timedelta | None = None
    """That of the step; None where none says so: then the policy's limit for such calls holds."""
    tries: Tries = Tries()


class Written(msgspec.Struct, frozen=True):
    """What is written somewhere: the procedures of a runbook, and the texts and types of its files."""

    procedures: Mapping[str, ProcedureType]
    texts: Mapping[str, SourceFile]
    """By library; the runbook's own below the empty name."""
    types: Mapping[NodeId, Type]
    """Of the runbook's expressions."""
    operations: Mapping[str, Mapping[NodeId, Operation]]
    """What calls are, by library; those of the runbook below the empty name."""

    def operation(self, library: str, node: OperationCall) -> Operation | None:
        """What is called there, where it is known."""
        return self.operations.get(library, {}).get(node.id)


class Clock(ABC):
    """Adds up one runbook. What is counted of each statement, says who inherits from it."""

    def __init__(self, written: Written, limits: Limits) -> None:
        self._written = written
        self._limits = limits
        self._called: list[str] = []
        self._known: dict[tuple[str, Called, bool], Worst] = {}
        """What each procedure takes where calls are made so, in a `resolve` or elsewhere."""
        self._types = written.types
        self.text = written.texts[""]
        """The file that is being added up."""
        self.library = ""
        self.bounds = Bounds(limits.wait)
        self.diagnosis: Worst = NONE
        """What reading it again takes."""
        self.resolves = False
        """Whether a `resolve` is added up: there a `manual` is followed by the diagnosis."""

    @abstractmethod
    def call(self, node: OperationCall, called: Called, /) -> Worst:
        """One call."""

    @abstractmethod
    def query(self, node: tree.Query, called: Called, /) -> Worst:
        """One query."""

    @abstractmethod
    def change(self, node: Change, called: Called, /) -> Worst:
        """A change, looked at, approved and done."""

    @abstractmethod
    def wait(self, node: tree.Wait | tree.Within, span: Span, /) -> Worst:
        """The time of a `wait` or `within` itself."""

    @abstractmethod
    def question(self, node: tree.Ask | tree.Choose | tree.Manual | tree.Approve) -> Worst:
        """A question, and what follows from its answer."""

    @abstractmethod
    def looking(self, node: tree.Within) -> Worst:
        """What a look of a `within` does beside its statements."""

    @abstractmethod
    def taking_back(self, node: tree.AllOrNothing) -> Worst:
        """What follows where an `all or nothing` fails."""

    def is_time(self, node: Expression) -> bool:
        """Whether it is a duration; if not, that is another's problem."""
        return self._types.get(node.id, DURATION) == DURATION

    def section(self, body: Iterable[Node], called: Called, *, resolves: bool = False) -> Ways:
        """The statements of a section that is on some paths only."""
        self.resolves = resolves
        return self.apart(body, called)

    def apart(self, body: Iterable[Node], called: Called) -> Ways:
        """Like `body`, on a way that is not the only one: what it learns of times holds there alone."""
        known = self.bounds.here()
        ways = self.body(body, called)
        self.bounds.back(known)
        return ways

    def body(self, body: Iterable[Node], called: Called) -> Ways:
        """Statements one after the other."""
        ways = ON
        guarded = NONE
        for one in body:
            if isinstance(one, tree.OnFailure):
                ways = ways.or_else(self._statement(one, called).after(guarded))
            elif ways.on is not None:
                after = self._statement(one, called).after(ways.on)
                ways = msgspec.structs.replace(ways, on=None).or_else(after)
            guarded = longer(guarded, ways.longest) or NONE
        return ways

    def _statement(self, node: Node, called: Called) -> Ways:
        match node:
            case tree.Step():
                timeout = node.timeout.value if node.timeout else called.timeout
                retry = node.retry
                tries = (
                    Tries(retry.times, retry.every.value, retry.doubling) if retry else called.tries
                )
                return self._in(node, self.body(node.body, Called(timeout, tries)))
            case tree.Bind():
                self.bounds.bound(node)
                return self._value(node.value, called)
            case tree.Perform():
                return self._value(node.value, called)
            case Change():
                return Ways(self.change(node, called))
            case tree.If():
                return self._branches(node, called)
            case tree.Match():
                found = self._in("else", self.apart(node.otherwise or (), called))
                for one in node.cases:
                    found = found.or_else(self._in(one, self.apart(one.body, called)))
                return found
            case tree.ForEach():
                return self._loop(node, called)
            case tree.Parallel():
                found = ON
                for branch in node.branches:
                    found = found.or_else(self.apart((branch,), called))
                return found
            case tree.Wait():
                return Ways(self.wait(node, node.span))
            case tree.Within():
                # The last look begins when the time is over. What fails in it is repeated by the next, not by `retry`.
                polling = self.wait(node, node.duration.span)
                reads = self.apart(node.body, Called(called.timeout)).longest
                look = reads.then(self.looking(node)).inside(node, self.text)
                late = self._in("else", self.apart(node.otherwise or (), called))
                return late.after(polling.then(look))
            case tree.OnFailure():
                return self._in(node, self.apart(node.body, called))
            case tree.AllOrNothing():
                ways = self.body(node.body, called)
                undo = self.taking_back(node)
                return ways if undo is NONE else ways.or_else(Ways(over=ways.longest.then(undo)))
            case tree.Check():
                self.bounds.given(node.condition)
                return ON
            case tree.Ask() | tree.Choose() | tree.Manual() | tree.Approve():
                return Ways(self.question(node))
            case tree.Stop():
                return Ways(resolved=NONE) if node.outcome == "resolved" else Ways(over=NONE)
            case tree.Skip() | tree.Give():
                return Ways(left=NONE)
            case _:
                return ON

    def _in(self, of: Node | str, ways: Ways) -> Ways:
        return ways.inside(of, self.text)

    def _branches(self, node: tree.If, called: Called) -> Ways:
        known = self.bounds.here()
        found = Ways()
        for one in node.branches:
            before = self.bounds.here()
            self.bounds.given(one.condition)
            found = found.or_else(self._in(one, self.body(one.body, called)))
            self.bounds.back(before)
            self.bounds.given(one.condition, holds=False)
        found = found.or_else(self._in("else", self.body(node.otherwise or (), called)))
        self.bounds.back(known)
        if len(node.branches) == 1 and node.otherwise is None and _ends(node.branches[0].body):
            self.bounds.given(node.branches[0].condition, holds=False)
        return found

    def _value(self, node: Node, called: Called) -> Ways:
        match node:
            case OperationCall():
                return Ways(self.call(node, called))
            case tree.Query():
                return Ways(self.query(node, called))
            case tree.Try():
                return self._value(node.value, called)
            case tree.ProcedureCall():
                return self._procedure(node, called)
            case Change() | tree.ForEach() | tree.Ask() | tree.Choose() | tree.Manual():
                return self._statement(node, called)
            case _:
                return ON

    def _procedure(self, node: tree.ProcedureCall, called: Called) -> Ways:
        name = node.procedure.text
        known = self._written.procedures.get(name)
        if known is None or name in self._called:
            return ON
        worst = self._known.get((name, called, self.resolves))
        if worst is None:
            self._called.append(name)
            outside = self.bounds, self._types, self.text, self.library
            self.bounds, self._types = Bounds(self._limits.wait), {}  # its names are its own
            self.library = known.library
            self.text = self._written.texts.get(known.library, self.text)
            worst = self.body(known.tree.body, called).longest
            self.bounds, self._types, self.text, self.library = outside
            self._called.pop()
            self._known[name, called, self.resolves] = worst
        return Ways(worst.rounds(1, node, self.text, node.span))

    def _loop(self, node: tree.ForEach, called: Called) -> Ways:
        once = self.apart(node.body, called).longest
        rounds = -(-(node.at_most or self._limits.loop) // (node.at_a_time or 1))
        span = Span(node.span.start, node.items.span.end)
        return Ways(once.rounds(rounds, node, self.text, span))


def _ends(body: tree.Body) -> bool:
    """Whether nothing goes on behind `body`."""
    return bool(body) and isinstance(body[-1], tree.Stop | tree.Skip | tree.Give)
