"""A failure on its way out: frames unwind, innermost first, until one takes it."""

from msgspec.structs import replace

from rbengine.contract.outcomes import RETRIED_FOR_READS
from rbengine.contract.values import Datum, Failure
from rbengine.plan import code as c
from rbengine.runtime import sections
from rbengine.runtime.crowd import branch_failed
from rbengine.runtime.frames import (
    AtomicFrame,
    BranchFrame,
    CrowdFrame,
    DiagnosisFrame,
    EachFrame,
    Failing,
    Frame,
    ProcedureFrame,
    SectionFrame,
    StepFrame,
    TryFrame,
    WithinFrame,
)
from rbengine.runtime.loops import not_yet
from rbengine.runtime.names import Names
from rbengine.runtime.notices import StepFailed
from rbengine.runtime.places import label_at
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn, bind
from rbengine.runtime.undoing import unwindable
from rbengine.runtime.work import UndoWork


def unwind(turn: Turn, fiber: Fiber) -> Fiber | None:
    """Where the fiber goes on after its failure, or None: it waits, or has ended."""
    failing = fiber.failing
    assert failing is not None
    names = fiber.names
    frames = fiber.frames
    label = label_at(turn, fiber, failing.pc)
    while frames:
        frame, outside = frames[-1], frames[:-1]
        match frame:
            case TryFrame(begin=begin):
                entry = _handler(turn, begin, failing)
                if entry is not None:
                    show(turn, label, failing, handled=True)
                    return Fiber(fiber.number, entry, names, outside)
            case WithinFrame() if failing.kind in RETRIED_FOR_READS and not failing.doubt:
                return not_yet(turn, Fiber(fiber.number, frame.begin, names, frames))
            case AtomicFrame(mark=mark):
                # A change in doubt may stand on top of the others: a person decides.
                entries = () if failing.doubt else unwindable(turn, mark)
                if entries:
                    work = UndoWork(entries=entries, then=failing)
                    turn.ready(Fiber(fiber.number, fiber.pc, names, outside, None, work))
                    return None
            case ProcedureFrame(call=call):
                names = frame.names
                instruction = turn.plan.code[call]
                assert isinstance(instruction, c.CallProcedure)
                if instruction.tried and not failing.doubt:
                    show(turn, label, failing, handled=True)
                    value = Datum(Failure(failing.kind, failing.text))
                    return Fiber(
                        fiber.number, call + 1, bind(names, instruction.bind, value), outside
                    )
            case EachFrame() | CrowdFrame():
                names = frame.names
            case DiagnosisFrame():
                unit = fiber.frames[len(frames)] if len(fiber.frames) > len(frames) else None
                return _in_diagnosis(
                    turn, Fiber(fiber.number, fiber.pc, names, frames), frame, unit, label, failing
                )
            case SectionFrame():
                show(turn, label, failing, handled=False)
                sections.failed(turn, fiber, frame, label, failing)
                return None
            case BranchFrame():
                branch_failed(turn, fiber, failing)
                return None
            case StepFrame() | WithinFrame():
                pass
        frames = outside
    raise AssertionError("the outermost frame takes every failure")


def _handler(turn: Turn, begin: int, failing: Failing) -> int | None:
    """The entry of the handler that names this kind. A change in doubt is nobody's to shrug off."""
    if failing.doubt:
        return None
    instruction = turn.plan.code[begin]
    assert isinstance(instruction, c.TryBegin)
    return next((one.entry for one in instruction.handlers if failing.kind in one.kinds), None)


def _in_diagnosis(
    turn: Turn,
    fiber: Fiber,
    frame: DiagnosisFrame,
    unit: Frame | None,
    label: str,
    failing: Failing,
) -> Fiber | None:
    """A step of a diagnosis failed: its names stay unknown, and the next step begins. A `check` ends it all.

    `fiber` has the diagnosis as its innermost frame; `unit` is the frame right inside it that failed.
    """
    if failing.kind == "check":
        return sections.diagnosis_ended(turn, fiber, stopped=failing.text)
    show(turn, label, failing, handled=False)
    noted = replace(frame, failed=(*frame.failed, f"{label}: {failing.text}"))
    pc, names = _after(turn, fiber, unit, failing)
    return Fiber(fiber.number, pc, names, (*fiber.frames[:-1], noted))


def _after(turn: Turn, fiber: Fiber, unit: Frame | None, failing: Failing) -> tuple[int, Names]:
    code, tables = turn.plan.code, turn.layout
    match unit:
        case StepFrame(begin=begin, names=names):
            return tables.step_ends[begin] + 1, names
        case TryFrame(begin=begin):
            return tables.try_ends[begin], fiber.names
        case WithinFrame(begin=begin, names=names):
            instruction = code[begin]
            assert isinstance(instruction, c.WithinBegin)
            return instruction.done, names
        case EachFrame(begin=begin, names=names) | CrowdFrame(begin=begin, names=names):
            return _end_of(turn, begin), names
        case ProcedureFrame(call=call, names=names):
            return call + 1, names
        case _:
            return _past(turn, failing.pc), fiber.names


def _end_of(turn: Turn, begin: int) -> int:
    match turn.plan.code[begin]:
        case c.EachBegin(end=end):
            return end
        case c.Fork(join=join):
            return join
        case _:
            raise AssertionError("only a loop or a parallel stands there")


def _past(turn: Turn, pc: int) -> int:
    """The counter after the whole statement at `pc`, which stands in no frame."""
    code = turn.plan.code
    match code[pc]:
        case c.JumpUnless(to=to):
            # An `if` with an `else` jumps over it at the end of its first part.
            before = code[to - 1]
            return before.to if isinstance(before, c.Jump) and before.to >= to else to
        case c.EachBegin() | c.Fork():
            return _end_of(turn, pc)
        case c.WithinBegin(done=done):
            return done
        case c.StepBegin():
            return turn.layout.step_ends[pc] + 1
        case _:
            return pc + 1


def show(turn: Turn, label: str, failing: Failing, *, handled: bool) -> None:
    """Tell that a step failed, with what and where."""
    origin = turn.plan.origins[failing.pc]
    turn.show(
        StepFailed(
            label=label,
            kind=failing.kind,
            text=failing.text,
            handled=handled,
            origin=(origin.file, origin.line),
        )
    )
