"""The policy's rungs for this severity: when they are due, who they tell, which are fulfilled."""

from datetime import UTC, datetime, time, timedelta

from msgspec.structs import replace

from rbengine.contract.policy import EscalationRung, PolicyModel
from rbengine.runtime.events import Started
from rbengine.runtime.state import Rung
from rbengine.runtime.turn import Turn

_WEEKEND = 5  # Saturday, as `date.weekday` counts


def policy_rungs(turn: Turn) -> tuple[EscalationRung, ...]:
    """As the policy writes them; none where it does not know the severity."""
    severity = turn.plan.policy.severity(turn.plan.severity)
    return severity.rungs if severity is not None else ()


def contacts_of(rungs: tuple[EscalationRung, ...], number: int) -> tuple[str, ...]:
    """Whom rung `number` tells: `again after …` without names tells those of the rung before it."""
    for rung in reversed(rungs[: number + 1]):
        if rung.to:
            return rung.to
    return ()


def contacts_now(turn: Turn) -> tuple[str, ...]:
    """Whom an escalation without names tells: the first rung that has told nobody yet, else the last."""
    rungs = policy_rungs(turn)
    for number, rung in enumerate(turn.clocks.rungs):
        if not rung.fired and not rung.fulfilled:
            return contacts_of(rungs, number)
    return contacts_of(rungs, len(rungs) - 1) if rungs else ()


def due_times(policy: PolicyModel, severity: str, begun: Started) -> tuple[Rung, ...]:
    """The rungs with their due times, counted from the incident's start; `again after` has none of its own."""
    known = policy.severity(severity)
    if known is None:
        return ()
    return tuple(Rung(due=_due(one, number, begun)) for number, one in enumerate(known.rungs))


def _due(rung: EscalationRung, number: int, begun: Started) -> datetime | None:
    match rung.when:
        case "at once":
            return begun.began
        case "after":
            return begun.began + rung.after
        case "again after":
            return None
        case "next business day":
            given = begun.due_times.get(str(number))
            return given if given is not None else _next_weekday(begun.began, rung.time)


def _next_weekday(after: datetime, clock: str) -> datetime:
    """The next weekday at `clock`, in UTC: zones and holidays are files, and a host that has read them says so
    in `Started.due_times`."""
    hours, _, minutes = (clock or "09:00").partition(":")
    day = after.astimezone(UTC).date() + timedelta(days=1)
    while day.weekday() >= _WEEKEND:
        day += timedelta(days=1)
    return datetime.combine(day, time(int(hours), int(minutes or 0)), tzinfo=UTC)


def fulfil(turn: Turn, to: tuple[str, ...]) -> None:
    """The playbook told `to` itself: the first rung that was to tell one of them no longer has to.

    `again after … without progress` does: that somebody was told is no progress.
    """
    rungs = policy_rungs(turn)
    for number, rung in enumerate(turn.clocks.rungs):
        if rung.fired or rung.fulfilled or rungs[number].when == "again after":
            continue
        if not set(to) & set(contacts_of(rungs, number)):
            continue
        turn.stop_timer(rung.timer)
        set_rung(turn, number, replace(rung, fulfilled=True, held=False, timer=0))
        start_again_after(turn, number)
        return


def start_again_after(turn: Turn, number: int) -> None:
    """Rung `number` has told its people: an `again after` behind it begins to count."""
    rungs = policy_rungs(turn)
    following = number + 1
    if following >= len(rungs) or rungs[following].when != "again after":
        return
    rung = turn.clocks.rungs[following]
    if rung.timer or turn.clocks.over:
        return
    timer = turn.start_timer("escalation", turn.now + rungs[following].after, about=following)
    set_rung(turn, following, replace(rung, timer=timer))


def set_rung(turn: Turn, number: int, rung: Rung) -> None:
    """Put the rung back changed."""
    known = turn.clocks.rungs
    turn.clocks = replace(turn.clocks, rungs=(*known[:number], rung, *known[number + 1 :]))


def still_to_tell(turn: Turn) -> bool:
    """Whether a rung that has told nobody yet will do so by itself."""
    clocks = turn.clocks
    if clocks.over or clocks.acknowledged:
        return False
    return any(one.timer and not one.fired and not one.fulfilled for one in clocks.rungs)
