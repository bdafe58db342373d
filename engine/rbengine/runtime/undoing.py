"""Taking changes back, newest first, one call at a time."""

from rbengine.contract.changes import Undone, UndoOutcome
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.runtime import doubts
from rbengine.runtime.commands import UndoRequest
from rbengine.runtime.notices import CallFailed, ChangeTakenBack
from rbengine.runtime.state import Fiber, PendingCall, Tally
from rbengine.runtime.turn import Turn, working
from rbengine.runtime.work import Entry, UndoWork


def unwindable(turn: Turn, mark: int) -> tuple[int, ...]:
    """What `all or nothing` takes back by itself: entries above `mark`, newest first, up to the last message to
    people or the last change that cannot be undone. Beyond, a person decides."""
    numbers: list[int] = []
    for entry in turn.newest_first(mark):
        if not entry.can_be_undone:
            break
        numbers.append(entry.number)
    return tuple(numbers)


def proceed(turn: Turn, fiber: Fiber, work: UndoWork) -> None:
    """Take the newest entry back, or be done: then the failure that led here goes on, or the fiber ends."""
    # INVARIANT: undo calls run newest first, the next only when the one before has ended: a later change may
    # have built on an earlier one.
    if not work.entries:
        if work.then is None:
            del turn.fibers[fiber.number]
            return
        turn.ready(Fiber(fiber.number, fiber.pc, fiber.names, fiber.frames, work.then))
        return
    entry = turn.ledger[work.entries[0]]
    turn.park(fiber)
    turn.perform(
        fiber=fiber.number,
        use="undo",
        request=UndoRequest(actions=entry.undo) if entry.undo else UndoRequest(images=entry.images),
        key=f"{entry.key}/undo",
        timeout=turn.plan.policy.limits.call,
        text=entry.label,
    )


def ended(turn: Turn, call: PendingCall, outcome: UndoOutcome) -> None:
    """One entry was taken back, or could not be."""
    match outcome:
        case Undone():
            undone(turn, call, outcome)
        case Refused(kind=kind, text=text):
            stuck(turn, call, kind, text)
        case Unsettled(text=text, going_on=going_on):
            doubts.look(turn, turn.fibers[call.fiber], call, text, contested=going_on)


def undone(turn: Turn, call: PendingCall, outcome: Undone) -> None:
    """It no longer stands; go on with the next older one."""
    fiber = turn.fibers[call.fiber]
    work = _work_of(fiber)
    entry = turn.ledger[work.entries[0]]
    turn.ledger = turn.ledger.remove(entry.number)
    turn.show(ChangeTakenBack(label=entry.label, rows=outcome.rows, left=len(outcome.left)))
    tally = turn.tally
    turn.tally = Tally(
        tally.changes, tally.undone + 1, tally.approvals, tally.escalations, tally.in_doubt
    )
    turn.ready(working(fiber, UndoWork(entries=work.entries[1:], then=work.then)))


def stuck(turn: Turn, call: PendingCall, kind: str, text: str) -> None:
    """It could not be taken back, so nothing older is touched: what is left is counted and told."""
    fiber = turn.fibers[call.fiber]
    work = _work_of(fiber)
    turn.show(CallFailed(call=f"undo of “{call.text}”", kind=kind, text=text, attempt=1))
    turn.ready(working(fiber, UndoWork(entries=(), then=work.then)))


def offered(turn: Turn, above: int) -> tuple[list[Entry], list[Entry]]:
    """Entries above `above`, newest first: those a person may have taken back, and the changes that cannot be."""
    entries = [one for one in turn.newest_first(above) if one.kind == "change"]
    return (
        [one for one in entries if one.can_be_undone],
        [one for one in entries if not one.can_be_undone],
    )


def _work_of(fiber: Fiber) -> UndoWork:
    assert isinstance(fiber.work, UndoWork)
    return fiber.work
