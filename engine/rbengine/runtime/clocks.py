"""The two clocks from the incident's start: escalation, and the time to resolve. Neither ever pauses."""

from datetime import timedelta

from msgspec.structs import replace

from rbengine.runtime.escalation import escalate
from rbengine.runtime.frames import SectionFrame
from rbengine.runtime.notices import Breached
from rbengine.runtime.rungs import (
    contacts_of,
    due_times,
    policy_rungs,
    set_rung,
    start_again_after,
)
from rbengine.runtime.state import MAIN, Fiber, Timer
from rbengine.runtime.turn import Turn
from rbengine.runtime.wording import duration_text


def start(turn: Turn) -> None:
    """Start both. What is due already fires at once, rungs in their order, then the time to resolve."""
    begun = turn.begun
    assert begun is not None
    turn.clocks = replace(turn.clocks, rungs=due_times(turn.plan.policy, turn.plan.severity, begun))
    for number, rung in enumerate(turn.clocks.rungs):
        if rung.due is None:
            continue
        if rung.due <= turn.now:
            _fire(turn, number)
        else:
            timer = turn.start_timer("escalation", rung.due, about=number)
            set_rung(turn, number, replace(rung, timer=timer))
    due = begun.began + (turn.plan.mttr or timedelta(0))
    if due <= turn.now:
        _breach(turn)
    else:
        turn.clocks = replace(turn.clocks, mttr_timer=turn.start_timer("mttr", due))


def rung_due(turn: Turn, timer: Timer) -> None:
    """A rung's timer fired."""
    number = timer.about
    rung = replace(turn.clocks.rungs[number], timer=0)
    set_rung(turn, number, rung)
    policy_rung = policy_rungs(turn)[number]
    if policy_rung.when == "again after":
        due = turn.clocks.progress + policy_rung.after
        if due > turn.now:
            again = turn.start_timer("escalation", due, about=number)
            set_rung(turn, number, replace(rung, timer=again))
            return
        # Acknowledged, and yet nothing has moved: whoever had it has let it go.
        turn.clocks = replace(turn.clocks, acknowledged=False)
        _fire(turn, number)
        _fire_held(turn)
        return
    if turn.clocks.acknowledged:
        set_rung(turn, number, replace(rung, held=True))
        return
    _fire(turn, number)


def acknowledge(turn: Turn) -> None:
    """Somebody has it: the clock waits, and `again after … without progress` counts from now."""
    turn.clocks = replace(turn.clocks, acknowledged=True, progress=turn.now)


def breach_due(turn: Turn) -> None:
    """The time to resolve ran out."""
    turn.clocks = replace(turn.clocks, mttr_timer=0)
    _breach(turn)


def stop(turn: Turn) -> None:
    """The symptom is gone, or the run is over: no more rungs, no more breach."""
    for rung in turn.clocks.rungs:
        turn.stop_timer(rung.timer)
    turn.stop_timer(turn.clocks.mttr_timer)
    rungs = tuple(replace(one, timer=0, held=False) for one in turn.clocks.rungs)
    turn.clocks = replace(turn.clocks, rungs=rungs, mttr_timer=0, over=True)


def _fire(turn: Turn, number: int) -> None:
    begun = turn.begun
    assert begun is not None
    rungs = policy_rungs(turn)
    rung = turn.clocks.rungs[number]
    set_rung(turn, number, replace(rung, fired=rung.fired + 1, held=False, timer=0))
    since = turn.now - begun.began
    reason = f"{turn.plan.id} is not resolved {duration_text(since)} after the incident began"
    if rungs[number].when == "again after":
        reason = f"{reason}, and nothing has moved for {duration_text(rungs[number].after)}"
        timer = turn.start_timer("escalation", turn.now + rungs[number].after, about=number)
        set_rung(turn, number, replace(turn.clocks.rungs[number], timer=timer))
    escalate(
        turn,
        contacts_of(rungs, number),
        reason,
        "clock",
        as_note=rungs[number].as_note,
    )
    start_again_after(turn, number)


def _fire_held(turn: Turn) -> None:
    for number, rung in enumerate(turn.clocks.rungs):
        if rung.held:
            _fire(turn, number)


def _breach(turn: Turn) -> None:
    turn.clocks = replace(turn.clocks, breached=True)
    turn.show(Breached(target=turn.plan.mttr or timedelta(0)))
    section = turn.layout.sections.get("on breach")
    if section is None:
        return
    main = turn.fibers.get(MAIN)
    diagnosis = turn.course.diagnosis
    names = main.names if main is not None else diagnosis.names if diagnosis else turn.base
    number = turn.numbers.fiber + 1
    turn.numbers = replace(turn.numbers, fiber=number)
    turn.ready(Fiber(number, section.entry, names, (SectionFrame("on breach"),)))
