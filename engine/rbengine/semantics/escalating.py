"""Escalation against the policy's clock: one that comes too late, and people waited for while nobody is told.

Counted are waits, polling and questions, in procedures too, each as long as it may be: as it is written, as was made
sure of before, or as the policy's limit says. The clock of a severity that escalates at once has been heard by then,
and that of a recovery has ended.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from rbengine.contract.policy import Limits, PolicyModel, SeverityPolicy
from rbengine.semantics.bounds import Bounds, added, repeated
from rbengine.semantics.inference.workbench import ProcedureType
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
        return replace(self, least=added(self.least, least), most=added(self.most, most))


class _Procedure(msgspec.Struct):
    """What a procedure does, counted from where it is called."""

    way: _Way | None = None
    """To its end; None where it has none."""
    asked: timedelta = _NOTHING
    """The latest that people are waited for with nobody told."""
    escalated: list[tuple[timedelta, timedelta]] = []  # msgspec gives each its own
    """How long it takes at least to come to each escalation, and when the policy escalates to the same."""


def check_escalations(
    file: str,
    runbook: Runbook,
    policy: PolicyModel,
    procedures: Mapping[str, ProcedureType],
    report: Report,
) -> None:
    """Report escalations that come after the policy's own, and waits for people that pass its first.

    What a procedure does is reported where it is called: only there is known what came before.
    """
    severity = next((one for one in runbook.parts if isinstance(one, sections.Severity)), None)
    rules = None if severity is None else policy.severity(severity.name.text)
    if severity is None or rules is None or not rules.rungs or rules.rungs[0].when != "after":
        return
    clock = _Clock(file, rules, severity.name.span, policy.limits, procedures, report)
    for part in runbook.parts:
        if isinstance(part, sections.Resolve | sections.Otherwise):
            clock.body(part.body, _Way())


class _Clock:
    """One severity."""

    def __init__(
        self,
        file: str,
        rules: SeverityPolicy,
        span: Span,
        limits: Limits,
        procedures: Mapping[str, ProcedureType],
        report: Report,
    ) -> None:
        self._file = file
        self._rules = rules
        self._first = rules.rungs[0].after
        self._severity_span = span
        self._limits = limits
        self._procedures = procedures
        self._bounds = Bounds(limits.wait)
        self._done: dict[str, _Procedure] = {}
        self._inside: _Procedure | None = None
        """The procedure that is being looked at."""
        self._silent = False
        """Whether a round is walked for its time alone."""
        self._left: list[_Way] = []
        """In a loop or procedure: where `skip` and `give` leave it."""
        self._report = report

    def body(self, body: Iterable[Node], way: _Way) -> _Way | None:
        """One after the other; None where nothing goes on."""
        before, now = way, way
        ended = False
        for one in body:
            if isinstance(one, tree.OnFailure):
                handled = self._apart(one.body, replace(now, least=before.least, told=before.told))
                met = _meeting((None if ended else now, handled))
                ended, now = met is None, met or now
                continue
            if ended:
                continue
            after = self._statement(one, now)
            ended, now = after is None, after or now
        return None if ended else now

    def _apart(self, body: Iterable[Node], way: _Way) -> _Way | None:
        """Like `body`, on a way that is not the only one: what it learns of times holds there alone."""
        known = self._bounds.here()
        after = self.body(body, way)
        self._bounds.back(known)
        return after

    def _statement(self, node: Node, way: _Way) -> _Way | None:
        match node:
            case tree.Escalate():
                self._escalation(node, way)
                return replace(way, told=True)
            case tree.Stop():
                return None
            case tree.Skip() | tree.Give():
                self._left.append(way)
                return None
            case tree.Wait():
                return way.later(_literal(node.duration), self._bounds.of(node.duration))
            case tree.Within():
                return self._within(node, way)
            case tree.Bind():
                self._bounds.bound(node)
                return self._statement(node.value, way)
            case tree.Perform() | tree.Try():
                return self._statement(node.value, way)
            case tree.ProcedureCall():
                return self._procedure(node, way)
            case tree.Ask() | tree.Choose() | tree.Manual() | tree.Approve():
                return self._question(node, way)
            case tree.Step() | tree.AllOrNothing():
                return self.body(node.body, way)
            case tree.ForEach():
                return self._loop(node, way)
            case tree.Check():
                self._bounds.given(node.condition)
                return way
            case tree.If():
                return self._branches(node, way)
            case tree.Match():
                ends = [self._apart(one.body, way) for one in node.cases]
                rest = [] if node.otherwise is None else [self._apart(node.otherwise, way)]
                return _meeting([*ends, *rest])
            case _:
                return way

    def _branches(self, node: tree.If, way: _Way) -> _Way | None:
        known = self._bounds.here()
        ends = []
        for one in node.branches:
            before = self._bounds.here()
            self._bounds.given(one.condition)
            ends.append(self.body(one.body, way))
            self._bounds.back(before)
            self._bounds.given(one.condition, holds=False)
        ends.append(self.body(node.otherwise or (), way))
        self._bounds.back(known)
        if len(node.branches) == 1 and node.otherwise is None and ends[0] is None:
            self._bounds.given(node.branches[0].condition, holds=False)
        return _meeting(ends)

    def _within(self, node: tree.Within, way: _Way) -> _Way | None:
        most = self._bounds.of(node.duration)
        in_time = way.later(_NOTHING, most)
        if node.otherwise is None:
            return in_time
        late = way.later(_literal(node.duration), most)
        return _meeting((in_time, self._apart(node.otherwise, late)))

    def _loop(self, node: tree.ForEach, way: _Way) -> _Way | None:
        """The last of its rounds is judged: it comes after all the others."""
        rounds = -(-(node.at_most or self._limits.loop) // (node.at_a_time or 1))
        was_silent, self._silent = self._silent, True
        once = self._left_at(node.body, way)
        self._silent = was_silent
        if once is None:
            return way  # every round ends the run, or there is none
        before = way.later(_NOTHING, repeated(once.most - way.most, rounds - 1))
        if not was_silent:
            self._left_at(node.body, before)
        return _meeting((way, replace(once, most=added(before.most, once.most - way.most))))

    def _left_at(self, body: tree.Body, way: _Way) -> _Way | None:
        """Behind a round of a loop, or behind a procedure."""
        outside, self._left = self._left, []
        after = _meeting((self._apart(body, way), *self._left))
        self._left = outside
        return after

    def _procedure(self, node: tree.ProcedureCall, way: _Way) -> _Way | None:
        name, span = node.procedure.text, node.procedure.span
        known = self._done.get(name)
        if known is None:
            called = self._procedures.get(name)
            if called is None:
                return way
            known = self._done[name] = _Procedure(way=_Way())  # one that comes back to itself ends
            outside = self._bounds, self._inside, self._silent
            self._bounds, self._inside, self._silent = Bounds(self._limits.wait), known, False
            known.way = self._left_at(called.tree.body, _Way())
            self._bounds, self._inside, self._silent = outside
        is_told = not way.told and self._asked(added(way.most, known.asked), span)
        for least, due in known.escalated:
            if self._escalated(added(way.least, least), due, span):
                break
        if known.way is None:
            return None
        after = way.later(known.way.least, known.way.most)
        return replace(after, told=way.told or known.way.told or is_told)

    def _question(
        self, node: tree.Ask | tree.Choose | tree.Manual | tree.Approve, way: _Way
    ) -> _Way:
        within = node.to.within
        most = self._limits.question if within is None else self._bounds.of(within)
        after = way.later(_NOTHING, most)
        span = node.text.span if within is None else within.span
        is_told = not way.told and self._asked(after.most, span)
        return replace(after, told=way.told or is_told)  # once on each way

    def _asked(self, most: timedelta, span: Span) -> bool:
        """People are waited for until then with nobody told; whether that was reported."""
        if self._inside is not None:
            self._inside.asked = max(self._inside.asked, most)
            return False
        if most <= self._first:
            return False
        found = timing.PeopleBeforeEscalation(
            file=self._file,
            span=span,
            most=most,
            first=self._first,
            severity=self._rules.name,
            severity_span=self._severity_span,
        )
        if not self._silent:
            self._report(timing.describe(found))
        return True

    def _escalation(self, node: tree.Escalate, way: _Way) -> None:
        due = self._due(node)
        if due is not None:
            word = Span(node.span.start, node.span.start + len("escalate"))
            self._escalated(way.least, due, word)

    def _escalated(self, least: timedelta, due: timedelta, span: Span) -> bool:
        """Somebody is escalated to whom the policy calls when it is `due`; whether that was reported."""
        if self._silent:
            return False
        if self._inside is not None:
            self._inside.escalated.append((least, due))
            return False
        if least <= due:
            return False
        found = people.EscalatedTooLate(
            file=self._file,
            span=span,
            least=least,
            due=due,
            severity=self._rules.name,
            severity_span=self._severity_span,
        )
        self._report(people.describe(found))
        return True

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
