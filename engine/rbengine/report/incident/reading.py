"""From a journal to a report: the fold once more, every notice put in its place."""

from collections.abc import Sequence

from rbengine.contract.changes import Applied
from rbengine.host.journal import events_of
from rbengine.plan.program import Plan
from rbengine.report.durations import duration, instant
from rbengine.report.incident.changes import Changes
from rbengine.report.incident.clocks import clocks_of
from rbengine.report.incident.findings import Findings
from rbengine.report.incident.model import Ended, Fact, Report, When
from rbengine.report.incident.people import People, who_text
from rbengine.report.incident.tape import Tape, rows_text
from rbengine.report.screen.heading import RECORDED, SIMULATED
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

_BANNERS = {"simulated": SIMULATED, "recorded": RECORDED}
_GOOD = ("resolved", "diagnosed")


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
        self._tape = Tape(plan.policy.timezone)
        self._findings = Findings(self._tape)
        self._people = People(self._tape, letter)
        self._changes = Changes(plan.policy.timezone)
        self._started: ev.Started | None = None
        self._finish: Finish | None = None
        self._ended: no.Ended | None = None
        self._end: When | None = None
        self._section: int | None = None
        self._reading = False
        """Whether the run is in its first diagnosis."""
        self._again = False
        self._proofs: list[Fact] = []
        self._left: list[Fact] = []
        self._applying: dict[int, ApplyRequest] = {}

    # What happened ----------------------------------------------------------------------------------------------

    def turn(self, event: ev.Event, commands: Sequence[Command]) -> None:
        self._tape.turn(event.began if isinstance(event, ev.Started) else None, event.at)
        self._of_event(event)
        for command in commands:
            match command:
                case Show(notice=notice):
                    self._of_notice(notice)
                case AskPeople():
                    self._people.asked(command)
                case Withdraw(question=question):
                    self._people.no_longer_asked(question)
                case Finish():
                    self._finish = command
                case Perform(request=ApplyRequest() as request):
                    self._applying[command.call] = request
                case Perform(request=NotifyRequest() as request):
                    self._people.letter(request)
                case _:
                    continue

    def _of_event(self, event: ev.Event) -> None:
        match event:
            case ev.Started(operator=operator):
                self._started = event
                self._people.met(operator)
            case ev.Answered():
                self._people.said(event)
            case ev.ChangeApplied(call=call, outcome=Applied(images=images)):
                if call in self._applying:
                    self._changes.wrote(self._applying[call].approved, images)
            case ev.Acknowledged(person=person):
                self._ordered(person, "the incident", "acknowledged")
            case ev.Cancelled(person=person, reason=reason):
                self._ordered(person, "the run", "cancelled", reason)
            case ev.UndoOrdered(person=person):
                self._ordered(person, "what was done", "to be taken back")
            case ev.Moved(person=person):
                self._ordered(person, "the text of the playbook", "moved to another")
            case ev.Parked(reason=reason):
                self._tape.line("process", f"parked: {reason}")
            case ev.Resumed(host=host, forced=forced):
                how = "taken by force" if forced else "taken up again"
                self._tape.line("process", f"{how} on {host}")
            case _:
                return

    def _ordered(self, person: ev.Person, what: str, verdict: str, said: str = "") -> None:
        self._people.met(person)
        self._people.decided(what, verdict, who_text(person.name, person.role), said)

    def _of_notice(self, notice: no.Notice) -> None:
        match notice:
            case no.SectionEntered():
                self._enter(notice)
            case no.StepEntered(label=label):
                if not self._again:
                    self._tape.line("step", label)
            case no.Bound():
                if self._reading:
                    self._findings.read(notice)
            case no.FindingJudged():
                self._findings.judged(notice)
            case no.DiagnosisStopped(reason=reason):
                self._tape.line("wrong", f"the diagnosis stops: {reason}")
            case no.ResolveSkipped(finding=finding):
                self._tape.line("step", f"{finding} no longer holds: nothing to resolve")
            case no.Escalated():
                self._people.escalated(notice)
            case no.Told():
                self._people.told(notice)
            case no.WasAnswered():
                self._people.answered(notice)
            case no.Verified(text=text, holds=holds):
                self._proofs.append(Fact(name="holds" if holds else "does not hold", text=text))
            case no.Ended():
                self._ended, self._end = notice, self._tape.here()
                self._leave()
                self._tape.line("end", notice.outcome.upper(), notice.reason)
            case _:
                self._of_change(notice)

    def _of_change(self, notice: no.Notice) -> None:
        here = self._tape.here()
        match notice:
            case no.ChangeShown():
                self._changes.show(notice, here)
            case no.ChangeDecided(label=label, verdict=verdict, person=person, role=role):
                self._changes.decide(label, here, approved=verdict == "approved")
                self._people.decided(label, verdict, who_text(person, role))
            case no.ChangeDone(label=label, rows=rows):
                self._changes.finish(notice, here)
                self._tape.line("change", label, rows_text(rows) if rows else "")
            case no.ChangeTakenBack(label=label, left=left):
                self._changes.take_back(notice, here)
                told = f"{rows_text(left)} left alone" if left else ""
                self._tape.line("undone", f"taken back: {label}", told)
            case no.InDoubt(label=label, verdict=verdict, text=text):
                self._changes.doubt(notice, here)
                self._tape.line("wrong", f"in doubt: {label}", text, verdict)
            case no.UndoOffered(labels=labels):
                self._tape.line("wrong", "still applied", *labels)
            case _:
                self._of_course(notice)

    def _of_course(self, notice: no.Notice) -> None:
        """What goes wrong, what waits, what is left."""
        match notice:
            case no.CallFailed(kind=kind, text=text, call=call, retry_at=retry):
                later = "" if retry is None else f"; tried again at {self._tape.when(retry).since}"
                self._tape.line("wrong", f"{call.partition('(')[0]} {kind}: {text}{later}")
            case no.StepFailed(label=label, kind=kind, text=text, handled=handled):
                end = "; the runbook goes on" if handled else ""
                self._tape.line("wrong", f"{label} failed, {kind}: {text}{end}")
            case no.Breached(target=target):
                how = f"of {duration(target)} ran out" if target else "is immediate: breached"
                self._tape.line("wrong", f"the MTTR {how}")
            case no.Waiting(until=until, text=text, attempt=attempt):
                if not attempt:
                    self._tape.wait(text, until)
            case no.Noted(text=text):
                self._tape.line("told", f"note: {text}")
            case no.Skipped(item=item, reason=reason):
                self._left.append(Fact(name=item, text=reason))
                self._tape.line("clock", f"left to people: {item}", reason)
            case _:
                return

    def _enter(self, notice: no.SectionEntered) -> None:
        name = f"{notice.kind} {notice.finding}".rstrip()
        self._again = notice.again
        self._reading = notice.kind == "diagnose" and not notice.again
        self._tape.line("section", f"{name}, read again" if notice.again else name)
        if not notice.again and notice.kind != "on breach":  # that one runs beside the others
            self._leave()
            self._section = self._tape.open("section", name)

    def _leave(self) -> None:
        if self._section is not None:
            self._tape.close(self._section)
            self._section = None

    # The whole --------------------------------------------------------------------------------------------------

    def report(self, state: RunState, head: str, lines: int) -> Report:
        plan, started, tape = self._plan, self._started, self._tape
        assert started is not None
        severity = plan.policy.severity(plan.severity)
        backends = sorted(set(started.environment.backends.values()) or {"simulated"})
        ended, people = self._ended, self._people
        return Report(
            playbook=plan.id,
            title=plan.title,
            severity=plan.severity,
            severity_title=severity.title if severity is not None else "",
            incident=started.incident,
            run=started.run,
            banner=_BANNERS.get(", ".join(backends), ", ".join(backends)),
            simulated=started.rehearsal or backends != ["live"],
            zone=tape.zone,
            began=instant(started.began, tape.zone),
            started=tape.when(started.at),
            operator=who_text(started.operator.name, started.operator.role),
            world=started.environment.world,
            inputs=tuple(
                Fact(name=name, text=in_words(one.value, tape.zone))
                for name, one in started.inputs.items()
            ),
            end=self._ending(),
            counts=_counts(ended) if ended is not None else "it goes on",
            summary=self._findings.summary,
            clocks=clocks_of(plan, started, state, ended, tape.when),
            breached=state.clocks.breached,
            lines=tuple(tape.lines),
            spans=tuple(tape.spans),
            evidence=tuple(self._findings.evidence),
            counted=self._findings.counted,
            impact=people.impact,
            findings=self._findings.told,
            changes=self._changes.told(),
            decisions=tuple(people.decisions),
            escalations=tuple(people.escalations),
            messages=tuple(people.messages),
            proofs=tuple(self._proofs),
            left_to_people=tuple(self._left),
            people=people.names,
            follow_ups=ended.follow_ups if ended is not None else plan.prevent,
            journal=(
                Fact(name="run", text=started.run),
                Fact(name="lines", text=str(lines)),
                Fact(name="head", text=head),
                Fact(name="plan", text=started.plan),
                Fact(name="engine", text=started.engine or "not recorded"),
            ),
        )

    def _ending(self) -> Ended:
        ended, finish, now = self._ended, self._finish, self._tape.here()
        if ended is None:
            return Ended(
                word="OPEN", reason="the run is not over", good=False, when=now, took=now.since,
                left_applied=0, in_doubt=0,
            )  # fmt: skip
        return Ended(
            word=ended.outcome.upper(),
            reason=ended.reason,
            good=ended.outcome in _GOOD,
            when=self._end or now,
            took=duration(ended.took),
            left_applied=finish.left_applied if finish is not None else 0,
            in_doubt=finish.in_doubt if finish is not None else 0,
        )


def _counts(ended: no.Ended) -> str:
    changed = f"{ended.changes} changed, {ended.undone} taken back"
    parts = [changed if ended.changes else "nothing changed"]
    return " · ".join([*parts, f"{ended.approvals} approved", f"{ended.escalations} escalated"])
