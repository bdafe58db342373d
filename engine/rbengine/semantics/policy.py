"""A policy's tree to the rules that checker, machine and reports read."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

import msgspec

from rbengine.contract.policy import (
    CHANNELS,
    ApprovalRule,
    Contact,
    ContactChannel,
    EscalationRung,
    Limits,
    PolicyModel,
    SeverityPolicy,
)
from rbengine.diagnostics import Diagnostic, nearest
from rbengine.diagnostics.collector import in_reading_order
from rbengine.semantics.problems.policy import (
    AgainAfterNothing,
    NeverEscalates,
    NoChannel,
    PolicyProblem,
    SaidTwice,
    TooFewApprovers,
    UnknownChannel,
    UnknownContact,
    UnknownLimit,
    WrongLimit,
    WrongTime,
    describe,
)
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import Name, Policy
from rbengine.syntax.nodes import policy as tree
from rbengine.syntax.nodes.expressions import DurationLiteral, IntegerLiteral, Template
from rbengine.syntax.nodes.statements import Allow

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_LIMITS: Mapping[str, str] = {
    "question": "30m",
    "wait": "4h",
    "loop": "500 items",
    "query": "1000 rows",
    "statement": "10s",
    "call": "30s",
    "replan": "3 times",
}
"""Each limit with a value that has the right form."""

_FORMS = {
    "email": re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+"),
    "sms": re.compile(r"\+[1-9]\d{6,14}"),
}
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]+){1,2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def read_policy(
    policy: Policy, source: SourceFile, *, zone_exists: Callable[[str], bool] | None = None
) -> tuple[PolicyModel, tuple[Diagnostic, ...]]:
    """The rules of `policy`, and what is wrong with it, in the order of the text.

    `zone_exists` looks a time zone up; without it only the form of its name is judged. What is wrong is left
    out of the rules, so that runbooks can still be checked against the rest.
    """
    reader = _Reader(source, zone_exists or has_form_of_zone)
    model = reader.read(policy)
    found = sorted(reader.problems, key=lambda one: (one.span.start, one.code))
    return model, _accepted(source.path, policy, tuple(describe(one) for one in found))


def check_holidays(
    policy: Policy, source: SourceFile, codes: Callable[[str], Collection[str]]
) -> tuple[Diagnostic, ...]:
    """Report holidays of a country, or of a part of one, that nobody knows. `codes` are those that are known.

    It stands apart from reading the rules: who knows holidays takes longer to come than all of them.
    """
    found: list[Diagnostic] = []
    for part in policy.parts:
        if not isinstance(part, tree.Holidays) or not _COUNTRY.fullmatch(part.country.plain):
            continue
        country = part.country.plain
        offered = tuple(codes(country))
        if country in offered:
            continue
        parts = tuple(one for one in offered if one.startswith(country.partition("-")[0] + "-"))
        found.append(
            describe(
                WrongTime(
                    file=source.path,
                    span=part.country.span,
                    reason=f"nobody knows the holidays of `{country}`",
                    name=country,
                    offered=parts or offered,
                    way_out=None if nearest(country, parts or offered) else _COUNTRY_CODES,
                )
            )
        )
    return _accepted(source.path, policy, tuple(found))


def _accepted(file: str, policy: Policy, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Without what the policy accepts; most accept nothing, and wait for none of it."""
    if not any(isinstance(one, Allow) for one in policy.parts):
        return found
    from rbengine.semantics.allowances import accept

    return in_reading_order(accept(file, policy, found))


_COUNTRY_CODES = "name it by its code, with a part of it where that has its own: `IT`, `DE-BY`"
_COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
"""ISO 3166-1 with a subdivision of ISO 3166-2; whether there is such a country is known to those who look it up."""


def wrong_channel(
    file: str, kind: Name, address: Template | None = None
) -> tuple[UnknownChannel, ...]:
    """What is wrong with a channel, in a policy or in a world: its kind, or an address of another form."""
    text = "" if address is None else address.plain
    form = _FORMS.get(kind.text)
    if form is None:
        place = kind.span
    elif address is not None and not form.fullmatch(text):
        place = address.span
    else:
        return ()
    return (UnknownChannel(file=file, span=place, kind=kind.text, address=text, offered=CHANNELS),)


def has_form_of_zone(name: str) -> bool:
    """Whether `name` may be that of a time zone, where nobody can look it up."""
    return _ZONE.fullmatch(name) is not None


class _Reader:
    def __init__(self, source: SourceFile, zone_exists: Callable[[str], bool]) -> None:
        self._file = source.path
        self._zone_exists = zone_exists
        self._said: dict[str, Span] = {}
        self.problems: list[PolicyProblem] = []

    def read(self, policy: Policy) -> PolicyModel:
        contacts = self._contacts(policy)
        known = tuple(one.name for one in contacts)
        model = PolicyModel(name=policy.name.plain, contacts=contacts)
        severities: list[SeverityPolicy] = []
        for part in policy.parts:
            match part:
                case tree.Timezone():
                    model = self._zone(model, part)
                case tree.Holidays():
                    model = self._holidays(model, part)
                case tree.BusinessHours():
                    model = self._hours(model, part)
                case tree.Limits():
                    model = msgspec.structs.replace(model, limits=self._limits(part))
                case tree.FunctionsAllowed():
                    names = (*model.sql_functions, *(one.text for one in part.names))
                    model = msgspec.structs.replace(model, sql_functions=names)
                case tree.ApprovalsExpire():
                    self._once("when approvals expire", part.span)
                    after = part.after.value
                    model = msgspec.structs.replace(model, approvals_expire=after)
                case tree.SeverityRules():
                    if self._once(f"what holds for severity {part.name.text}", part.name.span):
                        severities.append(self._severity(part, known))
                case _:
                    pass  # contacts were read first, for rules may stand above them; broken parts are reported
        return msgspec.structs.replace(model, severities=tuple(severities))

    def _once(self, what: str, span: Span) -> bool:
        """Whether `what` is said for the first time."""
        first = self._said.setdefault(what, span)
        if first is not span:
            self.problems.append(SaidTwice(file=self._file, span=span, what=what, first=first))
        return first is span

    def _contacts(self, policy: Policy) -> tuple[Contact, ...]:
        found: list[Contact] = []
        for part in policy.parts:
            if not isinstance(part, tree.Contact):
                continue
            name = part.name.text
            if not self._once(f"who `{name}` is", part.name.span):
                continue
            if not part.channels and not part.from_settings:
                self.problems.append(NoChannel(file=self._file, span=part.name.span, name=name))
            found.append(
                Contact(
                    name=name,
                    title=part.title.plain,
                    channels=tuple(self._channel(one) for one in part.channels),
                    from_settings=part.from_settings,
                    is_role=part.word == "role",
                )
            )
        return tuple(found)

    def _channel(self, channel: tree.Channel) -> ContactChannel:
        kind, address = channel.kind, channel.address
        self.problems += wrong_channel(self._file, kind, address)
        return ContactChannel(kind.text, address.plain)

    def _zone(self, model: PolicyModel, part: tree.Timezone) -> PolicyModel:
        name = part.name.plain
        if not self._once("the time zone", part.span):
            return model
        if not self._zone_exists(name):
            self.problems.append(
                WrongTime(
                    file=self._file,
                    span=part.name.span,
                    reason=f"`{name}` is no time zone",
                    way_out="name it as the IANA does: `Europe/Rome`, `UTC`",
                )
            )
            return model
        return msgspec.structs.replace(model, timezone=name)

    def _holidays(self, model: PolicyModel, part: tree.Holidays) -> PolicyModel:
        country = part.country.plain
        if not self._once("which holidays there are", part.span):
            return model
        if not _COUNTRY.fullmatch(country):
            self.problems.append(
                WrongTime(
                    file=self._file,
                    span=part.country.span,
                    reason=f"`{country}` is no country",
                    way_out=_COUNTRY_CODES,
                )
            )
            return model
        return msgspec.structs.replace(model, holidays=country)

    def _hours(self, model: PolicyModel, part: tree.BusinessHours) -> PolicyModel:
        if not self._once("when business hours are", part.span):
            return model
        for day in (part.first_day, part.last_day):
            if day.text not in DAYS:
                self.problems.append(
                    WrongTime(
                        file=self._file,
                        span=day.span,
                        reason=f"`{day.text}` is no day of the week",
                        name=day.text,
                        offered=DAYS,
                    )
                )
                return model
        if not all(_TIME.fullmatch(one) for one in (part.opens, part.closes)):
            reason = "a time of day is written `HH:MM`, from 00:00 to 23:59"
        elif part.opens >= part.closes:
            reason = "business hours must end after they began"
        else:
            return msgspec.structs.replace(
                model,
                first_day=part.first_day.text,
                last_day=part.last_day.text,
                opens=part.opens,
                closes=part.closes,
            )
        self.problems.append(WrongTime(file=self._file, span=part.span, reason=reason))
        return model

    def _limits(self, part: tree.Limits) -> Limits:
        limits = Limits()
        for one in part.limits:
            name = one.name.text
            form = _LIMITS.get(name)
            if form is None:
                offered = tuple(_LIMITS)
                self.problems.append(
                    UnknownLimit(file=self._file, span=one.name.span, name=name, offered=offered)
                )
                continue
            if not self._once(f"the limit `{name}`", one.name.span):
                continue
            value = _limit_value(one, form)
            if value is None:
                self.problems.append(
                    WrongLimit(file=self._file, span=one.span, name=name, wants=form)
                )
                continue
            limits = msgspec.structs.replace(limits, **{name: value})
        return limits

    def _severity(self, part: tree.SeverityRules, known: tuple[str, ...]) -> SeverityPolicy:
        rungs: list[EscalationRung] = []
        approvals: list[ApprovalRule] = []
        for rule in part.rules:
            match rule:
                case tree.EscalateRule():
                    rungs.append(self._rung(rule, known, rungs))
                case tree.ApprovalRule():
                    approvals.append(self._approval(rule, known))
        if not rungs:
            self.problems.append(
                NeverEscalates(file=self._file, span=part.name.span, severity=part.name.text)
            )
        return SeverityPolicy(
            name=part.name.text,
            title=part.title.plain,
            rungs=tuple(rungs),
            approvals=tuple(approvals),
        )

    def _rung(
        self, rule: tree.EscalateRule, known: tuple[str, ...], above: list[EscalationRung]
    ) -> EscalationRung:
        if rule.when == "again after" and not rule.to and not above:
            self.problems.append(AgainAfterNothing(file=self._file, span=rule.span))
        if not rule.as_note:  # a note goes to a meeting, which nobody can be reached at
            self._people(rule.to, known)
        if rule.time is not None and not _TIME.fullmatch(rule.time):
            reason = "a time of day is written `HH:MM`, from 00:00 to 23:59"
            self.problems.append(WrongTime(file=self._file, span=rule.span, reason=reason))
        same_people = above[-1].to if above and not rule.to else ()
        return EscalationRung(
            when=rule.when,
            after=timedelta(0) if rule.after is None else rule.after.value,
            time=rule.time or "",
            to=tuple(one.text for one in rule.to) or same_people,
            as_note=rule.as_note,
        )

    def _approval(self, rule: tree.ApprovalRule, known: tuple[str, ...]) -> ApprovalRule:
        self._people(rule.by, known)
        if rule.about != "free changes" and rule.how_many > len(rule.by):
            self.problems.append(
                TooFewApprovers(
                    file=self._file, span=rule.span, needed=rule.how_many, named=len(rule.by)
                )
            )
        return ApprovalRule(
            about=rule.about,
            threshold=rule.threshold or 0,
            after=timedelta(0) if rule.after is None else rule.after.value,
            by=tuple(one.text for one in rule.by),
            how_many=rule.how_many,
            not_the_operator=rule.not_the_operator,
        )

    def _people(self, names: tuple[Name, ...], known: tuple[str, ...]) -> None:
        for one in names:
            if one.text not in known:
                self.problems.append(
                    UnknownContact(file=self._file, span=one.span, name=one.text, offered=known)
                )


def _limit_value(limit: tree.Limit, form: str) -> timedelta | int | None:
    """The value, or None where it is not of the kind that `form` shows, or is nothing."""
    _, _, unit = form.partition(" ")
    match limit.value:
        case DurationLiteral(value=value) if (
            not unit and limit.unit is None and value > timedelta(0)
        ):
            return value
        case IntegerLiteral(value=count) if unit and count > 0:
            word = "" if limit.unit is None else limit.unit.text
            return count if word in ("", unit, unit.removesuffix("s")) else None
        case _:
            return None
