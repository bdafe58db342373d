"""Taking a run up from nothing but its journal: the newest saved state, and the lines behind it."""

import msgspec

from rbengine.contract.codec import from_line
from rbengine.host.errors import JournalError
from rbengine.host.journal import JournalStore, events_of
from rbengine.plan.program import Plan
from rbengine.runtime.commands import Finish
from rbengine.runtime.events import CallBegan, Resumed
from rbengine.runtime.fold import fold
from rbengine.runtime.machine import UnexpectedEvent, begin
from rbengine.runtime.saved import UnreadableState, decode_state
from rbengine.runtime.state import RunState


class TakenUp(msgspec.Struct, frozen=True, kw_only=True):
    """All that another process knows of a run. `finish` is its end, where it died only after that."""

    state: RunState
    finish: Finish | None


def plan_of(store: JournalStore, run: str) -> Plan:
    """The plan that the run started with. Raises JournalError for one of another engine's making."""
    try:
        return from_line(store.plan(run), Plan)
    except msgspec.MsgspecError as error:
        raise not_followed(store, run, error) from error


def taken_up(plan: Plan, store: JournalStore, run: str) -> TakenUp:
    """The state of `run` after its last line. Raises JournalError where the lines do not fold over the plan."""
    saved = store.latest_state(run)
    state = begin(plan)
    after = 0
    if saved is not None:
        try:
            state, after = decode_state(plan, saved.text), saved.seq
        except UnreadableState:
            after = 0  # of another engine's making: the lines say the same, only slower
    finish: Finish | None = None
    try:
        for _, commands, now in fold(plan, events_of(store.read(run, after)), state):
            state = now
            finish = next((one for one in commands if isinstance(one, Finish)), finish)
    except (msgspec.MsgspecError, UnexpectedEvent) as error:
        raise not_followed(store, run, error) from error
    return TakenUp(state=state, finish=finish if state.course.finished else None)


def taken_up_in_vain(store: JournalStore, run: str) -> int:
    """How often `run` was taken up since something last happened to it: calls were begun, and none has ended.

    Raises JournalError.
    """
    times = 0
    try:
        for event in reversed(events_of(store.read(run))):
            if isinstance(event, Resumed):
                times += 1
            elif not isinstance(event, CallBegan):
                break
    except msgspec.MsgspecError as error:
        raise not_followed(store, run, error) from error
    return times


def not_followed(store: JournalStore, run: str, error: Exception) -> JournalError:
    """Why lines of `run` cannot be read: they are not what was written, or another engine wrote them."""
    broken = store.audit(run).broken
    if broken == 1:
        return JournalError(
            f"the first line of {run} in the journal is damaged",
            place=run,
            notes=["it says who began the run, with which inputs: nobody goes on without it"],
            way_out=f"put a copy of the journal's file back; `rbengine export {run}` gives the lines as they are",
        )
    if broken:
        return JournalError(
            f"the journal of {run} is damaged from line {broken} on",
            place=run,
            notes=["nobody can tell what the run did from there on"],
            way_out=f"`rbengine audit {run}`; look at what the run may have changed, then "
            f"`rbengine resume {run} --take-over`",
        )
    return JournalError(
        f"the journal of {run} cannot be followed: {error}",
        place=run,
        notes=["it was written by another version of rbengine, and is as it was"],
        way_out="use the version that wrote it; `rbengine export` gives its lines",
    )
