"""The Stripe adapter keeps its signature on whatever answers like Stripe."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Json, Money, Row, Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of, value_of
from support.peers import AFTER_ONE_REQUEST, START, Peer, SimulatedPeer

LIVE = "prism_peer"

DAY = timedelta(days=1)

READS: dict[str, dict[str, Value]] = {
    "stripe.customer": {"customer": "cus_1"},
    "stripe.latest_subscription": {"customer": "cus_1"},
    "stripe.list_subscriptions": {"customer": "cus_1"},
    "stripe.invoice": {"invoice": "in_1"},
    "stripe.list_invoices": {"customer": "cus_1"},
    "stripe.list_events": {"types": ("invoice.paid",), "since": START - DAY},
    "stripe.payments": {"customer": "cus_1", "since": START - DAY},
}


def subscription(peer: Peer, id_: str, status: str, days_old: int, price: str = "price_a") -> None:
    """One subscription of the customer."""
    peer.arrange(
        "stripe.subscription",
        id=id_,
        customer="cus_1",
        price=price,
        status=status,
        created=START - days_old * DAY,
    )


def paid(peer: Peer, id_: str = "pi_1", **more: Value) -> None:
    """One payment of 19.99 usd."""
    peer.arrange(
        "stripe.payment", id=id_, customer="cus_1", amount=1999, **{"currency": "usd", **more}
    )


def test_a_customer_is_read_with_its_metadata(peer: Peer) -> None:
    """The success of `customer`."""
    peer.arrange("stripe.customer", id="cus_1", email="a@b.test", metadata=Row({"own": "7"}))
    found = row_of(peer.call("stripe.customer", customer="cus_1"))
    assert (found["id"], found["email"], found["metadata"]) == (
        "cus_1",
        "a@b.test",
        Json({"own": "7"}),
    )


def test_the_subscription_that_has_not_ended_decides_over_a_newer_one_that_has(peer: Peer) -> None:
    """A customer who came back, cancelled and still has the old one has the old one."""
    subscription(peer, "sub_old", "past_due", 90, "price_b")
    subscription(peer, "sub_new", "canceled", 2)
    found = row_of(peer.call("stripe.latest_subscription", customer="cus_1"))
    assert (found["id"], found["status"], found["tier"]) == ("sub_old", "past_due", "large")


@pytest.mark.parametrize(
    "status",
    [
        "incomplete",
        "incomplete_expired",
        "trialing",
        "active",
        "past_due",
        "canceled",
        "unpaid",
        "paused",
    ],
)
def test_all_eight_statuses_are_told(peer: Peer, status: str) -> None:
    """A status that is not told would be taken for no subscription at all."""
    subscription(peer, "sub_1", status, 3)
    found = row_of(peer.call("stripe.latest_subscription", customer="cus_1"))
    assert found["status"] == status


def test_among_equals_the_newest_subscription_decides(peer: Peer) -> None:
    """The rule's second half, for both groups."""
    subscription(peer, "sub_1", "canceled", 9)
    subscription(peer, "sub_2", "canceled", 8)
    assert row_of(peer.call("stripe.latest_subscription", customer="cus_1"))["id"] == "sub_2"
    subscription(peer, "sub_3", "active", 7)
    subscription(peer, "sub_4", "trialing", 6)
    assert row_of(peer.call("stripe.latest_subscription", customer="cus_1"))["id"] == "sub_4"


def test_the_period_comes_from_the_item_and_a_price_without_tier_has_none(peer: Peer) -> None:
    """Stripe moved the period to the items in 2025; a price the company does not list is no tier."""
    end = START + 12 * DAY
    peer.arrange(
        "stripe.subscription",
        id="sub_1",
        customer="cus_1",
        price="price_other",
        current_period_end=end,
    )
    found = row_of(peer.call("stripe.latest_subscription", customer="cus_1"))
    assert (found["current_period_end"], found["price"], found["tier"]) == (
        end,
        "price_other",
        None,
    )


def test_a_customer_without_subscription_has_none(peer: Peer) -> None:
    """Absent is an answer, not a failure."""
    peer.arrange("stripe.customer", id="cus_1")
    assert value_of(peer.call("stripe.latest_subscription", customer="cus_1")) is None


def test_a_long_list_is_read_to_its_end(peer: Peer) -> None:
    """The one that decides may stand on the third page."""
    subscription(peer, "sub_here", "active", 400)
    for number in range(250):
        subscription(peer, f"sub_{number}", "canceled", 1 + number)
    assert row_of(peer.call("stripe.latest_subscription", customer="cus_1"))["id"] == "sub_here"
    listed = rows_of(peer.call("stripe.list_subscriptions", customer="cus_1", at_most=251))
    assert len({one["id"] for one in listed}) == 251


def test_one_more_than_the_bound_is_refused(peer: Peer) -> None:
    """A list that is cut in silence would be taken for all there is."""
    for number in range(4):
        subscription(peer, f"sub_{number}", "active", number + 1)
    outcome = peer.call("stripe.list_subscriptions", customer="cus_1", at_most=3)
    assert isinstance(outcome, Refused)
    assert outcome.kind == "too_many"


def test_subscriptions_are_filtered_by_status(peer: Peer) -> None:
    """The parameter of `list_subscriptions`."""
    subscription(peer, "sub_1", "canceled", 2)
    subscription(peer, "sub_2", "paused", 1)
    listed = rows_of(peer.call("stripe.list_subscriptions", customer="cus_1", status="canceled"))
    assert [one["id"] for one in listed] == ["sub_1"]


def test_invoices_tell_amounts_and_attempts(peer: Peer) -> None:
    """The success of `list_invoices`."""
    peer.arrange(
        "stripe.invoice", id="in_1", customer="cus_1", amount=2000, attempts=2, subscription=None
    )
    peer.arrange("stripe.invoice", id="in_2", customer="cus_1", amount=500, status="paid")
    found = rows_of(peer.call("stripe.list_invoices", customer="cus_1", status="open"))
    assert [(one["id"], one["amount_remaining"], one["attempts"]) for one in found] == [
        ("in_1", Money(2000, "usd"), 2)
    ]


def test_an_open_invoice_tells_where_it_can_be_paid_and_a_draft_does_not(peer: Peer) -> None:
    """The success of `invoice`: a link that is sent to a customer must lead somewhere."""
    for status in ("open", "draft"):
        peer.arrange(
            "stripe.invoice", id=f"in_{status}", customer="cus_1", amount=2000, status=status
        )
    found = row_of(peer.call("stripe.invoice", invoice="in_open"))
    assert (found["id"], found["amount_remaining"]) == ("in_open", Money(2000, "usd"))
    assert str(found["page"]).startswith("https://invoice.stripe.com/")
    assert row_of(peer.call("stripe.invoice", invoice="in_draft"))["page"] is None


def test_events_that_an_endpoint_has_not_taken_are_told(peer: Peer) -> None:
    """The question of every missed webhook."""
    paid(peer)
    paid(peer, "pi_2", delivered=True)
    listed = rows_of(
        peer.call(
            "stripe.list_events",
            types=("payment_intent.succeeded",),
            since=START - DAY,
            undelivered=True,
        )
    )
    assert [(one["object"], one["pending"]) for one in listed] == [("pi_1", 1)]


@pytest.mark.parametrize("types", [(), tuple(f"type.{number}" for number in range(21))])
def test_only_one_to_twenty_types_can_be_asked_for(peer: Peer, types: tuple[str, ...]) -> None:
    """Stripe's own bound, kept before it is asked."""
    outcome = peer.call("stripe.list_events", types=types, since=START)
    assert isinstance(outcome, Refused)
    assert outcome.kind == "invalid"


def test_payments_are_chosen_by_metadata_and_status(peer: Peer) -> None:
    """Stripe has no such filter, so the adapter has."""
    paid(peer, metadata=Row({"type": "a"}))
    paid(peer, "pi_2", metadata=Row({"type": "b"}))
    paid(peer, "pi_3", metadata=Row({"type": "a"}), status="processing")
    paid(peer, "pi_4", metadata=Row({"type": "a"}), created=START - 60 * DAY)
    found = rows_of(
        peer.call(
            "stripe.payments",
            customer="cus_1",
            since=START - 30 * DAY,
            metadata=Row({"type": "a"}),
            status="succeeded",
        )
    )
    assert [one["id"] for one in found] == ["pi_1"]


@pytest.mark.parametrize("operation", [one for one in READS if "events" not in one])
def test_an_unknown_customer_is_not_found(peer: Peer, operation: str) -> None:
    """A wrong id or the other mode must never look like `no subscription`."""
    outcome = peer.call(operation, **READS[operation])
    assert isinstance(outcome, Refused)
    assert outcome.kind == "not_found"


@pytest.mark.parametrize("operation", [one for one in READS if "events" not in one])
def test_an_empty_id_is_refused_before_stripe_is_asked(peer: Peer, operation: str) -> None:
    """Stripe would answer with everybody's."""
    outcome = peer.call(operation, **{**READS[operation], next(iter(READS[operation])): " "})
    assert isinstance(outcome, Refused)
    assert outcome.kind == "invalid"


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_read_that_fails_is_refused_with_its_kind(
    simulated: SimulatedPeer, operation: str, fault: FaultKind, kind: str
) -> None:
    """A read never leaves anything open: it changed nothing."""
    simulated.arrange("stripe.customer", id="cus_1")
    simulated.fault("stripe", fault)
    outcome = simulated.call(operation, **READS[operation])
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind


REFUND: dict[str, Value] = {
    "payment": "pi_1",
    "amount": Money(500, "usd"),
    "reason": "requested_by_customer",
}


def refundable(peer: Peer) -> Value:
    """What can still be refunded of the payment."""
    found = rows_of(peer.call("stripe.payments", customer="cus_1", since=START - DAY))
    return found[0]["refundable"]


def test_a_refund_gives_back_its_amount_once(peer: Peer) -> None:
    """The same key again is the same refund."""
    paid(peer)
    first = row_of(peer.call("stripe.refund", **REFUND))
    again = row_of(peer.call("stripe.refund", **REFUND))
    assert first == again
    assert first["amount"] == Money(500, "usd")
    assert refundable(peer) == Money(1499, "usd")


def test_another_key_is_another_refund(peer: Peer) -> None:
    """The key tells two refunds of one amount apart."""
    paid(peer)
    first = row_of(peer.call("stripe.refund", **REFUND))
    second = row_of(peer.call("stripe.refund", key="key-2", **REFUND))
    assert first["id"] != second["id"]
    assert refundable(peer) == Money(999, "usd")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"payment": "pi_none"}, "not_found"),
        ({"amount": Money(500, "eur")}, "invalid"),
        ({"amount": Money(0, "usd")}, "invalid"),
        ({"amount": Money(2000, "usd")}, "invalid"),
    ],
)
def test_a_refund_that_cannot_be_is_refused(
    peer: Peer, change: dict[str, Value], kind: str
) -> None:
    """Each refusal that the signature names for what was asked."""
    paid(peer)
    outcome = peer.call("stripe.refund", **{**REFUND, **change})
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind
    assert refundable(peer) == Money(1999, "usd")


def test_refunding_what_is_refunded_is_a_conflict(peer: Peer) -> None:
    """Not the request is wrong but what it finds."""
    paid(peer)
    row_of(peer.call("stripe.refund", **{**REFUND, "amount": Money(1999, "usd")}))
    outcome = peer.call("stripe.refund", key="key-2", **REFUND)
    assert isinstance(outcome, Refused)
    assert outcome.kind == "conflict"


def test_a_payment_that_failed_cannot_be_refunded(peer: Peer) -> None:
    """There is no charge to give back."""
    paid(peer, status="requires_payment_method")
    outcome = peer.call("stripe.refund", **REFUND)
    assert isinstance(outcome, Refused)
    assert outcome.kind == "conflict"


def test_a_key_used_for_something_else_is_a_conflict(peer: Peer) -> None:
    """Stripe refuses it; nothing is done a second time."""
    paid(peer)
    row_of(peer.call("stripe.refund", **REFUND))
    outcome = peer.call("stripe.refund", **{**REFUND, "amount": Money(700, "usd")})
    assert isinstance(outcome, Refused)
    assert outcome.kind == "conflict"


def test_a_look_before_the_refund_that_fails_refuses_it(simulated: SimulatedPeer) -> None:
    """Nothing was sent that changes anything, so nothing is in doubt."""
    paid(simulated)
    simulated.fault("stripe", "timeout")
    outcome = simulated.call("stripe.refund", **REFUND)
    assert isinstance(outcome, Refused)
    assert outcome.kind == "timeout"


LOSSES: tuple[FaultKind, ...] = ("lost_answer", "garbage_answer", "timeout", "unavailable")


@pytest.mark.parametrize("fault", LOSSES)
def test_a_refund_without_answer_is_settled_and_made_once(
    simulated: SimulatedPeer, fault: FaultKind
) -> None:
    """Whether it was made or not when the answer was lost: the look tells, and the key makes it once."""
    paid(simulated)
    simulated.fault("stripe", fault, after=AFTER_ONE_REQUEST)
    assert isinstance(simulated.call("stripe.refund", **REFUND), Unsettled)
    assert simulated.settle("stripe.refund") is None, "Stripe still does not answer"
    simulated.pass_time(timedelta(hours=1))
    looked = simulated.settle("stripe.refund")
    if fault in ("timeout", "unavailable"):
        assert kind_of(looked) == "not_found"
    settled = row_of(simulated.call("stripe.refund", **REFUND))
    assert settled["amount"] == Money(500, "usd")
    assert refundable(simulated) == Money(1499, "usd")
    assert row_of(simulated.settle("stripe.refund")) == settled
    assert looked is None or isinstance(looked, Refused) or row_of(looked) == settled


def test_a_refund_that_is_not_there_yet_may_be_on_its_way(simulated: SimulatedPeer) -> None:
    """A moment after its answer was lost, that Stripe lists none proves nothing."""
    paid(simulated)
    simulated.fault("stripe", "rate_limited", after=AFTER_ONE_REQUEST)
    simulated.call("stripe.refund", **REFUND)
    simulated.pass_time(timedelta(minutes=6))
    early = simulated.adapter("stripe").settle(simulated.invocation("stripe.refund", "k", REFUND))
    assert early is None


def test_a_rate_limited_refund_was_not_made(simulated: SimulatedPeer) -> None:
    """429 is certain: it may be tried again without a look."""
    paid(simulated)
    simulated.fault("stripe", "rate_limited", after=AFTER_ONE_REQUEST)
    outcome = simulated.call("stripe.refund", **REFUND)
    assert isinstance(outcome, Refused)
    assert outcome.kind == "rate_limited"
    simulated.pass_time(timedelta(hours=1))
    assert refundable(simulated) == Money(1999, "usd")


def test_a_lost_refund_that_was_made_is_found_after_the_keys_are_gone(
    simulated: SimulatedPeer,
) -> None:
    """Its metadata tells; the key is not sent again, which would refund twice."""
    paid(simulated)
    simulated.fault("stripe", "lost_answer", after=AFTER_ONE_REQUEST)
    assert isinstance(simulated.call("stripe.refund", **REFUND), Unsettled)
    simulated.pass_time(timedelta(days=3))
    assert row_of(simulated.settle("stripe.refund"))["amount"] == Money(500, "usd")
    found = rows_of(simulated.call("stripe.payments", customer="cus_1", since=START - DAY))
    assert found[0]["refundable"] == Money(1499, "usd")


def test_a_lost_refund_that_was_not_made_is_not_made_days_later(simulated: SimulatedPeer) -> None:
    """After the window the key protects nothing; that it was not made is certain, and told."""
    paid(simulated)
    simulated.fault("stripe", "timeout", after=AFTER_ONE_REQUEST)
    assert isinstance(simulated.call("stripe.refund", **REFUND), Unsettled)
    simulated.pass_time(timedelta(days=3))
    assert isinstance(simulated.settle("stripe.refund"), Refused)
    assert refundable(simulated) == Money(1999, "usd")


def test_a_slow_answer_counts_against_the_time_of_the_call(simulated: SimulatedPeer) -> None:
    """Pages share one limit: three of them at seven seconds each do not fit into twenty."""
    for number in range(250):
        subscription(simulated, f"sub_{number}", "active", 1)
    simulated.fault("stripe", "slow")
    outcome = simulated.call("stripe.latest_subscription", customer="cus_1")
    assert isinstance(outcome, Refused)
    assert outcome.kind == "timeout"
