"""Questions to people: posed, answered, given up."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from rbengine.contract.changes import ChangePlan
from rbengine.contract.values import Datum, Row, Value
from rbengine.plan import code as c
from rbengine.runtime.approvals import OPERATOR, Needed
from rbengine.runtime.commands import AskPeople, Choice, EvidenceAsked, NotifyRequest
from rbengine.runtime.evaluate import evaluate, text_of
from rbengine.runtime.events import Answered, Approved, Declined, Gave, Person
from rbengine.runtime.gaps import Unevaluable
from rbengine.runtime.notices import Asked, Noted, WasAnswered
from rbengine.runtime.shapes import fits
from rbengine.runtime.state import Fiber, OpenQuestion, PendingCall
from rbengine.runtime.turn import Turn
from rbengine.runtime.ways_to_answer import ways_to_answer
from rbengine.runtime.wording import as_text

QuestionKind = Literal["ask", "choose", "manual", "approve", "plan", "undo", "doubt"]


def pose(
    turn: Turn,
    fiber: Fiber,
    *,
    kind: QuestionKind,
    text: str,
    by: tuple[str, ...],
    due: datetime,
    needed: Needed | None = None,
    plan: ChangePlan | None = None,
    choices: tuple[Choice, ...] = (),
    gives: tuple[EvidenceAsked, ...] = (),
    spec: c.QuestionSpec | None = None,
    of: PendingCall | None = None,
) -> None:
    """Open a question, start its timers, and tell those who may answer. The fiber waits."""
    number = turn.numbers.question + 1
    turn.numbers = replace(turn.numbers, question=number)
    ask = AskPeople(
        question=number,
        kind=kind,
        text=text,
        by=by,
        due=due,
        how_many=needed.how_many if needed is not None else 1,
        not_the_operator=needed is not None and needed.not_the_operator,
        plan=plan,
        answer_type=spec.type if spec is not None else None,
        choices=choices,
        gives=gives,
    )
    turn.park(fiber)
    turn.commands.append(ask)
    turn.show(Asked(question=number, kind=kind, text=text, by=by, due=due))
    timers = [turn.start_timer("approval" if kind == "plan" else "question", due, about=number)]
    wider_by: tuple[str, ...] = ()
    if needed is not None and needed.wider_by and needed.wider_after is not None:
        wider_by = tuple(one for one in needed.wider_by if one not in by)
        opens = turn.now + needed.wider_after
        if wider_by and opens < due:
            timers.append(turn.start_timer("approval", opens, about=number, wider=True))
    turn.questions[number] = OpenQuestion(
        fiber=fiber.number, ask=ask, timers=tuple(timers), wider_by=wider_by, of=of
    )
    _tell(turn, ask, by)


def pose_from_text(turn: Turn, fiber: Fiber, instruction: c.Pose) -> Fiber | None:
    """`ask`, `choose`, `manual`, `approve`."""
    spec = instruction.question
    names, view = fiber.names, turn.view
    within = evaluate(spec.within, names, view)
    if not isinstance(within, timedelta):
        within = turn.plan.policy.limits.question
    choices = [
        Choice(name=one.name, text=text_of(one.text, names, view), value=Datum(one.name))
        for one in spec.choices
    ]
    if spec.source is not None:
        items = evaluate(spec.source, names, view)
        if not isinstance(items, tuple):
            raise Unevaluable("this is not a list to choose from")
        if not items:
            raise Unevaluable("there is nothing to choose from")
        for number, item in enumerate(items, start=1):
            seen = names.insert("it", item)
            shown = as_text(item) if spec.showing is None else text_of(spec.showing, seen, view)
            choices.append(Choice(name=str(number), text=shown, value=Datum(item)))
    pose(
        turn,
        fiber,
        kind=spec.kind,
        text=text_of(spec.text, names, view),
        by=spec.by,
        due=turn.now + within,
        choices=tuple(choices),
        gives=tuple(
            EvidenceAsked(name=one.name, type=one.type, text=text_of(one.text, names, view))
            for one in spec.gives
        ),
        spec=spec,
    )
    return None


def refusal_of(turn: Turn, question: OpenQuestion, event: Answered) -> str:
    """Why this answer does not count, in words for people; empty when it does.

    People answer late, twice, in the wrong role, with the wrong thing: none of that is the host's mistake.
    """
    ask, person = question.ask, event.person
    if not may_answer(turn, ask.by, person):
        return f"{person.name} ({person.role}) may not answer this"
    if ask.not_the_operator and turn.begun is not None and person.id == turn.begun.operator.id:
        return f"{person.name} runs this playbook and may not approve it"
    match event.answer:
        case Declined():
            return ""
        case Approved(digest=digest):
            if ask.kind not in ("approve", "plan", "undo", "doubt"):
                return "this question wants a value, not an approval"
            # Journals of older engines hold approvals of messages without a digest.
            older = ask.kind == "approve" and not digest
            if ask.plan is not None and digest != ask.plan.digest and not older:
                return f"{person.name} approved another plan than the one that is shown now"
            if person.id in question.approvals:
                return f"{person.name} has approved already"
            return ""
        case Gave(values=values):
            if ask.kind == "doubt":
                return (
                    ""
                    if _choice(ask, values.get("answer")) is not None
                    else "say applied or not applied"
                )
            return _misfit(ask, values)


def _misfit(ask: AskPeople, given: Mapping[str, Datum]) -> str:
    match ask.kind:
        case "choose":
            return (
                ""
                if _choice(ask, given.get("answer")) is not None
                else "this is none of the choices"
            )
        case "ask":
            if "answer" not in given:
                return "the answer is missing"
            if ask.answer_type is not None and not fits(given["answer"].value, ask.answer_type):
                return "the answer is not of the type asked for"
            return ""
        case "manual":
            for one in ask.gives:
                if one.name not in given:
                    return f"`{one.name}` is missing"
                if not fits(given[one.name].value, one.type):
                    return f"`{one.name}` is not of the type asked for"
            return ""
        case _:
            return "this question wants an approval, not a value"


def may_answer(turn: Turn, by: tuple[str, ...], person: Person) -> bool:
    """Whether the person's role is among those asked."""
    if person.role in by:
        return True
    return OPERATOR in by and turn.begun is not None and person.id == turn.begun.operator.id


def _choice(ask: AskPeople, answer: Datum | None) -> Choice | None:
    if answer is None:
        return None
    return next((one for one in ask.choices if answer.value in (one.name, one.value.value)), None)


def given(turn: Turn, number: int, question: OpenQuestion, event: Answered) -> Fiber:
    """The answer to an `ask`, `choose`, `manual` or `approve` counts: the fiber goes on with it bound."""
    fiber = turn.fibers[question.fiber]
    instruction = turn.plan.code[fiber.pc]
    assert isinstance(instruction, c.Pose)
    names = fiber.names
    value: Value = None
    match event.answer:
        case Gave(values=values) if question.ask.kind == "manual":
            for one in question.ask.gives:
                names = names.insert(one.name, values[one.name].value)
            value = Row({one.name: values[one.name].value for one in question.ask.gives})
        case Gave(values=values):
            choice = _choice(question.ask, values["answer"])
            value = choice.value.value if choice is not None else values["answer"].value
        case Approved() | Declined():
            pass
    verdict: Literal["approved", "given"] = (
        "given" if isinstance(event.answer, Gave) else "approved"
    )
    show_answer(
        turn, number, question, event, verdict, as_text(value) if verdict == "given" else ""
    )
    if instruction.bind is not None:
        names = names.insert(instruction.bind, value)
    return Fiber(fiber.number, fiber.pc + 1, names, fiber.frames)


def show_answer(
    turn: Turn,
    number: int,
    question: OpenQuestion,
    event: Answered,
    verdict: Literal["approved", "refused", "given"],
    value: str = "",
) -> None:
    """Who said what."""
    turn.show(
        WasAnswered(
            question=number,
            text=question.ask.text,
            verdict=verdict,
            person=event.person.name,
            role=event.person.role,
            value=value,
        )
    )


def note_refusal(turn: Turn, why: str) -> None:
    """An answer that does not count is seen, and the question stays open."""
    turn.show(Noted(text=why))


def widen(turn: Turn, number: int) -> None:
    """Nobody has answered: break glass, and let more people answer. The question keeps its number."""
    question = turn.questions[number]
    by = (*question.ask.by, *question.wider_by)
    ask = replace(question.ask, by=by)
    turn.questions[number] = replace(question, ask=ask)
    turn.commands.append(ask)
    turn.show(Asked(question=number, kind=ask.kind, text=ask.text, by=by, due=ask.due))
    _tell(turn, ask, question.wider_by)


def _tell(turn: Turn, ask: AskPeople, contacts: tuple[str, ...]) -> None:
    """Tell those who may answer, where a channel is known: a role without one sees the screen."""
    begun = turn.begun
    if begun is None:
        return
    first = ask.text.partition("\n")[0]
    for name in contacts:
        contact = turn.plan.policy.contact(name)
        if name not in begun.environment.channels and (contact is None or not contact.channels):
            continue
        turn.perform(
            fiber=0,
            use="notify",
            request=NotifyRequest(
                contact=name,
                about="question",
                subject=f"{begun.incident} {turn.plan.id}: {first}",
                text=_letter(turn, ask),
            ),
            key=f"{begun.incident}/question {begun.run} {ask.question}/{name}",
            timeout=turn.plan.policy.limits.call,
            text=f"tell {name}",
        )


def _letter(turn: Turn, ask: AskPeople) -> str:
    assert turn.begun is not None
    lines = [
        f"{turn.plan.id} {turn.plan.title} waits for an answer.",
        "",
        f"Incident ID: {turn.begun.incident}",
        f"Severity: {turn.plan.severity}",
        f"Run: {turn.begun.run}",
        f"Question {ask.question}: {ask.text}",
        f"Answer by: {as_text(ask.due)}",
    ]
    if ask.plan is not None:
        lines.append(f"Plan: {ask.plan.digest}")
        lines.append(f"Undo: {ask.plan.undo.text}")
    lines.extend(f"- {one.name}: {one.text}" for one in ask.choices)
    lines.extend(f"- {one.name}: {one.text}" for one in ask.gives)
    return "\n".join([*lines, "", *ways_to_answer(ask, turn.begun.run)])
