# ruff: noqa: ARG001  # every builder takes the same three things
"""Changes and what may stand inside them."""

from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.blocks import block
from rbengine.syntax.lower.clauses import Broken, label_of, only
from rbengine.syntax.lower.expressions import whole_number
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import changes as c
from rbengine.syntax.nodes.base import Name, Node


class _MayDrift(Node, frozen=True, kw_only=True, eq=False, gc=False):
    names: tuple[Name, ...]


def _change(lowering: Lowering, parts: Parts, span: Span) -> c.Change:
    return lowering.make(c.Change, span, label=template(lowering, parts[0]), items=parts[1])


def _change_headless(lowering: Lowering, parts: Parts, span: Span) -> c.Change:
    return lowering.make(c.Change, span, label=label_of(lowering, parts[0]), items=parts[1])


def _change_items(lowering: Lowering, parts: Parts, span: Span) -> tuple[c.ChangeItem, ...]:
    return tuple(
        lowering.make(c.ErrorItem, one.span) if isinstance(one, Broken) else one for one in parts
    )


def _sql(lowering: Lowering, parts: Parts, span: Span) -> c.Sql:
    text, *lines = parts
    drifting = [one for one in lines if isinstance(one, _MayDrift)]
    return lowering.make(
        c.Sql,
        span,
        sql=block(lowering, text),
        expect=only(lowering, lines, c.Expect),
        may_drift=tuple(name for one in drifting for name in one.names),
    )


def _expect(bound: str) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> c.Expect:
        return lowering.make(c.Expect, span, bound=bound, count=parts[0] if parts else None)

    return build


def _may_drift(lowering: Lowering, parts: Parts, span: Span) -> _MayDrift:
    return lowering.make(_MayDrift, span, names=lowering.names(parts))


def _change_operation(lowering: Lowering, parts: Parts, span: Span) -> c.ChangeOperation:
    return lowering.make(c.ChangeOperation, span, call=parts[0])


def _change_for(lowering: Lowering, parts: Parts, span: Span) -> c.ChangeForEach:
    name, items, most, body = parts
    return lowering.make(
        c.ChangeForEach,
        span,
        name=lowering.bound_name(name),
        items=items,
        at_most=None if most is None else whole_number(lowering, most),
        body=body,
    )


def _change_if(lowering: Lowering, parts: Parts, span: Span) -> c.ChangeIf:
    condition, then, otherwise = parts
    return lowering.make(
        c.ChangeIf, span, condition=condition, then=then, otherwise=otherwise or ()
    )


def _undo(lowering: Lowering, parts: Parts, span: Span) -> c.Undo:
    body = parts[0] if isinstance(parts[0], tuple) else (parts[0],)
    return lowering.make(c.Undo, span, body=body)


def _irreversible(lowering: Lowering, parts: Parts, span: Span) -> c.Irreversible:
    return lowering.make(c.Irreversible, span, reason=template(lowering, parts[0]))


def _approve_by(lowering: Lowering, parts: Parts, span: Span) -> c.ApproveBy:
    return lowering.make(c.ApproveBy, span, roles=lowering.names(parts))


def _one_transaction(lowering: Lowering, parts: Parts, span: Span) -> c.OneTransaction:
    return lowering.make(c.OneTransaction, span)


def _allow_in_change(lowering: Lowering, parts: Parts, span: Span) -> c.AllowInChange:
    code, reason = parts
    return lowering.make(
        c.AllowInChange, span, code=lowering.name(code), reason=template(lowering, reason)
    )


BUILDERS = {
    "change": _change,
    "change_headless": _change_headless,
    "change_items": _change_items,
    "sql": _sql,
    "expect_exactly": _expect("exactly"),
    "expect_at_most": _expect("at most"),
    "expect_at_least": _expect("at least"),
    "expect_any": _expect("any"),
    "may_drift": _may_drift,
    "change_operation": _change_operation,
    "change_for": _change_for,
    "change_if": _change_if,
    "undo": _undo,
    "irreversible": _irreversible,
    "approve_by": _approve_by,
    "one_transaction": _one_transaction,
    "allow_in_change": _allow_in_change,
}
