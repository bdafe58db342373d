"""The calendar of a day, and what became of its tasks, in rows."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from rbengine.report.text import cut, visible, wrap
from rbengine.workspace.maintenance import DueRhythm

_INDENT = " " * 8
_BELOW = " " * 10

State = Literal["done", "open", "failed"]


class TaskResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one task."""

    label: str
    state: State
    lines: tuple[str, ...] = ()
    """What it noted, why it failed, what people still have to do."""


def heading(day: date, zone: str, holiday: str, *, business: bool) -> str:
    """`Friday 2026-12-25, Europe/Rome: Christmas Day, no business day`."""
    shown = f"{day:%A} {day.isoformat()}, {zone}"
    if business:
        return shown
    return f"{shown}: {holiday}, no business day" if holiday else f"{shown}: no business day"


def due_rows(due: Sequence[DueRhythm], later: Sequence[tuple[DueRhythm, date]]) -> Iterator[str]:
    """What is due with its tasks, then when the rest comes; a blank row before each."""
    for rhythm in due:
        yield ""
        yield f"{rhythm.title} for {' or '.join(rhythm.by)}"
        yield from (f"{_INDENT}{visible(task.label)}" for task in rhythm.tasks)
    if not due:
        yield ""
        yield "nothing is due"
    if later:
        yield ""
    for rhythm, day in later:
        count = len(rhythm.tasks)
        tasks = "1 task" if count == 1 else f"{count} tasks"
        yield f"next    {day.isoformat()}  {rhythm.title}: {tasks} for {' or '.join(rhythm.by)}"


def result_rows(results: Sequence[TaskResult], width: int) -> Iterator[str]:
    """One task after the other, with what it came to."""
    for one in results:
        yield f"{one.state:>6}  {cut(visible(one.label), width - len(_INDENT))}"
        for line in one.lines:
            for row in wrap(visible(line), width - len(_BELOW)):
                yield f"{_BELOW}{row}"


def sum_row(results: Sequence[TaskResult]) -> str:
    """`4 tasks: 2 done, 1 open, 1 failed`."""
    states: tuple[State, ...] = ("done", "open", "failed")
    counts = [(state, sum(one.state == state for one in results)) for state in states]
    told = ", ".join(f"{count} {state}" for state, count in counts if count)
    return f"{len(results)} {'task' if len(results) == 1 else 'tasks'}: {told}"
