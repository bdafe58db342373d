"""43x: time that may run out."""

from datetime import timedelta
from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label
from rbengine.semantics.problems.base import Problem, diagnostic, listed
from rbengine.source import Span


class SlowPath(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W430")
    path: str
    """`` `diagnose`, `resolve webhook_missed` and `verify` ``: the longest."""
    others: tuple[str, ...]
    """Other parts whose paths are too long for the same reason."""
    worst: timedelta
    longest: timedelta
    mttr: timedelta
    mttr_span: Span
    unwritten: bool = False
    """Whether the longest part is a wait for a time that does not stand there."""


class PeopleBeforeEscalation(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W431")
    most: timedelta
    first: timedelta
    severity: str
    severity_span: Span


TimingProblem = SlowPath | PeopleBeforeEscalation


def describe(problem: TimingProblem) -> Diagnostic:
    """The words."""
    match problem:
        case SlowPath():
            return _slow(problem)
        case PeopleBeforeEscalation(most=most, first=first, severity=severity):
            return diagnostic(
                problem,
                f"people may be waited for until {shown(most)} after the start, and severity {severity} "
                f"escalates after {shown(first)}",
                "nobody is told before",
                secondary=(Label(problem.file, problem.severity_span, "this severity"),),
                why="while one person does not answer, the others should know",
                help='`escalate "…"` before it, ask for a shorter time, or accept it with `allow W431 "why"`',
            )
        case _:
            assert_never(problem)


def _slow(problem: SlowPath) -> Diagnostic:
    return diagnostic(
        problem,
        f"at worst, {problem.path} take {shown(problem.worst)}, and the mttr is {shown(problem.mttr)}",
        f"up to {shown(problem.longest)} of it",
        secondary=(Label(problem.file, problem.mttr_span, "this is the time there is"),),
        notes=(
            *((f"too long with {listed(problem.others)} as well",) if problem.others else ()),
            "counted are timeouts, retries, polling and waits, not the time of people",
        ),
        help=(
            "say before it how long it can be, like `check pause <= 10m`"
            if problem.unwritten
            else "shorten it"
        )
        + ', or accept it with `allow W430 "why"` on the line above',
    )


def shown(time: timedelta) -> str:
    """`1h 5m`, `90s` as `1m 30s`."""
    seconds = int(time.total_seconds())
    parts = (
        (seconds // 86_400, "d"),
        (seconds // 3600 % 24, "h"),
        (seconds // 60 % 60, "m"),
        (seconds % 60, "s"),
    )
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0s"
