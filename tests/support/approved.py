"""Who had to approve a change, by the words of the policy and of the change itself."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from rbengine.contract.changes import ChangePlan, Drifted, Planned, PlannedOperation
from rbengine.contract.policy import ApprovalRule
from rbengine.plan import code as c
from rbengine.plan.expressions import Constant
from rbengine.plan.program import Plan
from rbengine.runtime import commands as co
from rbengine.runtime import events as ev
from rbengine.runtime import notices as no
from support.machine import OPERATOR
from support.worst_host import WorstHost


class Asked(NamedTuple):
    """A plan that people were shown."""

    label: str
    plan: ChangePlan
    items: tuple[str, ...]
    """The digests of what it holds."""
    at: datetime
    people: list[str]
    """The ids of those whose approval counted so far."""


def no_change_without_its_plan_and_approval(host: WorstHost) -> None:
    """What is applied was looked at, shown, and approved as shown by whom the rules want; or free by the policy."""
    looked_at: dict[str, str] = {}
    keys: dict[int, str] = {}
    asked: dict[int, Asked] = {}
    allowed: list[tuple[str, datetime | None]] = []
    """Digests of plans, with when people approved them; never where that was free."""
    expire = host.plan.policy.approvals_expire
    for event, commands in zip(host.events, host.batches, strict=True):
        match event:
            case ev.ChangePlanned(call=call, outcome=Planned(plan=plan)):
                looked_at[keys[call]] = plan.digest
            case ev.ChangeApplied(call=call, outcome=Drifted(plan=plan)):
                looked_at[keys[call]] = plan.digest
            case ev.Answered(question=number, answer=ev.Approved(digest=digest), person=person):
                shown = asked.get(number)
                if shown is not None and digest == shown.plan.digest:
                    if _counts(host.plan, shown, person, event.at):
                        shown.people.append(person.id)
                    if len(shown.people) == _wanted(host.plan, shown.label, shown.plan).how_many:
                        allowed += [(one, event.at) for one in shown.items]
            case _:
                pass
        for command in commands:
            match command:
                case co.AskPeople(kind="plan", plan=ChangePlan() as plan, text=label) if (
                    command.question not in asked
                ):
                    items = _items(plan, tuple(looked_at.values()))
                    asked[command.question] = Asked(label, plan, items, event.at, [])
                case co.Show(notice=no.ChangeShown(approval="free", plan=plan, label=label)):
                    assert _is_free(host.plan, label, plan), f"{label} is not free"
                    allowed += [(one, None) for one in _items(plan, tuple(looked_at.values()))]
                case co.Perform(request=co.ApplyRequest(approved=plan), call=call, key=key):
                    keys[call] = key
                    assert plan.digest == looked_at[key], "it was looked at again since"
                    times = [at for one, at in allowed if one == plan.digest]
                    assert times, "nobody approved it"
                    assert any(at is None or event.at < at + expire for at in times), "it expired"
                case co.Perform(call=call, key=key):
                    keys[call] = key
                case _:
                    pass


def _items(whole: ChangePlan, looked_at: tuple[str, ...]) -> tuple[str, ...]:
    """The plans that one shown plan is made of, as they were looked at: its digest covers theirs, in order."""
    if whole.digest in looked_at:
        return (whole.digest,)
    for start in range(len(looked_at)):
        for end in range(start + 2, len(looked_at) + 1):
            together = "\n".join(looked_at[start:end])
            if hashlib.sha256(together.encode("ascii")).hexdigest() == whole.digest:
                return looked_at[start:end]
    raise AssertionError("what is shown was not looked at")


def _counts(plan: Plan, shown: Asked, person: ev.Person, at: datetime) -> bool:
    """Whether this person's approval is one of those that are wanted."""
    rule = _wanted(plan, shown.label, shown.plan)
    if person.id in shown.people or (rule.not_the_operator and person.id == OPERATOR.id):
        return False
    glass = [one for one in _rules(plan) if one.about == "break glass"]
    wider = any(person.role in one.by and at >= shown.at + one.after for one in glass)
    return wider or person.role in rule.by


def _wanted(plan: Plan, label: str, shown: ChangePlan) -> ApprovalRule:
    """What the change says itself; else the rule with the highest threshold that these rows pass."""
    spec = _spec(plan, label)
    if spec.approve_by:
        return ApprovalRule(about="changes", by=spec.approve_by)
    passed = [
        one
        for one in _rules(plan)
        if one.about == "changes" and (not one.threshold or shown.rows > one.threshold)
    ]
    return max(passed, key=lambda one: one.threshold)


def _is_free(plan: Plan, label: str, shown: ChangePlan) -> bool:
    spec = _spec(plan, label)
    if spec.approve_by or spec.never_free:
        return False
    if any(isinstance(one, PlannedOperation) for one in shown.parts):
        return False
    return any(one.about == "free changes" and shown.rows <= one.threshold for one in _rules(plan))


def _spec(plan: Plan, label: str) -> c.ChangeSpec:
    changes = (one.change for one in plan.code if isinstance(one, c.MakeChange))
    return next(one for one in changes if _label(one) == label)


def _label(spec: c.ChangeSpec) -> str:
    assert isinstance(spec.label, Constant), "labels of generated changes have no holes"
    return str(spec.label.value.value)


def _rules(plan: Plan) -> tuple[ApprovalRule, ...]:
    found = plan.policy.severity(plan.severity)
    assert found is not None
    return found.approvals
