"""A change or message whose answer was lost: look for evidence, and where none can tell, ask a person."""

from rbengine.contract.values import Datum
from rbengine.runtime.approvals import fallback, has_expired
from rbengine.runtime.commands import (
    ApplyRequest,
    Choice,
    OperationRequest,
    SettleRequest,
    UndoRequest,
)
from rbengine.runtime.notices import InDoubt
from rbengine.runtime.questions import pose
from rbengine.runtime.state import Fiber, PendingCall
from rbengine.runtime.turn import Turn
from rbengine.runtime.work import ChangeWork

APPLIED = "applied"
NOT_APPLIED = "not applied"


def look(
    turn: Turn,
    fiber: Fiber,
    call: PendingCall,
    text: str,
    *,
    lost: bool = False,
    contested: bool = False,
) -> None:
    """Have the host look for evidence of `call`. The fiber waits. `contested`: whoever made it may still be at it."""
    turn.show(InDoubt(label=call.text, text=text))
    turn.park(fiber)
    turn.perform(
        fiber=fiber.number,
        use="settle",
        request=settling(turn, call, contested=contested),
        key=call.key,
        timeout=call.timeout,
        attempt=call.attempt,
        text=call.text,
        of=call,
        lost=lost,
    )


def settling(turn: Turn, call: PendingCall, *, contested: bool) -> SettleRequest:
    """What the host is asked of `call`, as things stand now."""
    request = call.request
    assert isinstance(request, ApplyRequest | UndoRequest | OperationRequest)
    return SettleRequest(
        request=request,
        asked=call.began or call.asked,
        contested=contested,
        barred=_barred(turn, call),
    )


def _barred(turn: Turn, call: PendingCall) -> str:
    """Why `call` must not be made now, if it was not: what allowed it may have passed since."""
    if call.use == "undo":
        return ""  # whoever cancels a run wants no less taken back
    if turn.course.is_dropped:
        return "the run was cancelled"
    work = turn.fibers[call.fiber].work
    if isinstance(work, ChangeWork) and has_expired(work, turn.now, turn.plan.policy):
        return "its approval has expired"
    return ""


def ask(turn: Turn, call: PendingCall, evidence: str) -> None:
    """No evidence can tell: a person looks. `call` is the one in doubt, `lost` where a crash cut it off."""
    policy = turn.plan.policy
    pose(
        turn,
        turn.fibers[call.fiber],
        kind="doubt",
        text=f"Was this done: {call.text}? {evidence}".strip(),
        by=fallback(policy),
        due=turn.now + policy.limits.question,
        choices=(
            Choice(name=APPLIED, text="It took effect", value=Datum(APPLIED)),
            Choice(
                name=NOT_APPLIED,
                text="It did not, and is done now" if call.lost else "It did not",
                value=Datum(NOT_APPLIED),
            ),
        ),
        of=call,
    )
