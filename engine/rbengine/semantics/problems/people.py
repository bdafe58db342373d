"""E607 and on: people whom the policy does not know."""

from datetime import timedelta
from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean, nearest
from rbengine.semantics.problems.base import Problem, diagnostic, listed, replacing
from rbengine.semantics.problems.timing import shown
from rbengine.source import Span


class UnknownRole(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E607")
    name: str
    offered: tuple[str, ...]


class UnknownContact(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E608")
    name: str
    offered: tuple[str, ...]


class NobodyAtOnce(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E609")
    severity: str
    severity_span: Span


class EscalatedTooLate(Problem, frozen=True, kw_only=True):
    code: ClassVar[Code] = Code("E610")
    least: timedelta
    due: timedelta
    severity: str
    severity_span: Span


PeopleProblem = UnknownRole | UnknownContact | NobodyAtOnce | EscalatedTooLate


def describe(problem: PeopleProblem) -> Diagnostic:
    """The words."""
    match problem:
        case UnknownRole(name=name, offered=offered) | UnknownContact(name=name, offered=offered):
            suggestion = did_you_mean(name, offered)
            kind = "role or contact" if isinstance(problem, UnknownRole) else "contact"
            return diagnostic(
                problem,
                f"the policy has no {kind} `{name}`",
                f"unknown {kind}",
                notes=(f"it has {listed(offered)}",) if offered and not suggestion else (),
                help=suggestion
                or (None if offered else f'add `role {name} "…" from settings` to the policy'),
                fixes=replacing(problem, nearest(name, offered)),
            )
        case NobodyAtOnce(severity=severity, severity_span=span):
            return diagnostic(
                problem,
                f"`mttr immediate`, but the policy tells nobody at once for severity `{severity}`",
                "immediate",
                secondary=(Label(problem.file, span, "this severity"),),
                help=f"add `escalate at once to …` to severity `{severity}` of the policy, or give a duration",
            )
        case EscalatedTooLate(least=least, due=due, severity=severity, severity_span=span):
            return diagnostic(
                problem,
                f"this comes after {shown(least)} at the earliest, and the policy escalates after {shown(due)}",
                "too late",
                secondary=(Label(problem.file, span, f"severity {severity} escalates by itself"),),
                why="who is called by the policy's clock must not hear of it again from an older plan",
                help="escalate before the wait, or wait less",
            )
        case _:
            assert_never(problem)
