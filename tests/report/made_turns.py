"""A run as it could have been: turns made by hand, for the screen alone."""

from datetime import UTC, datetime, timedelta

from rbengine.contract.changes import (
    ChangePlan,
    PlannedOperation,
    PlannedStatement,
    RowImage,
    UndoPlan,
)
from rbengine.contract.policy import Contact, EscalationRung, PolicyModel, SeverityPolicy
from rbengine.contract.values import Datum, Row
from rbengine.plan.program import Plan
from rbengine.runtime.commands import AskPeople, Command, Finish, Show, StartTimer
from rbengine.runtime.events import (
    Answered,
    Approved,
    CallBegan,
    Environment,
    Event,
    Person,
    Started,
    TimerFired,
)
from rbengine.runtime.notices import (
    Bound,
    CallFailed,
    ChangeDecided,
    ChangeDone,
    ChangeShown,
    ConditionShown,
    Ended,
    FindingJudged,
    Notice,
    SectionEntered,
    StepEntered,
    Told,
    Verified,
)

BEGAN = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
Turns = list[tuple[Event, tuple[Command, ...]]]


def plan_of(**changed: object) -> Plan:
    """A plan with a head and no code."""
    policy = PolicyModel(
        name="main",
        contacts=(Contact(name="on_call", title="On call", is_role=True),),
        severities=(
            SeverityPolicy(
                name="P2",
                title="Degraded",
                rungs=(EscalationRung(when="after", after=timedelta(hours=2), to=("tech_lead",)),),
                approvals=(),
            ),
        ),
    )
    fields: dict[str, object] = {
        "id": "RB-011", "title": "Subscription Status Not Updating", "severity": "P2",
        "mttr": timedelta(minutes=20), "inputs": (), "findings": (), "sections": (), "procedures": (),
        "messages": (), "code": (), "origins": (), "symptoms": (), "prevent": (), "policy": policy,
        "texts": (),
    } | changed  # fmt: skip
    return Plan(**fields)  # type: ignore[arg-type]  # the fields of a Plan, some replaced


def started() -> Started:
    """The first event, in a simulated world."""
    return Started(
        at=BEGAN,
        run="INC-2026-11-23-001-RB-011-1",
        incident="INC-2026-11-23-001",
        began=BEGAN,
        operator=Person(id="ana", name="Ana", role="on_call"),
        plan="0" * 64,
        inputs={"business": Datum("6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11")},
        environment=Environment(
            profile="simulated",
            backends={"stripe": "simulated", "postgres": "simulated"},
            world="A customer paid, the webhook never arrived",
        ),
        engine="0.1.0",
    )


def at(seconds: float) -> datetime:
    """A moment of the run."""
    return BEGAN + timedelta(seconds=seconds)


def told(seconds: float, *notices: Notice) -> tuple[Event, tuple[Command, ...]]:
    """A turn that shows `notices`."""
    return CallBegan(at=at(seconds), call=1), tuple(Show(one) for one in notices)


def ms(count: int) -> timedelta:
    return timedelta(milliseconds=count)


SYNC = ChangePlan(
    parts=(
        PlannedStatement(
            kind="update",
            table="businesses",
            count=1,
            not_computed=("updated_at",),
            rows=(
                RowImage(
                    table="businesses",
                    key=Datum(Row({"id": "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"})),
                    before=Datum(
                        Row({
                            "subscription_tier": "free", "subscription_status": "inactive",
                            "subscription_period_end": None, "stripe_subscription_id": None,
                            "updated_at": at(-86400),
                        })
                    ),
                    after=Datum(
                        Row({
                            "subscription_tier": "starter", "subscription_status": "active",
                            "subscription_period_end": at(30 * 86400), "stripe_subscription_id": "sub_1",
                            "updated_at": at(0),
                        })
                    ),
                ),
            ),
        ),
    ),
    digest="9a1f4c" + "0" * 58,
    undo=UndoPlan(kind="derived", text="put these 5 values back"),
    rows=1,
)  # fmt: skip

INVOKE = ChangePlan(
    parts=(
        PlannedOperation(
            operation="supabase.invoke",
            arguments=Datum(Row({"function": "look-again", "body": Row({"id": "6f1c"})})),
        ),
    ),
    digest="77" * 32,
    undo=UndoPlan(kind="irreversible", text="the app only reads Stripe again"),
    rows=0,
)


def a_resolved_run() -> Turns:
    """One refused call, a finding, a change with approval, an operation, the end."""
    account = Row({
        "id": "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11", "name": "Acme", "owner_email": "owner@acme.test",
        "stripe_customer_id": "cus_acme", "stripe_subscription_id": None, "subscription_tier": "free",
        "subscription_status": "inactive", "is_frozen": False,
    })  # fmt: skip
    subscription = Row(
        {"id": "sub_1", "status": "active", "tier": "starter", "current_period_end": at(30 * 86400)}
    )
    return [
        (
            started(),
            (
                StartTimer(timer=1, due=at(1200), why="mttr"),
                StartTimer(timer=2, due=at(7200), why="escalation"),
                Show(SectionEntered(kind="diagnose")),
                Show(StepEntered(label="Check database vs Stripe")),
            ),
        ),
        told(0.004, Bound(name="account", value=Datum(account), took=ms(4), call="query one"),
             StepEntered(label="Check Stripe subscription")),
        told(0.2, CallFailed(call="stripe.latest_subscription(customer: account.stripe_customer_id)",
                             kind="unavailable", text="Stripe answers 503", attempt=1, retry_at=at(5.2), took=ms(196))),
        told(5.4, Bound(name="subscription", value=Datum(subscription), took=ms(210), attempt=2),
             StepEntered(label="Check webhook logs")),
        told(
            5.6,
            Bound(name="deliveries", value=Datum(()), took=ms(180)),
            FindingJudged(
                name="webhook_missed", title="Webhook missed", verdict="found",
                conditions=(
                    ConditionShown(text="subscription is present", verdict="holds",
                                   operands=(("subscription", Datum(subscription)),)),
                    ConditionShown(text='subscription.status in ["active", "trialing", "past_due"]', verdict="holds",
                                   operands=(("subscription.status", Datum("active")),)),
                    ConditionShown(text="subscription.status is not account.subscription_status", verdict="holds",
                                   alternative=True,
                                   operands=(("subscription.status", Datum("active")),
                                             ("account.subscription_status", Datum("inactive")))),
                    ConditionShown(text="subscription.tier is not account.subscription_tier", verdict="holds",
                                   alternative=True,
                                   operands=(("subscription.tier", Datum("starter")),
                                             ("account.subscription_tier", Datum("free")))),
                ),
            ),
            FindingJudged(
                name="cancelled_in_stripe", title="Cancelled", verdict="not found",
                conditions=(
                    ConditionShown(text="subscription is present", verdict="holds"),
                    ConditionShown(text='subscription.status is "canceled"', verdict="does not hold",
                                   operands=(("subscription.status", Datum("active")),)),
                ),
            ),
            SectionEntered(kind="resolve", finding="webhook_missed"),
            StepEntered(label="Sync from Stripe"),
        ),
        (
            CallBegan(at=at(5.7), call=4),
            (
                Show(ChangeShown(label="Copy tier, status and period end from Stripe", plan=SYNC, approval="asked",
                                 by=("on_call",))),
                AskPeople(question=1, kind="plan", text="Copy tier, status and period end from Stripe",
                          by=("on_call",), due=at(1805), plan=SYNC),
            ),
        ),
        (
            Answered(at=at(95.7), question=1, person=Person(id="ana", name="Ana", role="on_call"), answer=Approved()),
            (Show(ChangeDecided(label="Copy tier", verdict="approved", person="Ana", role="on_call")),),
        ),
        told(95.8, ChangeDone(label="Copy tier", rows=1, took=ms(3)), StepEntered(label="Ask the app to look again"),
             ChangeShown(label="Run look-again", plan=INVOKE, approval="free")),
        told(96.1, ChangeDone(label="Run look-again", rows=0, took=ms(300), result=Datum(Row({"status": 200}))),
             SectionEntered(kind="verify"), Verified(text="no finding holds", holds=True),
             SectionEntered(kind="recover"), StepEntered(label="Tell the customer"),
             Told(kind="email", to=("owner@acme.test",), subject="Your subscription",
                  text="Hello Acme,\n\nall is well.")),
        (
            TimerFired(at=at(97), timer=9),
            (
                Show(Ended(outcome="resolved", reason="", took=timedelta(seconds=97), changes=2, undone=0, approvals=1,
                           escalations=0, follow_ups=("Monitor webhook success rate", "Implement a retry queue"))),
                Finish(outcome="resolved", reason=""),
            ),
        ),
    ]  # fmt: skip
