"""The screen of one run: turns in, rows out. A row is written once and stays."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rbengine.plan.program import Plan
from rbengine.report.durations import since
from rbengine.report.screen import changes, ending, evidence, heading, people
from rbengine.report.screen.clocks import Clocks
from rbengine.report.screen.draw import draw
from rbengine.report.screen.line import BLANK, Line, Piece, line
from rbengine.report.screen.readings import Readings
from rbengine.runtime.commands import AskPeople, Command, Finish, Perform, Show, Withdraw
from rbengine.runtime.events import (
    Acknowledged,
    Cancelled,
    Event,
    Moved,
    Parked,
    Resumed,
    Started,
    UndoOrdered,
)
from rbengine.runtime.notices import (
    Asked,
    Bound,
    Breached,
    CallFailed,
    ChangeDecided,
    ChangeDone,
    ChangeShown,
    ChangeTakenBack,
    DiagnosisStopped,
    Ended,
    Escalated,
    FindingJudged,
    InDoubt,
    Noted,
    Notice,
    ResolveSkipped,
    SectionEntered,
    Skipped,
    StepEntered,
    StepFailed,
    Told,
    UndoOffered,
    Verified,
    Waiting,
    WasAnswered,
)

if TYPE_CHECKING:
    from rbengine.report.screen.failures import Failures

_WIDEST = 120
"""Cells. On a wider terminal the eye would lose the way from a name to its right edge."""


class Screen:
    """Draws one run. Equal turns give equal rows, whether they happen now or come from a journal."""

    def __init__(self, plan: Plan, *, width: int = 80, colour: bool = False) -> None:
        self._plan = plan
        self._zone = plan.policy.timezone
        self._width = min(width, _WIDEST)
        self._colour = colour
        self._clocks = Clocks()
        self._open: dict[int, AskPeople] = {}
        self._approvals: Counter[int] = Counter()
        """By question: more than one person may have to approve."""
        self._calls: dict[int, Perform] = {}
        self._started: Started | None = None
        self._closed = False
        self._finish: Finish | None = None
        self._findings_follow = False
        self._readings = Readings(len(plan.findings), self._zone)
        self._waited_for = ""
        self._rows = 0

    def lines(self, event: Event, commands: Sequence[Command]) -> list[str]:
        """The rows that this turn adds; often none."""
        self._clocks.see(event, commands)
        self._finish = next((one for one in commands if isinstance(one, Finish)), None)
        told = self._of_event(event)
        for command in commands:
            told.extend(self._of_command(command, event.at))
        rows = draw(told, self._width, self._colour)
        self._rows += len(rows)
        return rows

    def status(self, now: datetime) -> str:
        """The one row that may move on a terminal: who or what is waited for, and the clocks. Empty for nothing."""
        parts = [f"waiting for {' or '.join(one.by) or 'anybody'}" for one in self._open.values()]
        clocks = self._clocks.told(now)
        if not parts or self._closed:
            return ""
        shown = line((" · ".join(parts), "clock"), right=clocks, right_style="clock", whole=False)
        return draw([shown], self._width, self._colour)[0]

    def brief(self) -> list[str]:
        """The heading of a run that was drawn already: where it is, which incident. None before it has begun."""
        self.__dict__.pop("_failures", None)  # those stand on another screen
        if self._started is None:
            return []
        return draw(heading.top(self._plan, self._started, brief=True), self._width, self._colour)

    @property
    def open_questions(self) -> tuple[AskPeople, ...]:
        """Those that wait for an answer, oldest first."""
        return tuple(one for _, one in sorted(self._open.items()))

    def closing(self) -> list[str]:
        """The last row, where a run could not go on to its end; none where it was written already."""
        if self._closed or self._started is None:
            return []
        self._closed = True
        return draw([heading.banner(self._started.environment)], self._width, self._colour)

    @cached_property
    def _failures(self) -> "Failures":
        # Most runs have none.
        from rbengine.report.screen.failures import Failures

        return Failures(lambda: self._rows)

    def _margin(self, now: datetime) -> str:
        return since(now - self._started.began) if self._started is not None else ""

    def _of_event(self, event: Event) -> list[Line]:
        match event:
            case Started():
                self._started = event
                return heading.top(self._plan, event)
            case Acknowledged(person=person):
                return [
                    line(
                        f"acknowledged by {person.name} ({person.role})",
                        margin=self._margin(event.at),
                    )
                ]
            case Cancelled(person=person, reason=reason):
                return [
                    line(
                        (f"cancelled by {person.name}{': ' if reason else ''}", "wrong"),
                        reason,
                        margin=self._margin(event.at),
                        hang=2,
                    )
                ]
            case UndoOrdered(person=person):
                who = f"{person.name} ({person.role})"
                return [
                    BLANK,
                    line(f"taking back, ordered by {who}", margin=self._margin(event.at)),
                ]
            case Moved(person=person):
                text = f"moved to another text of the playbook by {person.name}"
                return [line(text, margin=self._margin(event.at), hang=2)]
            case Parked(reason=reason):
                return [
                    BLANK,
                    line(("PARKED: ", "clock"), reason, margin=self._margin(event.at), hang=2),
                ]
            case Resumed(host=host, forced=forced):
                how = "taken by force" if forced else "taken up again"
                return [line(f"{how} on {host}", margin=self._margin(event.at))]
            case _:
                return []

    def _of_command(self, command: Command, now: datetime) -> list[Line]:
        match command:
            case Show(notice=notice):
                return self._of_notice(notice, now)
            case AskPeople():
                self._open[command.question] = command
                letter = command.plan if command.kind == "approve" else None
                plan = [] if letter is None else changes.plan_lines(letter, self._width, self._zone)
                return people.asked(command, self._clocks.told(now), plan)
            case Withdraw(question=question):
                self._open.pop(question, None)
                return []
            case Finish():
                self._closed = True
                return [heading.banner(self._started.environment)] if self._started else []
            case _:
                return []

    def _of_notice(self, notice: Notice, now: datetime) -> list[Line]:
        margin = self._margin(now)
        match notice:
            case SectionEntered():
                self._findings_follow = notice.again
                return self._readings.enter(_section(notice, margin), again=notice.again)
            case StepEntered(label=label, depth=depth):
                return self._readings.step(
                    [line((label, "strong"), margin=margin, indent=2 * depth, hang=2)]
                )
            case Bound():
                return self._readings.told(notice, evidence.bound(notice, self._zone))
            case CallFailed():
                self._failures.of_call(notice)
                return self._readings.under_headings(evidence.call_failed(notice, now))
            case FindingJudged():
                first = not self._findings_follow
                self._findings_follow = True
                again = self._readings.again
                rows = evidence.finding(notice, self._width, self._zone, again=again)
                return self._readings.told(notice, ([BLANK] if first else []) + rows)
            case DiagnosisStopped(reason=reason):
                self._readings.stop()
                rows = [line(("the diagnosis stops: ", "strong"), reason, margin=margin, hang=2)]
                return self._readings.under_headings(rows)
            case ResolveSkipped(finding=finding):
                return [
                    line(f"{finding} no longer holds: nothing to resolve", margin=margin, hang=2)
                ]
            case ChangeShown():
                return changes.shown(notice, self._width, self._zone)
            case ChangeDecided():
                return changes.decided(notice, margin)
            case ChangeDone():
                return changes.done(notice, self._zone)
            case ChangeTakenBack():
                return changes.taken_back(notice, margin)
            case InDoubt():
                return changes.in_doubt(notice, margin)
            case UndoOffered():
                return changes.undo_offered(notice)
            case _:
                return self._of_other_notice(notice, now)

    def _of_other_notice(
        self,
        notice: Told | Escalated | Breached | Asked | WasAnswered | Noted | Skipped | Waiting | Verified
        | StepFailed | Ended,
        now: datetime,
    ) -> list[Line]:  # fmt: skip
        margin = self._margin(now)
        match notice:
            case Told():
                return people.told(notice, margin)
            case Escalated(cause="not judged"):
                told = replace(notice, reason=self._failures.short(notice.reason))
                return people.escalated(told, margin)
            case Escalated():
                return people.escalated(notice, margin)
            case Breached():
                return people.breached(notice, margin)
            case Asked():
                # The question itself is drawn from its command, which knows the choices and the plan.
                return []
            case WasAnswered():
                return self._answered(notice, margin)
            case Noted(text=text):
                return [line(("note: ", "quiet"), text, margin=margin, hang=6)]
            case Skipped(item=item, reason=reason):
                return [
                    line(("left to people: ", "clock"), f"{item}: {reason}", margin=margin, hang=2)
                ]
            case Waiting():
                return self._waiting(notice, margin)
            case Verified():
                return self._readings.told(notice, evidence.verified(notice))
            case StepFailed():
                return self._failures.of_step(notice, margin)
            case Ended(outcome="diagnosed"):
                short = replace(notice, reason=self._failures.short(notice.reason))
                return ending.ended(short, self._plan, self._finish)
            case Ended():
                return ending.ended(notice, self._plan, self._finish)

    def _began(self) -> datetime:
        if self._started is None:
            raise AssertionError("a run's first event is Started")
        return self._started.began

    def _waiting(self, notice: Waiting, margin: str) -> list[Line]:
        """Once for each thing that is waited for: a reader who sees it twice learns nothing."""
        if notice.attempt and notice.text == self._waited_for:
            return []
        self._waited_for = notice.text
        until = since(notice.until - self._began())
        if notice.attempt:
            shown: Piece = (f"not yet: {notice.text}", "clock")
            return [line(shown, margin=margin, right=f"looking again at {until}", hang=2)]
        return [line((notice.text, "clock"), margin=margin, right=f"until {until}", hang=2)]

    def _answered(self, notice: WasAnswered, margin: str) -> list[Line]:
        question = self._open.get(notice.question)
        if question is not None and notice.verdict == "approved":
            self._approvals[notice.question] += 1
            if self._approvals[notice.question] < question.how_many:
                return people.answered(notice, margin)  # and others are still waited for
        self._open.pop(notice.question, None)
        if question is not None and question.kind == "plan":
            # A change's own notice says who decided.
            return []
        return people.answered(notice, margin)


def _section(notice: SectionEntered, margin: str) -> list[Line]:
    if notice.again:
        return [line((f"{notice.kind}, read again: what is new", "quiet"), margin=margin)]
    return [BLANK, heading.section(f"{notice.kind} {notice.finding}".rstrip())]
