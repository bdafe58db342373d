# ruff: noqa: ARG001  # every builder takes the same three things
"""The lines of a policy."""

from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.clauses import optional_duration, readable
from rbengine.syntax.lower.expressions import duration_literal, whole_number
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.runbook import Head
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import policy as p
from rbengine.syntax.nodes.base import Name, Node
from rbengine.syntax.nodes.expressions import IntegerLiteral
from rbengine.syntax.tokens import Token


class _When(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """When an escalation is due, before the rest of its line is read."""

    when: str
    after: Token | None
    time: str | None


class _Approvers(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`2 of a, b, not the operator`."""

    by: tuple[Name, ...]
    how_many: int
    not_the_operator: bool


def titled_head(lowering: Lowering, parts: Parts, span: Span) -> Head:
    """A first line with a title only."""
    return lowering.no_name(span), template(lowering, parts[0])


def clock_time(lowering: Lowering, token: Token) -> str:
    """`HH:MM` as written, when there is such a time of day."""
    hour, minute = token.text.split(":")
    if int(hour) > 23 or int(minute) > 59:
        lowering.report("E123", token.span, found=token.text)
    return token.text


def _timezone(lowering: Lowering, parts: Parts, span: Span) -> p.Timezone:
    return lowering.make(p.Timezone, span, name=template(lowering, parts[0]))


def _holidays(lowering: Lowering, parts: Parts, span: Span) -> p.Holidays:
    return lowering.make(p.Holidays, span, country=template(lowering, parts[0]))


def _hours(lowering: Lowering, parts: Parts, span: Span) -> p.BusinessHours:
    first, last, opens, closes = parts
    return lowering.make(
        p.BusinessHours,
        span,
        first_day=lowering.name(first),
        last_day=lowering.name(last),
        opens=clock_time(lowering, opens),
        closes=clock_time(lowering, closes),
    )


def _limits(lowering: Lowering, parts: Parts, span: Span) -> p.Limits:
    return lowering.make(p.Limits, span, limits=tuple(readable(parts)))


def _limit(lowering: Lowering, parts: Parts, span: Span) -> p.Limit:
    name, value, *unit = parts
    amount: Any
    if value.kind == "DURATION":
        amount = duration_literal(lowering, value)
    else:
        amount = lowering.make(IntegerLiteral, value.span, value=whole_number(lowering, value))
    return lowering.make(
        p.Limit,
        span,
        name=lowering.name(name),
        value=amount,
        unit=lowering.name(unit[0]) if unit and unit[0] else None,
    )


def word(lowering: Lowering, parts: Parts, span: Span) -> str:
    return str(parts[0].text)


def _contact(lowering: Lowering, parts: Parts, span: Span) -> p.Contact:
    which, name, title, *channels = parts
    from_settings = any(one is True for one in channels)
    return lowering.make(
        p.Contact,
        span,
        word=which,
        name=lowering.name(name),
        title=template(lowering, title),
        channels=() if from_settings else tuple(one for one in channels if one is not None),
        from_settings=from_settings,
    )


def _channel(lowering: Lowering, parts: Parts, span: Span) -> p.Channel:
    kind, address = parts
    return lowering.make(
        p.Channel, span, kind=lowering.name(kind), address=template(lowering, address)
    )


def there(lowering: Lowering, parts: Parts, span: Span) -> bool:
    """Words that are there; an absent part is None."""
    return True


def _sql_may_call(lowering: Lowering, parts: Parts, span: Span) -> p.FunctionsAllowed:
    return lowering.make(p.FunctionsAllowed, span, names=lowering.names(parts))


def _approvals_expire(lowering: Lowering, parts: Parts, span: Span) -> p.ApprovalsExpire:
    return lowering.make(p.ApprovalsExpire, span, after=duration_literal(lowering, parts[0]))


def _severity_rules(lowering: Lowering, parts: Parts, span: Span) -> p.SeverityRules:
    name, title, *rules = parts
    return lowering.make(
        p.SeverityRules,
        span,
        name=lowering.name(name),
        title=template(lowering, title),
        rules=tuple(readable(rules)),
    )


def _escalate_rule(lowering: Lowering, parts: Parts, span: Span) -> p.EscalateRule:
    when, to, as_note = parts
    return lowering.make(
        p.EscalateRule,
        span,
        when=when.when,
        after=optional_duration(lowering, when.after),
        time=when.time,
        to=to or (),
        as_note=as_note is not None,
    )


def _due(when: str) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> _When:
        token = parts[0] if parts else None
        is_time = token is not None and token.kind == "TIME"
        return lowering.make(
            _When,
            span,
            when=when,
            after=None if is_time else token,
            time=clock_time(lowering, token) if token is not None and is_time else None,
        )

    return build


def _contacts(lowering: Lowering, parts: Parts, span: Span) -> tuple[Name, ...]:
    return tuple(parts)


def _who(lowering: Lowering, parts: Parts, span: Span) -> Name:
    """A contact, or several words that name one: `team standup` is `team_standup`."""
    text = "_".join(token.text for token in parts)
    return lowering.name(Token("NAME", text, span.start, span.end))


def _approvers(lowering: Lowering, parts: Parts, span: Span) -> _Approvers:
    how_many, *names, excluded = parts
    return lowering.make(
        _Approvers,
        span,
        by=lowering.names(names),
        how_many=how_many or 1,
        not_the_operator=excluded is not None,
    )


def _how_many(lowering: Lowering, parts: Parts, span: Span) -> int:
    return whole_number(lowering, parts[0])


def _rule(about: str, threshold: int | None, after: int | None, approvers: int | None) -> Any:
    """A builder of approval rules; the numbers say which part of the line holds what."""

    def build(lowering: Lowering, parts: Parts, span: Span) -> p.ApprovalRule:
        bound = parts[threshold] if threshold is not None else None
        people = parts[approvers] if approvers is not None else None
        return lowering.make(
            p.ApprovalRule,
            span,
            about=about,
            threshold=None if bound is None else whole_number(lowering, bound),
            after=optional_duration(lowering, parts[after] if after is not None else None),
            by=people.by if people else (),
            how_many=people.how_many if people else 0,
            not_the_operator=people.not_the_operator if people else False,
        )

    return build


BUILDERS = {
    "policy_head": titled_head,
    "timezone": _timezone,
    "holidays": _holidays,
    "hours": _hours,
    "limits": _limits,
    "limit": _limit,
    "contact": _contact,
    "contact_word": word,
    "channel": _channel,
    "from_settings": there,
    "sql_may_call": _sql_may_call,
    "approvals_expire": _approvals_expire,
    "severity_rules": _severity_rules,
    "escalate_rule": _escalate_rule,
    "at_once": _due("at once"),
    "after": _due("after"),
    "again_after": _due("again after"),
    "next_day": _due("next business day"),
    "contacts": _contacts,
    "who": _who,
    "as_note": there,
    "changes_rule": _rule("changes", threshold=0, after=None, approvers=1),
    "approvers": _approvers,
    "how_many": _how_many,
    "not_the_operator": there,
    "free_rule": _rule("free changes", threshold=0, after=None, approvers=None),
    "glass_rule": _rule("break glass", threshold=None, after=0, approvers=1),
    "messages_rule": _rule("messages", threshold=0, after=None, approvers=1),
}
