# ruff: noqa: ARG001  # every builder takes the same three things
"""What steps are made of."""

from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.clauses import (
    AtMost,
    Broken,
    Clause,
    Timeout,
    Width,
    at_most,
    broken,
    covers,
    joined_words,
    label_of,
    only,
    readable,
    timeout,
    value_of,
)
from rbengine.syntax.lower.expressions import duration_literal, whole_number
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import statements as s
from rbengine.syntax.nodes.app import Answer
from rbengine.syntax.nodes.changes import Sql


def _statements(lowering: Lowering, parts: Parts, span: Span) -> s.Body:
    lowering.app_only += [one for one in parts if isinstance(one, Sql | Answer)]
    return tuple(
        lowering.make(s.ErrorStatement, one.span, binds=one.bound())
        if isinstance(one, Broken)
        else one
        for one in parts
    )


def _step(lowering: Lowering, parts: Parts, span: Span) -> s.Step:
    label, *clauses, body = parts
    timeout = only(lowering, clauses, Timeout)
    return lowering.make(
        s.Step,
        span,
        label=template(lowering, label),
        timeout=value_of(timeout),
        retry=only(lowering, clauses, s.Retry),
        covers=covers(lowering, clauses),
        body=body,
    )


def _step_headless(lowering: Lowering, parts: Parts, span: Span) -> s.Step:
    label = label_of(lowering, parts[0])
    return lowering.make(
        s.Step, span, label=label, timeout=None, retry=None, covers=None, body=parts[1]
    )


def _step_retry(lowering: Lowering, parts: Parts, span: Span) -> s.Retry:
    times, every, doubling = parts
    return lowering.make(
        s.Retry,
        span,
        times=whole_number(lowering, times),
        every=duration_literal(lowering, every),
        doubling=doubling is not None,
    )


def _present(lowering: Lowering, parts: Parts, span: Span) -> Span:
    """A word that is there or not: its place stands for yes."""
    return span


def _bind(lowering: Lowering, parts: Parts, span: Span) -> s.Bind:
    return lowering.make(s.Bind, span, name=lowering.bound_name(parts[0]), value=parts[1])


def _perform(lowering: Lowering, parts: Parts, span: Span) -> s.Perform:
    return lowering.make(s.Perform, span, value=parts[0])


def _loop_width(lowering: Lowering, parts: Parts, span: Span) -> Clause:
    return lowering.make(Width, span, value=whole_number(lowering, parts[0]))


def _note(lowering: Lowering, parts: Parts, span: Span) -> s.Note:
    return lowering.make(s.Note, span, text=template(lowering, parts[0]))


def _check(lowering: Lowering, parts: Parts, span: Span) -> s.Check:
    condition, otherwise = parts
    text = template(lowering, otherwise) if otherwise is not None else None
    return lowering.make(s.Check, span, condition=condition, otherwise=text)


def _stop(lowering: Lowering, parts: Parts, span: Span) -> s.Stop:
    return lowering.make(s.Stop, span, outcome=parts[0], reason=template(lowering, parts[1]))


def _skip(lowering: Lowering, parts: Parts, span: Span) -> s.Skip:
    return lowering.make(s.Skip, span, reason=template(lowering, parts[0]))


def _give(lowering: Lowering, parts: Parts, span: Span) -> s.Give:
    return lowering.make(s.Give, span, value=parts[0])


def _if(lowering: Lowering, parts: Parts, span: Span) -> s.If:
    condition, body, *others, otherwise = parts
    end = body[-1].span.end if body else span.end
    first = lowering.make(s.Branch, Span(span.start, end), condition=condition, body=body)
    return lowering.make(s.If, span, branches=(first, *others), otherwise=otherwise)


def _else_if(lowering: Lowering, parts: Parts, span: Span) -> s.Branch:
    return lowering.make(s.Branch, span, condition=parts[0], body=parts[1])


def _only_part(lowering: Lowering, parts: Parts, span: Span) -> Any:
    return parts[0]


def _match(lowering: Lowering, parts: Parts, span: Span) -> s.Match:
    subject, *cases, otherwise = parts
    return lowering.make(
        s.Match, span, subject=subject, cases=tuple(readable(cases)), otherwise=otherwise
    )


def _when(lowering: Lowering, parts: Parts, span: Span) -> s.When:
    *patterns, body = parts
    return lowering.make(s.When, span, patterns=tuple(patterns), body=body)


def _pattern(state: str) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> s.Pattern:
        text = template(lowering, parts[0]).plain if parts and parts[0] is not None else None
        return lowering.make(s.Pattern, span, state=state, text=text)

    return build


def _for_each(lowering: Lowering, parts: Parts, span: Span) -> s.ForEach:
    name, items, *clauses, body = parts
    return lowering.make(
        s.ForEach,
        span,
        name=lowering.bound_name(name),
        items=items,
        at_most=value_of(only(lowering, clauses, AtMost)),
        at_a_time=value_of(only(lowering, clauses, Width)),
        body=body,
    )


def _parallel(lowering: Lowering, parts: Parts, span: Span) -> s.Parallel:
    return lowering.make(s.Parallel, span, branches=parts[0])


def _wait(lowering: Lowering, parts: Parts, span: Span) -> s.Wait:
    return lowering.make(s.Wait, span, duration=parts[0])


def _within(lowering: Lowering, parts: Parts, span: Span) -> s.Within:
    duration, every, *body, until, otherwise = parts
    return lowering.make(
        s.Within,
        span,
        duration=duration,
        every=every,
        body=_statements(lowering, body, span),
        until=until,
        otherwise=otherwise,
    )


def _within_endless(lowering: Lowering, parts: Parts, span: Span) -> s.Within:
    """Without `until`, which may be the very line that could not be read."""
    duration, every, body, otherwise = parts
    if not any(isinstance(one, s.ErrorStatement) for one in body):
        lowering.report("E136", Span(span.start, span.start + len("within")))
    end = body[-1].span.end
    return lowering.make(
        s.Within,
        span,
        duration=duration,
        every=every,
        body=body,
        until=lowering.make(s.NoFindingHolds, Span(end, end)),
        otherwise=otherwise,
    )


def _no_finding_holds(lowering: Lowering, parts: Parts, span: Span) -> s.NoFindingHolds:
    return lowering.make(s.NoFindingHolds, span)


def _on_failure(lowering: Lowering, parts: Parts, span: Span) -> s.OnFailure:
    *kinds, body = parts
    return lowering.make(s.OnFailure, span, kinds=lowering.names(kinds), body=body)


def _all_or_nothing(lowering: Lowering, parts: Parts, span: Span) -> s.AllOrNothing:
    return lowering.make(s.AllOrNothing, span, body=parts[0])


def _allow(lowering: Lowering, parts: Parts, span: Span) -> s.Allow:
    code, reason = parts
    return lowering.make(s.Allow, span, code=lowering.name(code), reason=template(lowering, reason))


BUILDERS = {
    "broken": broken,
    "body": _statements,
    "step": _step,
    "step_headless": _step_headless,
    "step_timeout": timeout,
    "step_retry": _step_retry,
    "doubling": _present,
    "bind": _bind,
    "perform": _perform,
    "note": _note,
    "check": _check,
    "stop": _stop,
    "stop_outcome": joined_words,
    "skip": _skip,
    "give": _give,
    "if_": _if,
    "else_if": _else_if,
    "else_": _only_part,
    "match": _match,
    "when": _when,
    "pattern": _pattern("value"),
    "pattern_present": _pattern("present"),
    "pattern_absent": _pattern("absent"),
    "pattern_failed": _pattern("failed"),
    "otherwise_case": _only_part,
    "for_each": _for_each,
    "loop_most": at_most,
    "loop_width": _loop_width,
    "parallel": _parallel,
    "wait": _wait,
    "within": _within,
    "until": _only_part,
    "within_endless": _within_endless,
    "no_finding_holds": _no_finding_holds,
    "within_else": _only_part,
    "on_failure": _on_failure,
    "all_or_nothing": _all_or_nothing,
    "allow": _allow,
}
