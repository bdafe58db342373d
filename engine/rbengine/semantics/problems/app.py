"""67x: an app that says two things at once, or something that cannot be."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label
from rbengine.semantics.problems.base import Problem, diagnostic
from rbengine.source import Span

_WHY_OBSERVING = "a function that observes may be called outside a change, by anyone, at any moment"


class AppSaysTwice(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E670")
    what: str
    first: Span


class UnknownVendor(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E671")
    name: str


class UnknownEvent(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E672")
    vendor: str
    event: str


class EventsDiffer(Problem, frozen=True, kw_only=True):
    """Events of one handler that carry different things."""

    code: ClassVar[Code] = Code("E673")
    first: Span
    first_event: str
    event: str


class ChangesWhatItObserves(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E674")
    function: str
    promise: Span | None
    """Where the app itself says that it observes; None where a library does, and the app says that it changes."""


class NotInAnApp(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E675")
    statement: str


class NeverEnds(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W676")
    what: str


AppProblem = (
    AppSaysTwice | UnknownVendor | UnknownEvent | EventsDiffer | ChangesWhatItObserves | NotInAnApp | NeverEnds
)  # fmt: skip


def describe(problem: AppProblem) -> Diagnostic:
    """The words."""
    match problem:
        case AppSaysTwice(what=what, first=first):
            return diagnostic(
                problem,
                f"the app says {what} twice",
                "said again here",
                secondary=(Label(problem.file, first, "first here"),),
                help="keep one of the two",
            )
        case UnknownVendor(name=name):
            return diagnostic(
                problem,
                f"there is no adapter `{name}`",
                "nobody sends such events",
                help="write the name of an adapter that is installed, or install the package that brings it",
            )
        case UnknownEvent(vendor=vendor, event=event):
            return diagnostic(
                problem,
                f"the adapter `{vendor}` does not know what `{event}` carries",
                "unknown event",
                help="write the type as the vendor sends it, like `thing.happened`",
            )
        case EventsDiffer(first=first, event=event, first_event=first_event):
            return diagnostic(
                problem,
                f"`{event}` carries something else than `{first_event}`",
                "another kind of object",
                secondary=(Label(problem.file, first, "the first one"),),
                help="write a handler for each",
            )
        case ChangesWhatItObserves():
            return _observed(problem)
        case NotInAnApp(statement=statement):
            return diagnostic(
                problem,
                f"`{statement}` has no place in an app",
                "not in an app",
                why="an app has no people, no plan and no steps: it is a program at work",
                help=f"take `{statement}` out; what is for people stands in a runbook",
            )
        case NeverEnds(what=what):
            return diagnostic(
                problem,
                f"{what} never answers",
                "no `answer`",
                help="end it with `answer 200` or `answer {name: value}`",
            )
        case _:
            assert_never(problem)


def _observed(problem: ChangesWhatItObserves) -> Diagnostic:
    function, promise = problem.function, problem.promise
    if promise is None:
        return diagnostic(
            problem,
            f'the app says that "{function}" changes something',
            "only observes?",
            why=_WHY_OBSERVING,
            help="take this line out, or correct the app",
        )
    return diagnostic(
        problem,
        f'"{function}" changes something, although it only observes',
        "a change",
        secondary=(Label(problem.file, promise, "observes"),),
        why=_WHY_OBSERVING,
        help="write `changes` instead of `observes`",
    )
