"""43x: time that may run out."""

from datetime import timedelta
from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label
from rbengine.semantics.problems.base import Problem, diagnostic, listed
from rbengine.semantics.route import Stretch, in_words
from rbengine.source import Span


class SlowPath(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W430")
    path: tuple[str, ...]
    """The sections of the longest, `diagnose`, `resolve webhook_missed`, `verify`."""
    route: tuple[Stretch, ...]
    """Its parts."""
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
    route: tuple[Stretch, ...]
    first: timedelta
    severity: str
    severity_span: Span


TimingProblem = SlowPath | PeopleBeforeEscalation


def describe(problem: TimingProblem) -> Diagnostic:
    """The words."""
    match problem:
        case SlowPath():
            return _slow(problem)
        case PeopleBeforeEscalation(most=most, first=first, severity=severity, route=route):
            return diagnostic(
                problem,
                f"people may be waited for until {shown(most)} after the start, and severity {severity} "
                f"escalates after {shown(first)}",
                "nobody is told before",
                secondary=(Label(problem.file, problem.severity_span, "this severity"),),
                why="while one person does not answer, the others should know",
                notes=(
                    _written(route),
                    "counted are questions, plans to approve, waits and polling, not the calls of the machine",
                ),
                help='`escalate "…"` before it, ask for a shorter time, or accept it with `allow W431 "why"`',
            )
        case _:
            assert_never(problem)


_TOGETHER = "all findings that hold are resolved, and before each after the first the diagnosis is read again"


def _slow(problem: SlowPath) -> Diagnostic:
    takes = "take" if len(problem.path) > 1 else "takes"
    resolved = [one for one in problem.path if one.startswith("resolve ")]
    return diagnostic(
        problem,
        f"at worst, {_joined(problem.path)} {takes} {shown(problem.worst)}, and the mttr is {shown(problem.mttr)}",
        f"up to {shown(problem.longest)} of it",
        secondary=(Label(problem.file, problem.mttr_span, "this is the time there is"),),
        notes=(
            _written(problem.route),
            *((_TOGETHER,) if len(resolved) > 1 else ()),
            *((f"too long with {listed(problem.others)} as well",) if problem.others else ()),
            "counted are timeouts, retries, lost answers, polling and waits, not the time of people",
        ),
        help=(
            "say before it how long it can be, like `check pause <= 10m`"
            if problem.unwritten
            else "shorten it"
        )
        + ', or accept it with `allow W430 "why"` on the line above',
    )


def _written(route: tuple[Stretch, ...]) -> str:
    """The way, a line for each part."""
    lines = (f"{'  ' * depth}{words}  {shown(time)}" for depth, words, time in in_words(route))
    return "\n".join(("the way that takes so long", *lines))


def _joined(names: tuple[str, ...]) -> str:
    """`` `a`, `b` and `c` ``."""
    quoted = [f"`{one}`" for one in names]
    return " and ".join((", ".join(quoted[:-1]), quoted[-1])) if len(quoted) > 1 else quoted[0]


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
