"""Where a fiber stands, for keys and for people: idempotency keys, labels, the step it is in."""

import hashlib
from datetime import timedelta

from rbengine.contract.codec import encode_value, to_line
from rbengine.contract.values import Row, Value
from rbengine.plan.code import CallProcedure, RetrySpec
from rbengine.runtime.frames import (
    BranchFrame,
    CrowdFrame,
    DiagnosisFrame,
    EachFrame,
    Frame,
    ProcedureFrame,
    SectionFrame,
    StepFrame,
    WithinFrame,
)
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn


def around(turn: Turn, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """All frames, outermost first: for a fiber of a crowd with those of the fiber that started it."""
    if frames and isinstance(frames[0], BranchFrame):
        return around(turn, turn.fibers[frames[0].parent].frames) + frames
    return frames


def key_of(turn: Turn, fiber: Fiber, place: str) -> str:
    """The idempotency key of `place` for the items of all loops around it.

    INVARIANT: made of the incident, the place, the call sites of procedures and the items alone, so that every
    attempt, process and restart has the same one.
    """
    parts = [turn.begun.incident if turn.begun is not None else "", place]
    for frame in around(turn, fiber.frames):
        match frame:
            case EachFrame(items=items, index=index):
                parts.append(item_key(_item(items.value, index)))
            case ProcedureFrame(call=call):
                parts.append(_call_site(turn, call))
            case BranchFrame(item=item) if item.value is not None:
                parts.append(item_key(item.value))
            case _:
                pass
    return "/".join(parts)


def _call_site(turn: Turn, call: int) -> str:
    """The place of a procedure call; its counter in plans that were made without places."""
    instruction = turn.plan.code[call]
    place = instruction.place if isinstance(instruction, CallProcedure) else ""
    return place or f"@{call}"


def _item(items: Value, index: int) -> Value:
    return items[index] if isinstance(items, tuple) else None


def item_key(value: Value) -> str:
    """An item's `id`, else the digest of its value."""
    if isinstance(value, Row) and value.get("id") is not None:
        name = value["id"]
        return name if isinstance(name, str) else to_line(encode_value(name))
    if isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) <= 64:
        return str(value)
    return hashlib.sha256(to_line(encode_value(value)).encode("utf-8")).hexdigest()[:16]


def retry_around(turn: Turn, fiber: Fiber) -> RetrySpec | None:
    """How a failed call here is repeated. Inside `within` a failed read is *not yet*, and the next look repeats it."""
    for frame in reversed(around(turn, fiber.frames)):
        match frame:
            case StepFrame(retry=RetrySpec() as retry):
                return retry
            case WithinFrame() | DiagnosisFrame() | SectionFrame():
                return None
            case _:
                pass
    return None


def timeout_around(turn: Turn, fiber: Fiber) -> timedelta | None:
    """The `timeout` of the innermost step that names one: how long each of its calls may take."""
    for frame in reversed(around(turn, fiber.frames)):
        match frame:
            case StepFrame(timeout=timedelta() as timeout):
                return timeout
            case DiagnosisFrame() | SectionFrame():
                return None
            case _:
                pass
    return None


def label_at(turn: Turn, fiber: Fiber, pc: int) -> str:
    """The step's label, or the line where there is no step."""
    for frame in reversed(around(turn, fiber.frames)):
        if isinstance(frame, StepFrame):
            return frame.label
    origin = turn.plan.origins[pc]
    return f"line {origin.line}"


def depth_of(frames: tuple[Frame, ...]) -> int:
    """How many steps, loops and procedures stand around."""
    return sum(
        isinstance(one, StepFrame | EachFrame | CrowdFrame | ProcedureFrame | BranchFrame)
        for one in frames
    )
