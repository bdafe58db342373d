"""A journal for reading: one line for each thing asked, answered, decided. For goldens and for misses.

    t+0s        start       RB-011; business = 6f1c…
    t+0s        ask      1  query one: SELECT …                             observe
    t+0.2s      took     1  Acme · free · inactive

Calls, questions and timers carry the numbers of the journal, so that two lines of one call are found.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rbengine.contract.changes import (
    Applied,
    ChangePlan,
    Drifted,
    Planned,
    PlannedOperation,
    PlannedStatement,
    Undone,
)
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Row
from rbengine.plan.program import Plan
from rbengine.report.durations import after
from rbengine.report.requests import arguments_in_words, request_in_words
from rbengine.report.screen.evidence import operands_of
from rbengine.report.text import cells, cut, visible
from rbengine.report.values import cell, in_words, literal, short
from rbengine.runtime.commands import (
    AskPeople,
    Command,
    Finish,
    Perform,
    Show,
    StartTimer,
)
from rbengine.runtime.events import (
    Acknowledged,
    Answered,
    Approved,
    CallBegan,
    CallEnded,
    Cancelled,
    ChangeApplied,
    ChangePlanned,
    ChangeUndone,
    Closed,
    Declined,
    Event,
    Gave,
    Moved,
    Parked,
    Resumed,
    Settled,
    Started,
    TimerFired,
    UndoOrdered,
)
from rbengine.runtime.notices import (
    ChangeShown,
    ChangeTakenBack,
    Escalated,
    FindingJudged,
    Noted,
    Notice,
    SectionEntered,
    StepEntered,
    StepFailed,
    Told,
    Verified,
)

_WIDTH = 110
_TAIL_AT = 92

_Told = tuple[str, int | None, str, str]
"""A word, the number of the call or question, what is said, what stands at the end of the line."""


class JournalText:
    """A journal turn by turn; each line at most 110 cells."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._zone = plan.policy.timezone
        self._began: datetime | None = None
        self._timers: dict[int, str] = {}

    def lines(self, event: Event, commands: Sequence[Command]) -> list[str]:
        """What this turn adds; often none."""
        if isinstance(event, Started):
            self._began = event.began
        began = self._began if self._began is not None else event.at
        moment = after(event.at - began)
        told = [*self._event(event)]
        for command in commands:
            told.extend(self._command(command))
        return [_row(moment, *one) for one in told]

    def _event(self, event: Event) -> Iterator[_Told]:
        match event:
            case Started():
                inputs = "".join(
                    f"; {name} = {short(in_words(one.value, self._zone))}"
                    for name, one in event.inputs.items()
                )
                yield "start", None, self._plan.id + inputs, ""
            case CallBegan():
                # The question was told when it was asked; that it went out says nothing more.
                return
            case CallEnded(call=call, outcome=Succeeded(value=value)):
                yield "took", call, in_words(value.value, self._zone), ""
            case ChangePlanned(call=call, outcome=Planned(plan=plan)):
                yield "plan", call, _plan_in_words(plan, self._zone), f"digest {plan.digest[:6]}"
            case ChangeApplied(call=call, outcome=Applied(rows=rows, result=result)):
                yield (
                    "took",
                    call,
                    _done(rows, in_words(result.value) if result.value is not None else ""),
                    "",
                )
            case ChangeApplied(call=call, outcome=Drifted(plan=plan)):
                yield "drift", call, _plan_in_words(plan, self._zone), f"digest {plan.digest[:6]}"
            case ChangeUndone(call=call, outcome=Undone(rows=rows, left=left)):
                yield "undone", call, f"{_rows(rows)} put back, {len(left)} left alone", ""
            case CallEnded() | ChangePlanned() | ChangeApplied() | ChangeUndone():
                yield _ended(event)
            case Settled(call=call, verdict=verdict, evidence=evidence):
                yield "settle", call, f"{evidence}: {verdict}", ""
            case TimerFired(timer=timer):
                yield "timer", None, self._timers.pop(timer, f"number {timer}"), ""
            case Answered(question=question, person=person, answer=answer):
                yield (
                    "heard",
                    question,
                    f"{_answer(answer, self._zone)} by {person.name} ({person.role})",
                    "",
                )
            case Acknowledged(person=person):
                yield "ack", None, f"{person.name} ({person.role})", ""
            case Cancelled(person=person, reason=reason):
                yield "cancel", None, f"{person.name}: {reason}" if reason else person.name, ""
            case UndoOrdered(person=person):
                yield "undo", None, f"ordered by {person.name} ({person.role})", ""
            case Moved(person=person, plan=plan):
                yield "move", None, f"to plan {plan[:6]} by {person.name}", ""
            case Parked(reason=reason):
                yield "park", None, reason, ""
            case Resumed(host=host, epoch=epoch, forced=forced):
                by_force = ", from a process that may still act" if forced else ""
                yield "resume", None, f"on {host}, epoch {epoch}{by_force}", ""
            case Closed(outcome=outcome):
                yield "close", None, outcome, ""

    def _command(self, command: Command) -> Iterator[_Told]:
        match command:
            case Perform(call=call, request=request, attempt=attempt):
                text, effect = request_in_words(request, self._zone)
                again = f", attempt {attempt}" if attempt > 1 else ""
                yield "ask", call, text + again, effect
            case StartTimer(timer=timer, why=why):
                self._timers[timer] = why
            case AskPeople(question=question, kind=kind, text=text, by=by):
                yield "pose", question, f"{kind} {literal(text)}", " or ".join(by)
            case Show(notice=notice):
                yield from self._notice(notice)
            case Finish(outcome=outcome, reason=reason):
                yield "end", None, outcome + (f": {reason}" if reason else ""), ""
            case _:
                return

    def _notice(self, notice: Notice) -> Iterator[_Told]:
        match notice:
            case SectionEntered(kind=kind, finding=finding, again=again):
                yield "enter", None, f"{kind} {finding}".strip() + (", again" if again else ""), ""
            case StepEntered(label=label):
                yield "step", None, literal(label), ""
            case FindingJudged(name=name, verdict="not judged", missing=missing):
                yield "??", None, f"{name}: {', '.join(missing)} unknown", ""
            case FindingJudged(name=name, verdict=verdict, conditions=conditions):
                wanted = "holds" if verdict == "found" else "does not hold"
                decided = [one for one in conditions if one.verdict == wanted]
                told = ", ".join(
                    dict.fromkeys(
                        operands_of(one, self._zone) or f"`{one.text}`" for one in decided
                    )
                )
                yield "found" if verdict == "found" else "not", None, f"{name}: {told}", ""
            case ChangeShown(label=label, approval=approval):
                yield "change", None, literal(label), approval
            case ChangeTakenBack(label=label):
                yield "undo", None, literal(label), ""
            case Told(kind=kind, to=to, subject=subject):
                yield "sent", None, f"{kind} to {', '.join(to)}: {literal(subject)}", ""
            case Escalated(to=to, reason=reason, cause=cause):
                yield "call", None, f"{', '.join(to)}: {reason}", cause
            case Noted(text=text):
                yield "note", None, text, ""
            case Verified(text=text, holds=holds):
                yield "verify", None, text, "ok" if holds else "no"
            case StepFailed(label=label, kind=kind, text=text, handled=handled):
                yield (
                    "failed",
                    None,
                    f"{literal(label)} {kind}: {text}",
                    "handled" if handled else "",
                )
            case _:
                return


def _plan_in_words(plan: ChangePlan, zone: str = "UTC") -> str:
    """`orders 1 row, open → paid`, operations by their name and arguments."""
    return "; ".join(_part(one, zone) for one in plan.parts)


def _row(moment: str, word: str, number: int | None, text: str, tail: str) -> str:
    lead = f"{moment:<12}{word:<7}{'' if number is None else number:>3}  "
    text = visible(text)
    if not tail:
        return (lead + cut(text, _WIDTH - cells(lead))).rstrip()
    text = cut(text, _TAIL_AT - cells(lead) - 2)
    return (
        lead + text + " " * (_TAIL_AT - cells(lead + text)) + cut(visible(tail), _WIDTH - _TAIL_AT)
    )


def _ended(event: CallEnded | ChangePlanned | ChangeApplied | ChangeUndone) -> _Told:
    match event.outcome:
        case Refused(kind=kind, text=text):
            return "refuse", event.call, f"{kind}: {text}", ""
        case Unsettled(text=text):
            return "lost", event.call, text, ""
        case _:
            return "took", event.call, "", ""


def _answer(answer: Approved | Declined | Gave, zone: str) -> str:
    match answer:
        case Approved():
            return "approved"
        case Declined(reason=reason):
            return "refused" + (f" ({reason})" if reason else "")
        case Gave(values=values):
            return ", ".join(f"{name} = {literal(one.value, zone)}" for name, one in values.items())


def _part(part: PlannedStatement | PlannedOperation, zone: str) -> str:
    if isinstance(part, PlannedOperation):
        return f"{part.operation}({arguments_in_words(part.arguments.value, zone)})"
    told = f"{part.kind} {part.table}, {_rows(part.count)}"
    changed = _changed(part, zone)
    return f"{told}: {changed}" if changed else told


def _changed(part: PlannedStatement, zone: str) -> str:
    """What the first row becomes: `free → starter`."""
    if not part.rows:
        return ""
    before, after_ = part.rows[0].before.value, part.rows[0].after.value
    if not isinstance(before, Row) or not isinstance(after_, Row):
        return ""
    return ", ".join(
        f"{cell(before.get(name), zone)} → {cell(value, zone)}"
        for name, value in after_.items()
        if name not in part.not_computed and before.get(name) != value
    )


def _done(rows: int, result: str) -> str:
    return result or _rows(rows)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
