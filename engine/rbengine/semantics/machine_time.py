"""The machine's own time: timeouts, retries, polling and waits. People take none of it."""

from collections.abc import Iterable

from rbengine.semantics.bounds import repeated
from rbengine.semantics.clock import Called, Clock
from rbengine.semantics.telling import call_span
from rbengine.semantics.worst import NONE, Worst, leg, longer
from rbengine.source import Span
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import (
    Change,
    ChangeForEach,
    ChangeIf,
    ChangeItem,
    ChangeOperation,
    Sql,
)
from rbengine.syntax.nodes.expressions import DurationLiteral, OperationCall


class MachineTime(Clock):
    """Adds up what the machine may take."""

    reading_again: Worst = NONE
    """A diagnosis, which follows a `manual`."""

    def call(self, node: OperationCall, called: Called, /) -> Worst:
        """As long as it may take, so often as it may be made."""
        time = called.tries.times_of(called.most)
        return leg(node, self.text, time, call_span(node), called.tries.times + 1)

    def query(self, node: tree.Query, called: Called, /) -> Worst:
        """As long as it may take, so often as it may be made."""
        most = min(node.timeout.value if node.timeout else self._limits.statement, called.most)
        head = Span(node.span.start, node.span.start + len(f"query {node.kind}"))
        return leg(node, self.text, called.tries.times_of(most), head, called.tries.times + 1)

    def change(self, node: Change, called: Called, /) -> Worst:
        """It is looked at, then done: twice the time of its statements."""
        return self._items(node.items, called).inside(node, self.text)

    def wait(self, node: tree.Wait | tree.Within, span: Span, /) -> Worst:
        """As long as it is written, or may be."""
        if not self.is_time(node.duration):
            return NONE
        time = self.bounds.of(node.duration)
        worst = leg(node, self.text, time, span)
        unwritten = not isinstance(node.duration, DurationLiteral)
        return Worst(time, time, span, unwritten, worst.route)

    def question(self, node: tree.Ask | tree.Choose | tree.Manual | tree.Approve) -> Worst:
        """People answer at once; after a `manual` the diagnosis is read again."""
        if not isinstance(node, tree.Manual):
            return NONE
        again = self.reading_again
        return Worst(again.time, route=again.route)

    def _items(self, items: Iterable[ChangeItem], called: Called) -> Worst:
        total = NONE
        for one in items:
            match one:
                case Sql():
                    time = repeated(min(self._limits.statement, called.most), 2)
                    total = total.then(leg(one, self.text, time, one.span))
                case ChangeOperation():
                    total = total.then(self.call(one.call, called))
                case ChangeForEach():
                    once = self._items(one.body, called)
                    rounds = one.at_most or self._limits.loop
                    span = Span(one.span.start, one.items.span.end)
                    total = total.then(once.rounds(rounds, one, self.text, span))
                case ChangeIf():
                    then = self._items(one.then, called)
                    total = total.then(longer(then, self._items(one.otherwise, called)) or NONE)
                case _:
                    pass
        return total
