"""Escalation against the policy's clock: one that comes too late, and people waited for while nobody is told.

Counted are waits, polling, questions and plans to approve, in procedures too, each as long as it may be: as it is
written, as was made sure of before, or as the policy says; and what is resolved before, of findings that can hold
together. The clock of a severity that escalates at once has been heard by then, and that of a recovery has ended.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from rbengine.contract.policy import Limits, SeverityPolicy
from rbengine.semantics.bounds import Bounds, added
from rbengine.semantics.clock import Written
from rbengine.semantics.inference.facts import Facts
from rbengine.semantics.people_time import Patience
from rbengine.semantics.problems import people, timing
from rbengine.semantics.problems.base import Report
from rbengine.semantics.route import stretches
from rbengine.semantics.together import MOST_TOGETHER, before
from rbengine.semantics.worst import NONE, ZERO, Worst, leg, longer
from rbengine.source import Span
from rbengine.syntax.nodes import Node, Runbook
from rbengine.syntax.nodes import runbook as sections
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.expressions import DurationLiteral, OperationCall


class _Way(msgspec.Struct, frozen=True):
    """How long it takes at least to come to a place, and at most with nobody told."""

    least: timedelta = ZERO
    untold: Worst | None = NONE
    """None where the playbook has told somebody on every way."""

    def later(self, least: timedelta, most: Worst) -> "_Way":
        return _Way(added(self.least, least), self.untold and self.untold.then(most))


class _Procedure(msgspec.Struct):
    """What a procedure does, counted from where it is called."""

    way: _Way | None = None
    """To its end; None where it has none."""
    asked: Worst | None = None
    """The latest that people are waited for with nobody told."""
    escalated: list[tuple[timedelta, timedelta]] = []  # msgspec gives each its own
    """How long it takes at least to come to each escalation, and when the policy escalates to the same."""


def check_escalations(
    file: str,
    runbook: Runbook,
    rules: SeverityPolicy | None,
    written: Written,
    limits: Limits,
    patience: Patience,
    findings: Mapping[str, Facts],
    report: Report,
) -> None:
    """Report escalations that come after the policy's own, and waits for people that pass its first.

    `rules` are those of the runbook's severity. What a procedure does is reported where it is called: only there is
    known what came before.
    """
    severity = next((one for one in runbook.parts if isinstance(one, sections.Severity)), None)
    if severity is None or rules is None or not rules.rungs or rules.rungs[0].when != "after":
        return
    clock = _Clock(file, rules, severity.name.span, limits, written, patience)
    resolved: list[tuple[sections.Resolve, Worst | None]] = []
    for part in runbook.parts:
        if isinstance(part, sections.Otherwise):
            clock.section("otherwise", part.body, NONE)
        elif isinstance(part, sections.Resolve):
            alone = clock.section(f"resolve {part.finding.text}", part.body, NONE)
            if part.finding.text in findings:
                resolved.append((part, alone))
    for late in clock.escalated:
        report(people.describe(late))
    waits = clock.waits or _together(clock, resolved, findings)
    for wait in waits:
        report(timing.describe(wait))


def _together(
    clock: "_Clock",
    resolved: Iterable[tuple[sections.Resolve, Worst | None]],
    findings: Mapping[str, Facts],
) -> Iterable[timing.PeopleBeforeEscalation]:
    """The longest wait where several findings hold, each of which alone is in time."""
    earlier: dict[str, Worst] = {}
    for part, alone in resolved:
        name = part.finding.text
        times = {one: worst.time for one, worst in earlier.items()}
        so_far = NONE
        for other in before(name, times, findings):
            so_far = so_far.then(earlier[other])
        if so_far.time:
            clock.section(f"resolve {name}", part.body, so_far)
        if alone is not None and alone.time and len(earlier) < MOST_TOGETHER:
            earlier[name] = alone
    return sorted(clock.waits, key=lambda one: one.most, reverse=True)[:1]


class _Clock:
    """One severity."""

    def __init__(
        self,
        file: str,
        rules: SeverityPolicy,
        span: Span,
        limits: Limits,
        written: Written,
        patience: Patience,
    ) -> None:
        self.waits: list[timing.PeopleBeforeEscalation] = []
        self.escalated: list[people.EscalatedTooLate] = []
        self._file = file
        self._rules = rules
        self._first = rules.rungs[0].after
        self._called_first = frozenset(rules.rungs[0].to)
        self._severity_span = span
        self._limits = limits
        self._written = written
        self._patience = patience
        self._text = written.texts[""]
        self._library = ""
        self._around: list[Node | str] = []
        """The steps, branches and loops that are being walked, outermost first."""
        self._bounds = Bounds(limits.wait)
        self._done: dict[str, _Procedure] = {}
        self._inside: _Procedure | None = None
        """The procedure that is being looked at."""
        self._silent = False
        """Whether a round is walked for its time alone."""
        self._left: list[_Way] = []
        """In a loop or procedure: where `skip` and `give` leave it."""

    def section(self, name: str, body: tree.Body, so_far: Worst) -> Worst | None:
        """Walk a section after `so_far`: how long it then is with nobody told, None where somebody was."""
        after = self._in(name, body, _Way(untold=so_far))
        return None if after is None else after.untold

    def _body(self, body: Iterable[Node], way: _Way) -> _Way | None:
        """One after the other; None where nothing goes on."""
        start, now = way, way
        longest = way.untold
        ended = False
        for one in body:
            if isinstance(one, tree.OnFailure):
                handled = self._in(one, one.body, _Way(start.least, longest))
                met = _meeting((None if ended else now, handled))
                ended, now = met is None, met or now
                continue
            if ended:
                continue
            after = self._statement(one, now)
            ended, now = after is None, after or now
            longest = longer(longest, now.untold)
        return None if ended else now

    def _in(self, of: Node | str, body: Iterable[Node], way: _Way) -> _Way | None:
        """Like `_body` in the branch `of`, which is not the only way: what it learns of times holds there alone."""
        known = self._bounds.here()
        self._around.append(of)
        after = self._body(body, way)
        self._around.pop()
        self._bounds.back(known)
        return after

    def _later(self, way: _Way, least: timedelta, most: Worst) -> _Way:
        """Behind a statement that may take `most`."""
        if most.route is not None:
            for one in reversed(self._around):
                most = most.inside(one, self._text)
        return way.later(least, most)

    def _statement(self, node: Node, way: _Way) -> _Way | None:
        match node:
            case tree.Escalate():
                self._escalation(node, way)
                return replace(way, untold=None)
            case tree.Stop():
                return None
            case tree.Skip() | tree.Give():
                self._left.append(way)
                return None
            case tree.Wait():
                return self._later(way, _literal(node.duration), self._wait(node))
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
                worst = self._patience.question(node, self._bounds, self._text)
                return self._asked(way, worst, self._patience.asked(node))
            case Change():
                worst = self._patience.plan(node, self._text)
                return self._asked(way, worst, self._patience.asked(node))
            case OperationCall():
                worst = self._patience.message(node, self._library, self._text)
                return self._asked(way, worst, self._patience.asked(node))
            case tree.Step():
                self._around.append(node)
                after = self._body(node.body, way)
                self._around.pop()
                return after
            case tree.AllOrNothing():
                return self._body(node.body, way)
            case tree.ForEach():
                return self._loop(node, way)
            case tree.Check():
                self._bounds.given(node.condition)
                return way
            case tree.If():
                return self._branches(node, way)
            case tree.Match():
                ends = [self._in(one, one.body, way) for one in node.cases]
                rest = [] if node.otherwise is None else [self._in("else", node.otherwise, way)]
                return _meeting([*ends, *rest])
            case _:
                return way

    def _branches(self, node: tree.If, way: _Way) -> _Way | None:
        known = self._bounds.here()
        ends = []
        for one in node.branches:
            outside = self._bounds.here()
            self._bounds.given(one.condition)
            ends.append(self._in(one, one.body, way))
            self._bounds.back(outside)
            self._bounds.given(one.condition, holds=False)
        ends.append(self._in("else", node.otherwise or (), way))
        self._bounds.back(known)
        if len(node.branches) == 1 and node.otherwise is None and ends[0] is None:
            self._bounds.given(node.branches[0].condition, holds=False)
        return _meeting(ends)

    def _wait(self, node: tree.Wait | tree.Within) -> Worst:
        return leg(node, self._text, self._bounds.of(node.duration), node.duration.span)

    def _within(self, node: tree.Within, way: _Way) -> _Way | None:
        most = self._wait(node)
        in_time = self._later(way, ZERO, most)
        if node.otherwise is None:
            return in_time
        late = self._later(way, _literal(node.duration), most)
        return _meeting((in_time, self._in("else", node.otherwise, late)))

    def _loop(self, node: tree.ForEach, way: _Way) -> _Way | None:
        """The last of its rounds is judged: it comes after all the others."""
        rounds = -(-(node.at_most or self._limits.loop) // (node.at_a_time or 1))
        outside = self._silent, self._around
        self._silent, self._around = True, []
        once = self._left_at("", node.body, _Way())
        self._silent, self._around = outside
        if once is None:
            return way  # every round ends the run, or there is none
        span = Span(node.span.start, node.items.span.end)

        def all_of(count: int) -> Worst:
            return NONE if not once.untold else once.untold.rounds(count, node, self._text, span)

        if not self._silent:
            self._left_at(node, node.body, self._later(way, ZERO, all_of(rounds - 1)))
        if once.untold is None:
            return way
        return self._later(way, ZERO, all_of(rounds))

    def _left_at(self, of: Node | str, body: tree.Body, way: _Way) -> _Way | None:
        """Behind a round of a loop, or behind a procedure."""
        outside, self._left = self._left, []
        after = _meeting((self._in(of, body, way), *self._left))
        self._left = outside
        return after

    def _procedure(self, node: tree.ProcedureCall, way: _Way) -> _Way | None:
        name, span = node.procedure.text, node.procedure.span
        known = self._done.get(name)
        if known is None:
            called = self._written.procedures.get(name)
            if called is None:
                return way
            known = self._done[name] = _Procedure(way=_Way())  # one that comes back to itself ends
            outside = self._bounds, self._inside, self._silent, self._around
            where = self._text, self._library
            self._bounds, self._inside, self._silent = Bounds(self._limits.wait), known, False
            self._around, self._library = [], called.library
            self._text = self._written.texts.get(called.library, self._text)
            known.way = self._left_at("", called.tree.body, _Way())
            self._bounds, self._inside, self._silent, self._around = outside
            self._text, self._library = where
        if known.asked is not None:
            asked = known.asked.rounds(1, node, self._text, span)
            way = replace(way, untold=self._judged(way, asked))
        for least, due in known.escalated:
            if self._escalated(added(way.least, least), due, span):
                break
        if known.way is None:
            return None
        if known.way.untold is None:
            return _Way(added(way.least, known.way.least), None)
        most = known.way.untold.rounds(1, node, self._text, span)
        return self._later(way, known.way.least, most)

    def _asked(self, way: _Way, most: Worst, who: frozenset[str]) -> _Way:
        """Behind a wait for people. Whom the first escalation would call, it has told if they are asked themselves."""
        if not most.time:
            return way
        if who & self._called_first or self._judged(way, most) is None:
            return replace(way, untold=None)
        return self._later(way, ZERO, most)

    def _judged(self, way: _Way, most: Worst) -> Worst | None:
        """The way to a wait for people; None where somebody was told before, or that nobody is was reported now."""
        after = self._later(way, ZERO, most).untold
        if after is None:
            return None
        if self._inside is not None:
            self._inside.asked = longer(self._inside.asked, after)
            return way.untold
        if after.time <= self._first or most.span is None:
            return way.untold
        if not self._silent:
            found = timing.PeopleBeforeEscalation(
                file=self._file,
                span=most.span,
                most=after.time,
                route=stretches(after.route),
                first=self._first,
                severity=self._rules.name,
                severity_span=self._severity_span,
            )
            self.waits.append(found)
        return None

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
        self.escalated.append(found)
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
    untold: Worst | None = None
    for one in known:
        untold = longer(untold, one.untold)
    return _Way(min(one.least for one in known), untold)


def _literal(node: Node | None) -> timedelta:
    return node.value if isinstance(node, DurationLiteral) else ZERO
