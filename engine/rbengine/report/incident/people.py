"""What people decided in a run, whom it called and what it told them."""

from msgspec.structs import replace

from rbengine.host.letters import letter_text
from rbengine.report.incident.model import Decision, EscalationTold, Fact, Line
from rbengine.report.incident.tape import Tape
from rbengine.report.screen.people import CAUSES
from rbengine.runtime.commands import AskPeople, NotifyRequest
from rbengine.runtime.events import Answered, Declined, Person
from rbengine.runtime.notices import Escalated, Told, WasAnswered

_OWN = ("question", "escalation", "breach")


class People:
    """Decisions, escalations and messages, oldest first. `letter` is the project's template of an escalation."""

    def __init__(self, tape: Tape, letter: str) -> None:
        self._tape = tape
        self._letter = letter
        self.decisions: list[Decision] = []
        self.escalations: list[EscalationTold] = []
        self.messages: list[Line] = []
        self._impact: dict[str, None] = {}
        self._names: dict[str, None] = {}
        self._open: dict[int, int] = {}
        self._asked: dict[int, AskPeople] = {}
        self._reasons: dict[int, str] = {}

    @property
    def impact(self) -> tuple[str, ...]:
        """As the runbook said it when it escalated, each line once."""
        return tuple(self._impact)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._names)

    def met(self, person: Person) -> None:
        """Somebody took part."""
        self._names[who_text(person.name, person.role)] = None

    def asked(self, ask: AskPeople) -> None:
        """A question is put; one that stands already is put again to whoever drives the run since."""
        if self._asked.get(ask.question) == ask and ask.question in self._open:
            return
        who = " or ".join(ask.by) or "anybody"
        text = ask.text.partition("\n")[0]
        self._open[ask.question] = self._tape.open("people", f"{who}: {text}")
        self._asked[ask.question] = ask
        self._tape.line("asked", f"{who} asked: {text}")

    def said(self, event: Answered) -> None:
        """An answer, before it is known what it comes to."""
        self.met(event.person)
        if isinstance(event.answer, Declined) and event.answer.reason:
            self._reasons[event.question] = event.answer.reason

    def no_longer_asked(self, question: int) -> None:
        number = self._open.pop(question, None)
        if number is not None:
            self._tape.close(number)

    def answered(self, notice: WasAnswered) -> None:
        self.no_longer_asked(notice.question)
        ask = self._asked.get(notice.question)
        if notice.verdict == "withdrawn" or (ask is not None and ask.kind == "plan"):
            return  # a change says itself who decided
        verdict = "answered" if notice.verdict == "given" else notice.verdict
        said = notice.value or self._reasons.get(notice.question, "")
        what = (ask.text if ask is not None else notice.text).partition("\n")[0]
        self.decided(what, verdict, who_text(notice.person, notice.role), said)

    def decided(self, what: str, verdict: str, who: str, said: str = "") -> None:
        """`who` empty: nobody did in time."""
        self.decisions.append(
            Decision(when=self._tape.here(), what=what, verdict=verdict, who=who, said=said)
        )
        by = f" by {who}" if who else ""
        told = "nobody answered in time" if verdict == "unanswered" else f"{verdict}{by}"
        self._tape.line("decided", f"{told}: {what}", said)

    def escalated(self, notice: Escalated) -> None:
        to = ", ".join(notice.to) or "nobody"
        impact = tuple(one.strip() for one in notice.impact.splitlines() if one.strip())
        self._impact |= dict.fromkeys(impact)
        told = EscalationTold(
            when=self._tape.here(),
            to=to,
            cause=CAUSES[notice.cause],
            reason=notice.reason,
            impact=impact,
            next=notice.next,
            as_note=notice.as_note,
        )
        self.escalations.append(told)
        verb = "note to" if notice.as_note else "escalated to"
        self._tape.line("escalated", f"{verb} {to}, {told.cause}", notice.reason)

    def letter(self, request: NotifyRequest) -> None:
        """The letter of the escalation that was shown just before."""
        if request.letter is not None and self.escalations and not self.escalations[-1].letter:
            text = letter_text(request.letter, self._letter)
            self.escalations[-1] = replace(self.escalations[-1], letter=text)

    def told(self, notice: Told) -> None:
        to = ", ".join(notice.to)
        if notice.kind not in _OWN:
            self._sent(notice, to)
        elif notice.failure:
            self._tape.line("wrong", f"{to} was not reached: {notice.failure}")
            if notice.kind != "question" and self.escalations:
                last = self.escalations[-1]
                failures = (*last.failures, Fact(name=to, text=notice.failure))
                self.escalations[-1] = replace(last, failures=failures)

    def _sent(self, notice: Told, to: str) -> None:
        self.messages.append(
            Line(
                when=self._tape.here(),
                mark="told",
                text=f"{notice.kind} to {to}: {notice.subject}",
                detail=tuple(one for one in (notice.text, notice.failure) if one),
            )
        )
        if notice.failure:
            self._tape.line("wrong", f"{notice.kind} to {to} did not go out", notice.failure)
        else:
            self._tape.line("told", f"{notice.kind} to {to}", notice.subject)


def who_text(person: str, role: str) -> str:
    """`Ada Lovelace (on_call)`."""
    if person and role and person != role:
        return f"{person} ({role})"
    return person or role
