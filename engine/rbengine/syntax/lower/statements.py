# ruff: noqa: ARG001  # every builder takes the same three things
"""What steps are made of."""

import re
from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.blocks import block
from rbengine.syntax.lower.expressions import duration_literal, whole_number
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import statements as s
from rbengine.syntax.nodes.app import Answer
from rbengine.syntax.nodes.base import Name, Node
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.expressions import (
    DurationLiteral,
    OperationCall,
    RecordLiteral,
    Template,
)
from rbengine.syntax.tokens import Token

_BINDS = re.compile(r"(?:^|\n)[ ]*([A-Za-z_]\w*)[ ]*=(?!=)")
_QUOTED = re.compile(r'"([^"\n]*)"')


class Broken(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Lines that could not be read, before the list they stand in says what node they become."""

    text: str

    def bound(self) -> tuple[str, ...]:
        """Names that these lines would have bound, so that nobody calls them unknown."""
        return tuple(_BINDS.findall(self.text))


def broken(lowering: Lowering, parts: Parts, span: Span) -> Broken:
    return lowering.make(Broken, span, text=parts[0].text)


def _statements(lowering: Lowering, parts: Parts, span: Span) -> s.Body:
    lowering.app_only += [one for one in parts if isinstance(one, Sql | Answer)]
    return tuple(
        lowering.make(s.ErrorStatement, one.span, binds=one.bound())
        if isinstance(one, Broken)
        else one
        for one in parts
    )


def readable(parts: Parts) -> Parts:
    """The parts without what could not be read, for lists that have no place for it."""
    return [one for one in parts if not isinstance(one, Broken)]


def covers(lowering: Lowering, parts: Parts) -> s.Covers | None:
    """The places among the clauses of a line."""
    places = lowering.names(
        [one for one in parts if isinstance(one, Token) and one.kind == "PLACE"]
    )
    if not places:
        return None
    return lowering.make(s.Covers, Span(places[0].span.start, places[-1].span.end), places=places)


def only(lowering: Lowering, parts: Parts, kind: type[Any]) -> Any:
    """The one clause of a kind, or None; a second is a problem."""
    found = [one for one in parts if isinstance(one, kind)]
    for again in found[1:]:
        lowering.report("E131", again.span)
    return found[0] if found else None


class _Clause(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """One clause of a line until the line is complete."""

    value: Any = None


class _StepTimeout(_Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class _AtMost(_Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class _Width(_Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class _OnReplica(_Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class _Role(_Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class _ToWithin(_Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class _ToBy(_Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class _Impact(_Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


class _Next(_Clause, frozen=True, kw_only=True, eq=False, gc=False): ...


def _value(clause: _Clause | None) -> Any:
    return None if clause is None else clause.value


def _step(lowering: Lowering, parts: Parts, span: Span) -> s.Step:
    label, *clauses, body = parts
    timeout = only(lowering, clauses, _StepTimeout)
    return lowering.make(
        s.Step,
        span,
        label=template(lowering, label),
        timeout=_value(timeout),
        retry=only(lowering, clauses, s.Retry),
        covers=covers(lowering, clauses),
        body=body,
    )


def label_of(lowering: Lowering, token: Token) -> Template:
    """The label of a line that could not be read: its first quoted text, else none."""
    match = _QUOTED.search(token.text)
    if match is None:
        return lowering.make(Template, Span(token.start, token.start), parts=())
    place = Token("STRING", match[0], token.start + match.start(), token.start + match.end())
    return template(lowering, place)


def _step_headless(lowering: Lowering, parts: Parts, span: Span) -> s.Step:
    label = label_of(lowering, parts[0])
    return lowering.make(
        s.Step, span, label=label, timeout=None, retry=None, covers=None, body=parts[1]
    )


def _step_timeout(lowering: Lowering, parts: Parts, span: Span) -> _Clause:
    return lowering.make(_StepTimeout, span, value=duration_literal(lowering, parts[0]))


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


def _query_kind(lowering: Lowering, parts: Parts, span: Span) -> str:
    return str(parts[0].text)


def _on_replica(lowering: Lowering, parts: Parts, span: Span) -> _Clause:
    return lowering.make(_OnReplica, span, value=True)


def _at_most(lowering: Lowering, parts: Parts, span: Span) -> _Clause:
    return lowering.make(_AtMost, span, value=whole_number(lowering, parts[0]))


def _loop_width(lowering: Lowering, parts: Parts, span: Span) -> _Clause:
    return lowering.make(_Width, span, value=whole_number(lowering, parts[0]))


def _query_role(lowering: Lowering, parts: Parts, span: Span) -> _Clause:
    role = lowering.name(parts[0])
    fields = parts[1]
    claims = None
    if fields:
        extent = Span(fields[0].span.start, fields[-1].span.end)
        claims = lowering.make(RecordLiteral, extent, fields=fields)
    return lowering.make(_Role, span, value=(role, claims))


def _query(lowering: Lowering, parts: Parts, span: Span) -> s.Query:
    kind, *options, sql = parts
    role, claims = _value(only(lowering, options, _Role)) or (None, None)
    return lowering.make(
        s.Query,
        span,
        kind=kind,
        on_replica=_value(only(lowering, options, _OnReplica)) is not None,
        at_most=_value(only(lowering, options, _AtMost)),
        timeout=_value(only(lowering, options, _StepTimeout)),
        role=role,
        claims=claims,
        sql=block(lowering, sql),
    )


def _text(lowering: Lowering, parts: Parts, span: Span) -> s.TextBlock:
    return lowering.make(s.TextBlock, span, block=block(lowering, parts[0]))


def _to_within(lowering: Lowering, parts: Parts, span: Span) -> _Clause:
    return lowering.make(_ToWithin, span, value=parts[0])


def _to_by(lowering: Lowering, parts: Parts, span: Span) -> _Clause:
    return lowering.make(_ToBy, span, value=lowering.names(parts))


def _question(lowering: Lowering, clauses: Parts, after: int) -> s.Question:
    """Without clauses its span is empty and stands where they would."""
    within = only(lowering, clauses, _ToWithin)
    by = only(lowering, clauses, _ToBy)
    spans = [one.span for one in clauses]
    span = spans[0].to(spans[-1]) if spans else Span(after, after)
    return lowering.make(s.Question, span, within=_value(within), by=_value(by) or ())


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
        impact=_value(only(lowering, says, _Impact)),
        next=_value(only(lowering, says, _Next)),
    )


def _impact(lowering: Lowering, parts: Parts, span: Span) -> _Clause:
    return lowering.make(_Impact, span, value=template(lowering, parts[0]))


def _next(lowering: Lowering, parts: Parts, span: Span) -> _Clause:
    return lowering.make(_Next, span, value=template(lowering, parts[0]))


def _note(lowering: Lowering, parts: Parts, span: Span) -> s.Note:
    return lowering.make(s.Note, span, text=template(lowering, parts[0]))


def _check(lowering: Lowering, parts: Parts, span: Span) -> s.Check:
    condition, otherwise = parts
    text = template(lowering, otherwise) if otherwise is not None else None
    return lowering.make(s.Check, span, condition=condition, otherwise=text)


def joined_words(lowering: Lowering, parts: Parts, span: Span) -> str:
    """Words of the language that say one thing together: `handed over`."""
    return " ".join(token.text for token in parts)


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
        at_most=_value(only(lowering, clauses, _AtMost)),
        at_a_time=_value(only(lowering, clauses, _Width)),
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


def optional_duration(lowering: Lowering, token: Token | None) -> DurationLiteral | None:
    return None if token is None else duration_literal(lowering, token)


BUILDERS = {
    "broken": broken,
    "body": _statements,
    "step": _step,
    "step_headless": _step_headless,
    "step_timeout": _step_timeout,
    "step_retry": _step_retry,
    "doubling": _present,
    "bind": _bind,
    "perform": _perform,
    "operation": _operation,
    "call": _call,
    "trial": _trial,
    "query_kind": _query_kind,
    "on_replica": _on_replica,
    "query_rows": _at_most,
    "query_timeout": _step_timeout,
    "query_role": _query_role,
    "query": _query,
    "text": _text,
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
    "loop_most": _at_most,
    "loop_width": _loop_width,
    "parallel": _parallel,
    "wait": _wait,
    "within": _within,
    "until": _only_part,
    "no_finding_holds": _no_finding_holds,
    "within_else": _only_part,
    "on_failure": _on_failure,
    "all_or_nothing": _all_or_nothing,
    "allow": _allow,
}
