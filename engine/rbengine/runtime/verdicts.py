"""What became of a call in doubt: applied, not applied, or nobody knows."""

from msgspec.structs import replace

from rbengine.contract.changes import Applied, Undone
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum
from rbengine.plan import code as c
from rbengine.runtime import calls, changes, doubts, undoing
from rbengine.runtime.events import Answered, Approved, Declined, Gave, Settled
from rbengine.runtime.notices import InDoubt
from rbengine.runtime.questions import show_answer
from rbengine.runtime.state import OpenQuestion, PendingCall
from rbengine.runtime.turn import Turn, failed


def settled(turn: Turn, look: PendingCall, event: Settled) -> None:
    """The look for evidence ended."""
    call = look.of
    assert call is not None
    turn.show(InDoubt(label=call.text, text=event.evidence, verdict=event.verdict))
    match event.verdict:
        case "applied":
            _took_effect(turn, call, event.applied, event.outcome, unseen=False)
        case "not applied" if look.lost:
            _make_it(turn, call)
        case "not applied":
            _had_no_effect(turn, call, event.evidence)
        case "unclear" if (
            turn.course.is_dropped
        ):  # the run was cancelled: nobody waits for the answer
            turn.tally = replace(turn.tally, in_doubt=turn.tally.in_doubt + 1)
            turn.ready(turn.fibers[call.fiber])
        case "unclear":
            doubts.ask(turn, replace(call, lost=look.lost), event.evidence)


def decided(turn: Turn, number: int, question: OpenQuestion, event: Answered) -> None:
    """A person said whether it took effect: yes (an approval) or `applied`, no (a refusal) or `not applied`."""
    call = question.of
    assert call is not None
    match event.answer:
        case Approved():
            verdict = doubts.APPLIED
        case Declined():
            verdict = doubts.NOT_APPLIED
        case Gave(values=values):
            verdict = str(values["answer"].value)
    show_answer(turn, number, question, event, "given", verdict)
    turn.show(InDoubt(label=call.text, text=f"{event.person.name} says so", verdict=verdict))
    if verdict == doubts.APPLIED:
        _took_effect(turn, call, None, None, unseen=True)
    elif call.lost:
        _make_it(turn, replace(call, lost=False))
    else:
        _had_no_effect(turn, call, f"{event.person.name} says it was not applied")


def _make_it(turn: Turn, call: PendingCall) -> None:
    """A crash cut the call off; the call did not fail. So it is made, not counted as an attempt."""
    if call.use == "apply":
        changes.apply_again(turn, call, attempt=call.attempt)
    else:
        calls.repeat(turn, call, attempt=call.attempt)


def left_open(turn: Turn, question: OpenQuestion) -> None:
    """Nobody could tell in time: it stays in doubt, and the run says so at its end."""
    call = question.of
    assert call is not None
    turn.tally = replace(turn.tally, in_doubt=turn.tally.in_doubt + 1)
    if call.use == "undo":
        undoing.stuck(turn, call, "unanswered", "nobody could say whether it was taken back")
        return
    text = f"nobody could say whether “{call.text}” took effect"
    turn.ready(failed(turn.fibers[call.fiber], "unanswered", text, doubt=True))


def _took_effect(
    turn: Turn,
    call: PendingCall,
    applied: Applied | None,
    outcome: Outcome | None,
    *,
    unseen: bool,
) -> None:
    fiber = turn.fibers[call.fiber]
    match call.use:
        case "apply":
            done = applied if applied is not None else Applied(rows=0)
            changes.applied(turn, fiber, call, done, unseen=unseen or applied is None)
        case "undo":
            undoing.undone(turn, call, Undone(rows=applied.rows if applied is not None else 0))
        case _:
            if isinstance(outcome, Refused):
                calls.refused(turn, fiber, call, outcome.kind, outcome.text)
                return
            value = outcome.value if isinstance(outcome, Succeeded) else Datum(None)
            instruction = turn.plan.code[fiber.pc]
            assert isinstance(instruction, c.Invoke)
            calls.succeeded(turn, fiber, instruction, call, value)


def _had_no_effect(turn: Turn, call: PendingCall, evidence: str) -> None:
    fiber = turn.fibers[call.fiber]
    match call.use:
        case "apply":
            changes.refused(turn, fiber, call, "timeout", evidence)
        case "undo":
            undoing.stuck(turn, call, "timeout", evidence)
        case _:
            calls.refused(turn, fiber, call, "timeout", evidence)
