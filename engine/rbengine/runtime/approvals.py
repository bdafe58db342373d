"""Who must approve a plan: the change's own words, else the policy's rules for this severity."""

from datetime import datetime, timedelta

import msgspec

from rbengine.contract.changes import ChangePlan, PlannedOperation
from rbengine.contract.policy import ApprovalRule, PolicyModel
from rbengine.plan.code import ChangeSpec
from rbengine.runtime.work import ChangeWork


class Free(msgspec.Struct, frozen=True):
    """Nobody needs to be asked."""


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """`how_many` different people of `by`; after `wider_after` without an answer `wider_by` may too."""

    by: tuple[str, ...]
    how_many: int = 1
    not_the_operator: bool = False
    wider_by: tuple[str, ...] = ()
    wider_after: timedelta | None = None


OPERATOR = "operator"
"""The role of last resort, where a policy names nobody at all: whoever runs the playbook."""


def approval_of(
    spec: ChangeSpec, plan: ChangePlan, policy: PolicyModel, severity: str
) -> Free | Needed:
    """`approve by` outranks the policy; what was reached only through something absent is never free."""
    rules = rules_of(policy, severity)
    glass = next((one for one in rules if one.about == "break glass"), None)
    wider_by = glass.by if glass is not None else ()
    wider_after = glass.after if glass is not None else None
    if spec.approve_by:
        return Needed(by=spec.approve_by, wider_by=wider_by, wider_after=wider_after)
    if not spec.never_free and _is_free(plan, rules):
        return Free()
    rule = _strictest(plan.rows, rules)
    if rule is None:
        return Needed(by=fallback(policy), wider_by=wider_by, wider_after=wider_after)
    return Needed(
        by=rule.by or fallback(policy),
        how_many=rule.how_many,
        not_the_operator=rule.not_the_operator,
        wider_by=wider_by,
        wider_after=wider_after,
    )


def has_expired(work: ChangeWork, now: datetime, policy: PolicyModel) -> bool:
    """Whether what people approved counts no longer. A free change has nothing that could expire."""
    return work.approved_at is not None and now >= work.approved_at + policy.approvals_expire


def rules_of(policy: PolicyModel, severity: str) -> tuple[ApprovalRule, ...]:
    """The severity's rules, in the order written; none where the policy does not know it."""
    known = policy.severity(severity)
    return known.approvals if known is not None else ()


def fallback(policy: PolicyModel) -> tuple[str, ...]:
    """Whom to ask where no rule says so: a policy that is silent about changes has not allowed them."""
    roles = tuple(one.name for one in policy.contacts if one.is_role)
    return roles or tuple(one.name for one in policy.contacts) or (OPERATOR,)


def _is_free(plan: ChangePlan, rules: tuple[ApprovalRule, ...]) -> bool:
    # The allowance counts rows, and what an operation does is not counted in rows.
    if any(isinstance(one, PlannedOperation) for one in plan.parts):
        return False
    return any(one.about == "free changes" and plan.rows <= one.threshold for one in rules)


def _strictest(rows: int, rules: tuple[ApprovalRule, ...]) -> ApprovalRule | None:
    """The rule with the highest threshold that these rows pass; one without a threshold always holds."""
    holding = [
        one
        for one in rules
        if one.about == "changes" and (one.threshold == 0 or rows > one.threshold)
    ]
    return max(holding, key=lambda one: one.threshold, default=None)
