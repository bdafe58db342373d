"""The end of a run: the undo is offered, what remains is awaited, the last line is written."""

from msgspec.structs import replace

from rbengine.runtime import clocks
from rbengine.runtime.approvals import fallback
from rbengine.runtime.commands import Finish
from rbengine.runtime.events import Answered, Cancelled, Declined, UndoOrdered
from rbengine.runtime.frames import BranchFrame
from rbengine.runtime.notices import Ended, UndoOffered
from rbengine.runtime.questions import pose, show_answer
from rbengine.runtime.rungs import still_to_tell
from rbengine.runtime.state import MAIN, Ending, Fiber, OpenQuestion
from rbengine.runtime.turn import Turn
from rbengine.runtime.undoing import offered
from rbengine.runtime.work import Entry, UndoWork


def conclude(turn: Turn) -> None:
    """Called when no fiber can go on: take the next step towards the end, if the main path is over."""
    ending = turn.course.ending
    if ending is None or turn.course.finished:
        return
    if turn.course.is_dropped:
        _drop_idle(turn)
    if turn.fibers:
        return
    if ending.undo == "offered" and _offer(turn, ending):
        return
    if ending.patient and still_to_tell(turn):
        return
    if turn.calls:
        return
    _finish(turn, ending)


def _offer(turn: Turn, ending: Ending) -> bool:
    """Offer to take back what stands; False where there is nothing to offer."""
    can, cannot = _told(turn, ending.undo_from)
    if not can:
        turn.course = replace(turn.course, ending=replace(ending, undo="done"))
        return False
    turn.course = replace(turn.course, ending=replace(ending, undo="asked"))
    fiber = Fiber(MAIN, 0, turn.base, (), None, UndoWork(entries=tuple(one.number for one in can)))
    lines = [f"Take back what was done? {len(can)} newest first:"]
    lines.extend(f"- {one.label}" for one in can)
    lines.extend(f"- stays: {one.label} ({one.cannot})" for one in cannot)
    told = [one.label for one in turn.newest_first(ending.undo_from) if one.kind == "message"]
    lines.extend(f"- people were told: {label}" for label in told)
    policy = turn.plan.policy
    pose(
        turn,
        fiber,
        kind="undo",
        text="\n".join(lines),
        by=fallback(policy),
        due=turn.now + policy.limits.question,
    )
    return True


def _told(turn: Turn, above: int) -> tuple[list[Entry], list[Entry]]:
    """What stands above `above`: what can be taken back and what cannot, both named to people."""
    can, cannot = offered(turn, above)
    if can or cannot:
        turn.show(
            UndoOffered(
                labels=tuple(one.label for one in can),
                cannot=tuple((one.label, one.cannot) for one in cannot),
            )
        )
    return can, cannot


def take_back(turn: Turn, event: UndoOrdered) -> None:
    """A run that is over is opened once more to take back what it left standing, and ends again then."""
    can, _ = _told(turn, event.above)
    ending = turn.course.ending
    assert ending is not None
    reason = f"taken back by {event.person.name}"
    again = replace(ending, outcome="cancelled", reason=reason, undo="done", patient=False)
    turn.course = replace(turn.course, ending=again, finished=False)
    if can:
        work = UndoWork(entries=tuple(one.number for one in can))
        turn.ready(Fiber(MAIN, 0, turn.base, (), None, work))


def undo_answered(turn: Turn, number: int, question: OpenQuestion, event: Answered | None) -> None:
    """People said yes: take it back. No, or nothing in time (no event): it stays, and the run ends."""
    ending = turn.course.ending
    assert ending is not None
    turn.course = replace(turn.course, ending=replace(ending, undo="done"))
    fiber = turn.fibers.pop(question.fiber)
    if event is None:
        return
    if isinstance(event.answer, Declined):
        show_answer(turn, number, question, event, "refused")
        return
    show_answer(turn, number, question, event, "approved")
    turn.tally = replace(turn.tally, approvals=turn.tally.approvals + 1)
    turn.ready(fiber)


def cancel(turn: Turn, event: Cancelled) -> None:
    """A person ends the run: nothing new begins, what may stand is awaited, and its undo is offered."""
    for number in tuple(turn.questions):
        question = turn.questions[number]
        turn.withdraw(number)
        if question.ask.kind == "doubt":
            turn.tally = replace(turn.tally, in_doubt=turn.tally.in_doubt + 1)
        if question.ask.kind == "undo" or turn.course.ending is not None:
            del turn.fibers[question.fiber]  # what was being taken back stays as it is
    for number, timer in tuple(turn.timers.items()):
        if timer.fiber:
            turn.stop_timer(number)
    ending = turn.course.ending
    if ending is not None:  # it was over already and waited: now it waits no longer
        turn.course = replace(turn.course, ending=replace(ending, patient=False, undo="done"))
        return
    reason = event.reason or f"cancelled by {event.person.name}"
    turn.course = replace(
        turn.course, ending=Ending(outcome="cancelled", reason=reason, undo="offered")
    )


def _drop_idle(turn: Turn) -> None:
    """Of a cancelled run only those fibers stay whose call decides what stands, and those that started them."""
    awaited = {one.fiber for one in turn.calls.values()}
    for number in tuple(awaited):
        fiber = turn.fibers.get(number)
        while fiber is not None and fiber.frames and isinstance(fiber.frames[0], BranchFrame):
            awaited.add(fiber.frames[0].parent)
            fiber = turn.fibers.get(fiber.frames[0].parent)
    for number in tuple(turn.fibers):
        if number not in awaited:
            del turn.fibers[number]


def _finish(turn: Turn, ending: Ending) -> None:
    clocks.stop(turn)
    for number in tuple(turn.timers):
        turn.stop_timer(number)
    tally = turn.tally
    standing = [one for one in turn.ledger.values() if one.kind == "change"]
    if ending.outcome == "resolved":
        standing = []
    begun = turn.begun
    assert begun is not None
    turn.show(
        Ended(
            outcome=ending.outcome,
            reason=ending.reason,
            took=turn.now - begun.began,
            changes=tally.changes,
            undone=tally.undone,
            approvals=tally.approvals,
            escalations=tally.escalations,
            follow_ups=turn.plan.prevent,
        )
    )
    turn.commands.append(
        Finish(
            outcome=ending.outcome,
            reason=ending.reason,
            left_applied=len(standing),
            undoable=sum(one.can_be_undone for one in standing),
            in_doubt=tally.in_doubt,
        )
    )
    turn.course = replace(turn.course, finished=True)
