"""E220 and on: the shape of a runbook, and what can never run."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean, nearest
from rbengine.semantics.problems.base import Problem, diagnostic, listed, replacing
from rbengine.source import Span


class UnknownFinding(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E220")
    name: str
    offered: tuple[str, ...]


class FindingWithoutResolve(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E221")
    name: str


class ResolvedTwice(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E222")
    name: str
    first: Span


class LabelTwice(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E223")
    label: str
    first: Span
    word: str


class UnknownSeverity(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E224")
    name: str
    offered: tuple[str, ...]


class SectionMissing(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E225")
    section: str
    why: str
    example: str


class SectionTwice(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E226")
    section: str
    first: Span


class NeverRuns(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E227")
    ended: Span


class NothingAbove(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E228")


class OutOfPlace(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E229")
    word: str
    place: str


class UnknownAllowance(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E230")
    name: str


class AllowanceOfNothing(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E231")
    name: str


class UnusedMessage(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W701")
    name: str


class UnusedInput(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W707")
    name: str


class UnusedBinding(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W708")
    name: str


class UnusedLibrary(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W702")
    name: str


class Recursion(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E235")
    path: tuple[str, ...]


class NotAPlace(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E233")
    place: str
    better: str | None


class PlaceTwice(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E234")
    place: str
    first: Span


class NotCovered(Problem, frozen=True, kw_only=True):
    """Values of an enum that no finding asks about, and `otherwise` does not either."""

    code: ClassVar[Code] = Code("W704")
    name: str
    left: tuple[str, ...]
    compared: Span


class NeverFailsSo(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W705")
    kind: str
    given: tuple[str, ...]


class FailureTakenBefore(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W706")
    kind: str
    first: Span


class LibraryCycle(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E232")
    path: tuple[str, ...]


class InTwoLibraries(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E236")
    what: str
    """`procedure`."""
    name: str
    first: str
    second: str


class CallInExpression(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E237")
    name: str


ShapeProblem = (
    CallInExpression |
    UnknownFinding | FindingWithoutResolve | ResolvedTwice | LabelTwice | UnknownSeverity | SectionMissing
    | SectionTwice | NeverRuns | NothingAbove | OutOfPlace | UnknownAllowance | AllowanceOfNothing | UnusedMessage
    | UnusedInput | UnusedBinding | UnusedLibrary | LibraryCycle | InTwoLibraries
    | Recursion | NotAPlace | PlaceTwice | NotCovered | NeverFailsSo | FailureTakenBefore
)  # fmt: skip


def describe(problem: ShapeProblem) -> Diagnostic:
    """The words."""
    match problem:
        case UnknownFinding(name=name, offered=offered):
            suggestion = did_you_mean(name, offered)
            return diagnostic(
                problem,
                f"there is no finding `{name}`",
                "resolves nothing",
                notes=(f"the findings are {listed(offered)}",)
                if offered and not suggestion
                else (),
                help=suggestion
                or (None if offered else f'write `finding {name} "…"` in `diagnose`'),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case FindingWithoutResolve(name=name):
            return diagnostic(
                problem,
                f"finding `{name}` has no `resolve {name}`",
                "found, and then?",
                help=f"add `resolve {name}`; what needs a decision is handed over there with `stop handed over`",
            )
        case ResolvedTwice(name=name, first=first):
            return diagnostic(
                problem,
                f"`{name}` is resolved twice",
                "again here",
                secondary=(Label(problem.file, first, "first here"),),
                help="write one `resolve` with all its steps",
            )
        case LabelTwice(label=label, first=first, word=word):
            return diagnostic(
                problem,
                f'two {word}s of one section are called "{label}"',
                "again here",
                secondary=(Label(problem.file, first, "first here"),),
                why="approvals, keys and reports name it by its label",
                help="give one of them another label",
            )
        case UnknownSeverity(name=name, offered=offered):
            return diagnostic(
                problem,
                f"the policy has no severity `{name}`",
                "unknown severity",
                notes=(f"it has {listed(offered)}",) if offered else (),
                help=did_you_mean(name, offered)
                or (None if offered else f'add `severity {name} "…"` to the policy'),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case SectionMissing(section=section, why=why, example=example):
            return diagnostic(
                problem,
                f"this runbook has no `{section}`",
                f"`{section}` is missing",
                why=why,
                help=f"add `{example}`",
            )
        case SectionTwice(section=section, first=first):
            return diagnostic(
                problem,
                f"`{section}` stands here twice",
                "again here",
                secondary=(Label(problem.file, first, "first here"),),
                help="put both under one",
            )
        case NeverRuns(ended=ended):
            return diagnostic(
                problem,
                "this can never run",
                "never reached",
                secondary=(Label(problem.file, ended, "nothing goes on after this"),),
                help="move it above what ends the block, or take it out",
            )
        case NothingAbove():
            return diagnostic(
                problem,
                "`on failure` has nothing above it that could fail",
                "nothing to answer for",
                help="put it below the statement whose failure it answers, in the same block",
            )
        case OutOfPlace(word=word, place=place):
            return diagnostic(
                problem,
                f"`{word}` may not stand in {place}",
                "not here",
                help=_elsewhere(word, place),
            )
        case UnknownAllowance(name=name):
            return diagnostic(
                problem,
                f"`{name}` is not the code of a warning",
                "unknown code",
                help="write the code that the warning shows, like `W430`",
            )
        case AllowanceOfNothing(name=name):
            return diagnostic(
                problem,
                f"the statement below earns no warning `{name}`",
                "accepts nothing",
                why="an acceptance that hits nothing would hide the next one",
                help="take the line out",
            )
        case UnusedMessage(name=name):
            return diagnostic(
                problem,
                f"message `{name}` is never sent",
                "unused",
                help="send it, or take it out",
            )
        case UnusedInput(name=name):
            return diagnostic(
                problem,
                f"input `{name}` is never used",
                "unused",
                why="whoever starts the run looks for a value that changes nothing",
                help="use it, or take it out",
            )
        case UnusedBinding(name=name):
            return diagnostic(
                problem,
                f"nothing reads `{name}`",
                "unused",
                why="a reader would look for what becomes of it",
                help="use it, or take it out",
            )
        case UnusedLibrary(name=name):
            return diagnostic(
                problem,
                f"nothing of library `{name}` is used",
                "unused",
                help="call something of it, or take this line out",
            )
        case Recursion(path=path):
            return diagnostic(
                problem,
                f"a procedure comes back to itself: {' → '.join(path)}",
                "never ends",
                why="every playbook ends: what repeats is a `for each` or a `within`, which have bounds",
                help="write the repetition as a loop over a list",
            )
        case NotAPlace(place=place, better=better):
            return diagnostic(
                problem,
                f"`{place}` is no place of a source document",
                "no such form",
                why="whoever reads the document looks up here who carries out its steps",
                help=(
                    f"did you mean `{better}`?"
                    if better
                    else "write document, section and number: `RB-011/resolve/1.2`"
                ),
                fixes=replacing(problem, better),
            )
        case PlaceTwice(place=place, first=first):
            return diagnostic(
                problem,
                f"`{place}` stands twice on one line",
                "again here",
                secondary=(Label(problem.file, first, "first here"),),
                help="take one of the two out, or write the place that was meant",
            )
        case NotCovered(name=name, left=left, compared=compared):
            values = tuple(f'"{one}"' for one in left)
            return diagnostic(
                problem,
                f"no finding covers `{name}` being {' or '.join(values)}",
                "comes here",
                secondary=(Label(problem.file, compared, "the findings tell cases apart by this"),),
                why="a value that nobody thought of ends where nothing was found, as if all were well",
                help=f"write a finding for them, ask about `{name}` here, "
                'or accept it: `allow W704 "why"` as the first line here',
            )
        case NeverFailsSo(kind=kind, given=given):
            return diagnostic(
                problem,
                f"nothing above can fail with `{kind}`",
                "never comes",
                notes=(f"it can fail with {listed(given)}",),
                why="what is written for a failure that never comes is never rehearsed and never right",
                help="write the kind that was meant, or take it out",
            )
        case FailureTakenBefore(kind=kind, first=first):
            return diagnostic(
                problem,
                f"`{kind}` is answered already",
                "never reached",
                secondary=(Label(problem.file, first, "by this one"),),
                help="take it out, or answer it in one place",
            )
        case InTwoLibraries(what=what, name=name, first=one, second=other):
            return diagnostic(
                problem,
                f"libraries `{one}` and `{other}` both have a {what} `{name}`",
                f"brings `{name}` again",
                why="which of the two is meant, no reader could say",
                help=f"give one of them another name, in `{one}` or in `{other}`",
            )
        case CallInExpression(name=name):
            return diagnostic(
                problem,
                f"`{name}` is called in the middle of an expression",
                "bind it first",
                why="a call takes time and may fail: it is a statement of its own, with its own line in the journal",
                help=f"write `found = {name}(…)` above, and `found` here",
            )
        case LibraryCycle(path=path):
            return diagnostic(
                problem,
                f"libraries use each other in a circle: {' → '.join(path)}",
                "comes back here",
                help="move what both need into a library that uses neither",
            )
        case _:
            assert_never(problem)


def _elsewhere(word: str, place: str) -> str:
    """What to write instead of a statement that means nothing where it stands."""
    match word:
        case "stop" if place == "a loop":
            return 'write `skip "why"` to leave one item out, or `stop` behind the loop'
        case "stop" if place == "a calendar":
            return 'write `check … else "why"` for what must hold; a task ends with its last line'
        case "within … until no finding holds":
            return "a calendar has no findings: write the condition itself behind `until`"
        case "stop":
            return "`give` the outcome, and write `stop` where the procedure is called"
        case "skip":
            return "choose with `if` what is done; `skip` leaves out one item of a `for each`"
        case "give":
            return "bind the value with `=`; `give` ends one round of a `for each`, or a procedure"
        case _:
            return "put these steps into a `resolve`, whose changes can be taken back together"
