"""The incident's clocks in the end: what was due when, and what became of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from rbengine.plan.program import Plan
from rbengine.report.durations import duration
from rbengine.report.incident.model import ClockTold, When
from rbengine.report.screen.heading import rung_text
from rbengine.runtime.events import Started
from rbengine.runtime.notices import Ended
from rbengine.runtime.state import Rung, RunState


def clocks_of(
    plan: Plan,
    started: Started,
    state: RunState,
    ended: Ended | None,
    when: Callable[[datetime], When],
) -> tuple[ClockTold, ...]:
    """The time to resolve, then the policy's rungs."""
    if started.diagnose_only or started.verify_only:
        return ()
    severity = plan.policy.severity(plan.severity)
    rungs = severity.rungs if severity is not None else ()
    told = [
        ClockTold(
            name=rung_text(rung),
            due=None if known.due is None else when(known.due),
            state=_rung_state(known, over=ended is not None),
        )
        for rung, known in zip(rungs, state.clocks.rungs, strict=False)
    ]
    return (_mttr(plan, started, state, ended, when), *told)


def _mttr(
    plan: Plan,
    started: Started,
    state: RunState,
    ended: Ended | None,
    when: Callable[[datetime], When],
) -> ClockTold:
    target = plan.mttr or timedelta(0)
    name = "MTTR immediate" if plan.mttr is None else f"MTTR {duration(plan.mttr)}"
    if state.clocks.breached:
        told = "breached"
        if ended is not None and ended.took > target:
            told = f"breached: over {duration(ended.took - target)} after it"
    elif ended is not None and ended.outcome == "resolved":
        told = f"kept: resolved {duration(target - ended.took)} before it"
    elif ended is not None:
        told = "not resolved, and over before it was due"
    else:
        told = "running"
    return ClockTold(
        name=name, due=when(started.began + target), state=told, bad=state.clocks.breached
    )


def _rung_state(rung: Rung, *, over: bool) -> str:
    if rung.fired:
        return "told" if rung.fired == 1 else f"told {rung.fired} times"
    if rung.fulfilled:
        return "told by the runbook"
    if rung.held:
        return "held back: somebody had it"
    return "not needed" if over else "not due yet"
