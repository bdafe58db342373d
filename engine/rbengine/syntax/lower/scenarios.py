# ruff: noqa: ARG001  # every builder takes the same three things
"""Worlds and rehearsals."""

from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.blocks import block, lines_of
from rbengine.syntax.lower.clauses import joined_words, optional_duration, readable
from rbengine.syntax.lower.expressions import calendar_day, duration_literal, whole_number
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.policy import clock_time, there
from rbengine.syntax.lower.runbook import Head, with_error_sections
from rbengine.syntax.lower.strings import template
from rbengine.syntax.lower.tables import rows, where_cell
from rbengine.syntax.nodes import scenarios as s
from rbengine.syntax.nodes.base import Name, Node
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.expressions import Expression, Template
from rbengine.syntax.tokens import Token

_When = tuple[Token | None, Token | None, Token | None, Token | None]
"""Of a fault: from, to; the label of the calls, and how long from the first of them on."""


class _Does(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """What a person does, before the rest of the line is read."""

    does: str
    about: Template | None = None
    value: Expression | None = None


def _scenarios_head(lowering: Lowering, parts: Parts, span: Span) -> Head:
    title = lowering.make(Template, Span(span.end, span.end), parts=())
    return lowering.name(parts[0]), title


def _optional_text(lowering: Lowering, token: Token | None) -> Template | None:
    return None if token is None else template(lowering, token)


def _world(lowering: Lowering, parts: Parts, span: Span) -> s.World:
    name, title, base, default, *inside = parts
    return lowering.make(
        s.World,
        span,
        name=lowering.name(name),
        title=template(lowering, title),
        base=None if base is None else lowering.name(base),
        is_default=default is not None,
        parts=with_error_sections(lowering, inside),
    )


def _given(lowering: Lowering, parts: Parts, span: Span) -> s.Given:
    return lowering.make(s.Given, span, name=lowering.bound_name(parts[0]), value=parts[1])


_TableName = tuple[Name | None, Name]


def _table_name(lowering: Lowering, parts: Parts, span: Span) -> _TableName:
    first, second = parts
    if second is None:
        return None, lowering.name(first)
    return lowering.name(first), lowering.name(second)


def _table(lowering: Lowering, parts: Parts, span: Span) -> s.Table:
    (schema, name), (columns, lines) = parts
    return lowering.make(s.Table, span, schema=schema, table=name, columns=columns, rows=lines)


def _rows(lowering: Lowering, parts: Parts, span: Span) -> Any:
    return rows(lowering, parts)


def _provide(lowering: Lowering, parts: Parts, span: Span) -> s.Provide:
    return lowering.make(s.Provide, span, call=parts[0])


def _world_contact(lowering: Lowering, parts: Parts, span: Span) -> s.WorldContact:
    name, *channels = parts
    return lowering.make(s.WorldContact, span, name=lowering.name(name), channels=tuple(channels))


def _starts_at(lowering: Lowering, parts: Parts, span: Span) -> s.Starts:
    date, time = parts
    calendar_day(lowering, date)
    at = clock_time(lowering, time)
    return lowering.make(s.Starts, span, date=date.text, time=at, alert_before=None)


def _alert_before(lowering: Lowering, parts: Parts, span: Span) -> s.Starts:
    before = duration_literal(lowering, parts[0])
    return lowering.make(s.Starts, span, date=None, time=None, alert_before=before)


def _scenario(lowering: Lowering, parts: Parts, span: Span) -> s.Scenario:
    title, world, *inside = parts
    return lowering.make(
        s.Scenario,
        span,
        title=template(lowering, title),
        world=lowering.name(world),
        parts=with_error_sections(lowering, inside),
    )


def _fault(lowering: Lowering, parts: Parts, span: Span) -> s.Fault:
    target, part, what, when = parts
    kind, refusals = ("refuses", what) if isinstance(what, tuple) else (what, ())
    start, end, label, lasts = when or (None, None, None, None)
    return lowering.make(
        s.Fault,
        span,
        target=lowering.name(target),
        part=_optional_text(lowering, part),
        kind=kind,
        refusals=refusals,
        start=optional_duration(lowering, start),
        end=optional_duration(lowering, end),
        label=_optional_text(lowering, label),
        lasts=optional_duration(lowering, lasts),
    )


def _fault_refuses(lowering: Lowering, parts: Parts, span: Span) -> tuple[Name, ...]:
    return tuple(lowering.name(one) for one in parts)


def _window(lowering: Lowering, parts: Parts, span: Span) -> _When:
    return parts[0], parts[1], None, None


def _during(lowering: Lowering, parts: Parts, span: Span) -> _When:
    return None, None, parts[0], parts[1]


def _person(lowering: Lowering, parts: Parts, span: Span) -> s.Person:
    role, does, after = parts
    return lowering.make(
        s.Person,
        span,
        role=lowering.name(role),
        does=does.does,
        about=does.about,
        value=does.value,
        after=optional_duration(lowering, after),
    )


def _doing(does: str) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> _Does:
        about = _optional_text(lowering, parts[0]) if parts else None
        value = parts[1] if len(parts) > 1 else None
        return lowering.make(_Does, span, does=does, about=about, value=value)

    return build


def _at(lowering: Lowering, parts: Parts, span: Span) -> s.At:
    time, *body = parts
    return lowering.make(
        s.At, span, time=duration_literal(lowering, time), body=tuple(readable(body))
    )


def _plain_sql(lowering: Lowering, parts: Parts, span: Span) -> Sql:
    return lowering.make(Sql, span, sql=block(lowering, parts[0]), expect=None, may_drift=())


def _crash(lowering: Lowering, parts: Parts, span: Span) -> s.Crash:
    label, moment = parts
    return lowering.make(s.Crash, span, label=template(lowering, label), moment=moment)


def _expect_finding(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectFinding:
    verdict, name = parts
    return lowering.make(s.ExpectFinding, span, verdict=verdict, finding=lowering.name(name))


def _expect_change(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectChange:
    verdict, label = parts
    return lowering.make(s.ExpectChange, span, verdict=verdict, label=template(lowering, label))


def _expect_call(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectCall:
    return lowering.make(s.ExpectCall, span, negated=parts[0] is not None, call=parts[1])


def _expect_read(manner: str) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectRead:
        call, *table_rows = parts
        columns, lines = table_rows[0] if table_rows else ((), ())
        return lowering.make(
            s.ExpectRead, span, call=call, manner=manner, columns=columns, rows=lines
        )

    return build


def _table_where(lowering: Lowering, parts: Parts, span: Span) -> tuple[Name, s.Cell]:
    return lowering.name(parts[0]), where_cell(lowering, parts[1])


def _expect_table(manner: str) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectTable:
        (schema, name), where, *table_rows = parts
        column, value = where or (None, None)
        columns, lines = table_rows[0] if table_rows else ((), ())
        return lowering.make(
            s.ExpectTable,
            span,
            schema=schema,
            table=name,
            where_column=column,
            where_value=value,
            manner=manner,
            columns=columns,
            rows=lines,
        )

    return build


def _expect_sent(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectSent:
    negated, kind, to, containing = parts
    return lowering.make(
        s.ExpectSent,
        span,
        negated=negated is not None,
        kind=lowering.name(kind),
        to=_optional_text(lowering, to),
        containing=_optional_text(lowering, containing),
    )


def _expect_asked(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectAsked:
    times, about = parts
    return lowering.make(
        s.ExpectAsked,
        span,
        times=whole_number(lowering, times),
        about=_optional_text(lowering, about),
    )


def _expect_escalated(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectEscalated:
    to, at, containing = parts
    return lowering.make(
        s.ExpectEscalated,
        span,
        to=lowering.name(to),
        at=optional_duration(lowering, at),
        containing=_optional_text(lowering, containing),
    )


def _expect_quiet(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectEscalated:
    return lowering.make(s.ExpectEscalated, span, to=None, at=None, containing=None)


def _expect_outcome(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectOutcome:
    outcome, within, containing = parts
    return lowering.make(
        s.ExpectOutcome,
        span,
        outcome=outcome,
        within=optional_duration(lowering, within),
        containing=_optional_text(lowering, containing),
    )


def _expect_nothing(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectNothingChanged:
    return lowering.make(s.ExpectNothingChanged, span)


def _expect_same(lowering: Lowering, parts: Parts, span: Span) -> s.ExpectTheSame:
    return lowering.make(s.ExpectTheSame, span, scenario=template(lowering, parts[0]))


def _not_covered(lowering: Lowering, parts: Parts, span: Span) -> s.NotCovered:
    reason, points = parts
    return lowering.make(
        s.NotCovered,
        span,
        reason=template(lowering, reason),
        points=tuple(
            lowering.make(s.PointName, place, text=text) for place, text in lines_of(points)
        ),
    )


BUILDERS = {
    "scenarios_head": _scenarios_head,
    "world": _world,
    "default": there,
    "given": _given,
    "table": _table,
    "table_name": _table_name,
    "rows": _rows,
    "provide": _provide,
    "world_contact": _world_contact,
    "starts_at": _starts_at,
    "alert_before": _alert_before,
    "scenario": _scenario,
    "fault": _fault,
    "fault_words": joined_words,
    "fault_refuses": _fault_refuses,
    "window": _window,
    "during": _during,
    "person": _person,
    "approves": _doing("approves"),
    "refuses": _doing("refuses"),
    "answers": _doing("answers"),
    "never_answers": _doing("never answers"),
    "acknowledges": _doing("acknowledges"),
    "at": _at,
    "plain_sql": _plain_sql,
    "crash": _crash,
    "crash_moment": joined_words,
    "expect_finding": _expect_finding,
    "finding_verdict": joined_words,
    "expect_change": _expect_change,
    "change_verdict": joined_words,
    "expect_call": _expect_call,
    "not_": there,
    "expect_read": _expect_read("exactly"),
    "expect_read_containing": _expect_read("containing"),
    "expect_read_absent": _expect_read("absent"),
    "expect_table": _expect_table("exactly"),
    "expect_containing": _expect_table("containing"),
    "expect_absent": _expect_table("absent"),
    "table_where": _table_where,
    "expect_sent": _expect_sent,
    "expect_asked": _expect_asked,
    "expect_escalated": _expect_escalated,
    "expect_quiet": _expect_quiet,
    "expect_outcome": _expect_outcome,
    "outcome": joined_words,
    "expect_nothing": _expect_nothing,
    "expect_same": _expect_same,
    "not_covered": _not_covered,
}
