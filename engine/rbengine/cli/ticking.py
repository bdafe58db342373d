"""What is due of all open runs: taken up by nobody in particular, once a minute."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.identity import refuse_stranger
from rbengine.cli.journals import Journal, begun_by, in_words, journals
from rbengine.cli.kept_running import go_on
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.host.journal import JournalStore, OwnedError, RunRecord, Waiting
from rbengine.host.processes import may_live
from rbengine.host.taking_up import taken_up_in_vain
from rbengine.host.waiting import waiting_unparked
from rbengine.report.durations import coarse

_LATE = timedelta(minutes=1)
"""A process that drives a run lets its clocks go off within a second; one that is so late is gone, or hangs."""

_MOMENT = 3.0
"""Seconds that a process gets for that which has only just taken the run up."""

_IN_VAIN = 3
"""So often a run is taken up that kills its process each time: whoever tries on for good may harm the machine."""


class Look(NamedTuple):
    """What is to be done about an open run."""

    is_due: bool
    told: str = ""
    """What a person should know who could do more than `tick` does."""
    failed: bool = False
    """Whether a clock is due that only a person can let go off."""
    suspect: bool = False
    """Whether its process may only just have taken it up."""


def tick() -> int:
    """Take up every run with something due that nobody drives; 0 unless one of them could not be taken up."""
    output = Output()
    with Ground.here(output) as ground, in_words(), journals(ground.project) as (opened, refused):
        code, now = exit_codes.OK, datetime.now(UTC)
        due: list[tuple[Journal, RunRecord]] = []
        suspects: list[tuple[Journal, RunRecord]] = []
        for store, record in [(one, run) for one in opened for run in one.runs()]:
            try:
                with in_words():
                    found = look(store, record, now)
            except UsageError as problem:
                code = _refused(output, record, problem)
                continue
            if found.suspect:
                suspects.append((store, record))
                continue
            if found.is_due:
                due.append((store, record))
            code = _told(output, record, found) or code
        for store, record in sorted(due, key=_order):
            output.row(f"{record.run}  {record.runbook}")
            try:
                refuse_stranger(ground.project, begun_by(store, record.run))
                go_on(ground, store, record, at_hand=False)
            except UsageError as problem:
                if isinstance(problem.__cause__, OwnedError):
                    continue  # somebody was faster
                # One that cannot go on keeps nobody else waiting.
                output.rows(problem.lines())
                code = exit_codes.PROBLEMS
        code = _looked_again(output, suspects) or code
        for one in refused:
            raise one
    return code


def look(store: JournalStore, record: RunRecord, now: datetime) -> Look:
    """Whether something of this run is due, and who does it. Raises JournalError.

    That its process was killed makes nothing due: whoever killed it may have meant to stop it, and whoever sat there
    may be about to go on with it. Its clocks are due as if it were parked; that of a simulated company stands still.
    """
    if record.outcome or record.is_cut:
        return Look(is_due=False)
    if record.waiting is not None:
        return Look(_has_come(record.waiting, now) or bool(store.inbox(record.run)))
    left = waiting_unparked(store, record)
    if record.owner is not None and may_live(record.owner):
        return Look(is_due=False, suspect=left is not None and _has_come(left, now - _LATE))
    resume = f"`rbengine resume {record.run}`"
    due = left is None or _has_come(left, now) or bool(store.inbox(record.run))
    if record.contested:
        told = "it was taken from a process that may still act, and nobody went on with it"
        return Look(is_due=False, told=f"{told}: {resume}", failed=due)
    if left is not None and not due:
        return Look(is_due=False, told=f"its process is gone; {_next(left, now)}{resume}")
    if taken_up_in_vain(store, record.run) >= _IN_VAIN:
        told = f"its process was killed {_IN_VAIN} times before it got any further"
        return Look(is_due=False, told=f"{told}: {resume}", failed=True)
    return Look(is_due=True)


def _has_come(waiting: Waiting, now: datetime) -> bool:
    return waiting.deadline is not None and waiting.deadline <= now - waiting.behind


def _next(waiting: Waiting, now: datetime) -> str:
    if waiting.deadline is None:
        return "no clock of it is running: "
    return f"taken up when its next clock is due, in {coarse(waiting.deadline - now)}, or now by "


def _order(one: tuple[Journal, RunRecord]) -> tuple[bool, int]:
    """One that kills each process that drives it comes last, and last of those the one that killed most."""
    _, record = one
    return record.waiting is None, record.epoch if record.waiting is None else 0


def _looked_again(output: Output, suspects: Sequence[tuple[Journal, RunRecord]]) -> int:
    """Tell of processes that let clocks pass; those that have written a line meanwhile had just begun."""
    code = exit_codes.OK
    if suspects:
        time.sleep(_MOMENT)
    for store, before in suspects:
        record = store.record(before.run)
        if (record.epoch, record.last, record.owner) != (before.epoch, before.last, before.owner):
            continue
        told = (
            f"{record.owner} drives it, and lets its clocks pass: where that process is gone, or hangs, "
            f"`rbengine resume {record.run} --take-over`"
        )
        code = _told(output, record, Look(is_due=False, told=told, failed=True))
    return code


def _told(output: Output, record: RunRecord, found: Look) -> int:
    if found.told:
        output.row(f"{record.run}  {record.runbook}  {found.told}")
    return exit_codes.PROBLEMS if found.failed else exit_codes.OK


def _refused(output: Output, record: RunRecord, problem: UsageError) -> int:
    output.row(f"{record.run}  {record.runbook}")
    output.rows(problem.lines())
    return exit_codes.PROBLEMS
