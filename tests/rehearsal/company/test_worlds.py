"""World lines: typed like calls, told apart from what happens during the run, the same every time."""

from datetime import timedelta

import msgspec
import pytest
from rbengine.conformance.fitting import misfit
from rbengine.contract.operations import Operation
from rbengine.contract.values import Row, Value
from rbengine.rehearsal.company.builders import WorldLineError, builders
from rbengine.rehearsal.company.company import Company
from support.peers import START, SimulatedPeer

LINES = builders()


@pytest.mark.parametrize("name", LINES)
def test_every_line_is_checked_like_a_call(name: str) -> None:
    """Its name, and defaults of the types they stand for."""
    operation = LINES[name].operation
    assert isinstance(operation, Operation)
    assert operation.full_name == name
    assert operation.doc.endswith(".")
    for parameter in operation.parameters:
        if parameter.default is not None and not isinstance(parameter.default.value, Row):
            assert misfit(parameter.default.value, parameter.type, parameter.name) is None


def test_a_line_needs_its_arguments_and_no_others() -> None:
    """In words for the author of the world."""
    company = SimulatedPeer().company
    with pytest.raises(WorldLineError, match="needs `customer`"):
        LINES["stripe.subscription"].apply(company, {"id": "sub_1"})
    with pytest.raises(WorldLineError, match="has no `colour`"):
        LINES["stripe.customer"].apply(company, {"id": "cus_1", "colour": "red"})


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("stripe.cancel_subscription", {"id": "sub_none"}, "No such subscription"),
        ("stripe.pay_invoice", {"id": "in_none"}, "No such invoice"),
        ("stripe.customer", {"id": "cus_1"}, "already exists"),
        ("stripe.customer", {"id": "cus_2", "metadata": "text"}, "metadata is a record"),
        (
            "stripe.subscription",
            {"id": "sub_1", "customer": "cus_1", "price": "p", "status": "dead"},
            "Invalid status",
        ),
    ],
)
def test_a_world_that_cannot_be_is_refused(
    name: str, arguments: dict[str, Value], words: str
) -> None:
    """Stripe's own reason, as the world's mistake."""
    peer = SimulatedPeer()
    peer.arrange("stripe.customer", id="cus_1")
    with pytest.raises(WorldLineError, match=words):
        LINES[name].apply(peer.company, arguments)


def test_a_worlds_objects_are_older_than_the_run() -> None:
    """Unless it says when."""
    peer = SimulatedPeer()
    peer.arrange("stripe.customer", id="cus_1")
    peer.arrange("stripe.customer", id="cus_2", created=START - timedelta(days=3))
    peer.company.begin()
    peer.arrange("stripe.customer", id="cus_3")
    created = {
        id_: START.timestamp() - one["created"]
        for id_, one in peer.company.stripe.tables["customer"].items()
    }
    assert created == {"cus_1": 3600, "cus_2": 3 * 86400, "cus_3": 0}


def test_what_a_line_names_is_there() -> None:
    """A subscription's customer and price need no lines of their own."""
    peer = SimulatedPeer()
    peer.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_a")
    tables = peer.company.stripe.tables
    assert (list(tables["customer"]), list(tables["price"])) == (["cus_1"], ["price_a"])


def test_a_snapshot_names_what_changed_and_nothing_else() -> None:
    """The proof that nothing else happened."""
    peer = SimulatedPeer()
    peer.arrange("stripe.payment", id="pi_1", customer="cus_1", amount=500)
    peer.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_a")
    before = peer.company.snapshot()
    peer.http("stripe").get("/v1/customers")
    assert peer.company.snapshot() == before
    peer.arrange("stripe.cancel_subscription", id="sub_1")
    after = peer.company.snapshot()
    assert after.digest != before.digest
    assert after.changed_since(before) == ("stripe/subscription/sub_1",)


def told(seed: int) -> bytes:
    """Everything that can be seen of a busy company."""
    peer = SimulatedPeer(seed=seed)
    company: Company = peer.company
    peer.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_a")
    peer.arrange("stripe.payment", id="pi_1", customer="cus_1", amount=500)
    peer.arrange("supabase.function", slug="sync")
    company.begin()
    peer.fault("stripe", "slow")
    answers = [
        peer.http("stripe").get("/v1/subscriptions", timeout=60).text,
        peer.http("stripe").post("/v1/refunds", data={"payment_intent": "pi_1"}, timeout=60).text,
        peer.http("supabase_project").post("/functions/v1/sync", json={}).text,
        peer.http("resend")
        .post("/emails", json={"from": "a@b.c", "to": "d@e.f", "subject": "s", "text": "t"})
        .text,
    ]
    seen = (
        answers,
        company.calls,
        company.mailbox,
        company.due_events(),
        company.take_latency(),
        company.snapshot().digest,
        company.supabase.logs,
        company.stripe.tables,
    )
    return msgspec.json.encode(seen)


def test_the_same_seed_gives_the_same_bytes() -> None:
    """A rehearsal that failed yesterday fails today."""
    assert told(7) == told(7)
    assert told(7) != told(8)
