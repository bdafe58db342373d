"""6xx: what a change owes to those who approve it, and to those who have to take it back."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label
from rbengine.semantics.problems.base import Problem, diagnostic
from rbengine.source import Span


class NoExpectation(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E601")
    kind: str


class NoWayBack(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E602")
    reason: str


class TwoWaysBack(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E603")
    first: Span


class EmptyReason(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E604")
    word: str


class EveryRow(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E605")
    kind: str
    always_true: bool


class NotInTransaction(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E606")


class RepeatedEffect(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E611")
    operation: str
    retry: Span


class ToldUnchecked(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E612")
    operation: str


class ToldTooEarly(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W613")
    operation: str
    later: Span


class EmptinessOfLossyList(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W614")
    name: str
    operation: str


DutyProblem = (
    NoExpectation | NoWayBack | TwoWaysBack | EmptyReason | EveryRow | NotInTransaction | RepeatedEffect
    | ToldUnchecked | ToldTooEarly | EmptinessOfLossyList
)  # fmt: skip


def describe(problem: DutyProblem) -> Diagnostic:
    """The words."""
    match problem:
        case NoExpectation(kind=kind):
            return diagnostic(
                problem,
                f"this {kind.upper()} does not say how many rows it touches",
                "how many?",
                why="a statement that touches more rows than meant is stopped before it is done",
                help="add `expect 1 row`, `at most N rows`, `at least N rows` or `any number of rows` below it",
            )
        case NoWayBack(reason=reason):
            return diagnostic(
                problem,
                f"this change cannot be taken back by itself: {reason}",
                "and if it was wrong?",
                why="who approves a change must know the way back",
                help='add `undo` with what takes it back, or `irreversible "why"`',
            )
        case TwoWaysBack(first=first):
            return diagnostic(
                problem,
                "a change has one way back",
                "again here",
                secondary=(Label(problem.file, first, "first here"),),
                help="write either one `undo` or one `irreversible`",
            )
        case EmptyReason(word=word):
            return diagnostic(
                problem,
                f"`{word}` needs a reason",
                "says nothing",
                why="whoever approves or reviews it reads the reason",
                help="say why",
            )
        case EveryRow(kind=kind, always_true=always_true):
            return diagnostic(
                problem,
                (
                    f"the WHERE of this {kind.upper()} is always true"
                    if always_true
                    else f"this {kind.upper()} has no WHERE: it touches every row"
                ),
                "every row",
                help="say which rows; if all are meant, write `undo` and `approve by` beside it",
            )
        case NotInTransaction():
            return diagnostic(
                problem,
                "PostgreSQL cannot do this inside a transaction, and the statements of a change are one",
                "needs a change of its own",
                help="give it its own `change`",
            )
        case RepeatedEffect(operation=operation, retry=retry):
            return diagnostic(
                problem,
                f"`{operation}` is not the same done twice, and takes no key that would tell",
                "would be repeated",
                secondary=(Label(problem.file, retry, "repeated by this"),),
                help="put it into a step without `retry`",
            )
        case ToldUnchecked(operation=operation):
            return diagnostic(
                problem,
                f"`{operation}` tells many people, and nothing has confirmed it",
                "depends on nothing",
                why="a message to many cannot be called back",
                help='put `check …` or `approve "…" by …` before it, or move it to `recover`',
            )
        case ToldTooEarly(operation=operation, later=later):
            return diagnostic(
                problem,
                f"`{operation}` tells people before the work is done",
                "told here",
                secondary=(Label(problem.file, later, "this may still fail"),),
                why="who was told that all is well should not be told again that it is not",
                help="tell them in `recover`, after `verify` has passed",
            )
        case EmptinessOfLossyList(name=name, operation=operation):
            return diagnostic(
                problem,
                f"`{name}` may miss entries, so that it is empty proves nothing",
                "concluded from emptiness",
                notes=(f"`{operation}` may lose entries",),
                help="conclude only from what is there",
            )
        case _:
            assert_never(problem)
