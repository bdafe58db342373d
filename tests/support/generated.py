"""Whole programs for properties: playbooks that nobody wrote, checked and built, under policies of every kind."""

import random
from datetime import timedelta
from typing import NamedTuple

from msgspec.structs import replace
from rbengine.contract.policy import (
    ApprovalRule,
    Contact,
    ContactChannel,
    EscalationRung,
    Limits,
    PolicyModel,
    SeverityPolicy,
)
from rbengine.plan.build import build_plan
from rbengine.plan.program import Plan
from rbengine.semantics.analysis import Analysis
from support.authored import Written, written, written_in_vain, written_side_by_side
from support.check import POLICY, analyse

MINUTE = timedelta(minutes=1)
LEAD = Contact(name="lead", title="Lead", channels=(ContactChannel("email", "l@x.test"),))
RUNGS: tuple[tuple[EscalationRung, ...], ...] = (
    (),
    (EscalationRung(when="after", after=MINUTE * 30, to=("lead",)),),
    (
        EscalationRung(when="at once", to=("manager",)),
        EscalationRung(when="again after", after=MINUTE * 3),
    ),
    (
        EscalationRung(when="after", after=MINUTE * 2, to=("lead",)),
        EscalationRung(when="again after", after=MINUTE * 2, to=("on_call",)),
        EscalationRung(when="after", after=MINUTE * 50, to=("lead",)),
    ),
)
APPROVALS: tuple[tuple[ApprovalRule, ...], ...] = (
    (ApprovalRule(about="changes", by=("on_call",)),),
    (
        ApprovalRule(about="changes", by=("manager",)),
        ApprovalRule(about="break glass", by=("on_call",), after=MINUTE * 2),
    ),
    (
        ApprovalRule(about="changes", by=("on_call",)),
        ApprovalRule(about="free changes", threshold=1),
    ),
    (
        ApprovalRule(about="changes", by=("on_call", "manager")),
        ApprovalRule(about="changes", threshold=1, by=("on_call", "manager"), how_many=2),
    ),
    (ApprovalRule(about="changes", by=("manager", "on_call"), not_the_operator=True),),
)


class Program(NamedTuple):
    """A playbook with all that is known of it before it runs."""

    written: Written
    analysis: Analysis
    plan: Plan

    def __str__(self) -> str:
        return f"{self.written.text}\n{self.written.library}"


def policy(rng: random.Random) -> PolicyModel:
    """One under which every question, approval and escalation is of use."""
    approvals = rng.choice(APPROVALS)
    if rng.random() < 0.5:
        letters = ApprovalRule(about="messages", threshold=1, by=("on_call", "manager"))
        approvals = (*approvals, letters)
    severity = SeverityPolicy(name="P2", title="P2", rungs=rng.choice(RUNGS), approvals=approvals)
    return replace(
        POLICY,
        contacts=(*POLICY.contacts, LEAD),
        severities=(severity,),
        limits=Limits(question=MINUTE * 5, wait=MINUTE * rng.choice([1, 30]), replan=rng.randint(0, 2)),
        approvals_expire=MINUTE * rng.choice([1, 5]),
    )  # fmt: skip


def program(seed: int) -> Program:
    """The program of this seed."""
    rng = random.Random(seed)
    rules = policy(rng)
    at_once = any(one.when == "at once" for one in rules.severities[0].rungs)
    return _built(written(rng, at_once=at_once), rules)


def side_by_side(seed: int) -> Program:
    """One in which much runs at the same time."""
    rng = random.Random(seed)
    return _built(written_side_by_side(rng), policy(rng))


def in_vain(seed: int) -> Program:
    """One whose `all or nothing` takes back what it has done."""
    rng = random.Random(seed)
    return _built(written_in_vain(rng), policy(rng))


def _built(text: Written, rules: PolicyModel) -> Program:
    """It has no error; what the checker warns of is accepted."""
    analysis = analyse(text.text, {"lib": text.library}, rules)
    errors = [one.message for one in analysis.problems if one.severity == "error"]
    assert errors == [], (errors, text.text, text.library)
    return Program(text, analysis, build_plan(analysis))
