"""A change or message whose answer was lost: look for evidence, and where none can tell, ask a person."""

from collections.abc import Iterator

from rbengine.contract.changes import OperationAction
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
from rbengine.runtime.wording import as_text, instant_text
from rbengine.runtime.work import ChangeWork

_LONGEST = 300
"""Characters of a call's arguments that a question shows; the run's screen has them all."""

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


def _known(call: PendingCall, evidence: str) -> Iterator[str]:
    """What a person looks for: what was sent, when, and under which key its provider may have noted it."""
    if evidence:
        yield evidence
    sent = call.request
    if isinstance(sent, OperationRequest):
        yield _in_words(sent.operation, sent.arguments)
    elif isinstance(sent, ApplyRequest | UndoRequest):
        for action in sent.actions:
            if isinstance(action, OperationAction):
                yield _in_words(action.operation, action.arguments)
    yield f"sent {instant_text(call.began or call.asked)} with the key {call.key}"


def _in_words(operation: str, arguments: Datum) -> str:
    told = as_text(arguments.value)
    return f"{operation} {told if len(told) <= _LONGEST else told[: _LONGEST - 1] + '…'}"


def ask(turn: Turn, call: PendingCall, evidence: str) -> None:
    """No evidence can tell: a person looks. `call` is the one in doubt, `lost` where a crash cut it off."""
    policy = turn.plan.policy
    pose(
        turn,
        turn.fibers[call.fiber],
        kind="doubt",
        text="\n".join([f"Was this done: {call.text}?", *_known(call, evidence)]),
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
