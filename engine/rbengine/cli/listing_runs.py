"""The list of kept runs: what each waits for, and its clocks."""

import json as json_lines
from collections.abc import Sequence
from datetime import UTC, datetime

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import Journal, in_words, journals, whole_names
from rbengine.cli.output import Output
from rbengine.facts.profiles import SIMULATED
from rbengine.host.errors import JournalError
from rbengine.host.journal import RunRecord, Waiting, order_of
from rbengine.host.processes import may_live
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.waiting import BREACHED, MTTR, waiting_unparked
from rbengine.report.durations import coarse
from rbengine.report.text import cells, cut

_GAP = "  "
_HEAD = ("run", "runbook", "profile", "state", "clocks")
_PROFILE = _HEAD.index("profile")


def list_runs(*, all_of_them: bool, json: bool) -> int:
    """Draw the list."""
    output = Output()
    now = datetime.now(UTC)
    with Ground.here(output) as ground, in_words(), journals(ground.project) as (opened, refused):
        kept = [(store, run) for store in opened for run in store.runs()]
        kept.sort(key=lambda one: order_of(one[1].run))
        runs = [one for one in kept if all_of_them or not one[1].outcome]
        if json:
            for store, run in runs:
                output.raw(_as_json(store, run, now) + "\n")
        elif runs:
            output.rows(_told(runs, whole_names(kept if all_of_them else runs), now, output.width))
        elif not refused:
            output.row("no run is kept here" if all_of_them else "no run is open")
            output.rows(["", "rbengine runs --all"] if kept else [])
        for one in refused:  # behind those that can be read
            raise one
    return exit_codes.OK


def _told(
    runs: Sequence[tuple[Journal, RunRecord]], names: Sequence[str], now: datetime, width: int
) -> list[str]:
    rows = [_row(name, store, run, now) for name, (store, run) in zip(names, runs, strict=True)]
    head: tuple[str, ...] = _HEAD
    if not any(
        run.profile for _, run in runs
    ):  # a column that says the same everywhere says nothing
        head, rows = _without_profile(head), [_without_profile(one) for one in rows]
    first = next((number for number, (_, run) in enumerate(runs) if not run.outcome), 0)
    return [*_table(head, rows, width), "", f"rbengine show {names[first]}"]


def _without_profile(row: tuple[str, ...]) -> tuple[str, ...]:
    return (*row[:_PROFILE], *row[_PROFILE + 1 :])


def state_of(record: RunRecord) -> str:
    """What it waits for, who drives it, or how it ended."""
    if record.forgotten:
        return f"{record.outcome}, forgotten"
    if record.outcome:
        return record.outcome
    if record.is_cut:
        return f"in doubt: damaged from line {record.damaged} on"
    if record.waiting is not None:
        return record.waiting.text
    if record.owner is not None and may_live(record.owner):
        return f"driven by {record.owner}"
    return "its process is gone: resume it"


def waits_for(store: SqliteStore, record: RunRecord) -> Waiting | None:
    """By which clocks a run waits that nobody drives, parked or not; None where nothing is known of them."""
    if record.outcome or record.is_cut:
        return None
    if record.owner is None or may_live(record.owner):
        return record.waiting
    try:
        return waiting_unparked(store, record)
    except JournalError:
        return None  # whoever takes it up is told why


def clocks_of(store: SqliteStore, record: RunRecord, now: datetime) -> str:
    """`MTTR in 12m · tech_lead in 1h 52m`, nearest first; empty where nothing is known of them."""
    waiting = waits_for(store, record)
    if waiting is None:
        return ""
    there = now - waiting.behind
    ordered = sorted(waiting.clocks.items(), key=lambda one: (one[0] != MTTR, one[1]))
    return " · ".join(_clock(name, at, there) for name, at in ordered)


def _clock(name: str, at: datetime, now: datetime) -> str:
    if at > now:
        return f"{name} in {coarse(at - now)}"
    word = "" if name == BREACHED else " was due"
    return f"{name}{word} {coarse(now - at)} ago"


def _row(name: str, store: Journal, record: RunRecord, now: datetime) -> tuple[str, ...]:
    where = "" if record.forgotten else record.profile or SIMULATED
    return name, record.runbook, where, state_of(record), clocks_of(store, record, now)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], width: int) -> list[str]:
    whole = [head, *rows]
    widths = [max(cells(row[column]) for row in whole) for column in range(len(head) - 1)]
    drawn = []
    for row in whole:
        parts = [text + " " * (size - cells(text)) for text, size in zip(row, widths, strict=False)]
        line = _GAP.join([*parts, row[-1]]).rstrip()
        if cells(line) <= width:
            drawn.append(line)
            continue
        # What does not fit stands below, under the state.
        drawn.append(cut(_GAP.join(parts).rstrip(), width))
        if row[-1]:
            drawn.append(" " * (sum(widths[:-1]) + (len(widths) - 1) * len(_GAP)) + row[-1])
    return drawn


def _as_json(store: Journal, record: RunRecord, now: datetime) -> str:
    waiting = waits_for(store, record)
    return json_lines.dumps(
        {
            "began": record.began.isoformat(),
            "clocks": {}
            if waiting is None
            else {
                name: round((at - now + waiting.behind).total_seconds())
                for name, at in waiting.clocks.items()
            },
            "head": record.head,
            "incident": record.incident,
            "journal": store.home.label,
            "lines": record.last,
            "outcome": record.outcome,
            "profile": record.profile,
            "run": record.run,
            "runbook": record.runbook,
            "state": state_of(record),
        },
        sort_keys=True,
        ensure_ascii=False,
    )
