# ruff: noqa: ARG001  # every builder takes the same three things
"""What the company's own program does."""

from rbengine.source import Span
from rbengine.syntax.lower.clauses import optional_duration, readable
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.policy import there, titled_head
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import app as a
from rbengine.syntax.nodes.expressions import Template
from rbengine.syntax.tokens import Token


def _tier_table(lowering: Lowering, parts: Parts, span: Span) -> a.TierTable:
    return lowering.make(a.TierTable, span, lines=tuple(readable(parts)))


def _table_line(lowering: Lowering, parts: Parts, span: Span) -> a.TableLine:
    key, value = parts
    return lowering.make(
        a.TableLine, span, key=template(lowering, key), value=template(lowering, value)
    )


def _function(lowering: Lowering, parts: Parts, span: Span) -> a.AppFunction:
    name, parameters, effect, repeatable, after, body = parts
    return lowering.make(
        a.AppFunction,
        span,
        name=template(lowering, name),
        parameters=parameters or (),
        effect=effect,
        repeatable=repeatable is not None,
        after=optional_duration(lowering, after),
        body=body,
    )


def _effect(lowering: Lowering, parts: Parts, span: Span) -> str:
    return str(parts[0].text)


def _after_delay(lowering: Lowering, parts: Parts, span: Span) -> Token:
    token: Token = parts[0]
    return token


def _handler_name(lowering: Lowering, parts: Parts, span: Span) -> Template:
    return template(lowering, parts[0])


def _handler(lowering: Lowering, parts: Parts, span: Span) -> a.AppHandler:
    vendor, *events, name, after, body = parts
    return lowering.make(
        a.AppHandler,
        span,
        vendor=lowering.name(vendor),
        events=tuple(template(lowering, event) for event in events),
        handler=name,
        after=optional_duration(lowering, after),
        body=body,
    )


def _answer(lowering: Lowering, parts: Parts, span: Span) -> a.Answer:
    return lowering.make(a.Answer, span, value=parts[0])


BUILDERS = {
    "app_head": titled_head,
    "tier_table": _tier_table,
    "table_line": _table_line,
    "function": _function,
    "function_effect": _effect,
    "repeatable": there,
    "after_delay": _after_delay,
    "handler": _handler,
    "handler_name": _handler_name,
    "answer": _answer,
}
