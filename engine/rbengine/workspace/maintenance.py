"""The tasks of a calendar, each as the small runbook that it is: so whatever runs runbooks runs them.

A task that comes due is a run of its own: one that fails or waits for a person keeps no other from being done.
"""

from typing import Literal

import msgspec

from rbengine.source import SourceFile
from rbengine.syntax.nodes import Calendar
from rbengine.syntax.nodes.calendar import Rhythm, Task
from rbengine.syntax.nodes.runbook import Use

Every = Literal["daily", "weekly", "monthly"]

_KINDS: dict[str, str] = {"daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY"}


class DueTask(msgspec.Struct, frozen=True, kw_only=True):
    """One task. `code` is that of its runbook (`WEEKLY-2`), counted in the order written."""

    code: str
    label: str
    runbook: str
    """The runbook's text; empty for a reminder that a person ticks off."""


class DueRhythm(msgspec.Struct, frozen=True, kw_only=True):
    """What comes together. `weekday` is `monday` … for a weekly one, `day` that of the month for a monthly one."""

    every: Every
    weekday: str
    day: int
    time: str
    by: tuple[str, ...]
    tasks: tuple[DueTask, ...]

    @property
    def title(self) -> str:
        """As it was written: `weekly on monday at 10:00`."""
        when = {"daily": "", "weekly": f" on {self.weekday}", "monthly": f" on day {self.day}"}
        return f"{self.every}{when[self.every]} at {self.time}"


def rhythms(calendar: Calendar, source: SourceFile, severity: str) -> tuple[DueRhythm, ...]:
    """All that a calendar without errors holds. `severity` is the one that its runs have."""
    uses = [
        f"use {', '.join(one.text for one in part.libraries)}"
        for part in calendar.parts
        if isinstance(part, Use)
    ]
    counts: dict[str, int] = {}
    return tuple(
        _rhythm(part, source, uses, severity, counts)
        for part in calendar.parts
        if isinstance(part, Rhythm)
    )


def _rhythm(
    node: Rhythm, source: SourceFile, uses: list[str], severity: str, counts: dict[str, int]
) -> DueRhythm:
    tasks: list[DueTask] = []
    for task in node.tasks:
        kind = _KINDS[node.every]
        counts[kind] = counts.get(kind, 0) + 1
        code = f"{kind}-{counts[kind]}"
        text = _runbook(code, task, source, uses, severity) if task.body else ""
        tasks.append(DueTask(code=code, label=task.label.plain, runbook=text))
    return DueRhythm(
        every=node.every,
        weekday="" if node.weekday is None else node.weekday.text,
        day=node.day or 0,
        time=node.time,
        by=tuple(one.text for one in node.by),
        tasks=tuple(tasks),
    )


def _runbook(code: str, task: Task, source: SourceFile, uses: list[str], severity: str) -> str:
    """Without findings `otherwise` runs, and the task is its only step: its lines stand as deep there as here."""
    label = source.slice(task.label.span)
    return "\n".join(
        [
            f"runbook {code} {label}",
            "",
            *([f"severity {severity}"] if severity else []),
            "mttr 7d",
            *uses,
            "",
            "diagnose",
            '  step "It is due"',
            '    note "the calendar says so"',
            "",
            "otherwise",
            f"  step {label}",
            *_body(task, source),
            "",
        ]
    )


def _body(task: Task, source: SourceFile) -> list[str]:
    """The lines below the task's own, as written: all that are deeper than it."""
    start = source.text.rfind("\n", 0, task.span.start) + 1
    first, *rest = source.text[start:].split("\n")
    depth = len(first) - len(first.lstrip())
    lines: list[str] = []
    for line in rest:
        if line.strip() and len(line) - len(line.lstrip()) <= depth:
            break
        lines.append(line)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines
