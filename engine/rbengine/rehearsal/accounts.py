"""`not covered "why"` over decision points: those that no scenario passes, and need not.

A point is named as the coverage report writes it, which holds no line and no number of an instruction: the name stays
while the text around it changes.
"""

import re
from collections.abc import Collection, Iterator, Mapping

import msgspec

from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean
from rbengine.rehearsal.misses import COVERED, NO_POINT
from rbengine.rehearsal.points import Point, PointBook
from rbengine.source import Span
from rbengine.syntax.nodes import Scenarios
from rbengine.syntax.nodes.scenarios import NotCovered

_PLACE = re.compile(r"\S+:[0-9]+ +")
"""What the report writes before a point. It is no part of its name."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One point with why no scenario passes it, and the line that says so."""

    point: Point
    reason: str
    span: Span


class Accounts(msgspec.Struct, frozen=True, kw_only=True):
    """What the `not covered` of one scenarios file account for."""

    file: str
    accounts: tuple[Account, ...]
    problems: tuple[Diagnostic, ...]
    """Lines that name no point, or one that was named above."""

    @property
    def reasons(self) -> Mapping[Point, str]:
        """The points with their reasons, in the order of the runbook."""
        return {one.point: one.reason for one in sorted(self.accounts, key=lambda one: one.point)}

    def covered(self, passed: Collection[Point]) -> tuple[Diagnostic, ...]:
        """A problem for each point that is `passed` all the same, in the order of the lines."""
        return tuple(
            Diagnostic(
                code=COVERED,
                message="a scenario covers this point",
                primary=Label(self.file, one.span, "covered"),
                why="a reason that no longer holds keeps the next reader from looking",
                help="take this line out",
            )
            for one in self.accounts
            if one.point in passed
        )


def accounts_of(scenarios: Scenarios, file: str, book: PointBook) -> Accounts:
    """What `scenarios`, the text of `file`, account for of the points in `book`."""
    names = {one.what: one for one in sorted(book.points)}
    found: dict[Point, Account] = {}
    problems: list[Diagnostic] = []
    for name, span, reason in _lines(scenarios):
        point = names.get(name)
        if point is None:
            problems.append(_no_point(file, span, name, names))
        elif point in found:
            problems.append(_twice(file, span, found[point].span))
        else:
            found[point] = Account(point=point, reason=reason, span=span)
    return Accounts(file=file, accounts=tuple(found.values()), problems=tuple(problems))


def _lines(scenarios: Scenarios) -> Iterator[tuple[str, Span, str]]:
    for part in scenarios.parts:
        if isinstance(part, NotCovered):
            for point in part.points:
                yield point.text, point.span, part.reason.plain


def _no_point(file: str, span: Span, name: str, names: Mapping[str, Point]) -> Diagnostic:
    placed = _PLACE.match(name)
    suggestion = did_you_mean(name, names)
    if placed is not None and name[placed.end() :] in names:
        suggestion = f"write it without its place: {name[placed.end() :]}"
    return _problem(
        NO_POINT,
        file,
        span,
        "the runbook has no such decision point",
        "no point of that name",
        help=suggestion or "`rbengine simulate --coverage json` names them all",
    )


def _twice(file: str, span: Span, first: Span) -> Diagnostic:
    return _problem(
        NO_POINT,
        file,
        span,
        "this point is accounted for twice",
        "named again",
        help="keep one of the two lines",
        secondary=(Label(file, first, "first here"),),
    )


def _problem(
    code: Code,
    file: str,
    span: Span,
    message: str,
    label: str,
    *,
    help: str,  # noqa: A002 (the field's own name)
    secondary: tuple[Label, ...] = (),
) -> Diagnostic:
    return Diagnostic(
        code=code,
        message=message,
        primary=Label(file, span, label),
        secondary=secondary,
        why="what accounts for nothing leaves a point uncovered that was thought of",
        help=help,
    )
