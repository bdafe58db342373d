"""E607 and on: people whom the policy does not know."""

from typing import ClassVar, assert_never

from rbengine.diagnostics import Code, Diagnostic, Label, did_you_mean, nearest
from rbengine.semantics.problems.base import Problem, diagnostic, listed, replacing
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


PeopleProblem = UnknownRole | UnknownContact | NobodyAtOnce


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
                help=suggestion,
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
        case _:
            assert_never(problem)
