"""Webhook endpoints: made once, with a secret that is told once."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Row, SecretValue, Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of, value_of
from support.peers import Peer, SimulatedPeer

LIVE = "prism_peer"

URL = "https://example.com/hook"
NEW: dict[str, Value] = {"url": URL, "events": ("invoice.paid", "invoice.voided")}


def endpoint(peer: Peer, id_: str = "we_1", **more: Value) -> None:
    """One that is there."""
    peer.arrange("stripe.webhook_endpoint", id=id_, url=URL, **more)


def listed(peer: Peer) -> list[Row]:
    """Those that Stripe has."""
    return rows_of(peer.call("stripe.webhook_endpoints"))


def secret_of(made: Row) -> str:
    """What came back with a new one."""
    secret = made["secret"]
    assert isinstance(secret, SecretValue)
    assert secret.reference.name == f"signing secret of {made['id']}"
    return secret.reveal()


def test_endpoints_are_listed_with_what_they_hear(peer: Peer) -> None:
    """And without their secrets."""
    endpoint(peer, events=("invoice.paid",), api_version="2023-08-16", enabled=False)
    assert len(listed(peer)) == 1
    found = listed(peer)[0]
    assert (found["id"], found["url"], found["status"]) == ("we_1", URL, "disabled")
    assert (found["events"], found["api_version"]) == (("invoice.paid",), "2023-08-16")


def test_a_new_endpoint_comes_with_its_secret(peer: Peer) -> None:
    """Once: the list has the endpoint, not the secret."""
    made = row_of(peer.call("stripe.create_webhook_endpoint", **NEW, api_version="2023-08-16"))
    assert secret_of(made).startswith("whsec_")
    found = listed(peer)[0]
    assert (found["id"], found["events"]) == (made["id"], NEW["events"])
    assert found["api_version"] == "2023-08-16"


def test_one_key_makes_one_endpoint(peer: Peer) -> None:
    """Every attempt gets the same secret, another key another endpoint."""
    first, again, other = (
        row_of(peer.call("stripe.create_webhook_endpoint", key=key, **NEW)) for key in "aab"
    )
    assert (first["id"], secret_of(first)) == (again["id"], secret_of(again))
    assert secret_of(other) != secret_of(first)
    assert len(listed(peer)) == 2


@pytest.mark.parametrize("wrong", [{"url": "ftp://x"}, {"url": ""}, {"events": ()}])
def test_an_endpoint_that_cannot_be_is_refused(peer: Peer, wrong: dict[str, Value]) -> None:
    """An address without a scheme, and one that hears nothing."""
    outcome = peer.call("stripe.create_webhook_endpoint", **{**NEW, **wrong})
    assert kind_of(outcome) == "invalid"


def test_an_account_has_sixteen_endpoints_and_no_more(peer: Peer) -> None:
    """The vendor's limit."""
    for number in range(16):
        endpoint(peer, f"we_{number}")
    assert kind_of(peer.call("stripe.create_webhook_endpoint", **NEW)) == "invalid"


@pytest.mark.parametrize("fault", ["timeout", "lost_answer", "garbage_answer", "unavailable"])
def test_a_lost_endpoint_is_settled_with_its_secret(
    simulated: SimulatedPeer, fault: FaultKind
) -> None:
    """While Stripe keeps the key; it is made exactly once, and not by the look."""
    simulated.fault("stripe", fault)
    assert isinstance(simulated.call("stripe.create_webhook_endpoint", **NEW), Unsettled)
    assert simulated.settle("stripe.create_webhook_endpoint") is None
    simulated.pass_time(timedelta(hours=1))
    before = listed(simulated)
    looked = simulated.settle("stripe.create_webhook_endpoint")
    assert listed(simulated) == before
    settled = row_of(simulated.call("stripe.create_webhook_endpoint", **NEW))
    assert (
        kind_of(looked) == "not_found"
        if not before
        else secret_of(row_of(looked)) == secret_of(settled)
    )
    assert [one["id"] for one in listed(simulated)] == [settled["id"]]


def test_an_endpoint_whose_secret_is_lost_for_good_is_put_to_a_person(
    simulated: SimulatedPeer,
) -> None:
    """It is there, and nobody knows its secret: the person is told so."""
    simulated.fault("stripe", "lost_answer")
    assert isinstance(simulated.call("stripe.create_webhook_endpoint", **NEW), Unsettled)
    simulated.pass_time(timedelta(days=3))
    looked = simulated.settle("stripe.create_webhook_endpoint")
    assert isinstance(looked, Unsettled)
    (made,) = listed(simulated)
    assert (
        looked.text
        == f"Stripe has {made['id']} from this call, and told its secret once: it is lost"
    )


def test_an_endpoint_that_was_not_made_is_not_made_days_later(simulated: SimulatedPeer) -> None:
    """After the window the key protects nothing; that there is none is certain, and told."""
    simulated.fault("stripe", "timeout")
    assert isinstance(simulated.call("stripe.create_webhook_endpoint", **NEW), Unsettled)
    simulated.pass_time(timedelta(days=3))
    assert isinstance(simulated.settle("stripe.create_webhook_endpoint"), Refused)
    assert listed(simulated) == []


def test_an_endpoint_is_switched_off_and_on(peer: Peer) -> None:
    """Twice is once."""
    endpoint(peer)
    for operation, status in (
        ("disable", "disabled"),
        ("disable", "disabled"),
        ("enable", "enabled"),
    ):
        found = row_of(peer.call(f"stripe.{operation}_webhook_endpoint", endpoint="we_1"))
        assert found["status"] == status


def test_an_endpoint_leads_elsewhere(peer: Peer) -> None:
    """With what it hears, so that the former is a way back."""
    endpoint(peer)
    to = "https://example.com/other"
    found = row_of(
        peer.call("stripe.update_webhook_endpoint", endpoint="we_1", url=to, events=("a.b",))
    )
    assert (found["url"], found["events"]) == (to, ("a.b",))


def test_a_deleted_endpoint_may_be_deleted_again(peer: Peer) -> None:
    """A deletion whose answer was lost is simply sent again."""
    endpoint(peer)
    for _ in range(2):
        assert value_of(peer.call("stripe.delete_webhook_endpoint", endpoint="we_1")) is None
    assert listed(peer) == []


def test_a_ping_gives_the_id_of_its_event(simulated: SimulatedPeer) -> None:
    """And every ping is another."""
    endpoint(simulated)
    found = [
        value_of(simulated.call("stripe.ping_webhook_endpoint", endpoint="we_1")) for _ in "12"
    ]
    assert all(str(one).startswith("evt_") for one in found)
    assert found[0] != found[1]


CHANGES: dict[str, dict[str, Value]] = {
    "stripe.create_webhook_endpoint": NEW,
    "stripe.delete_webhook_endpoint": {"endpoint": "we_1"},
    "stripe.disable_webhook_endpoint": {"endpoint": "we_1"},
    "stripe.enable_webhook_endpoint": {"endpoint": "we_1"},
    "stripe.ping_webhook_endpoint": {"endpoint": "we_1"},
    "stripe.update_webhook_endpoint": {"endpoint": "we_1", **NEW},
}


@pytest.mark.parametrize(
    "operation", [one for one in CHANGES if not one.endswith("create_webhook_endpoint")]
)
def test_an_endpoint_that_is_not_there_is_not_found(peer: Peer, operation: str) -> None:
    """But for its deletion, which is then done."""
    outcome = peer.call(operation, **CHANGES[operation])
    if operation == "stripe.delete_webhook_endpoint":
        assert value_of(outcome) is None
    else:
        assert kind_of(outcome) == "not_found"


@pytest.mark.parametrize("operation", CHANGES)
@pytest.mark.parametrize(
    ("fault", "left_open"),
    [("rate_limited", False), ("unavailable", True), ("timeout", True), ("garbage_answer", True)],
)
def test_a_change_without_an_answer_is_left_open(
    simulated: SimulatedPeer, operation: str, fault: FaultKind, left_open: bool
) -> None:
    """That it was done is not to be guessed."""
    endpoint(simulated)
    simulated.fault("stripe", fault)
    outcome = simulated.call(operation, **CHANGES[operation])
    assert isinstance(outcome, Unsettled if left_open else Refused)


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_list_that_fails_is_refused_with_its_kind(
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """It changed nothing."""
    simulated.fault("stripe", fault)
    assert kind_of(simulated.call("stripe.webhook_endpoints")) == kind
