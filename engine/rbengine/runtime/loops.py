"""Loops, waits and `within`."""

from datetime import timedelta

from msgspec.structs import replace

from rbengine.contract.values import Datum, Row, Value
from rbengine.plan import code as c
from rbengine.plan.expressions import Constant, Expr
from rbengine.runtime.crowd import branch_ended, collected, loop
from rbengine.runtime.evaluate import evaluate, holds, marked_text_of
from rbengine.runtime.frames import (
    BranchFrame,
    DiagnosisFrame,
    EachFrame,
    Frame,
    SectionFrame,
    WithinFrame,
)
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.notices import Skipped, Verified, Waiting
from rbengine.runtime.state import Fiber, Timer
from rbengine.runtime.turn import Turn, failed
from rbengine.runtime.wording import as_text, duration_text

SHORTEST_PAUSE = timedelta(seconds=1)
"""Between two looks of a `within`: with a shorter one it would look without end at one moment."""


def each_begin(turn: Turn, fiber: Fiber, instruction: c.EachBegin) -> Fiber | None:
    """Begin a loop, or pass it when there is nothing in the list."""
    items = evaluate(instruction.items, fiber.names, turn.view)
    if items is None:
        items = ()
    if not isinstance(items, tuple):
        raise Unevaluable("this is not a list")
    if len(items) > instruction.at_most:
        text = f"{len(items)} items, and at most {instruction.at_most} are allowed"
        return failed(fiber, "too_many", text)
    if not items:
        names = collected(instruction, fiber.names, fiber.names, 0)
        return Fiber(fiber.number, instruction.end, names, fiber.frames)
    if instruction.at_a_time > 1:
        return loop(turn, fiber, instruction, items)
    frame = EachFrame(fiber.pc, Datum(items), 0, fiber.names)
    return Fiber(
        fiber.number,
        fiber.pc + 1,
        fiber.names.insert(instruction.name, items[0]),
        (*fiber.frames, frame),
    )


def each_end(turn: Turn, fiber: Fiber, _instruction: c.EachEnd) -> Fiber | None:
    """One item is done."""
    return _next_item(turn, fiber, None)


def give(turn: Turn, fiber: Fiber, instruction: c.GiveItem) -> Fiber | None:
    """Add to the loop's list, and go on with the next item."""
    return _next_item(turn, fiber, Datum(evaluate(instruction.value, fiber.names, turn.view)))


def skip(turn: Turn, fiber: Fiber, instruction: c.SkipItem) -> Fiber | None:
    """Leave this item to people."""
    reason = marked_text_of(instruction.reason, fiber.names, turn.view)
    turn.show(Skipped(item=_item_text(_item_of(fiber)), reason=reason))
    return _next_item(turn, fiber, None)


def _item_of(fiber: Fiber) -> Value:
    for frame in reversed(fiber.frames):
        match frame:
            case EachFrame(items=items, index=index):
                return items.value[index] if isinstance(items.value, tuple) else None
            case BranchFrame(item=item):
                return item.value
            case _:
                pass
    return None


def _item_text(item: Value) -> str:
    return as_text(item["id"]) if isinstance(item, Row) and "id" in item else as_text(item)


def _next_item(turn: Turn, fiber: Fiber, given: Datum | None) -> Fiber | None:
    for place in range(len(fiber.frames) - 1, -1, -1):
        frame = fiber.frames[place]
        if isinstance(frame, BranchFrame):
            branch_ended(turn, fiber, given)
            return None
        if isinstance(frame, EachFrame):
            return _following(turn, fiber, fiber.frames[:place], frame, given)
    raise AssertionError("an item is given inside a loop only")


def _following(
    turn: Turn, fiber: Fiber, outside: tuple[Frame, ...], frame: EachFrame, given: Datum | None
) -> Fiber:
    instruction = turn.plan.code[frame.begin]
    assert isinstance(instruction, c.EachBegin)
    items = frame.items.value
    assert isinstance(items, tuple)
    kept = frame.given if given is None else frame.given.insert(str(frame.index), given.value)
    index = frame.index + 1
    if index == len(items):
        names = collected(instruction, frame.names, kept, index)
        return Fiber(fiber.number, instruction.end, names, outside)
    return Fiber(
        fiber.number,
        frame.begin + 1,
        frame.names.insert(instruction.name, items[index]),
        (*outside, EachFrame(frame.begin, frame.items, index, frame.names, kept)),
    )


def sleep(turn: Turn, fiber: Fiber, instruction: c.Sleep) -> Fiber | None:
    """Wait. A time that is not written is bounded by the policy."""
    span = _span(turn, fiber, instruction.duration)
    if _is_beyond(turn, instruction.duration, span):
        return failed(fiber, "too_many", _beyond(turn, span))
    due = turn.now + max(span, timedelta(0))
    turn.show(Waiting(until=due, text=f"wait {duration_text(span)}"))
    turn.park(fiber)
    turn.start_timer("wait", due, fiber=fiber.number)
    return None


def slept(turn: Turn, timer: Timer) -> None:
    """The wait is over."""
    fiber = turn.fibers[timer.fiber]
    turn.ready(Fiber(fiber.number, fiber.pc + 1, fiber.names, fiber.frames))


def within_begin(turn: Turn, fiber: Fiber, instruction: c.WithinBegin) -> Fiber | None:
    """Look at once; then every so often, and a last time at the end."""
    duration = _span(turn, fiber, instruction.duration)
    if _is_beyond(turn, instruction.duration, duration):
        return failed(fiber, "too_many", _beyond(turn, duration))
    every = max(_span(turn, fiber, instruction.every), SHORTEST_PAUSE)
    frame = WithinFrame(fiber.pc, turn.now + duration, every, fiber.names)
    return Fiber(fiber.number, fiber.pc + 1, fiber.names, (*fiber.frames, frame))


def _span(turn: Turn, fiber: Fiber, expr: Expr) -> timedelta:
    span = evaluate(expr, fiber.names, turn.view)
    if not isinstance(span, timedelta):
        raise Unevaluable("this is not a duration")
    return span


def _is_beyond(turn: Turn, expr: Expr, span: timedelta) -> bool:
    """Whether a time that nobody wrote down is longer than the policy lets a playbook wait."""
    return not isinstance(expr, Constant) and span > turn.plan.policy.limits.wait


def _beyond(turn: Turn, span: timedelta) -> str:
    most = duration_text(turn.plan.policy.limits.wait)
    return f"a wait of {duration_text(span)}, and at most {most} are allowed"


def until(turn: Turn, fiber: Fiber, instruction: c.Until) -> Fiber | None:
    """Is it so? What cannot be told yet is not so yet."""
    try:
        come_true = holds(instruction.condition, fiber.names, turn.view)
    except (NotKnown, Unevaluable):
        come_true = False
    if not come_true:
        return not_yet(turn, fiber)
    begin = turn.plan.code[instruction.begin]
    assert isinstance(begin, c.WithinBegin)
    if is_proof(fiber):
        turn.show(Verified(text=instruction.text, holds=True))
    return Fiber(fiber.number, begin.done, fiber.names, fiber.frames[:-1])


def not_yet(turn: Turn, fiber: Fiber) -> Fiber | None:
    """The innermost frame is a `within` that is not there yet: look again later, or give up."""
    frame = fiber.frames[-1]
    assert isinstance(frame, WithinFrame)
    begin = turn.plan.code[frame.begin]
    assert isinstance(begin, c.WithinBegin)
    last = turn.plan.code[begin.until]
    text = last.text if isinstance(last, c.Until) else ""
    outside = fiber.frames[:-1]
    if frame.last or turn.now >= frame.ends:
        if is_proof(fiber) and begin.expired is None:
            turn.show(Verified(text=text, holds=False))
        if begin.expired is not None:
            return Fiber(fiber.number, begin.expired, fiber.names, outside)
        given_up = Fiber(fiber.number, frame.begin, frame.names, outside)
        return failed(given_up, "timeout", f"not so in time: {text}" if text else "not so in time")
    due = min(turn.now + frame.every, frame.ends)
    turn.show(Waiting(until=due, text=text, attempt=frame.attempt))
    waiting = replace(frame, attempt=frame.attempt + 1, last=due >= frame.ends)
    turn.park(Fiber(fiber.number, frame.begin, frame.names, (*outside, waiting)))
    turn.start_timer("within", due, fiber=fiber.number)
    return None


def look_again(turn: Turn, timer: Timer) -> None:
    """The pause of a `within` is over."""
    fiber = turn.fibers[timer.fiber]
    turn.ready(Fiber(fiber.number, fiber.pc + 1, fiber.names, fiber.frames))


def is_proof(fiber: Fiber) -> bool:
    """Whether what is checked here proves that the symptom is gone, or that a step of `recover` worked."""
    section = fiber.frames[0] if fiber.frames else None
    if not isinstance(section, SectionFrame) or section.kind not in ("verify", "recover"):
        return False
    return not any(isinstance(one, DiagnosisFrame) for one in fiber.frames)
