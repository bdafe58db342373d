"""The escalation clock of a run, against the policy's words."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from rbengine.contract.policy import EscalationRung
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.worst_host import WorstHost


def escalation_is_on_time(host: WorstHost) -> None:
    """Each rung when it is due, whatever the run waits for; again where nothing moves, acknowledged or not."""
    over = _clock_ends(host)
    fired = [
        event.at
        for event, commands in zip(host.events, host.batches, strict=True)
        for one in commands
        if isinstance(one, co.Show)
        and isinstance(one.notice, no.Escalated)
        and one.notice.cause == "clock"
    ]
    began = host.events[0].at
    acknowledged = [one.at for one in host.events if isinstance(one, ev.Acknowledged)]
    told = _tells_by_itself(host)
    back = {one.at for one in host.events if isinstance(one, ev.Resumed)}
    severity = host.plan.policy.severity(host.plan.severity)
    assert severity is not None
    rungs = severity.rungs
    for rung in rungs:
        due = began + rung.after
        if rung.when != "again after" and due < over:
            excused = over in back or any(at <= due for at in (*acknowledged, *told))
            on_time = {due, *(at for at in back if at >= due)}  # or as soon as a process was there
            assert excused or on_time & set(fired), f"nobody was told after {rung.after}"
    if fired and any(one.when == "again after" for one in rungs):
        _again(host, rungs, fired, over)


def _again(
    host: WorstHost, rungs: tuple[EscalationRung, ...], fired: list[datetime], over: datetime
) -> None:
    pause = next(one.after for one in rungs if one.when == "again after")
    moved = [at for at in _moves(host) if at > fired[0]]
    points = sorted({fired[0], *moved, *fired, over})
    points = [one for one in points if fired[0] <= one <= over]
    for earlier, later in pairwise(points):
        gone = _away(host, earlier, later)
        assert later - earlier <= pause + gone, (
            f"nothing moved for {later - earlier}, and nobody was told"
        )


def _clock_ends(host: WorstHost) -> datetime:
    """When `verify` passed, or the run was over: no escalation is due behind it."""
    if host.proven is not None:
        return host.proven
    return next(
        event.at
        for event, commands in zip(host.events, host.batches, strict=True)
        if any(isinstance(one, co.Finish) for one in commands)
    )


def _tells_by_itself(host: WorstHost) -> list[datetime]:
    """When the playbook told somebody: that fulfils a rung."""
    return [
        event.at
        for event, commands in zip(host.events, host.batches, strict=True)
        for one in commands
        if isinstance(one, co.Show)
        and isinstance(one.notice, no.Escalated)
        and one.notice.cause in ("playbook", "breach")
    ]


def _moves(host: WorstHost) -> Iterator[datetime]:
    for event, commands in zip(host.events, host.batches, strict=True):
        if isinstance(event, ev.Acknowledged | ev.ChangeApplied | ev.Settled | ev.Answered) or any(
            isinstance(one, co.Show) and isinstance(one.notice, no.StepEntered | no.SectionEntered)
            for one in commands
        ):
            yield event.at


def _away(host: WorstHost, earlier: datetime, later: datetime) -> timedelta:
    """How long no process was there in between."""
    gone = timedelta(0)
    for before, one in pairwise(host.events):
        if isinstance(one, ev.Resumed) and earlier <= one.at <= later:
            gone += one.at - before.at
    return gone
