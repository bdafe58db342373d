"""A change or message whose answer was lost: look for evidence, and where none can tell, ask a person."""

from rbengine.contract.values import Datum
from rbengine.runtime.approvals import fallback
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
    request = call.request
    assert isinstance(request, ApplyRequest | UndoRequest | OperationRequest)
    turn.show(InDoubt(label=call.text, text=text))
    turn.park(fiber)
    turn.perform(
        fiber=fiber.number,
        use="settle",
        request=SettleRequest(request=request, asked=call.began or call.asked, contested=contested),
        key=call.key,
        timeout=call.timeout,
        attempt=call.attempt,
        text=call.text,
        of=call,
        lost=lost,
    )


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
