"""Fibers at work: one instruction after the other until each of them waits.

The order is stated, because everything a reader sees follows it: fibers go on in the order in which they became
ready; each goes on until it waits or ends; the fibers it starts come after those that were ready before.
"""

from collections.abc import Callable
from typing import Any

from rbengine.plan import code as c
from rbengine.runtime import (
    calls,
    changes,
    control,
    crowd,
    escalation,
    findings,
    loops,
    questions,
    sections,
    undoing,
)
from rbengine.runtime.endings import conclude
from rbengine.runtime.failures import unwind
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.state import Fiber
from rbengine.runtime.turn import Turn, failed
from rbengine.runtime.work import ChangeWork, LetterWork, UndoWork

Rule = Callable[[Turn, Fiber, Any], Fiber | None]


def run(turn: Turn) -> None:
    """Let every ready fiber go on until it waits; then see whether the run is over."""
    while True:
        while turn.queue:
            fiber = turn.fibers.get(turn.queue.popleft())
            if fiber is None:
                continue
            if turn.course.is_dropped:
                del turn.fibers[fiber.number]
                continue
            _go_on(turn, fiber)
        conclude(turn)
        if not turn.queue:
            return


def _go_on(turn: Turn, ready: Fiber) -> None:
    fiber = ready
    code = turn.plan.code
    while True:
        try:
            if fiber.failing is not None:
                following = unwind(turn, fiber)
            elif fiber.work is not None:
                _work(turn, fiber)
                return
            else:
                instruction = code[fiber.pc]
                following = _RULES[type(instruction)](turn, fiber, instruction)
        except NotKnown as gap:
            following = failed(fiber, "not known", f"needs `{gap.name}`, which is not known")
        except Unevaluable as gap:
            following = failed(fiber, "invalid", str(gap))
        if following is None:
            return
        fiber = following


def _work(turn: Turn, fiber: Fiber) -> None:
    match fiber.work:
        case ChangeWork() as work:
            changes.proceed(turn, fiber, work)
        case UndoWork() as work:
            undoing.proceed(turn, fiber, work)
        case LetterWork():
            calls.approved(turn, fiber)
        case None:
            raise AssertionError("a fiber without work steps")


def _branch_end(turn: Turn, fiber: Fiber, _instruction: c.BranchEnd) -> Fiber | None:
    crowd.branch_ended(turn, fiber, None)
    return None


_RULES: dict[type, Rule] = {
    c.StepBegin: control.step_begin,
    c.StepEnd: control.step_end,
    c.Let: control.let,
    c.Invoke: calls.invoke,
    c.Read: calls.read,
    c.MakeChange: changes.make,
    c.Jump: control.jump,
    c.JumpUnless: control.jump_unless,
    c.EachBegin: loops.each_begin,
    c.EachEnd: loops.each_end,
    c.GiveItem: loops.give,
    c.SkipItem: loops.skip,
    c.WithinBegin: loops.within_begin,
    c.Until: loops.until,
    c.Rediagnose: sections.rediagnose,
    c.Fork: crowd.fork,
    c.BranchEnd: _branch_end,
    c.Sleep: loops.sleep,
    c.Pose: questions.pose_from_text,
    c.EscalateTo: escalation.escalate_to,
    c.TakeNote: control.note,
    c.CheckThat: control.check_that,
    c.StopRun: sections.stop_run,
    c.CallProcedure: control.call_procedure,
    c.Return: control.give_back,
    c.TryBegin: control.try_begin,
    c.TryEnd: control.try_end,
    c.AtomicBegin: control.atomic_begin,
    c.AtomicEnd: control.atomic_end,
    c.Judge: findings.judge,
    c.SectionEnd: sections.section_end,
}
