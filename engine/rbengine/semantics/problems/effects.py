"""E301 to E305: acting where one may only read, and the other way round."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic
from rbengine.semantics.problems.base import Problem, diagnostic

_WHY_READING = "a part that only reads may run at any moment, by anyone, on production, unattended"


class ActsWhereReading(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E301")
    what: str
    """``operation `email.send` ``, `a change`."""
    effect: str
    """`changes something`, `tells people`, `asks a person`."""
    place: str


class ActsTogether(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E302")
    what: str
    effect: str
    place: str


class ChangesWithoutPlan(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E303")
    operation: str


class ChangeOfNothing(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E304")
    operation: str
    effect: str


class MixedChange(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E305")
    reason: str


EffectProblem = ActsWhereReading | ActsTogether | ChangesWithoutPlan | ChangeOfNothing | MixedChange


def describe(problem: EffectProblem) -> Diagnostic:
    """The words."""
    match problem:
        case ActsWhereReading(what=what, effect=effect, place="`on breach`"):
            return diagnostic(
                problem,
                f"{what} {effect}, but `on breach` may only tell people",
                effect,
                why="it runs beside the work, at a moment nobody chose",
                help="use `escalate`, and act in a `resolve`",
            )
        case ActsWhereReading(what=what, effect=effect, place="a task of a calendar"):
            return diagnostic(
                problem,
                f"{what} {effect}, but a task of a calendar may only read and ask",
                effect,
                why="it comes by the clock: nobody has approved it, and nobody could take it back",
                help="have a person do it, with `manual`, or write a runbook for it",
            )
        case ActsWhereReading(what=what, effect=effect, place=place):
            return diagnostic(
                problem,
                f"{what} {effect}, but {place} may only read",
                effect,
                why=_WHY_READING,
                help="move it to a `resolve` or to `recover`",
            )
        case ActsTogether(what=what, effect=effect, place=place):
            return diagnostic(
                problem,
                f"{what} {effect} inside {place}",
                effect,
                why="two that act at once cannot be approved, ordered or taken back one by one",
                help="do it after the part that runs together",
            )
        case ChangesWithoutPlan(operation=operation):
            return diagnostic(
                problem,
                f"`{operation}` changes something, so it stands inside a `change`",
                "outside of a change",
                why="a change is shown and approved before it is done, and can be taken back",
                help='put it into `change "what will be done"` with `undo` or `irreversible`',
            )
        case ChangeOfNothing(operation=operation, effect=effect):
            return diagnostic(
                problem,
                f"`{operation}` changes nothing: it {effect}",
                "not a change",
                help="take it out of the `change`",
            )
        case MixedChange(reason=reason):
            return diagnostic(
                problem,
                f"this change {reason}",
                "one change is one thing",
                why="it is approved, done and taken back as a whole",
                help="write one `change` for each",
            )
        case _:
            assert_never(problem)
