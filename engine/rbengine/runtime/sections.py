"""The main path from section to section: diagnose, resolves, otherwise, verify, recover.

How a run ends (`Finish.outcome`):

| path | outcome |
|---|---|
| `verify` passed and `recover` ended | `resolved` |
| the same, but `otherwise` escalated and nothing was changed | `escalated` |
| `stop handed over` | `handed over` |
| `verify` failed; or nothing was found and something could not be judged | `escalated` |
| a step of `resolve`, `otherwise` or `recover` failed | `failed` |
| a person cancelled it | `cancelled` |
| only the diagnosis was asked for | `diagnosed` |

`left_applied` and `in_doubt` are counted beside it.
"""

from msgspec.structs import replace

from rbengine.contract.outcomes import RefusalKind
from rbengine.plan import code as c
from rbengine.plan.program import SectionKind
from rbengine.runtime import clocks
from rbengine.runtime.commands import RunOutcome
from rbengine.runtime.escalation import Cause, escalate
from rbengine.runtime.evaluate import marked_text_of
from rbengine.runtime.frames import (
    DiagnosisFrame,
    DiagnosisPurpose,
    Failing,
    Frame,
    SectionFrame,
)
from rbengine.runtime.names import Names
from rbengine.runtime.notices import DiagnosisStopped, ResolveSkipped, SectionEntered
from rbengine.runtime.rungs import contacts_now
from rbengine.runtime.state import MAIN, Diagnosis, Ending, Fiber
from rbengine.runtime.turn import Turn

FOUND = "found"
NOT_FOUND = "not found"
NOT_JUDGED = "not judged"


def begin(turn: Turn) -> None:
    """Start the main path with its diagnosis."""
    outside = (SectionFrame("diagnose"),)
    fiber = Fiber(MAIN, 0, turn.base, outside)
    going = read_diagnosis(turn, fiber, "first", 0)
    if going is not None:
        turn.ready(going)


def read_diagnosis(turn: Turn, fiber: Fiber, purpose: DiagnosisPurpose, back: int) -> Fiber | None:
    """Read `diagnose` from its beginning, in names of its own."""
    turn.show(SectionEntered(kind="diagnose", again=purpose != "first"))
    frame = DiagnosisFrame(purpose, back, fiber.names, ("",) * len(turn.plan.findings))
    frames = (*fiber.frames, frame)
    section = turn.layout.sections.get("diagnose")
    if section is None:
        return diagnosis_ended(turn, Fiber(fiber.number, back, turn.base, frames))
    return Fiber(fiber.number, section.entry, turn.base, frames)


def rediagnose(turn: Turn, fiber: Fiber, _instruction: c.Rediagnose) -> Fiber | None:
    """`until no finding holds`: read the diagnosis again."""
    return read_diagnosis(turn, fiber, "until", fiber.pc)


def section_end(turn: Turn, fiber: Fiber, _instruction: c.SectionEnd) -> Fiber | None:
    """A section, or a diagnosis read again, came to its end."""
    frame = fiber.frames[-1]
    if isinstance(frame, DiagnosisFrame):
        return diagnosis_ended(turn, fiber)
    assert isinstance(frame, SectionFrame)
    match frame.kind:
        case "resolve":
            return _next_resolve(turn)
        case "otherwise":
            return _verify(turn)
        case "verify":
            return _verified(turn)
        case "recover":
            return _resolved(turn)
        case "diagnose" | "on breach":
            del turn.fibers[fiber.number]
            return None


def diagnosis_ended(turn: Turn, fiber: Fiber, *, stopped: str = "") -> Fiber | None:
    """A reading is over; `fiber` has its frame innermost. What it is for decides where to go on."""
    frame = fiber.frames[-1]
    assert isinstance(frame, DiagnosisFrame)
    outside = fiber.frames[:-1]
    verdicts = tuple(one or NOT_JUDGED for one in frame.verdicts)
    diagnosis = Diagnosis(
        names=fiber.names, verdicts=verdicts, failed=frame.failed, stopped=stopped
    )
    match frame.purpose:
        case "first":
            if stopped:
                turn.show(DiagnosisStopped(reason=stopped))
            turn.course = replace(turn.course, diagnosis=diagnosis)
            return _decide(turn, diagnosis)
        case "turn":
            return _at_its_turn(turn, diagnosis)
        case "manual":
            return _after_manual(turn, diagnosis, frame, fiber, outside)
        case "until":
            instruction = turn.plan.code[frame.back]
            assert isinstance(instruction, c.Rediagnose)
            clean = not stopped and all(one == NOT_FOUND for one in verdicts)
            names = frame.names.insert(instruction.bind, clean)
            return Fiber(fiber.number, frame.back + 1, names, outside)


def _decide(turn: Turn, diagnosis: Diagnosis) -> Fiber | None:
    """After the first diagnosis: resolve what was found, escalate what nobody could judge, or go to `otherwise`."""
    begun = turn.begun
    if begun is not None and begun.diagnose_only:
        holding = [
            one.name
            for one, verdict in zip(turn.plan.findings, diagnosis.verdicts, strict=True)
            if verdict == FOUND
        ]
        reason = diagnosis.stopped or (
            f"found {', '.join(holding)}" if holding else "no finding holds"
        )
        if not holding and NOT_JUDGED in diagnosis.verdicts and not diagnosis.stopped:
            reason = _unjudged(turn, diagnosis)
        return end(turn, Ending(outcome="diagnosed", reason=reason))
    if _proof_only(turn):
        return _verify(turn)
    if diagnosis.stopped:
        return _otherwise(turn, diagnosis)
    found = tuple(number for number, verdict in enumerate(diagnosis.verdicts) if verdict == FOUND)
    if found:
        turn.course = replace(turn.course, found=found)
        return _resolve(turn, diagnosis)
    if NOT_JUDGED in diagnosis.verdicts:
        return _nobody_knows(turn, diagnosis)
    return _otherwise(turn, diagnosis)


def _otherwise(turn: Turn, diagnosis: Diagnosis) -> Fiber | None:
    if "otherwise" in turn.layout.sections:
        return enter(turn, "otherwise", diagnosis.names)
    reason = diagnosis.stopped or "no finding holds, and the playbook does not say what else to do"
    escalate(turn, contacts_now(turn), reason, "not judged")
    return end(turn, Ending(outcome="escalated", reason=reason, patient=True))


def _nobody_knows(turn: Turn, diagnosis: Diagnosis) -> Fiber | None:
    """Nothing found, and something could not be judged: people must look."""
    reason = _unjudged(turn, diagnosis)
    escalate(turn, contacts_now(turn), reason, "not judged")
    return end(turn, Ending(outcome="escalated", reason=reason, patient=True, undo="offered"))


def _unjudged(turn: Turn, diagnosis: Diagnosis) -> str:
    names = [
        one.name
        for one, verdict in zip(turn.plan.findings, diagnosis.verdicts, strict=True)
        if verdict == NOT_JUDGED
    ]
    why = "; ".join(diagnosis.failed) or diagnosis.stopped or "what it needs is not known"
    return f"could not judge {', '.join(names)}: {why}"


def _resolve(turn: Turn, diagnosis: Diagnosis) -> Fiber | None:
    """Enter the resolve whose turn it is, with the values its finding was judged on."""
    section = turn.layout.resolve_of[turn.course.found[turn.course.turn]]
    if section is None:
        return _next_resolve(turn)
    return enter(turn, "resolve", diagnosis.names, section.finding)


def _next_resolve(turn: Turn) -> Fiber | None:
    """The next finding that held, judged anew; after the last one, `verify`."""
    following = turn.course.turn + 1
    if following >= len(turn.course.found):
        return _verify(turn)
    turn.course = replace(turn.course, turn=following)
    return read_diagnosis(turn, Fiber(MAIN, 0, turn.base, (SectionFrame("diagnose"),)), "turn", 0)


def _at_its_turn(turn: Turn, diagnosis: Diagnosis) -> Fiber | None:
    number = turn.course.found[turn.course.turn]
    match diagnosis.verdicts[number]:
        case "found":
            return _resolve(turn, diagnosis)
        case "not found":
            turn.show(ResolveSkipped(finding=turn.plan.findings[number].name))
            return _next_resolve(turn)
        case _:
            # It held before and nobody can say whether it still does: nothing is changed on a guess.
            return _nobody_knows(turn, diagnosis)


def after_manual(turn: Turn, fiber: Fiber) -> None:
    """People did something: inside a resolve with more to do, the diagnosis is read again first.

    `fiber` stands at the instruction after the `manual`.
    """
    section = fiber.frames[0] if fiber.frames else None
    if not isinstance(section, SectionFrame) or section.kind != "resolve":
        turn.ready(fiber)
        return
    if _nothing_left(turn, fiber.pc):
        turn.ready(fiber)
        return
    going = read_diagnosis(turn, fiber, "manual", fiber.pc)
    if going is not None:
        turn.ready(going)


def _nothing_left(turn: Turn, pc: int) -> bool:
    """Whether only ends follow: then the next section finds out by itself what has become of things."""
    code = turn.plan.code
    while True:
        instruction = code[pc]
        match instruction:
            case c.StepEnd() | c.AtomicEnd():
                pc += 1
            case c.Jump(to=to) | c.TryEnd(to=to) if to > pc:
                pc = to
            case _:
                return isinstance(instruction, c.SectionEnd)


def _after_manual(
    turn: Turn,
    diagnosis: Diagnosis,
    frame: DiagnosisFrame,
    fiber: Fiber,
    outside: tuple[Frame, ...],
) -> Fiber | None:
    number = turn.course.found[turn.course.turn]
    match diagnosis.verdicts[number]:
        case "found":
            # The resolve goes on with the values it is judged on now, beside what it has bound itself.
            names: Names = frame.names
            for name, value in diagnosis.names.items():
                names = names.insert(name, value)
            return Fiber(fiber.number, frame.back, names, outside)
        case "not found":
            turn.show(ResolveSkipped(finding=turn.plan.findings[number].name))
            return _next_resolve(turn)
        case _:
            kind: RefusalKind = "unavailable"
            failing = Failing(kind, _unjudged(turn, diagnosis), frame.back)
            return Fiber(fiber.number, frame.back, frame.names, outside, failing)


def _verify(turn: Turn) -> Fiber | None:
    """The proof that the symptom is gone, with the values of the first diagnosis."""
    if "verify" not in turn.layout.sections:
        return _verified(turn)
    return enter(turn, "verify", _first_names(turn))


def _verified(turn: Turn) -> Fiber | None:
    turn.course = replace(turn.course, verified_at=turn.numbers.entry)
    # INVARIANT: both clocks end here, and nowhere else before the end of the run.
    clocks.stop(turn)
    if "recover" not in turn.layout.sections or _proof_only(turn):
        return _resolved(turn)
    return enter(turn, "recover", _first_names(turn))


def _resolved(turn: Turn) -> Fiber | None:
    course = turn.course
    changed = any(one.kind == "change" for one in turn.ledger.values())
    if course.handed_to_people and not course.stopped and not changed:
        return end(turn, Ending(outcome="escalated", reason=course.handed_to_people))
    # Without a `verify` nobody has looked whether the symptom is gone.
    proven = "verify" in turn.layout.sections
    reason = course.stopped or ("the symptom is gone" if proven else "every step was done")
    return end(turn, Ending(outcome="resolved", reason=reason))


def _first_names(turn: Turn) -> Names:
    diagnosis = turn.course.diagnosis
    return diagnosis.names if diagnosis is not None else turn.base


def enter(turn: Turn, kind: SectionKind, names: Names, finding: str = "") -> Fiber:
    """The main path at the beginning of a section."""
    turn.show(SectionEntered(kind=kind, finding=finding))
    turn.progress()
    turn.course = replace(turn.course, approved_as=())
    section = turn.layout.sections[f"resolve {finding}" if finding else kind]
    return Fiber(MAIN, section.entry, names, (SectionFrame(kind, finding),))


def stop_run(turn: Turn, fiber: Fiber, instruction: c.StopRun) -> Fiber | None:
    """`stop`: `handed over` ends the run, `resolved` goes on to the proof."""
    reason = marked_text_of(instruction.reason, fiber.names, turn.view)
    inner = fiber.frames[-1]
    for place, frame in enumerate(fiber.frames):
        if isinstance(frame, DiagnosisFrame) and frame.purpose != "first":
            kept = Fiber(fiber.number, fiber.pc, fiber.names, fiber.frames[: place + 1])
            return diagnosis_ended(turn, kept, stopped=reason)
        if isinstance(frame, DiagnosisFrame):
            inner = frame
    if turn.course.diagnosis is None and isinstance(inner, DiagnosisFrame):
        found_out = Diagnosis(
            names=fiber.names,
            verdicts=tuple(one or NOT_JUDGED for one in inner.verdicts),
            failed=inner.failed,
            stopped=reason,
        )
        turn.course = replace(turn.course, diagnosis=found_out)
        if turn.begun is not None and turn.begun.diagnose_only:
            return end(turn, Ending(outcome="diagnosed", reason=reason))
    section = fiber.frames[0]
    if not isinstance(section, SectionFrame) or section.kind == "on breach":
        del turn.fibers[fiber.number]
        return None
    if instruction.outcome == "handed over":
        return end(turn, Ending(outcome="handed over", reason=reason))
    turn.course = replace(turn.course, stopped=reason)
    match section.kind:
        case "verify":
            return _verified(turn)
        case "recover":
            return _resolved(turn)
        case _:
            return _verify(turn)


def failed(turn: Turn, fiber: Fiber, frame: SectionFrame, label: str, failing: Failing) -> None:
    """A step of a section failed and nothing took it: escalate, offer the undo, and end."""
    reason = f"{label}: {failing.text}"
    outcome: RunOutcome = "failed"
    cause: Cause = "failure"
    undo_from = 0
    match frame.kind:
        case "on breach":
            del turn.fibers[fiber.number]
            return
        case "verify":
            outcome, cause = "escalated", "verify"
        case "recover":
            # The symptom is proven gone: what proved it is not offered to be taken away again.
            undo_from = turn.course.verified_at
        case "diagnose" | "resolve" | "otherwise":
            pass
    if _proof_only(turn):
        end(turn, Ending(outcome="failed", reason=reason))
        return
    escalate(turn, contacts_now(turn), reason, cause)
    end(
        turn,
        Ending(
            outcome=outcome,
            reason=reason,
            undo="none" if cause == "verify" else "offered",
            undo_from=undo_from,
            patient=frame.kind != "recover",
        ),
    )


def _proof_only(turn: Turn) -> bool:
    return turn.begun is not None and turn.begun.verify_only


def end(turn: Turn, ending: Ending) -> Fiber | None:
    """The main path is over: no fiber goes on. The run ends when nothing is left to wait for."""
    turn.fibers.pop(MAIN, None)
    turn.course = replace(turn.course, ending=ending)
    return None
