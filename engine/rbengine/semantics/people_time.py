"""The time of people: every question, and every plan that waits to be approved, as long as it may wait."""

from collections.abc import Iterable

from rbengine.contract.policy import ON_CALL, Limits, PolicyModel, SeverityPolicy
from rbengine.semantics.bounds import Bounds
from rbengine.semantics.clock import Called, Clock, Written
from rbengine.semantics.telling import call_span, tells_many
from rbengine.semantics.worst import NONE, Worst, leg
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import ApproveBy, Change
from rbengine.syntax.nodes.expressions import OperationCall

Asking = tree.Ask | tree.Choose | tree.Manual | tree.Approve


class Patience:
    """How long people are waited for, by what asks them. Counted is every question once.

    A plan that is shown again because rows moved, and a question about a lost answer, are not what the playbook asks.
    A change that the policy may let pass without anybody is counted as asked: how many rows it has is not known yet.
    """

    def __init__(self, policy: PolicyModel, rules: SeverityPolicy | None, written: Written) -> None:
        """`rules` are those of the runbook's severity."""
        self._policy = policy
        self._written = written
        about = {
            word: [one for one in rules.approvals if one.about == word] if rules else []
            for word in ("changes", "messages")
        }
        roles = frozenset(one.name for one in policy.contacts if one.is_role)
        self._approving = _in_all(frozenset(one.by) or roles for one in about["changes"])
        self._letting_go = _in_all(frozenset(one.by) or roles for one in about["messages"])
        self._asks_for_messages = bool(about["messages"])

    def asked(self, node: Asking | Change | OperationCall) -> frozenset[str]:
        """Who is certainly among those that are asked."""
        match node:
            case Change(items=items):
                named = next((one.roles for one in items if isinstance(one, ApproveBy)), ())
                return frozenset(one.text for one in named) or self._approving
            case OperationCall():
                return self._letting_go
            case _:
                return frozenset(one.text for one in node.to.by) or frozenset((ON_CALL,))

    def question(self, node: Asking, bounds: Bounds, text: SourceFile) -> Worst:
        """What the playbook asks: its own time, else the policy's."""
        within = node.to.within
        most = self._policy.limits.question if within is None else bounds.of(within)
        span = node.text.span if within is None else within.span
        return leg(node, text, most, span)

    def plan(self, node: Change, text: SourceFile) -> Worst:
        """The plan of a change."""
        return leg(node, text, self._policy.approvals_expire, node.label.span)

    def message(self, node: OperationCall, library: str, text: SourceFile) -> Worst:
        """A message to many, where the policy wants such approved."""
        known = self._written.operation(library, node)
        if known is None or not self._asks_for_messages or not tells_many(known):
            return NONE
        return leg(node, text, self._policy.approvals_expire, call_span(node))


def _in_all(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """Which of several rules holds, says the number of rows."""
    found = list(sets)
    return frozenset.intersection(*found) if found else frozenset()


class PeopleTime(Clock):
    """Adds up what people may take."""

    def __init__(self, written: Written, limits: Limits, patience: Patience) -> None:
        super().__init__(written, limits)
        self._patience = patience

    def call(self, node: OperationCall, _called: Called, /) -> Worst:
        """Nobody waits for people, but where many are told."""
        return self._patience.message(node, self.library, self.text)

    def query(self, _node: tree.Query, _called: Called, /) -> Worst:
        """None."""
        return NONE

    def change(self, node: Change, _called: Called, /) -> Worst:
        """Until its plan is approved."""
        return self._patience.plan(node, self.text)

    def wait(self, _node: tree.Wait | tree.Within, _span: Span, /) -> Worst:
        """None: the machine waits."""
        return NONE

    def question(self, node: Asking) -> Worst:
        """Until the last moment at which it may be answered."""
        return self._patience.question(node, self.bounds, self.text)

    def looking(self, _node: tree.Within, /) -> Worst:
        """None: looks only read."""
        return NONE

    def taking_back(self, _node: tree.AllOrNothing, /) -> Worst:
        """None: the approval of a change covers its undo."""
        return NONE
