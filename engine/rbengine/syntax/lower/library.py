# ruff: noqa: ARG001  # every builder takes the same three things
"""Record types, procedures, and functions that only observe."""

from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.clauses import readable
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.runbook import Head
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import library as n


def _library_head(lowering: Lowering, parts: Parts, span: Span) -> Head:
    return lowering.name(parts[0]), template(lowering, parts[1])


def _record_type(lowering: Lowering, parts: Parts, span: Span) -> n.RecordType:
    name, *fields = parts
    return lowering.make(
        n.RecordType, span, name=lowering.bound_name(name), fields=tuple(readable(fields))
    )


def _record_line(lowering: Lowering, parts: Parts, span: Span) -> Any:
    return parts[0]


def _procedure(lowering: Lowering, parts: Parts, span: Span) -> n.Procedure:
    name, parameters, gives, body = parts
    return lowering.make(
        n.Procedure,
        span,
        name=lowering.bound_name(name),
        parameters=parameters or (),
        gives=gives,
        body=body,
    )


def _observed(lowering: Lowering, parts: Parts, span: Span) -> n.Observed:
    return lowering.make(n.Observed, span, name=template(lowering, parts[0]))


BUILDERS = {
    "library_head": _library_head,
    "record_type": _record_type,
    "record_line": _record_line,
    "procedure": _procedure,
    "observed": _observed,
}
