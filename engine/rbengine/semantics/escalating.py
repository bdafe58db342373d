"""Escalation against the policy's clock: one that comes too late, and people waited for while nobody is told.

Only times that are written count: waits, polling, and what questions name as their bound. The clock of a severity that
escalates at once has been heard by then, and that of a recovery has ended.
"""

from collections.abc import Iterable
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from rbengine.contract.policy import PolicyModel, SeverityPolicy
from rbengine.semantics.problems import people, timing
from rbengine.semantics.problems.base import Report
from rbengine.source import Span
from rbengine.syntax.nodes import Node, Runbook
from rbengine.syntax.nodes import runbook as sections
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.expressions import DurationLiteral

_NOTHING = timedelta(0)


class _Way(msgspec.Struct, frozen=True):
    """How long it takes to come to a place, at least and at most, and whether the playbook has told anybody."""

    least: timedelta = _NOTHING
    most: timedelta = _NOTHING
    told: bool = False

    def later(self, least: timedelta, most: timedelta) -> "_Way":
        return replace(self, least=self.least + least, most=self.most + most)


def check_escalations(file: str, runbook: Runbook, policy: PolicyModel, report: Report) -> None:
    """Report escalations that come after the policy's own, and waits for people that pass its first."""
    severity = next((one for one in runbook.parts if isinstance(one, sections.Severity)), None)
    rules = None if severity is None else policy.severity(severity.name.text)
    if severity is None or rules is None or not rules.rungs or rules.rungs[0].when != "after":
        return
    clock = _Clock(file, rules, severity.name.span, report)
    for part in runbook.parts:
        if isinstance(part, sections.Resolve | sections.Otherwise):
            clock.body(part.body, _Way())


class _Clock:
    """One severity."""

    def __init__(self, file: str, rules: SeverityPolicy, span: Span, report: Report) -> None:
        self._file = file
        self._rules = rules
        self._first = rules.rungs[0].after
        self._severity_span = span
        self._report = report

    def body(self, body: Iterable[Node], way: _Way) -> _Way | None:
        """One after the other; None where nothing goes on."""
        before, now = way, way
        ended = False
        for one in body:
            if isinstance(one, tree.OnFailure):
                handled = self.body(one.body, replace(now, least=before.least, told=before.told))
                met = _meeting((None if ended else now, handled))
                ended, now = met is None, met or now
                continue
            if ended:
                continue
            after = self._statement(one, now)
            ended, now = after is None, after or now
        return None if ended else now

    def _statement(self, node: Node, way: _Way) -> _Way | None:
        match node:
            case tree.Escalate():
                self._escalation(node, way)
                return replace(way, told=True)
            case tree.Stop() | tree.Skip() | tree.Give():
                return None
            case tree.Wait():
                time = _literal(node.duration)
                return way.later(time, time)
            case tree.Within():
                return self._within(node, way)
            case tree.Bind() | tree.Perform():
                return self._statement(node.value, way)
            case tree.Ask() | tree.Choose() | tree.Manual() | tree.Approve():
                return self._question(node.to, way)
            case tree.Step() | tree.AllOrNothing():
                return self.body(node.body, way)
            case tree.ForEach():
                return _meeting((way, self.body(node.body, way)))
            case tree.If():
                ends = [self.body(one.body, way) for one in node.branches]
                return _meeting([*ends, self.body(node.otherwise or (), way)])
            case tree.Match():
                ends = [self.body(one.body, way) for one in node.cases]
                rest = [] if node.otherwise is None else [self.body(node.otherwise, way)]
                return _meeting([*ends, *rest])
            case _:
                return way

    def _within(self, node: tree.Within, way: _Way) -> _Way | None:
        time = _literal(node.duration)
        in_time = way.later(_NOTHING, time)
        if node.otherwise is None:
            return in_time
        return _meeting((in_time, self.body(node.otherwise, way.later(time, time))))

    def _question(self, node: tree.Question, way: _Way) -> _Way:
        after = way.later(_NOTHING, _literal(node.within))
        if node.within is None or way.told or after.most <= self._first:
            return after
        found = timing.PeopleBeforeEscalation(
            file=self._file,
            span=node.within.span,
            most=after.most,
            first=self._first,
            severity=self._rules.name,
            severity_span=self._severity_span,
        )
        self._report(timing.describe(found))
        return replace(after, told=True)  # once on each way

    def _escalation(self, node: tree.Escalate, way: _Way) -> None:
        due = self._due(node)
        if due is None or way.least <= due:
            return
        found = people.EscalatedTooLate(
            file=self._file,
            span=Span(node.span.start, node.span.start + len("escalate")),
            least=way.least,
            due=due,
            severity=self._rules.name,
            severity_span=self._severity_span,
        )
        self._report(people.describe(found))

    def _due(self, node: tree.Escalate) -> timedelta | None:
        """When the policy calls those whom `node` names; None where it never does by itself.

        Without names it brings news to whoever was called: that may come at any time.
        """
        named = {one.text for one in node.to}
        times = (
            one.after for one in self._rules.rungs if one.when == "after" and named & set(one.to)
        )
        return min(times, default=None)


def _meeting(ways: Iterable[_Way | None]) -> _Way | None:
    """What is true whichever of the ways that go on was taken."""
    known = [one for one in ways if one is not None]
    if not known:
        return None
    return _Way(
        min(one.least for one in known),
        max(one.most for one in known),
        all(one.told for one in known),
    )


def _literal(node: Node | None) -> timedelta:
    return node.value if isinstance(node, DurationLiteral) else _NOTHING
