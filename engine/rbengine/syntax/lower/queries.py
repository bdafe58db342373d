# ruff: noqa: ARG001  # every builder takes the same three things
"""What asks something of the world: queries, operations, procedures, and trying them."""

from rbengine.source import Span
from rbengine.syntax.lower.blocks import block
from rbengine.syntax.lower.clauses import (
    AtMost,
    Clause,
    OnReplica,
    Role,
    Timeout,
    at_most,
    only,
    timeout,
    value_of,
)
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.nodes import statements as s
from rbengine.syntax.nodes.expressions import OperationCall, RecordLiteral


def _query_kind(lowering: Lowering, parts: Parts, span: Span) -> str:
    return str(parts[0].text)


def _on_replica(lowering: Lowering, parts: Parts, span: Span) -> Clause:
    return lowering.make(OnReplica, span, value=True)


def _query_role(lowering: Lowering, parts: Parts, span: Span) -> Clause:
    role = lowering.name(parts[0])
    fields = parts[1]
    claims = None
    if fields:
        extent = Span(fields[0].span.start, fields[-1].span.end)
        claims = lowering.make(RecordLiteral, extent, fields=fields)
    return lowering.make(Role, span, value=(role, claims))


def _query(lowering: Lowering, parts: Parts, span: Span) -> s.Query:
    kind, *options, sql = parts
    role, claims = value_of(only(lowering, options, Role)) or (None, None)
    return lowering.make(
        s.Query,
        span,
        kind=kind,
        on_replica=value_of(only(lowering, options, OnReplica)) is not None,
        at_most=value_of(only(lowering, options, AtMost)),
        timeout=value_of(only(lowering, options, Timeout)),
        role=role,
        claims=claims,
        sql=block(lowering, sql),
    )


def _operation(lowering: Lowering, parts: Parts, span: Span) -> OperationCall:
    adapter, operation, arguments = parts
    return lowering.make(
        OperationCall,
        span,
        adapter=lowering.name(adapter),
        operation=lowering.name(operation),
        arguments=arguments or (),
    )


def _call(lowering: Lowering, parts: Parts, span: Span) -> s.ProcedureCall:
    return lowering.make(
        s.ProcedureCall, span, procedure=lowering.name(parts[0]), arguments=parts[1] or ()
    )


def _trial(lowering: Lowering, parts: Parts, span: Span) -> s.Try:
    return lowering.make(s.Try, span, value=parts[0])


def _text(lowering: Lowering, parts: Parts, span: Span) -> s.TextBlock:
    return lowering.make(s.TextBlock, span, block=block(lowering, parts[0]))


BUILDERS = {
    "operation": _operation,
    "call": _call,
    "trial": _trial,
    "query_kind": _query_kind,
    "on_replica": _on_replica,
    "query_rows": at_most,
    "query_timeout": timeout,
    "query_role": _query_role,
    "query": _query,
    "text": _text,
}
