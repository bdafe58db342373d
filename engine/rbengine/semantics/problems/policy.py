"""65x: a policy that cannot be kept."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean, nearest
from rbengine.semantics.problems.base import Problem, diagnostic, listed, replacing
from rbengine.source import Span


class SaidTwice(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E650")
    what: str
    first: Span
    first_file: str = ""
    """Where it differs from `file`."""


class UnknownContact(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E651")
    name: str
    offered: tuple[str, ...]


class NoChannel(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E652")
    name: str


class UnknownChannel(Problem, frozen=True, kw_only=True):
    """A kind of channel that nothing can be sent by, or an address that is none of its kind."""

    code: ClassVar[Code] = Code("E653")
    kind: str
    address: str
    offered: tuple[str, ...]


class UnknownLimit(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E654")
    name: str
    offered: tuple[str, ...]


class WrongLimit(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E655")
    name: str
    wants: str
    """A form that would do: `30m`, `500 items`."""


class WrongTime(Problem, frozen=True, kw_only=True):
    """A time zone, day or time of day that does not exist."""

    code: ClassVar[Code] = Code("E656")
    reason: str
    name: str = ""
    """The word that is wrong, where others are `offered` instead."""
    offered: tuple[str, ...] = ()
    way_out: str | None = None


class AgainAfterNothing(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E657")


class TooFewApprovers(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E658")
    needed: int
    named: int


class NeverEscalates(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("W659")
    severity: str


PolicyProblem = (
    SaidTwice | UnknownContact | NoChannel | UnknownChannel | UnknownLimit | WrongLimit | WrongTime
    | AgainAfterNothing | TooFewApprovers | NeverEscalates
)  # fmt: skip


def describe(problem: PolicyProblem) -> Diagnostic:
    """The words."""
    match problem:
        case SaidTwice(what=what, first=first):
            return diagnostic(
                problem,
                f"{what} is said twice",
                "said again here",
                secondary=(Label(problem.first_file or problem.file, first, "first here"),),
                help="keep one of the two",
            )
        case UnknownContact(name=name, offered=offered):
            suggestion = did_you_mean(name, offered)
            return diagnostic(
                problem,
                f"the policy has no contact or role `{name}`",
                "nobody of that name",
                notes=() if suggestion else (f"it names {listed(offered)}",),
                help=suggestion or f'add a line `contact {name} "…" email "…"`',
                fixes=replacing(problem, nearest(name, offered)),
            )
        case NoChannel(name=name):
            return diagnostic(
                problem,
                f"nothing says how `{name}` is reached",
                "no channel",
                why="whoever is escalated to or asked must be reachable when nobody else is awake",
                help='write `email "…"`, `sms "+…"` or `from settings` at the end of the line',
            )
        case UnknownChannel(kind=kind, offered=offered) if kind not in offered:
            return diagnostic(
                problem,
                f"there is no channel `{kind}`",
                "unknown channel",
                notes=(f"there is {listed(offered)}",),
                help=did_you_mean(kind, offered),
                fixes=replacing(problem, nearest(kind, offered)),
            )
        case UnknownChannel(kind="sms", address=address):
            return diagnostic(
                problem,
                f"`{address}` is no number for sms",
                "not a number",
                help="a number is written as the world writes it: + and its digits, `+393331234567`",
            )
        case UnknownChannel(kind=kind, address=address):
            return diagnostic(
                problem,
                f"`{address}` is no address for {kind}",
                "not an address",
                help="an address has one @ with something on both sides",
            )
        case UnknownLimit(name=name, offered=offered):
            suggestion = did_you_mean(name, offered)
            return diagnostic(
                problem,
                f"there is no limit `{name}`",
                "unknown limit",
                notes=() if suggestion else (f"there are {listed(offered)}",),
                help=suggestion,
                fixes=replacing(problem, nearest(name, offered)),
            )
        case WrongLimit(name=name, wants=wants):
            return diagnostic(
                problem,
                f"the limit `{name}` cannot be this",
                "not a value for this limit",
                help=f"write it like `{name} {wants}`",
            )
        case WrongTime(reason=reason, name=name, offered=offered, way_out=way_out):
            return diagnostic(
                problem,
                reason,
                notes=(f"there is {listed(offered)}",)
                if offered and not nearest(name, offered)
                else (),
                help=way_out
                or did_you_mean(name, offered)
                or "write days in full and times like `09:00`, the earlier one first",
                fixes=replacing(problem, nearest(name, offered)),
            )
        case TooFewApprovers(needed=needed, named=named):
            return diagnostic(
                problem,
                f"{needed} must approve, and only {named} are named",
                "can never be fulfilled",
                help="name more people or ask for fewer of them",
            )
        case NeverEscalates(severity=severity):
            return diagnostic(
                problem,
                f"severity {severity} never escalates",
                "no `escalate` line",
                why="an incident that nobody takes up would stay where it is for ever",
                help="add a line `escalate after 2h to …`",
            )
        case AgainAfterNothing():
            return diagnostic(
                problem,
                "`escalate again` has nobody to go to",
                "no `escalate` line stands above it",
                help="write first whom the incident is escalated to, and when",
            )
        case _:
            assert_never(problem)
