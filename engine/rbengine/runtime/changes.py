"""Changes: look first, show the plan, have it approved, apply it item by item, keep what takes it back."""

import hashlib
from datetime import timedelta

from msgspec.structs import replace

from rbengine.contract.changes import (
    Applied,
    ApplyOutcome,
    ChangePlan,
    Drifted,
    Planned,
    PlanOutcome,
    SqlAction,
    UndoPlan,
)
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Datum, Row
from rbengine.plan import code as c
from rbengine.runtime import doubts
from rbengine.runtime.approvals import Free, approval_of, has_expired
from rbengine.runtime.calls import repeat, took, wait_to_repeat, when_again
from rbengine.runtime.commands import ApplyRequest, PlanRequest
from rbengine.runtime.evaluate import evaluate, text_of
from rbengine.runtime.events import Answered
from rbengine.runtime.ledger import did_something, enter
from rbengine.runtime.notices import CallFailed, ChangeDecided, ChangeDone, ChangeShown
from rbengine.runtime.parts import TooMany, items_of, written_as
from rbengine.runtime.places import key_of, timeout_around
from rbengine.runtime.questions import pose, show_answer
from rbengine.runtime.state import Fiber, OpenQuestion, PendingCall
from rbengine.runtime.turn import Turn, bind, failed, going_on, working
from rbengine.runtime.work import ChangeItem, ChangeWork


def make(turn: Turn, fiber: Fiber, instruction: c.MakeChange) -> Fiber | None:
    """Begin a change: its items with their values, then the look at the first."""
    spec = instruction.change
    try:
        items = items_of(
            spec.parts,
            key_of(turn, fiber, spec.place),
            fiber.names,
            turn.view,
        )
    except TooMany as error:
        return failed(fiber, "too_many", str(error))
    work = ChangeWork(label=text_of(spec.label, fiber.names, turn.view), items=items)
    turn.ready(working(fiber, work))
    return None


def proceed(turn: Turn, fiber: Fiber, work: ChangeWork) -> None:
    """Do the next thing of a change: look at an item, have the plan approved, apply an item, or finish."""
    if work.overtaken:
        _show_and_ask(turn, fiber, replace(work, overtaken=False), again=True)
    elif work.place < len(work.items):
        item = work.items[work.place]
        if work.approved:
            _apply(turn, fiber, work, item)
        else:
            _look(turn, fiber, work, item)
    elif not work.approved and work.items:
        _show_and_ask(turn, fiber, work, again=False)
    else:
        _finish(turn, fiber, work)


def _look(turn: Turn, fiber: Fiber, work: ChangeWork, item: ChangeItem) -> None:
    turn.park(fiber)
    turn.perform(
        fiber=fiber.number,
        use="plan",
        request=PlanRequest(actions=item.actions, undo=_undo_in_words(turn, fiber)),
        key=item.key,
        timeout=_timeout(turn, fiber, item),
        text=work.label,
    )


def planned(turn: Turn, call: PendingCall, outcome: PlanOutcome) -> None:
    """The look at one item ended."""
    fiber = turn.fibers[call.fiber]
    work = _work_of(fiber)
    match outcome:
        case Planned(plan=plan):
            items = _with_plan(work.items, work.place, plan)
            turn.ready(working(fiber, replace(work, items=items, place=work.place + 1)))
        case Refused(kind=kind, text=text):
            refused(turn, fiber, call, kind, text)
        case Unsettled(text=text):  # looking changes nothing
            refused(turn, fiber, call, "timeout", text)


def _show_and_ask(turn: Turn, fiber: Fiber, work: ChangeWork, *, again: bool) -> None:
    """Show the plan of every item that is not applied yet, and have it approved."""
    spec = _spec_of(turn, fiber)
    first = 0 if not again else work.place
    plan = together(work.items[first:])
    approval = approval_of(spec, plan, turn.plan.policy, turn.plan.severity)
    free = isinstance(approval, Free)
    turn.show(
        ChangeShown(
            label=work.label,
            plan=plan,
            approval="free" if free else "asked",
            by=() if isinstance(approval, Free) else approval.by,
            again=again,
        )
    )
    shown = replace(work, place=first, approved=free)
    if isinstance(approval, Free):
        turn.ready(working(fiber, shown))
        return
    pose(
        turn,
        working(fiber, shown),
        kind="plan",
        text=work.label,
        by=approval.by,
        due=turn.now + turn.plan.policy.approvals_expire,
        needed=approval,
        plan=plan,
    )


def together(items: tuple[ChangeItem, ...]) -> ChangePlan:
    """One plan of all items: what a person approves. Its digest covers theirs, in order."""
    plans = [one.plan for one in items if one.plan is not None]
    if len(plans) == 1:
        return plans[0]
    digest = hashlib.sha256("\n".join(one.digest for one in plans).encode("ascii")).hexdigest()
    final = next((one.undo for one in plans if one.undo.kind == "irreversible"), plans[0].undo)
    return ChangePlan(
        parts=tuple(part for one in plans for part in one.parts),
        digest=digest,
        undo=final,
        rows=sum(one.rows for one in plans),
    )


def approved(turn: Turn, number: int, question: OpenQuestion, event: Answered) -> None:
    """The plan that is shown has all approvals it needs."""
    fiber = turn.fibers[question.fiber]
    work = _work_of(fiber)
    show_answer(turn, number, question, event, "approved")
    turn.show(
        ChangeDecided(
            label=work.label,
            verdict="approved",
            person=event.person.name,
            role=event.person.role,
        )
    )
    turn.tally = replace(turn.tally, approvals=turn.tally.approvals + 1)
    allowed = replace(work, approved=True, approved_at=turn.now, approved_by=event.person.name)
    turn.ready(working(fiber, allowed))


def declined(turn: Turn, question: OpenQuestion, event: Answered | None, reason: str) -> None:
    """A person said no, or nobody said anything in time (no event)."""
    fiber = turn.fibers[question.fiber]
    label = _work_of(fiber).label
    if event is None:
        turn.show(ChangeDecided(label=label, verdict="unanswered"))
        turn.ready(failed(fiber, "unanswered", f"nobody approved “{label}” in time"))
        return
    person = event.person
    turn.show(ChangeDecided(label=label, verdict="refused", person=person.name, role=person.role))
    because = f": {reason}" if reason else ""
    turn.ready(failed(fiber, "refused", f"{person.name} refused “{label}”{because}"))


def _apply(turn: Turn, fiber: Fiber, work: ChangeWork, item: ChangeItem) -> None:
    # INVARIANT: no ApplyRequest without the item's plan, shown and approved (or free by the policy's rule).
    assert item.plan is not None
    if has_expired(work, turn.now, turn.plan.policy):
        _ask_anew(turn, fiber, work)
        return
    turn.park(fiber)
    turn.perform(
        fiber=fiber.number,
        use="apply",
        request=ApplyRequest(actions=item.actions, approved=item.plan),
        key=item.key,
        timeout=_timeout(turn, fiber, item),
        attempt=work.attempt,
        text=work.label,
    )


def apply_again(turn: Turn, call: PendingCall, *, attempt: int) -> None:
    """Make the same application anew, unless its approval has expired meanwhile: then people are asked first."""
    fiber = turn.fibers[call.fiber]
    work = _work_of(fiber)
    if has_expired(work, turn.now, turn.plan.policy):
        _ask_anew(turn, fiber, replace(work, attempt=attempt))
    else:
        repeat(turn, call, attempt=attempt)


def is_stale(turn: Turn, call: PendingCall) -> bool:
    """Whether the approval of an application that has not begun has expired."""
    fiber = turn.fibers.get(call.fiber)
    return fiber is not None and has_expired(_work_of(fiber), turn.now, turn.plan.policy)


def _ask_anew(turn: Turn, fiber: Fiber, work: ChangeWork) -> None:
    anew = replace(work, approved=False, approved_at=None, overtaken=True)
    turn.ready(working(fiber, anew))


def application_ended(turn: Turn, call: PendingCall, outcome: ApplyOutcome) -> None:
    """Applying one item ended."""
    fiber = turn.fibers[call.fiber]
    match outcome:
        case Applied():
            applied(turn, fiber, call, outcome)
        case Drifted(plan=plan):
            _drifted(turn, fiber, call, plan)
        case Refused(kind=kind, text=text):
            refused(turn, fiber, call, kind, text)
        case Unsettled(text=text, going_on=going_on):
            doubts.look(turn, fiber, call, text, contested=going_on)


def applied(
    turn: Turn, fiber: Fiber, call: PendingCall, done: Applied, *, unseen: bool = False
) -> None:
    """One item is done: keep what takes it back, and go on with the next. `unseen`: on a person's word."""
    work = _work_of(fiber)
    item = work.items[work.place]
    entry = enter(turn, fiber, _spec_of(turn, fiber), work, item, done, unseen=unseen)
    if did_something(item, done) or unseen:
        turn.progress()
    turn.ready(
        working(
            fiber,
            replace(
                work,
                place=work.place + 1,
                attempt=1,
                rows=work.rows + done.rows,
                results=(*work.results, done.result),
                entry=entry,
                took=work.took + took(turn, call),
            ),
        )
    )


def _drifted(turn: Turn, fiber: Fiber, call: PendingCall, plan: ChangePlan) -> None:
    """What the plan saw has changed: show the difference and ask again, a bounded number of times."""
    # INVARIANT: of one item no more applications are asked for than its retries and `replan` allow, however often
    # people have to be asked in between: so every change ends.
    work = _work_of(fiber)
    items = _with_plan(work.items, work.place, plan)
    again = replace(
        work,
        items=items,
        approved=False,
        approved_at=None,
        overtaken=True,
        replans=work.replans + 1,
        attempt=call.attempt,
    )
    if again.replans > turn.plan.policy.limits.replan:
        text = f"what “{work.label}” changes did not hold still: planned {again.replans} times"
        turn.ready(failed(fiber, "conflict", text))
        return
    turn.ready(working(fiber, again))


def refused(turn: Turn, fiber: Fiber, call: PendingCall, kind: str, text: str) -> None:
    """A look or an application was refused, so it certainly did not happen: repeat it, or fail."""
    retry_at = when_again(turn, fiber, kind, call.attempt)
    turn.show(
        CallFailed(
            call=call.text,
            kind=kind,
            text=text,
            attempt=call.attempt,
            retry_at=retry_at,
            took=took(turn, call),
        )
    )
    if retry_at is not None:
        wait_to_repeat(turn, fiber, call, retry_at)
    else:
        turn.ready(failed(fiber, kind, text))


def _finish(turn: Turn, fiber: Fiber, work: ChangeWork) -> None:
    instruction = turn.plan.code[fiber.pc]
    assert isinstance(instruction, c.MakeChange)
    if len(work.items) == 1 and not work.items[0].name:
        result = work.results[0]
    else:
        result = Datum(tuple(one.value for one in work.results))
    turn.show(ChangeDone(label=work.label, rows=work.rows, took=work.took, result=result))
    bound = Datum(Row({"rows": work.rows, "result": result.value}))
    turn.ready(going_on(fiber, fiber.pc + 1, bind(fiber.names, instruction.bind, bound)))


def _undo_in_words(turn: Turn, fiber: Fiber) -> UndoPlan | None:
    match _spec_of(turn, fiber).undo:
        case c.WrittenUndo(parts=parts):
            return UndoPlan(kind="written", text=written_as(parts))
        case c.IrreversibleUndo(reason=reason):
            text = str(evaluate(reason, fiber.names, turn.view))
            return UndoPlan(kind="irreversible", text=text)
        case c.DerivedUndo():
            return None


def _timeout(turn: Turn, fiber: Fiber, item: ChangeItem) -> timedelta:
    limits = turn.plan.policy.limits
    only_sql = all(isinstance(one, SqlAction) for one in item.actions)
    return timeout_around(turn, fiber) or (limits.statement if only_sql else limits.call)


def _with_plan(
    items: tuple[ChangeItem, ...], place: int, plan: ChangePlan
) -> tuple[ChangeItem, ...]:
    return (*items[:place], replace(items[place], plan=plan), *items[place + 1 :])


def _work_of(fiber: Fiber) -> ChangeWork:
    assert isinstance(fiber.work, ChangeWork)
    return fiber.work


def _spec_of(turn: Turn, fiber: Fiber) -> c.ChangeSpec:
    instruction = turn.plan.code[fiber.pc]
    assert isinstance(instruction, c.MakeChange)
    return instruction.change
