"""The machine's own time: timeouts, retries, looks for lost answers, polling and waits. People take none of it."""

from collections.abc import Iterable
from datetime import timedelta

from rbengine.contract.policy import Limits
from rbengine.semantics.bounds import added, repeated
from rbengine.semantics.clock import Called, Clock, Written
from rbengine.semantics.telling import call_span
from rbengine.semantics.worst import NONE, ZERO, Worst, leg, longer
from rbengine.source import Span
from rbengine.syntax.nodes import Node
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import (
    Change,
    ChangeForEach,
    ChangeIf,
    ChangeItem,
    ChangeOperation,
    Irreversible,
    Sql,
)
from rbengine.syntax.nodes.expressions import DurationLiteral, OperationCall

MOVED = "again where rows have moved"


class MachineTime(Clock):
    """Adds up what the machine may take, whatever the world answers."""

    def __init__(self, written: Written, limits: Limits) -> None:
        super().__init__(written, limits)
        self._undoing = UndoTime(written, limits)

    def call(self, node: OperationCall, called: Called, /) -> Worst:
        """As long as it may take, so often as it may be made; what does more than read may lose each answer."""
        known = self._written.operation(self.library, node)
        most = called.timeout or self._limits.call
        if known is not None and known.effect != "observe":
            most = _lost(most)
        time = called.tries.times_of(most)
        return leg(node, self.text, time, call_span(node), called.tries.times + 1)

    def query(self, node: tree.Query, called: Called, /) -> Worst:
        """As long as it may take, so often as it may be made."""
        most = node.timeout.value if node.timeout else called.timeout or self._limits.statement
        head = Span(node.span.start, node.span.start + len(f"query {node.kind}"))
        return leg(node, self.text, called.tries.times_of(most), head, called.tries.times + 1)

    def change(self, node: Change, called: Called, /) -> Worst:
        """Looked at and done, item by item; and the longest again, as often as the policy lets a plan be shown anew."""
        total, longest = self._items(node.items, called)
        moved = repeated(longest, self._limits.replan)
        again = leg(node, self.text, moved, node.label.span, self._limits.replan, MOVED)
        return total.then(again).inside(node, self.text)

    def wait(self, node: tree.Wait | tree.Within, span: Span, /) -> Worst:
        """As long as it is written, or may be."""
        if not self.is_time(node.duration):
            return NONE
        time = self.bounds.of(node.duration)
        worst = leg(node, self.text, time, span)
        unwritten = not isinstance(node.duration, DurationLiteral)
        return Worst(time, time, span, unwritten, worst.route)

    def question(self, node: tree.Ask | tree.Choose | tree.Manual | tree.Approve) -> Worst:
        """People answer at once; after a `manual` of a `resolve` the diagnosis is read again."""
        if not (isinstance(node, tree.Manual) and self.resolves):
            return NONE
        return Worst(self.diagnosis.time, route=self.diagnosis.route)

    def looking(self, node: tree.Within, /) -> Worst:
        """`until no finding holds` reads the diagnosis."""
        return self.diagnosis if isinstance(node.until, tree.NoFindingHolds) else NONE

    def taking_back(self, node: tree.AllOrNothing, /) -> Worst:
        """All that was done in it."""
        return self._undoing.apart(node.body, Called()).longest.inside("undo", self.text)

    def _items(self, items: Iterable[ChangeItem], called: Called) -> tuple[Worst, timedelta]:
        """All of them, and the longest that doing one of them takes a single time."""
        total, longest = NONE, ZERO
        for one in items:
            match one:
                case Sql():
                    most = called.timeout or self._limits.statement
                    found = self._item(one, one.span, most, called)
                case ChangeOperation(call=call):
                    most = called.timeout or self._limits.call
                    found = self._item(call, call_span(call), most, called)
                case ChangeForEach():
                    once, most = self._items(one.body, called)
                    rounds = one.at_most or self._limits.loop
                    span = Span(one.span.start, one.items.span.end)
                    found = once.rounds(rounds, one, self.text, span)
                case ChangeIf():
                    then, most = self._items(one.then, called)
                    otherwise, other = self._items(one.otherwise, called)
                    found, most = longer(then, otherwise) or NONE, max(most, other)
                case _:
                    continue
            total, longest = total.then(found), max(longest, most)
        return total, longest

    def _item(self, node: Node, span: Span, most: timedelta, called: Called) -> Worst:
        """Looked at, then done, each so often as it may be tried."""
        tries = called.tries
        time = added(tries.times_of(most), tries.times_of(_lost(most)))
        return leg(node, self.text, time, span, tries.times + 1)


def _lost(call: timedelta) -> timedelta:
    """One call whose answer is lost: then it takes as long again to look for what became of it."""
    return repeated(call, 2)


def _is_final(items: Iterable[ChangeItem]) -> bool:
    return any(
        isinstance(one, Irreversible) or (isinstance(one, ChangeForEach) and _is_final(one.body))
        for one in items
    )


class UndoTime(Clock):
    """Adds up what taking back takes: each change that is done, item by item, and its lost answers."""

    def change(self, node: Change, _called: Called, /) -> Worst:
        """So often as it has items; what cannot be undone is left."""
        if _is_final(node.items):
            return NONE
        count = self._count(node.items)
        time = repeated(_lost(self._limits.call), count)
        return leg(node, self.text, time, node.label.span)

    def _count(self, items: Iterable[ChangeItem]) -> int:
        count = 0
        for one in items:
            match one:
                case Sql() | ChangeOperation():
                    count += 1
                case ChangeForEach():
                    count += self._count(one.body) * (one.at_most or self._limits.loop)
                case ChangeIf():
                    count += max(self._count(one.then), self._count(one.otherwise))
                case _:
                    pass
        return count

    def call(self, _node: OperationCall, _called: Called, /) -> Worst:
        """Nothing to take back."""
        return NONE

    def query(self, _node: tree.Query, _called: Called, /) -> Worst:
        """Nothing to take back."""
        return NONE

    def wait(self, _node: tree.Wait | tree.Within, _span: Span, /) -> Worst:
        """Nothing to take back."""
        return NONE

    def question(self, _node: tree.Ask | tree.Choose | tree.Manual | tree.Approve, /) -> Worst:
        """Nothing to take back."""
        return NONE

    def looking(self, _node: tree.Within, /) -> Worst:
        """Nothing to take back."""
        return NONE

    def taking_back(self, _node: tree.AllOrNothing, /) -> Worst:
        """What was done inside is counted already."""
        return NONE
