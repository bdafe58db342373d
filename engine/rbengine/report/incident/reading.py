"""From a journal to a report: the fold once more, every notice put in its place."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from rbengine.contract.changes import Applied
from rbengine.host.journal import events_of
from rbengine.host.letters import letter_text
from rbengine.plan.program import Plan
from rbengine.report.durations import duration, instant, since, took, zone_of
from rbengine.report.incident.changes import Book
from rbengine.report.incident.clocks import clocks_of
from rbengine.report.incident.model import (
    ConditionTold,
    Decision,
    Ended,
    EscalationTold,
    Fact,
    FindingTold,
    Line,
    Report,
    Span,
    When,
)
from rbengine.report.screen.evidence import operands_of
from rbengine.report.screen.heading import SIMULATED
from rbengine.report.screen.people import CAUSES
from rbengine.report.values import in_words
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from rbengine.runtime.commands import (
    ApplyRequest,
    AskPeople,
    Command,
    Finish,
    NotifyRequest,
    Perform,
    Show,
    Withdraw,
)
from rbengine.runtime.fold import fold
from rbengine.runtime.state import RunState

_GOOD = ("resolved", "diagnosed")
_OWN = ("question", "escalation", "breach")


def read_report(plan: Plan, lines: Sequence[str], head: str, *, letter: str = "") -> Report:
    """The report of the journal `lines`, whose chain ends in `head`. `letter` is the project's own template.

    Raises UnexpectedEvent where the lines do not fold over `plan`.
    """
    reader = _Reader(plan, letter)
    state = None
    for event, commands, after in fold(plan, events_of(lines)):
        reader.turn(event, commands)
        state = after
    assert state is not None, "a journal has a first line"
    return reader.report(state, head, len(lines))


class _Reader:
    def __init__(self, plan: Plan, letter: str) -> None:
        self._plan = plan
        self._zone = plan.policy.timezone
        self._letter = letter
        self._started: ev.Started | None = None
        self._now: datetime | None = None
        self._finish: Finish | None = None
        self._ended: no.Ended | None = None
        self._end: When | None = None
        self._lines: list[Line] = []
        self._spans: list[Span] = []
        self._section: int | None = None
        self._section_name = ""
        self._again = False
        self._evidence: list[Fact] = []
        self._counted: dict[str, str] = {}
        self._impact: dict[str, None] = {}
        self._findings: dict[str, FindingTold] = {}
        self._book = Book([])
        self._decisions: list[Decision] = []
        self._escalations: list[EscalationTold] = []
        self._messages: list[Line] = []
        self._proofs: list[Fact] = []
        self._left: list[Fact] = []
        self._people: dict[str, None] = {}
        self._questions: dict[int, int] = {}
        self._asked: dict[int, AskPeople] = {}
        self._refusals: dict[int, str] = {}
        self._applying: dict[int, ApplyRequest] = {}
        self._breached: When | None = None

    # What happened ----------------------------------------------------------------------------------------------

    def turn(self, event: ev.Event, commands: Sequence[Command]) -> None:
        self._now = event.at
        self._of_event(event)
        for command in commands:
            match command:
                case Show(notice=notice):
                    self._of_notice(notice)
                case AskPeople():
                    self._open_question(command)
                case Withdraw(question=question):
                    self._close_question(question)
                case Finish():
                    self._finish = command
                case Perform(request=ApplyRequest() as request):
                    self._applying[command.call] = request
                case Perform(request=NotifyRequest() as request):
                    self._note_letter(request)
                case _:
                    continue

    def _of_event(self, event: ev.Event) -> None:
        match event:
            case ev.Started(operator=operator):
                self._started = event
                self._person(operator)
            case ev.Answered(question=question, person=person, answer=answer):
                self._person(person)
                if isinstance(answer, ev.Declined) and answer.reason:
                    self._refusals[question] = answer.reason
            case ev.ChangeApplied(call=call, outcome=Applied(images=images)):
                if call in self._applying:
                    self._book.wrote(self._applying[call].approved, images)
            case ev.Acknowledged(person=person):
                self._decided("the incident", "acknowledged", _who(person.name, person.role))
                self._person(person)
            case ev.Cancelled(person=person, reason=reason):
                self._decided("the run", "cancelled", _who(person.name, person.role), reason)
                self._person(person)
            case ev.UndoOrdered(person=person):
                who = _who(person.name, person.role)
                self._decided("what was done", "to be taken back", who)
                self._person(person)
            case ev.Moved(person=person):
                who = _who(person.name, person.role)
                self._decided("the text of the playbook", "moved to another", who)
                self._person(person)
            case ev.Parked(reason=reason):
                self._line("clock", f"parked: {reason}")
            case ev.Resumed(host=host):
                self._line("clock", f"taken up again on {host}")
            case _:
                return

    def _of_notice(self, notice: no.Notice) -> None:
        match notice:
            case no.SectionEntered():
                self._enter(notice)
            case no.StepEntered(label=label):
                if not self._again:
                    self._line("step", label)
            case no.Bound():
                self._bound(notice)
            case no.FindingJudged():
                self._judged(notice)
            case no.CallFailed(kind=kind, text=text, call=call, retry_at=retry):
                later = "" if retry is None else f"; tried again at {self._when(retry).since}"
                self._line("wrong", f"{call.partition('(')[0]} {kind}: {text}{later}")
            case no.DiagnosisStopped(reason=reason):
                self._line("wrong", f"the diagnosis stops: {reason}")
            case no.ResolveSkipped(finding=finding):
                self._line("step", f"{finding} no longer holds: nothing to resolve")
            case no.ChangeShown():
                self._book.show(notice, self._here())
            case no.ChangeDecided(label=label, verdict=verdict, person=person, role=role):
                self._book.decide(label, self._here(), approved=verdict == "approved")
                self._decided(label, verdict, _who(person, role))
            case no.ChangeDone(label=label):
                self._book.finish(notice, self._here(), self._zone)
                self._line("change", label, notice.rows and _rows(notice.rows))
            case no.ChangeTakenBack(label=label):
                self._book.take_back(notice, self._here())
                left = f"{_rows(notice.left)} left alone" if notice.left else ""
                self._line("undone", f"taken back: {label}", left)
            case no.InDoubt(label=label, verdict=verdict, text=text):
                self._book.doubt(notice, self._here())
                self._line("wrong", f"in doubt: {label}", verdict or text)
            case _:
                self._of_other_notice(notice)

    def _of_other_notice(self, notice: no.Notice) -> None:
        match notice:
            case no.Escalated():
                self._escalated(notice)
            case no.Breached(target=target):
                self._breached = self._here()
                within = f"of {duration(target)} ran out" if target else "is immediate: breached"
                self._line("wrong", f"the MTTR {within}")
            case no.Told():
                self._told(notice)
            case no.WasAnswered():
                self._answered(notice)
            case no.Noted(text=text):
                self._line("told", f"note: {text}")
            case no.Skipped(item=item, reason=reason):
                self._left.append(Fact(name=item, text=reason))
                self._line("clock", f"left to people: {item}", reason)
            case no.Waiting(until=until, text=text, attempt=attempt):
                if not attempt:
                    here, there = self._here().seconds, self._when(until).seconds
                    self._spans.append(Span(kind="wait", text=text, begin=here, end=there))
                    self._line("clock", text)
            case no.Verified(text=text, holds=holds):
                self._proofs.append(Fact(name="holds" if holds else "does not hold", text=text))
            case no.StepFailed(label=label, kind=kind, text=text, handled=handled):
                end = "; the runbook goes on" if handled else ""
                self._line("wrong", f"{label} failed, {kind}: {text}{end}")
            case no.UndoOffered(labels=labels):
                self._line("wrong", "still applied", *labels)
            case no.Ended():
                self._ended, self._end = notice, self._here()
                self._leave()
                self._line("end", notice.outcome.upper(), notice.reason)
            case _:
                return

    def _enter(self, notice: no.SectionEntered) -> None:
        name = f"{notice.kind} {notice.finding}".rstrip()
        self._again = notice.again
        if notice.again:
            self._line("section", f"{name}, read again")
            return
        self._line("section", name)
        if notice.kind != "on breach":  # it runs beside the others
            self._leave()
            self._section = len(self._spans)
            self._section_name = name
            here = self._here().seconds
            self._spans.append(Span(kind="section", text=name, begin=here, end=None))

    def _leave(self) -> None:
        if self._section is not None:
            self._close(self._section)
            self._section = None

    def _bound(self, notice: no.Bound) -> None:
        if self._again or self._section_name != "diagnose" or notice.took is None:
            return
        value = notice.value.value
        asked = notice.call.partition("(")[0]
        called = f" ({asked}, {took(notice.took)})" if asked else f" ({took(notice.took)})"
        self._evidence.append(Fact(name=notice.name, text=in_words(value, self._zone) + called))

    def _judged(self, notice: no.FindingJudged) -> None:
        here = self._here()
        known = self._findings.get(notice.name)
        if known is not None:
            last = known.later[-1].text if known.later else known.verdict
            if notice.verdict != last:
                later = (*known.later, Fact(name=here.since, text=notice.verdict))
                self._findings[notice.name] = replace(known, later=later)
                self._line("found", f"{notice.name}: now {notice.verdict}")
            return
        self._findings[notice.name] = FindingTold(
            name=notice.name,
            title=notice.title,
            when=here,
            verdict=notice.verdict,
            missing=notice.missing,
            conditions=tuple(
                ConditionTold(
                    text=one.text,
                    verdict=one.verdict,
                    values=operands_of(one, self._zone),
                    alternative=one.alternative,
                )
                for one in notice.conditions
                # Lines after the one that decided were never looked at: they say nothing.
                if notice.verdict != "not found" or one.verdict != "not judged"
            ),
        )
        if notice.verdict != "not found":
            told = notice.title if notice.verdict == "found" else "not judged"
            self._count(notice)
            self._line("found", f"{notice.name}: {told}")

    def _count(self, notice: no.FindingJudged) -> None:
        """Lists and numbers on which what was found stands: the runbook's own count of what is affected."""
        for condition in notice.conditions:
            for name, datum in condition.operands if condition.verdict == "holds" else ():
                value = datum.value
                if isinstance(value, tuple) and value:
                    self._counted[name] = f"{len(value)}"
                elif isinstance(value, int) and not isinstance(value, bool):
                    self._counted[name] = f"{value}"

    def _escalated(self, notice: no.Escalated) -> None:
        to = ", ".join(notice.to) or "nobody"
        impact = tuple(one.strip() for one in notice.impact.splitlines() if one.strip())
        self._impact |= dict.fromkeys(impact)
        told = EscalationTold(
            when=self._here(),
            to=to,
            cause=CAUSES[notice.cause],
            reason=notice.reason,
            impact=impact,
            next=notice.next,
            as_note=notice.as_note,
        )
        self._escalations.append(told)
        verb = "note to" if notice.as_note else "escalated to"
        self._line("escalated", f"{verb} {to}, {told.cause}", notice.reason)

    def _note_letter(self, request: NotifyRequest) -> None:
        """The letter of the escalation that was shown just before."""
        if request.letter is not None and self._escalations and not self._escalations[-1].letter:
            text = letter_text(request.letter, self._letter)
            self._escalations[-1] = replace(self._escalations[-1], letter=text)

    def _told(self, notice: no.Told) -> None:
        to = ", ".join(notice.to)
        if notice.kind not in _OWN:
            line = Line(when=self._here(), mark="told", text=f"{notice.kind} to {to}: {notice.subject}",
                        detail=tuple(one for one in (notice.text, notice.failure) if one))  # fmt: skip
            self._messages.append(line)
            sent = (
                "did not go out"
                if notice.failure
                else f"“{notice.subject}”"
                if notice.subject
                else ""
            )
            self._line(
                "wrong" if notice.failure else "told",
                f"{notice.kind} to {to}",
                sent,
                notice.failure,
            )
        elif notice.failure:
            self._line("wrong", f"{to} was not reached: {notice.failure}")
            if notice.kind != "question" and self._escalations:
                last = self._escalations[-1]
                failures = (*last.failures, Fact(name=to, text=notice.failure))
                self._escalations[-1] = replace(last, failures=failures)

    def _open_question(self, ask: AskPeople) -> None:
        who = " or ".join(ask.by) or "anybody"
        text = ask.text.partition("\n")[0]
        self._questions[ask.question] = len(self._spans)
        self._asked[ask.question] = ask
        self._spans.append(
            Span(kind="people", text=f"{who}: {text}", begin=self._here().seconds, end=None)
        )
        self._line("asked", f"{who} asked: {text}")

    def _close_question(self, question: int) -> None:
        place = self._questions.pop(question, None)
        if place is not None:
            self._close(place)

    def _answered(self, notice: no.WasAnswered) -> None:
        self._close_question(notice.question)
        ask = self._asked.get(notice.question)
        if notice.verdict == "withdrawn" or (ask is not None and ask.kind == "plan"):
            return  # a change says itself who decided
        verdict = "answered" if notice.verdict == "given" else notice.verdict
        said = notice.value or self._refusals.get(notice.question, "")
        what = (ask.text if ask is not None else notice.text).partition("\n")[0]
        self._decided(what, verdict, _who(notice.person, notice.role), said)

    def _decided(self, what: str, verdict: str, who: str, said: str = "") -> None:
        one = Decision(when=self._here(), what=what, verdict=verdict, who=who, said=said)
        self._decisions.append(one)
        by = f" by {who}" if who else ""
        told = "nobody answered in time" if verdict == "unanswered" else f"{verdict}{by}"
        self._line("decided", f"{told}: {what}", said)

    # The whole --------------------------------------------------------------------------------------------------

    def report(self, state: RunState, head: str, lines: int) -> Report:
        plan, started = self._plan, self._started
        assert started is not None
        now = self._here()
        end = self._ending(now)
        severity = plan.policy.severity(plan.severity)
        backends = sorted(set(started.environment.backends.values()) or {"simulated"})
        simulated = started.rehearsal or backends != ["live"]
        inputs = tuple(
            Fact(name=name, text=in_words(one.value, self._zone))
            for name, one in started.inputs.items()
        )
        ended = self._ended
        return Report(
            playbook=plan.id,
            title=plan.title,
            severity=plan.severity,
            severity_title=severity.title if severity is not None else "",
            incident=started.incident,
            run=started.run,
            banner=SIMULATED if backends == ["simulated"] else ", ".join(backends),
            simulated=simulated,
            zone=self._zone,
            began=instant(started.began, self._zone),
            started=self._when(started.at),
            operator=_who(started.operator.name, started.operator.role),
            world=started.environment.world,
            inputs=inputs,
            end=end,
            counts=_counts(ended) if ended is not None else "it goes on",
            summary=self._summary(),
            clocks=clocks_of(plan, started, state, ended, self._when),
            breached=self._breached is not None,
            lines=tuple(self._lines),
            spans=tuple(self._spans),
            evidence=tuple(self._evidence),
            counted=tuple(Fact(name=name, text=text) for name, text in self._counted.items()),
            impact=tuple(self._impact),
            findings=tuple(self._findings.values()),
            changes=tuple(one.told(self._zone) for one in self._book.changes),
            decisions=tuple(self._decisions),
            escalations=tuple(self._escalations),
            messages=tuple(self._messages),
            proofs=tuple(self._proofs),
            left_to_people=tuple(self._left),
            people=tuple(self._people),
            follow_ups=ended.follow_ups if ended is not None else plan.prevent,
            journal=(
                Fact(name="run", text=started.run),
                Fact(name="lines", text=str(lines)),
                Fact(name="head", text=head),
                Fact(name="plan", text=started.plan),
                Fact(name="engine", text=started.engine or "not recorded"),
            ),
        )

    def _ending(self, now: When) -> Ended:
        ended, finish = self._ended, self._finish
        if ended is None:
            return Ended(word="OPEN", reason="the run is not over", good=False, when=now, took=now.since,
                         left_applied=0, in_doubt=0)  # fmt: skip
        return Ended(
            word=ended.outcome.upper(),
            reason=ended.reason,
            good=ended.outcome in _GOOD,
            when=self._end or now,
            took=duration(ended.took),
            left_applied=finish.left_applied if finish is not None else 0,
            in_doubt=finish.in_doubt if finish is not None else 0,
        )

    def _summary(self) -> tuple[str, ...]:
        """What was found, in the runbook's own words."""
        found = [one.title for one in self._findings.values() if one.verdict == "found"]
        unknown = [one.name for one in self._findings.values() if one.verdict == "not judged"]
        told = [f"could not be judged: {', '.join(unknown)}"] if unknown else []
        return (*found, *told) or ("nothing was found",)

    def _line(self, mark: str, text: str, *detail: str | int) -> None:
        told = tuple(str(one) for one in detail if one)
        self._lines.append(Line(when=self._here(), mark=mark, text=text, detail=told))  # type: ignore[arg-type]

    def _close(self, place: int) -> None:
        self._spans[place] = replace(self._spans[place], end=self._here().seconds)

    def _person(self, person: ev.Person) -> None:
        self._people[_who(person.name, person.role)] = None

    def _here(self) -> When:
        assert self._now is not None
        return self._when(self._now)

    def _when(self, moment: datetime) -> When:
        assert self._started is not None
        span = moment - self._started.began
        zone = zone_of(self._zone)
        there = moment.astimezone(zone)
        same = there.date() == self._started.began.astimezone(zone).date()
        at = f"{there:%H:%M:%S}" if same else f"{there:%Y-%m-%d %H:%M:%S}"
        return When(at=at, since=since(span), seconds=span.total_seconds())


def _who(person: str, role: str) -> str:
    if person and role and person != role:
        return f"{person} ({role})"
    return person or role


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _counts(ended: no.Ended) -> str:
    parts = [
        f"{ended.changes} changed, {ended.undone} taken back"
        if ended.changes
        else "nothing changed"
    ]
    parts += [f"{ended.approvals} approved", f"{ended.escalations} escalated"]
    return " · ".join(parts)
