"""683 and on: rhythms of a calendar that come less often than they say."""

from typing import ClassVar

from rbengine.diagnostics import Code, Diagnostic
from rbengine.semantics.problems.base import Problem, diagnostic


class NotInEveryMonth(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W683")
    day: int


def describe(problem: NotInEveryMonth) -> Diagnostic:
    """The words."""
    return diagnostic(
        problem,
        f"not every month has a day {problem.day}",
        "not every month",
        why="in a month without it these tasks are left out, and nobody is told",
        help='choose a day from 1 to 28, or accept it with `allow W683 "why"` on the line above',
    )
