"""66x: worlds and rehearsals that do not fit their runbook."""

from typing import ClassVar, Literal, assert_never

from rbengine.contract.types import Type, show
from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean, nearest
from rbengine.semantics.problems.base import Problem, diagnostic, listed, replacing
from rbengine.source import Span

Labelled = Literal["change", "question", "change or step"]
"""What a scenario names by its label."""

Scene = Literal["world", "scenario"]


class UnknownFinding(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E660")
    name: str
    runbook: str
    offered: tuple[str, ...]


class UnknownLabel(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E661")
    what: Labelled
    text: str
    runbook: str
    offered: tuple[str, ...]


class UnknownColumn(Problem, frozen=True, kw_only=True):
    """A table, or a column of one, that the schema lacks."""

    code: ClassVar[Code] = Code("E662")
    table: str
    column: str
    """Empty where the table itself is unknown."""
    schema: str
    offered: tuple[str, ...]


class WrongCell(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E663")
    text: str
    column: str
    type: Type
    form: str
    """What such a cell looks like."""


class MissingInput(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E664")
    world: str
    missing: tuple[str, ...]


class UnknownScene(Problem, frozen=True, kw_only=True):
    """A world or scenario that the file does not have."""

    code: ClassVar[Code] = Code("E665")
    what: Scene
    name: str
    offered: tuple[str, ...]


class UnknownPerson(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E666")
    name: str
    offered: tuple[str, ...]


class WrongFault(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E667")
    reason: str
    name: str = ""
    offered: tuple[str, ...] = ()
    help: str | None = None


class NeverAnswered(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W668")
    text: str
    by: tuple[str, ...]
    yes_or_no: bool
    scenarios: Span
    scenarios_file: str


class NoRowsToRead(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E677")
    operation: str
    effect: str
    result: Type


class SceneTwice(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E669")
    what: str
    first: Span


ScenarioProblem = (
    UnknownFinding | UnknownLabel | UnknownColumn | WrongCell | MissingInput | UnknownScene | UnknownPerson
    | WrongFault | NeverAnswered | NoRowsToRead | SceneTwice
)  # fmt: skip


_NONE_THERE = "there is none: write it first, or take this line out"


def describe(problem: ScenarioProblem) -> Diagnostic:
    """The words."""
    match problem:
        case UnknownFinding(name=name, offered=offered):
            return _unknown(
                problem,
                f"there is no finding `{name}` in {problem.runbook}",
                "unknown finding",
                name,
                offered,
            )
        case UnknownLabel(text=text, offered=offered):
            suggestion = did_you_mean(text, offered)
            return diagnostic(
                problem,
                f'there is no {problem.what} "{text}" in {problem.runbook}',
                f"no {problem.what} of that label",
                notes=(f"it has {_quoted(offered)}",) if offered and not suggestion else (),
                help=suggestion or (None if offered else _NONE_THERE),
            )
        case UnknownColumn(table=table, column="", offered=offered):
            return diagnostic(
                problem,
                f"there is no table `{table}`",
                "unknown table",
                notes=(f"checked against {problem.schema}",),
                help=did_you_mean(table, offered),
            )
        case UnknownColumn(table=table, column=column, offered=offered):
            suggestion = did_you_mean(column, offered)
            note = f"checked against {problem.schema}"
            return diagnostic(
                problem,
                f"the table `{table}` has no column `{column}`",
                "unknown column",
                notes=(note,) if suggestion else (note, f"it has {listed(offered)}"),
                help=suggestion,
                fixes=replacing(problem, nearest(column, offered)),
            )
        case WrongCell(text=text, column=column, type=type_, form=form):
            return diagnostic(
                problem,
                f"`{text}` cannot stand in the column `{column}`",
                f"not {show(type_)}",
                help=did_you_mean(text, getattr(type_, "values", ())) or form,
            )
        case MissingInput(world=world, missing=missing):
            return diagnostic(
                problem,
                f"the world `{world}` gives no {listed(missing)}",
                "an input is missing",
                why="a rehearsal gets the runbook's inputs from its world",
                help=f"add a line `{missing[0]} = …`",
            )
        case UnknownScene(what=what, name=name, offered=offered):
            return _unknown(
                problem,
                f"there is no {what} `{name}` in this file",
                f"unknown {what}",
                name,
                offered,
            )
        case UnknownPerson(name=name, offered=offered):
            return _unknown(
                problem,
                f"the policy has no contact or role `{name}`",
                "nobody of that name",
                name,
                offered,
            )
        case WrongFault(reason=reason, name=name, offered=offered):
            suggestion = problem.help or (did_you_mean(name, offered) if name else None)
            return diagnostic(
                problem,
                reason,
                notes=() if suggestion or not offered else (f"there are {listed(offered)}",),
                help=suggestion or (None if offered else "take this fault out"),
            )
        case NeverAnswered(text=text, by=by, yes_or_no=yes_or_no):
            says = f'approves "{text}"' if yes_or_no else f'answers "{text}" with …'
            return diagnostic(
                problem,
                "no scenario answers this question",
                "never answered in a rehearsal",
                secondary=(
                    Label(problem.scenarios_file, problem.scenarios, "none of these scenarios"),
                ),
                why="what comes after the answer is never rehearsed",
                help=f"add `person {by[0] if by else 'on_call'} {says}` to a world or scenario",
            )
        case NoRowsToRead(operation=operation, effect="observe", result=result):
            return diagnostic(
                problem,
                f"`{operation}` reads no rows",
                f"it reads {show(result)}",
                why="rows are compared by the fields of what is read",
                help="look at what it reads in the playbook, where it can be compared",
            )
        case NoRowsToRead(operation=operation):
            return diagnostic(
                problem,
                f"`{operation}` does not only look",
                "it would be done when the run is over",
                why="an expectation changes nothing",
                help=f"write `expect called {operation}(…)`, or what looks at it",
            )
        case SceneTwice(what=what, first=first):
            return diagnostic(
                problem,
                f"{what} is said twice",
                "said again here",
                secondary=(Label(problem.file, first, "first here"),),
                help="keep one of the two, or give one another name",
            )
        case _:
            assert_never(problem)


def _unknown(
    problem: Problem, message: str, label: str, name: str, offered: tuple[str, ...]
) -> Diagnostic:
    suggestion = did_you_mean(name, offered)
    return diagnostic(
        problem,
        message,
        label,
        notes=() if suggestion or not offered else (f"there are {listed(offered)}",),
        help=suggestion or (None if offered else _NONE_THERE),
        fixes=replacing(problem, nearest(name, offered)),
    )


def _quoted(labels: tuple[str, ...]) -> str:
    shown = ", ".join(f'"{one}"' for one in labels[:4])
    return shown if len(labels) <= 4 else f"{shown} and {len(labels) - 4} more"
