"""The list of kept runs: what each waits for, and its clocks."""

import json as json_lines
from collections.abc import Sequence
from datetime import UTC, datetime

from rbengine.cli import exit_codes
from rbengine.cli.ground import Ground
from rbengine.cli.journals import journal
from rbengine.cli.output import Output
from rbengine.host.journal import RunRecord
from rbengine.host.processes import may_live
from rbengine.host.waiting import BREACHED, MTTR
from rbengine.report.durations import coarse
from rbengine.report.text import cells, cut

_GAP = "  "
_HEAD = ("run", "runbook", "state", "clocks")


def list_runs(*, all_of_them: bool, json: bool) -> int:
    """Draw the list."""
    output = Output()
    now = datetime.now(UTC)
    with Ground.here(output) as ground, journal(ground.project) as store:
        kept = store.runs()
        runs = [one for one in kept if all_of_them or not one.outcome]
    if json:
        for one in runs:
            output.raw(_as_json(one, now) + "\n")
        return exit_codes.OK
    if not runs:
        output.row("no run is kept here" if all_of_them else "no run is open")
        output.rows(["", "rbengine runs --all"] if kept else [])
        return exit_codes.OK
    output.rows(_table([_row(one, now) for one in runs], output.width))
    first = next((one for one in runs if not one.outcome), runs[0])
    output.rows(["", f"rbengine show {first.run}"])
    return exit_codes.OK


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


def clocks_of(record: RunRecord, now: datetime) -> str:
    """`MTTR in 12m · tech_lead in 1h 52m`, nearest first; empty where nothing is known of them."""
    waiting = record.waiting
    if waiting is None or record.outcome:
        return ""
    there = now - waiting.behind
    ordered = sorted(waiting.clocks.items(), key=lambda one: (one[0] != MTTR, one[1]))
    return " · ".join(_clock(name, at, there) for name, at in ordered)


def _clock(name: str, at: datetime, now: datetime) -> str:
    if at > now:
        return f"{name} in {coarse(at - now)}"
    word = "" if name == BREACHED else " was due"
    return f"{name}{word} {coarse(now - at)} ago"


def _row(record: RunRecord, now: datetime) -> tuple[str, ...]:
    return record.run, record.runbook, state_of(record), clocks_of(record, now)


def _table(rows: Sequence[tuple[str, ...]], width: int) -> list[str]:
    whole = [_HEAD, *rows]
    widths = [max(cells(row[column]) for row in whole) for column in range(len(_HEAD) - 1)]
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
            drawn.append(" " * (widths[0] + widths[1] + 2 * len(_GAP)) + row[-1])
    return drawn


def _as_json(record: RunRecord, now: datetime) -> str:
    waiting = record.waiting
    behind = None if waiting is None else waiting.behind
    return json_lines.dumps(
        {
            "began": record.began.isoformat(),
            "clocks": {}
            if waiting is None or behind is None
            else {
                name: round((at - now + behind).total_seconds())
                for name, at in waiting.clocks.items()
            },
            "head": record.head,
            "incident": record.incident,
            "lines": record.last,
            "outcome": record.outcome,
            "run": record.run,
            "runbook": record.runbook,
            "state": state_of(record),
        },
        sort_keys=True,
        ensure_ascii=False,
    )
