"""Searching in Stripe, which lags behind what was written, and the customer portal."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import RefusalKind
from rbengine.contract.values import Money, Row, Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of
from support.peers import START, Peer, SimulatedPeer

LIVE = "prism_peer"

AN_HOUR_AGO = START - timedelta(hours=1)


def ids(peer: Peer, operation: str, **arguments: Value) -> list[Value]:
    """What a search finds."""
    return [one["id"] for one in rows_of(peer.call(f"stripe.search_{operation}", **arguments))]


def customer(peer: Peer, id_: str, email: str, own: str = "1", **more: Value) -> None:
    """One that carries what the company calls it."""
    given: dict[str, Value] = {"created": AN_HOUR_AGO, **more}
    peer.arrange("stripe.customer", id=id_, email=email, metadata=Row({"own": own}), **given)


def test_customers_are_found_by_address_and_metadata(peer: Peer) -> None:
    """All conditions must hold; addresses are alike however they are capitalized."""
    customer(peer, "cus_1", "Ada@b.test")
    customer(peer, "cus_2", "ada@b.test", own="2")
    customer(peer, "cus_3", "eva@b.test", own="2")
    assert set(ids(peer, "customers", email="ada@b.test")) == {"cus_1", "cus_2"}
    assert set(ids(peer, "customers", metadata=Row({"own": "2"}))) == {"cus_2", "cus_3"}
    assert ids(peer, "customers", email="ada@b.test", metadata=Row({"own": "2"})) == ["cus_2"]
    assert ids(peer, "customers", email="nobody@b.test") == []


@pytest.mark.parametrize("own", ["it's", 'a "b"', "a\\b", "x' OR email:'eva@b.test"])
def test_a_value_is_never_part_of_the_query(peer: Peer, own: str) -> None:
    """Quotes and backslashes in it find what has them, and nothing else."""
    customer(peer, "cus_1", "ada@b.test", own=own)
    customer(peer, "cus_2", "eva@b.test", own="other")
    assert ids(peer, "customers", metadata=Row({"own": own})) == ["cus_1"]


def test_payments_are_found_by_metadata_whoever_paid(peer: Peer) -> None:
    """With what can still be refunded, as the list has it."""
    for number, status in enumerate(("succeeded", "processing", "succeeded")):
        peer.arrange(
            "stripe.payment",
            id=f"pi_{number}",
            customer=f"cus_{number}",
            amount=1999,
            status=status,
            metadata=Row({"kind": "a" if number < 2 else "b"}),
            created=AN_HOUR_AGO,
        )
    kind = Row({"kind": "a"})
    assert set(ids(peer, "payments", metadata=kind)) == {"pi_0", "pi_1"}
    (found,) = rows_of(peer.call("stripe.search_payments", metadata=kind, status="succeeded"))
    assert (found["customer"], found["refundable"]) == ("cus_0", Money(1999, "usd"))


def test_a_search_goes_on_to_its_last_page(peer: Peer) -> None:
    """And is refused where there are more than were allowed."""
    for number in range(130):
        customer(peer, f"cus_{number}", f"a{number}@b.test")
    own = Row({"own": "1"})
    found = ids(peer, "customers", metadata=own, at_most=130)
    assert (len(found), len(set(found))) == (130, 130)
    outcome = peer.call("stripe.search_customers", metadata=own, at_most=129)
    assert kind_of(outcome) == "too_many"


@pytest.mark.parametrize(
    "wrong", [{}, {"metadata": Row({f"m{number}": "1" for number in range(11)})}]
)
def test_a_search_has_one_to_ten_conditions(peer: Peer, wrong: dict[str, Value]) -> None:
    """None would be everybody; more the vendor does not take."""
    assert kind_of(peer.call("stripe.search_customers", **wrong)) == "invalid"


def test_what_is_new_is_found_a_while_later(simulated: SimulatedPeer) -> None:
    """Right after a write nothing may be concluded from a search; the list has it at once."""
    simulated.company.begin()
    customer(simulated, "cus_1", "ada@b.test", created=START)
    assert ids(simulated, "customers", email="ada@b.test") == []
    assert row_of(simulated.call("stripe.customer", customer="cus_1"))["email"] == "ada@b.test"
    simulated.pass_time(timedelta(minutes=1))
    assert ids(simulated, "customers", email="ada@b.test") == ["cus_1"]


def test_what_has_changed_is_found_as_it_was(simulated: SimulatedPeer) -> None:
    """For less than a minute, and then as it is."""
    simulated.arrange("stripe.invoice", id="in_1", customer="cus_1", amount=500)
    simulated.company.begin()
    simulated.arrange("stripe.pay_invoice", id="in_1")
    client = simulated.http("stripe")

    def found(status: str) -> list[str]:
        answer = client.get("/v1/invoices/search", params={"query": f"status:'{status}'"})
        return [one["id"] for one in answer.json()["data"]]

    assert (found("open"), found("paid")) == (["in_1"], [])
    simulated.pass_time(timedelta(minutes=1))
    assert (found("open"), found("paid")) == ([], ["in_1"])


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
@pytest.mark.parametrize("operation", ["search_customers", "search_payments"])
def test_a_fault_ends_a_search_as_any_read(
    simulated: SimulatedPeer, operation: str, fault: FaultKind, kind: RefusalKind
) -> None:
    """So that `retry` knows what to do."""
    simulated.fault("stripe", fault)
    assert kind_of(simulated.call(f"stripe.{operation}", metadata=Row({"own": "1"}))) == kind


def test_a_customer_gets_a_link_to_the_portal(peer: Peer) -> None:
    """One for each key, for this customer."""
    customer(peer, "cus_1", "ada@b.test")
    back = "https://club.test/back"
    first, again, other = (
        row_of(peer.call("stripe.portal_session", key=key, customer="cus_1", return_url=back))
        for key in "aab"
    )
    assert first["customer"] == other["customer"] == "cus_1"
    assert str(first["page"]).startswith("https://billing.stripe.com/p/session/")
    assert first == again
    assert first["page"] != other["page"]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"customer": "cus_9"}, "not_found"),
        ({"customer": "cus_1", "return_url": "club.test/back"}, "invalid"),
        ({"customer": ""}, "invalid"),
    ],
)
def test_a_link_that_cannot_be_is_refused(
    peer: Peer, arguments: dict[str, Value], kind: RefusalKind
) -> None:
    """A stranger, and a way back that leads nowhere."""
    customer(peer, "cus_1", "ada@b.test")
    assert kind_of(peer.call("stripe.portal_session", **arguments)) == kind
