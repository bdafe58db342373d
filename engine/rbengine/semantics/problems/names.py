"""2xx: names that mean nothing here, or two things at once."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean, nearest
from rbengine.semantics.problems.base import Problem, diagnostic, listed, replacing
from rbengine.source import Span


class UnknownName(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E201")
    name: str
    visible: tuple[str, ...]
    is_it: bool = False


class BoundTwice(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E202")
    name: str
    first: Span | None
    first_file: str = ""
    what: str = ""
    """What has the name already: `the builtin`, `the finding`."""


class UnknownAdapter(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E203")
    name: str
    is_binding: bool


class UnknownOperation(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E204")
    name: str
    adapter: str
    offered: tuple[str, ...]


class UnknownArgument(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E205")
    name: str | None
    """None for a value without its name."""
    callee: str
    offered: tuple[str, ...]


class MissingArgument(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E206")
    callee: str
    missing: tuple[str, ...]


class ArgumentTwice(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E207")
    name: str


class UnknownFunction(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E208")
    name: str
    offered: tuple[str, ...]
    is_procedure: bool


class WrongArguments(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E209")
    function: str
    form: str


class UnknownField(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E210")
    name: str
    of: str
    offered: tuple[str, ...]


class UnknownType(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E211")
    name: str
    offered: tuple[str, ...]


class UnknownLibrary(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E212")
    name: str
    offered: tuple[str, ...]


class UnknownProcedure(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E213")
    name: str
    offered: tuple[str, ...]


class UnknownMessage(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E214")
    name: str
    offered: tuple[str, ...]


class NotOnEveryPath(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E215")
    name: str
    bound: Span


class MaybeNotRead(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E216")
    name: str
    check: Span
    section: str


class UnknownFailureKind(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E217")
    name: str
    offered: tuple[str, ...]


class UnknownFilter(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E218")
    name: str
    offered: tuple[str, ...]


class MessageAsValue(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E219")
    name: str


NameProblem = (
    UnknownName | BoundTwice | UnknownAdapter | UnknownOperation | UnknownArgument | MissingArgument
    | ArgumentTwice | UnknownFunction | WrongArguments | UnknownField | UnknownType | UnknownLibrary
    | UnknownProcedure | UnknownMessage | NotOnEveryPath | MaybeNotRead | UnknownFailureKind | UnknownFilter
    | MessageAsValue
)  # fmt: skip


def describe(problem: NameProblem) -> Diagnostic:
    """The words."""
    match problem:
        case UnknownName(name=name, is_it=True):
            return diagnostic(
                problem,
                f"`{name}` means the item, and there is none here",
                "not inside `where`, `each` or `showing`",
                help="use `it` only behind `where`, `each` or `showing`",
            )
        case UnknownName(name=name):
            return diagnostic(
                problem,
                f"nothing here is called `{name}`",
                "unknown name",
                help=did_you_mean(name, problem.visible)
                or "bind it above with `=`, or write a name that is bound here",
                fixes=replacing(problem, nearest(name, problem.visible)),
            )
        case BoundTwice(name=name, first=first):
            return diagnostic(
                problem,
                f"`{name}` already is {problem.what or 'bound'}",
                "bound again here",
                secondary=(
                    (Label(problem.first_file or problem.file, first, "first here"),)
                    if first
                    else ()
                ),
                why="a name means one thing from the place where it is bound, so that a report can quote it",
                help="choose another name",
            )
        case UnknownAdapter(name=name, is_binding=True):
            return diagnostic(
                problem,
                f"`{name}` is a value: it has fields, but no operations",
                "not an adapter",
                help=f"leave the brackets out to read a field: `{name}.field`",
            )
        case UnknownAdapter(name=name):
            return diagnostic(
                problem,
                f"there is no adapter `{name}`",
                "unknown adapter",
                help="write the name of an adapter that is installed, or install the package that brings it",
            )
        case UnknownOperation(name=name, offered=offered):
            suggestion = did_you_mean(name, offered)
            return diagnostic(
                problem,
                f"`{problem.adapter}` has no operation `{name}`",
                "unknown operation",
                notes=() if suggestion else (f"it offers {listed(offered)}",),
                help=suggestion,
                fixes=replacing(problem, nearest(name, offered)),
            )
        case UnknownArgument(name=None, callee=callee, offered=offered):
            return diagnostic(
                problem,
                f"every argument of `{callee}` is written with its name",
                "which argument is this?",
                notes=(f"it takes {listed(offered)}",) if offered else ("it takes none",),
            )
        case UnknownArgument(name=name, callee=callee, offered=offered):
            suggestion = did_you_mean(name or "", offered)
            return diagnostic(
                problem,
                f"`{callee}` has no argument `{name}`",
                "unknown argument",
                notes=()
                if suggestion
                else ((f"it takes {listed(offered)}",) if offered else ("it takes none",)),
                help=suggestion,
                fixes=replacing(problem, nearest(name or "", offered)),
            )
        case MissingArgument(callee=callee, missing=missing):
            return diagnostic(
                problem,
                f"`{callee}` also needs {listed(missing)}",
                "argument missing" if len(missing) == 1 else "arguments missing",
                help=f"add `{', '.join(f'{one}: …' for one in missing)}`",
            )
        case ArgumentTwice(name=name):
            return diagnostic(
                problem,
                f"argument `{name}` is given twice",
                "given again here",
                help="take one of the two out",
            )
        case UnknownFunction(name=name, is_procedure=True):
            return diagnostic(
                problem,
                f"`{name}` is a procedure",
                "not a function",
                help=f"write `call {name}(…)` as a statement or behind `=`",
            )
        case UnknownFunction(name=name, offered=offered):
            return diagnostic(
                problem,
                f"there is no function `{name}`",
                "unknown function",
                help=did_you_mean(name, offered),
                notes=_others(name, offered, "the functions are"),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case WrongArguments(function=function, form=form):
            return diagnostic(
                problem,
                f"`{function}` is not called so",
                "these arguments do not fit",
                help=f"write `{form}`",
            )
        case UnknownField(name=name, of=of, offered=offered):
            suggestion = did_you_mean(name, offered)
            return diagnostic(
                problem,
                f"{of} has no field `{name}`",
                "unknown field",
                notes=() if suggestion or not offered else (f"it has {listed(offered)}",),
                help=suggestion or (None if offered else "it has no fields: use it as it is"),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case UnknownType(name=name, offered=offered):
            return diagnostic(
                problem,
                f"there is no type or table `{name}`",
                "unknown type",
                help=did_you_mean(name, offered)
                or "write a type like `text` or `uuid`, a table of the schema, "
                "or a record of a library that this file uses",
                fixes=replacing(problem, nearest(name, offered)),
            )
        case UnknownLibrary(name=name, offered=offered):
            return diagnostic(
                problem,
                f"there is no library `{name}`",
                "unknown library",
                help=did_you_mean(name, offered) or "write it, or take this line out",
                notes=_others(name, offered, "the libraries are"),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case UnknownProcedure(name=name, offered=offered):
            return diagnostic(
                problem,
                f"no library that this file uses has a procedure `{name}`",
                "unknown procedure",
                help=did_you_mean(name, offered)
                or "`use` the library that has it, or write it there",
                notes=_others(name, offered, "those that it uses have"),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case UnknownMessage(name=name, offered=offered):
            return diagnostic(
                problem,
                f"there is no message `{name}`",
                "unknown message",
                help=did_you_mean(name, offered)
                or f'write `message {name}(…) "Subject"` with its text',
                notes=_others(name, offered, "the messages are"),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case NotOnEveryPath(name=name, bound=bound):
            return diagnostic(
                problem,
                f"`{name}` is not bound on every way that leads here",
                "may not exist",
                secondary=(Label(problem.file, bound, "bound only on this way"),),
                help="bind it on every way that goes on, or use it where it is bound",
            )
        case MaybeNotRead(name=name, check=check):
            return diagnostic(
                problem,
                f"`{name}` may never have been read when {problem.section} begins",
                "may be unknown",
                secondary=(Label(problem.file, check, "this may end the diagnosis first"),),
                help="read it before that `check`, or use it where a finding that needs it holds",
            )
        case UnknownFailureKind(name=name, offered=offered):
            return diagnostic(
                problem,
                f"nothing fails with `{name}`",
                "unknown kind of failure",
                notes=(f"the kinds are {', '.join(f'`{one}`' for one in offered)}",),
                help=did_you_mean(name, offered),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case UnknownFilter(name=name, offered=offered):
            return diagnostic(
                problem,
                f"there is no filter `{name}`",
                "unknown filter",
                notes=(f"the filters are {listed(offered)}",),
                help=did_you_mean(name, offered),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case MessageAsValue(name=name):
            return diagnostic(
                problem,
                f"`{name}` is a message: it can only be given to an argument that takes one",
                "not a value",
                help=f"write it where it is sent: `message: {name}(…)`",
            )
        case _:
            assert_never(problem)


def _others(name: str, offered: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The note that lists what there is, where nothing is near enough to be suggested."""
    return () if nearest(name, offered) or not offered else (f"{what} {listed(offered)}",)
