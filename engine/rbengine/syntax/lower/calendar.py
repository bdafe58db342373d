# ruff: noqa: ARG001  # every builder takes the same three things
"""Rhythms and tasks."""

from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.clauses import covers, readable
from rbengine.syntax.lower.expressions import whole_number
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.policy import clock_time, titled_head
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import calendar as c
from rbengine.syntax.nodes.base import Name

_Rhythm = tuple[str, Name | None, int | None]


def _every(every: str) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> _Rhythm:
        weekday = lowering.name(parts[0]) if every == "weekly" else None
        day = whole_number(lowering, parts[0]) if every == "monthly" else None
        return every, weekday, day

    return build


def _roles(lowering: Lowering, parts: Parts, span: Span) -> tuple[Name, ...]:
    return lowering.names(parts)


def _rhythm(lowering: Lowering, parts: Parts, span: Span) -> c.Rhythm:
    (every, weekday, day), time, by, *tasks = parts
    return lowering.make(
        c.Rhythm,
        span,
        every=every,
        weekday=weekday,
        day=day,
        time=clock_time(lowering, time),
        by=by,
        tasks=tuple(readable(tasks)),
    )


def _task(lowering: Lowering, parts: Parts, span: Span) -> c.Task:
    label, *places, body = parts
    return lowering.make(
        c.Task,
        span,
        label=template(lowering, label),
        covers=covers(lowering, places),
        body=body or (),
    )


BUILDERS = {
    "calendar_head": titled_head,
    "rhythm": _rhythm,
    "daily": _every("daily"),
    "weekly": _every("weekly"),
    "monthly": _every("monthly"),
    "rhythm_roles": _roles,
    "task": _task,
}
