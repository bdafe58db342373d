"""68x: files of a project that do not fit together."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label
from rbengine.semantics.problems.base import Problem, diagnostic
from rbengine.source import Span


class OnlyOnce(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E680")
    what: str
    first_file: str
    first: Span


class WithoutRunbook(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E681")
    name: str
    expected: str
    """The path where its runbook should be; empty for a file that is in no folder `scenarios`."""
    there: str = ""
    """The runbook that is there instead."""
    begins_otherwise: bool = False
    """A file is there, and it is no runbook."""


class UnusedPart(Problem, frozen=True, kw_only=True):
    """A part of a library that no file of the project mentions."""

    code: ClassVar[Code] = Code("W682")
    what: str
    name: str


class OpenQuestion(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W684")
    asked: str


ProjectProblem = OnlyOnce | WithoutRunbook | UnusedPart | OpenQuestion


def describe(problem: ProjectProblem) -> Diagnostic:
    """The words."""
    match problem:
        case OnlyOnce(what=what, first_file=first_file, first=first):
            return diagnostic(
                problem,
                f"{what} stands in two files",
                "again here",
                secondary=(Label(first_file, first, "first here"),),
                help="keep one of them, or give this one another name",
            )
        case WithoutRunbook(name=name, expected=expected, there=there) if there:
            return diagnostic(
                problem,
                f"these are scenarios for {name}, and `{expected}` is {there}",
                "another runbook",
                why="scenarios rehearse the runbook of the same file name, in the folder above",
                help=f"write `scenarios for {there}`, or move the file",
            )
        case WithoutRunbook(name=name, expected=expected, begins_otherwise=begins_otherwise):
            return diagnostic(
                problem,
                f"the runbook {name} that is to be rehearsed is not where it should be",
                "no runbook for these scenarios",
                help=f"begin `{expected}` with `runbook {name}`: its first word is another"
                if begins_otherwise
                else f"put it into `{expected}`"
                if expected
                else "put this file into the folder `scenarios` beside its runbook",
            )
        case UnusedPart(what=what, name=name):
            return diagnostic(
                problem,
                f"no file of the project uses {what} `{name}`",
                "unused",
                help="use it, or take it out",
            )
        case OpenQuestion(asked=asked):
            return diagnostic(
                problem,
                f"open question: {asked}" if asked else "an open question without words",
                "nobody has answered this yet",
                help="write the answer into the playbook, then take this line out",
            )
        case _:
            assert_never(problem)
