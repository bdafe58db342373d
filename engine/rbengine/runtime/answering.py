"""People's answers and the end of their time, led to whatever asked."""

from msgspec.structs import replace

from rbengine.runtime import changes, endings, letters, questions, sections, verdicts
from rbengine.runtime.events import Answered, Approved, Declined
from rbengine.runtime.notices import WasAnswered
from rbengine.runtime.protocol import UnexpectedEvent
from rbengine.runtime.state import OpenQuestion
from rbengine.runtime.turn import Turn, failed
from rbengine.runtime.work import LetterWork


def answered(turn: Turn, event: Answered) -> None:
    """Somebody answered. Late, double, misplaced and misshapen answers are noted and do not count."""
    number = event.question
    question = turn.questions.get(number)
    if question is None:
        if not 0 < number <= turn.numbers.question:
            raise UnexpectedEvent(f"question {number} was never asked")
        questions.note_refusal(
            turn, f"{event.person.name} answered after question {number} was closed"
        )
        return
    why_not = questions.refusal_of(turn, question, event)
    if why_not:
        questions.note_refusal(turn, why_not)
        return
    if isinstance(event.answer, Approved) and question.ask.how_many > 1:
        approvals = (*question.approvals, event.person.id)
        if len(approvals) < question.ask.how_many:
            turn.questions[number] = replace(question, approvals=approvals)
            questions.show_answer(turn, number, question, event, "approved")
            turn.progress()
            return
    turn.close_question(number)
    turn.progress()
    _lead(turn, number, question, event)


def _lead(turn: Turn, number: int, question: OpenQuestion, event: Answered) -> None:
    match question.ask.kind:
        case "undo":
            endings.undo_answered(turn, number, question, event)
        case "doubt":
            verdicts.decided(turn, number, question, event)
        case "plan":
            if isinstance(event.answer, Declined):
                questions.show_answer(turn, number, question, event, "refused")
                changes.declined(turn, question, event, event.answer.reason)
            else:
                changes.approved(turn, number, question, event)
        case "ask" | "choose" | "manual" | "approve":
            if isinstance(event.answer, Declined):
                questions.show_answer(turn, number, question, event, "refused")
                because = f": {event.answer.reason}" if event.answer.reason else ""
                text = f"{event.person.name} refused “{question.ask.text}”{because}"
                turn.ready(failed(turn.fibers[question.fiber], "refused", text))
                return
            if question.ask.kind == "approve":
                letters.noted(turn, event.person.role)
            waiting = turn.fibers[question.fiber]
            if isinstance(waiting.work, LetterWork):
                questions.show_answer(turn, number, question, event, "approved")
                turn.tally = replace(turn.tally, approvals=turn.tally.approvals + 1)
                turn.ready(waiting)
                return
            fiber = questions.given(turn, number, question, event)
            if question.ask.kind == "manual":
                sections.after_manual(turn, fiber)
            else:
                turn.ready(fiber)


def expired(turn: Turn, number: int) -> None:
    """Nobody answered in time."""
    question = turn.close_question(number)
    turn.show(WasAnswered(question=number, text=question.ask.text, verdict="unanswered"))
    match question.ask.kind:
        case "undo":
            endings.undo_answered(turn, number, question, None)
        case "doubt":
            verdicts.left_open(turn, question)
        case "plan":
            changes.declined(turn, question, None, "")
        case "ask" | "choose" | "manual" | "approve":
            fiber = turn.fibers[question.fiber]
            text = f"nobody answered “{question.ask.text}” in time"
            turn.ready(failed(fiber, "unanswered", text))
