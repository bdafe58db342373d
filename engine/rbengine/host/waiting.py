"""What a run that nobody drives waits for: in words, and by which clocks."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from rbengine.host.journal import JournalStore, RunRecord, Waiting
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.runtime.commands import AskPeople
from rbengine.runtime.state import RunState

MTTR = "MTTR"
BREACHED = "breached"
"""Among the clocks: when the MTTR ran out."""

FOR_PEOPLE = "waits until somebody has it"
"""Why a run is let go that is open for people alone."""

_VERBS: Mapping[str, str] = {
    "ask": "answer", "choose": "choose", "manual": "do by hand", "approve": "approve",
    "plan": "approve", "undo": "take back (approve) or leave",
}  # fmt: skip


def waiting_of(state: RunState, reason: str, behind: timedelta = timedelta(0)) -> Waiting:
    """`reason` is told where no question is open. `behind`: the run's time lies so far behind the real one."""
    asked = [one.ask for _, one in sorted(state.questions.items())]
    return Waiting(
        text=_text(asked) or reason,
        deadline=min((one.due for one in state.timers.values()), default=None),
        clocks=clocks_of(state),
        behind=behind,
    )


def waiting_unparked(store: JournalStore, record: RunRecord) -> Waiting | None:
    """What a run that is open and not parked would wait for if its process had parked it. Raises JournalError.

    None where there is nothing to wait for: it has ended, and only its row does not say so; or its company is
    simulated, whose time stands still while nobody drives it.
    """
    if not record.profile:
        return None
    found = taken_up(plan_of(store, record.run), store, record.run)
    return None if found.finish is not None else waiting_of(found.state, "its process is gone")


def clocks_of(state: RunState) -> dict[str, datetime]:
    """When what happens by the clocks: `MTTR`, and the contacts of each rung that is to come."""
    found: dict[str, datetime] = {}
    rules = state.plan.policy.severity(state.plan.severity)
    rungs = () if rules is None else rules.rungs
    for number, rung in enumerate(state.clocks.rungs):
        timer = state.timers.get(rung.timer)
        if timer is not None and number < len(rungs):
            name = ", ".join(rungs[number].to) or "escalation"
            found[name] = min(timer.due, found.get(name, timer.due))
    begun, target = state.begun, state.plan.mttr
    if state.clocks.breached and not state.clocks.over and begun is not None and target is not None:
        found[BREACHED] = begun.began + target
    mttr = state.timers.get(state.clocks.mttr_timer)
    if mttr is not None:
        found[MTTR] = mttr.due
    return found


def who_may(ask: AskPeople) -> str:
    """Whom a question waits for."""
    who = " or ".join(ask.by) or "anybody"
    return f"{ask.how_many} of {who}" if ask.how_many > 1 else who


def _text(asked: list[AskPeople]) -> str:
    doubts = sum(one.kind == "doubt" for one in asked)
    parts = [f"in doubt: {doubts} change{'s' if doubts > 1 else ''}"] if doubts else []
    parts += [
        f"waits for {who_may(one)}: {_VERBS[one.kind]}" for one in asked if one.kind != "doubt"
    ]
    return " · ".join(dict.fromkeys(parts))
