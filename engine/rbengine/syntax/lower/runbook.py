# ruff: noqa: ARG001  # every builder takes the same three things
"""The parts of a runbook."""

from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.blocks import block, items
from rbengine.syntax.lower.clauses import Broken, covers, readable
from rbengine.syntax.lower.expressions import duration_literal
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import runbook as r
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.expressions import Template
from rbengine.syntax.tokens import Token

Head = tuple[Name, Template]
"""The code or name in a file's first line, and its title."""


def _runbook_head(lowering: Lowering, parts: Parts, span: Span) -> Head:
    return lowering.name(parts[0]), template(lowering, parts[1])


def _severity(lowering: Lowering, parts: Parts, span: Span) -> r.Severity:
    return lowering.make(r.Severity, span, name=lowering.name(parts[0]))


def _mttr(lowering: Lowering, parts: Parts, span: Span) -> r.Mttr:
    value = parts[0]
    target = duration_literal(lowering, value) if isinstance(value, Token) else None
    return lowering.make(r.Mttr, span, target=target)


def _immediate(lowering: Lowering, parts: Parts, span: Span) -> Span:
    return span


def _alerts(lowering: Lowering, parts: Parts, span: Span) -> r.Alerts:
    return lowering.make(r.Alerts, span, names=lowering.names(parts))


def _tags(lowering: Lowering, parts: Parts, span: Span) -> r.Tags:
    return lowering.make(r.Tags, span, names=lowering.names(parts))


def _owner(lowering: Lowering, parts: Parts, span: Span) -> r.Owner:
    return lowering.make(r.Owner, span, name=lowering.name(parts[0]))


def _use(lowering: Lowering, parts: Parts, span: Span) -> r.Use:
    return lowering.make(r.Use, span, libraries=lowering.names(parts))


def _input(lowering: Lowering, parts: Parts, span: Span) -> r.Input:
    name, type_, default, text = parts
    return lowering.make(
        r.Input,
        span,
        name=lowering.bound_name(name),
        type=type_,
        default=default,
        help=template(lowering, text),
    )


def _symptoms(lowering: Lowering, parts: Parts, span: Span) -> r.Symptoms:
    return lowering.make(r.Symptoms, span, items=items(lowering, parts[0]))


def _prevent(lowering: Lowering, parts: Parts, span: Span) -> r.Prevent:
    return lowering.make(r.Prevent, span, items=items(lowering, parts[0]))


def error_section(lowering: Lowering, span: Span, text: str) -> r.ErrorSection:
    """Stands for lines that could not be read; keeps the name that they would have declared."""
    words = text.replace("(", " ").replace(":", " ").split()
    keyword = words[0] if words else ""
    names = (words[1],) if len(words) > 1 and words[1].isidentifier() else ()
    return lowering.make(r.ErrorSection, span, keyword=keyword, names=names)


def with_error_sections(lowering: Lowering, parts: Parts) -> tuple[Any, ...]:
    return tuple(
        error_section(lowering, one.span, one.text) if isinstance(one, Broken) else one
        for one in parts
    )


def _diagnose(lowering: Lowering, parts: Parts, span: Span) -> r.Diagnose:
    return lowering.make(r.Diagnose, span, body=with_error_sections(lowering, parts))


def _finding(lowering: Lowering, parts: Parts, span: Span) -> r.Finding:
    name, title, *rest = parts
    return lowering.make(
        r.Finding,
        span,
        name=lowering.bound_name(name),
        title=template(lowering, title),
        covers=covers(lowering, rest),
        conditions=tuple(one for one in readable(rest) if not isinstance(one, Token)),
    )


def _finding_headless(lowering: Lowering, parts: Parts, span: Span) -> r.Finding:
    head, *rest = parts
    title = lowering.make(Template, Span(head.end, head.end), parts=())
    return lowering.make(
        r.Finding,
        span,
        name=_first_name(lowering, head),
        title=title,
        covers=None,
        conditions=tuple(readable(rest)),
    )


def _first_name(lowering: Lowering, head: Token) -> Name:
    """The name in a line that could not be read: its first word, else an empty one."""
    words = head.text.split()
    if not words or not words[0].isidentifier():
        return lowering.no_name(head.span)
    start = head.start + head.text.index(words[0])
    return lowering.name(Token("NAME", words[0], start, start + len(words[0])))


def _either(lowering: Lowering, parts: Parts, span: Span) -> r.Either:
    return lowering.make(r.Either, span, conditions=tuple(readable(parts)))


def _resolve(lowering: Lowering, parts: Parts, span: Span) -> r.Resolve:
    return lowering.make(r.Resolve, span, finding=lowering.name(parts[0]), body=parts[1])


def _resolve_headless(lowering: Lowering, parts: Parts, span: Span) -> r.Resolve:
    return lowering.make(r.Resolve, span, finding=_first_name(lowering, parts[0]), body=parts[1])


def _section(kind: type[r.Otherwise | r.Verify | r.Recover | r.OnBreach]) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> Any:
        return lowering.make(kind, span, body=parts[0])

    return build


def _message(lowering: Lowering, parts: Parts, span: Span) -> r.Message:
    name, parameters, subject, *places, body = parts
    return lowering.make(
        r.Message,
        span,
        name=lowering.bound_name(name),
        parameters=parameters or (),
        subject=None if subject is None else template(lowering, subject),
        covers=covers(lowering, places),
        body=block(lowering, body),
    )


BUILDERS = {
    "runbook_head": _runbook_head,
    "severity": _severity,
    "mttr": _mttr,
    "immediate": _immediate,
    "alerts": _alerts,
    "tags": _tags,
    "owner": _owner,
    "use": _use,
    "input": _input,
    "symptoms": _symptoms,
    "prevent": _prevent,
    "diagnose": _diagnose,
    "finding": _finding,
    "finding_headless": _finding_headless,
    "either": _either,
    "resolve": _resolve,
    "resolve_headless": _resolve_headless,
    "otherwise": _section(r.Otherwise),
    "verify": _section(r.Verify),
    "recover": _section(r.Recover),
    "on_breach": _section(r.OnBreach),
    "message": _message,
}
