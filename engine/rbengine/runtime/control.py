"""Instructions that only steer: names, jumps, steps, checks, procedures, notes."""

from rbengine.contract.values import Datum
from rbengine.plan import code as c
from rbengine.runtime.evaluate import evaluate, holds, marked_text_of, text_of
from rbengine.runtime.frames import AtomicFrame, ProcedureFrame, StepFrame, TryFrame
from rbengine.runtime.loops import is_proof
from rbengine.runtime.notices import Bound, Noted, StepEntered, Verified
from rbengine.runtime.places import depth_of
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn, bind, failed


def let(turn: Turn, fiber: Fiber, instruction: c.Let) -> Fiber | None:
    """Give a name its value."""
    value = evaluate(instruction.value, fiber.names, turn.view)
    turn.show(Bound(name=instruction.name, value=Datum(value)))
    names = fiber.names.insert(instruction.name, value)
    return Fiber(fiber.number, fiber.pc + 1, names, fiber.frames)


def jump(_turn: Turn, fiber: Fiber, instruction: c.Jump) -> Fiber | None:
    """Go there."""
    return Fiber(fiber.number, instruction.to, fiber.names, fiber.frames)


def jump_unless(turn: Turn, fiber: Fiber, instruction: c.JumpUnless) -> Fiber | None:
    """Go there unless the condition holds."""
    goes_on = holds(instruction.condition, fiber.names, turn.view)
    pc = fiber.pc + 1 if goes_on else instruction.to
    return Fiber(fiber.number, pc, fiber.names, fiber.frames)


def step_begin(turn: Turn, fiber: Fiber, instruction: c.StepBegin) -> Fiber | None:
    """Enter a step."""
    label = text_of(instruction.label, fiber.names, turn.view)
    turn.show(StepEntered(label=label, depth=depth_of(fiber.frames)))
    turn.progress()
    frame = StepFrame(label, fiber.pc, instruction.timeout, instruction.retry, fiber.names)
    return Fiber(fiber.number, fiber.pc + 1, fiber.names, (*fiber.frames, frame))


def step_end(_turn: Turn, fiber: Fiber, _instruction: c.StepEnd) -> Fiber | None:
    """Leave a step; its names live on."""
    return Fiber(fiber.number, fiber.pc + 1, fiber.names, fiber.frames[:-1])


def try_begin(_turn: Turn, fiber: Fiber, _instruction: c.TryBegin) -> Fiber | None:
    """From here on, failures of some kinds have a handler."""
    frames = (*fiber.frames, TryFrame(fiber.pc))
    return Fiber(fiber.number, fiber.pc + 1, fiber.names, frames)


def try_end(_turn: Turn, fiber: Fiber, instruction: c.TryEnd) -> Fiber | None:
    """Nothing failed: go past the handlers."""
    return Fiber(fiber.number, instruction.to, fiber.names, fiber.frames[:-1])


def atomic_begin(turn: Turn, fiber: Fiber, _instruction: c.AtomicBegin) -> Fiber | None:
    """`all or nothing`: what is done from here on unwinds together."""
    frames = (*fiber.frames, AtomicFrame(turn.numbers.entry))
    return Fiber(fiber.number, fiber.pc + 1, fiber.names, frames)


def atomic_end(_turn: Turn, fiber: Fiber, _instruction: c.AtomicEnd) -> Fiber | None:
    """All was done: it stands, like any other change."""
    return Fiber(fiber.number, fiber.pc + 1, fiber.names, fiber.frames[:-1])


def check_that(turn: Turn, fiber: Fiber, instruction: c.CheckThat) -> Fiber | None:
    """Go on if it is so; else fail with kind `check`, which ends a diagnosis."""
    is_so = holds(instruction.condition, fiber.names, turn.view)
    if is_proof(fiber):
        turn.show(Verified(text=instruction.text, holds=is_so))
    if is_so:
        return Fiber(fiber.number, fiber.pc + 1, fiber.names, fiber.frames)
    return failed(fiber, "check", marked_text_of(instruction.otherwise, fiber.names, turn.view))


def note(turn: Turn, fiber: Fiber, instruction: c.TakeNote) -> Fiber | None:
    """Write it down."""
    turn.show(Noted(text=marked_text_of(instruction.text, fiber.names, turn.view)))
    return Fiber(fiber.number, fiber.pc + 1, fiber.names, fiber.frames)


def call_procedure(turn: Turn, fiber: Fiber, instruction: c.CallProcedure) -> Fiber | None:
    """Run a procedure in names of its own: the builtins and its arguments."""
    number = turn.layout.procedures[instruction.procedure]
    names = turn.base
    for argument in instruction.arguments:
        value = evaluate(argument.value, fiber.names, turn.view)
        names = names.insert(argument.name, value)
    frame = ProcedureFrame(fiber.pc, fiber.names)
    entry = turn.plan.procedures[number].entry
    return Fiber(fiber.number, entry, names, (*fiber.frames, frame))


def give_back(turn: Turn, fiber: Fiber, instruction: c.Return) -> Fiber | None:
    """End the procedure: bind what it gives in the caller's names."""
    value = Datum(None)
    if instruction.value is not None:
        value = Datum(evaluate(instruction.value, fiber.names, turn.view))
    for place in range(len(fiber.frames) - 1, -1, -1):
        frame = fiber.frames[place]
        if isinstance(frame, ProcedureFrame):
            call = turn.plan.code[frame.call]
            assert isinstance(call, c.CallProcedure)
            names = bind(frame.names, call.bind, value)
            if call.bind is not None:
                turn.show(Bound(name=call.bind, value=value, call=f"call {call.procedure}"))
            return Fiber(fiber.number, frame.call + 1, names, fiber.frames[:place])
    raise AssertionError("a procedure ends inside a call only")
