# ruff: noqa: ARG001  # every builder takes the same three things
"""What is asked of people, and what they are told."""

from rbengine.source import Span
from rbengine.syntax.lower.clauses import (
    Clause,
    Impact,
    Next,
    ToBy,
    ToWithin,
    only,
    readable,
    value_of,
)
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import statements as s
from rbengine.syntax.nodes.base import Name


def _to_within(lowering: Lowering, parts: Parts, span: Span) -> Clause:
    return lowering.make(ToWithin, span, value=parts[0])


def _to_by(lowering: Lowering, parts: Parts, span: Span) -> Clause:
    return lowering.make(ToBy, span, value=lowering.names(parts))


def _question(lowering: Lowering, clauses: Parts, after: int) -> s.Question:
    """Without clauses its span is empty and stands where they would."""
    within = only(lowering, clauses, ToWithin)
    by = only(lowering, clauses, ToBy)
    spans = [one.span for one in clauses]
    span = spans[0].to(spans[-1]) if spans else Span(after, after)
    return lowering.make(s.Question, span, within=value_of(within), by=value_of(by) or ())


def _ask(lowering: Lowering, parts: Parts, span: Span) -> s.Ask:
    text, type_, *clauses = parts
    to = _question(lowering, clauses, type_.span.end)
    return lowering.make(s.Ask, span, text=template(lowering, text), type=type_, to=to)


def _list_of_lines(lowering: Lowering, parts: Parts, span: Span) -> Parts:
    return readable(parts)


def _choose(lowering: Lowering, parts: Parts, span: Span) -> s.Choose:
    text, source, showing, *clauses, choices = parts
    after = (showing or source or text).span.end if source is not None else text.end
    return lowering.make(
        s.Choose,
        span,
        text=template(lowering, text),
        choices=tuple(choices or ()),
        source=source,
        showing=showing,
        to=_question(lowering, clauses, after),
    )


def _choice(lowering: Lowering, parts: Parts, span: Span) -> s.Choice:
    name, text = parts
    return lowering.make(s.Choice, span, name=lowering.name(name), text=template(lowering, text))


def _manual(lowering: Lowering, parts: Parts, span: Span) -> s.Manual:
    text, *clauses, gives = parts
    return lowering.make(
        s.Manual,
        span,
        text=template(lowering, text),
        gives=tuple(gives or ()),
        to=_question(lowering, clauses, text.end),
    )


def _evidence(lowering: Lowering, parts: Parts, span: Span) -> s.Evidence:
    name, type_, text = parts
    return lowering.make(
        s.Evidence, span, name=lowering.bound_name(name), type=type_, text=template(lowering, text)
    )


def _approve(lowering: Lowering, parts: Parts, span: Span) -> s.Approve:
    text, *clauses = parts
    to = _question(lowering, clauses, text.end)
    return lowering.make(s.Approve, span, text=template(lowering, text), to=to)


def _names(lowering: Lowering, parts: Parts, span: Span) -> tuple[Name, ...]:
    return lowering.names(parts)


def _escalate(lowering: Lowering, parts: Parts, span: Span) -> s.Escalate:
    reason, to, says = parts
    says = says or []
    return lowering.make(
        s.Escalate,
        span,
        reason=template(lowering, reason),
        to=to or (),
        impact=value_of(only(lowering, says, Impact)),
        next=value_of(only(lowering, says, Next)),
    )


def _impact(lowering: Lowering, parts: Parts, span: Span) -> Clause:
    return lowering.make(Impact, span, value=template(lowering, parts[0]))


def _next(lowering: Lowering, parts: Parts, span: Span) -> Clause:
    return lowering.make(Next, span, value=template(lowering, parts[0]))


BUILDERS = {
    "to_within": _to_within,
    "to_by": _to_by,
    "ask": _ask,
    "choose": _choose,
    "choices": _list_of_lines,
    "choice": _choice,
    "manual": _manual,
    "gives": _list_of_lines,
    "evidence": _evidence,
    "approve": _approve,
    "names": _names,
    "escalate": _escalate,
    "escalate_says": _list_of_lines,
    "impact": _impact,
    "next": _next,
}
