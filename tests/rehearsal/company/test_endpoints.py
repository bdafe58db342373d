"""Webhook endpoints: where an event goes, and what it meets there before the company's program."""

import pytest
from rbengine.contract.values import Value
from rbengine.rehearsal.company.webhooks import Event
from support.peers import START, SimulatedPeer

SECRET = "whsec_right"


class Program:
    """The company's program: takes everything."""

    def __init__(self, peer: SimulatedPeer) -> None:
        self.got: list[str] = []
        peer.company.on_event = self

    def __call__(self, event: Event) -> int:
        self.got.append(event.type)
        return 200


def url(peer: SimulatedPeer, slug: str = "hook") -> str:
    """Where a function of the project is."""
    return f"https://{peer.setting('supabase.project')}.supabase.co/functions/v1/{slug}"


def company(**more: Value) -> tuple[SimulatedPeer, Program]:
    """One endpoint at the function `hook`, which checks signatures with the secret `SIGNING`."""
    peer = SimulatedPeer()
    program = Program(peer)
    given: dict[str, Value] = {"id": "we_1", "url": url(peer), "secret": SECRET, **more}
    peer.arrange("supabase.function", slug="hook", verify_jwt=False, signed_with="SIGNING")
    peer.arrange("stripe.webhook_endpoint", **given)
    peer.company.begin()
    return peer, program


def subscribe(peer: SimulatedPeer, id_: str = "sub_1") -> list[int | None]:
    """A subscription is made; what its events were answered, customer first."""
    peer.arrange("stripe.subscription", id=id_, customer="cus_1", price="price_a")
    return deliver(peer)


def deliver(peer: SimulatedPeer) -> list[int | None]:
    """All that is due, each in its time."""
    answers = []
    for one in peer.company.due_events():
        peer.now = max(peer.now, one.at)
        answers.append(peer.company.deliver(one))
    return answers


def lines(peer: SimulatedPeer) -> list[tuple[str, int | None]]:
    """What stands in the function's logs."""
    return [(one.level, one.status) for one in peer.company.supabase.logs]


def test_a_right_signature_is_let_through() -> None:
    """By the digest of the function's secret."""
    peer, program = company()
    peer.arrange("supabase.secret", name="SIGNING", value=SECRET)
    assert subscribe(peer) == [200]
    assert program.got == ["customer.subscription.created"]
    assert lines(peer) == [("info", None), ("info", 200)]


@pytest.mark.parametrize("value", [None, "whsec_old"])
def test_a_wrong_signature_is_refused_before_the_program(value: str | None) -> None:
    """And says so in the logs; the vendor tries again."""
    peer, program = company()
    if value is not None:
        peer.arrange("supabase.secret", name="SIGNING", value=value)
    assert subscribe(peer) == [400]
    assert program.got == []
    assert lines(peer) == [("error", None), ("info", 400)]
    assert "signature" in peer.company.supabase.logs[0].message
    assert [one.attempt for one in peer.company.due_events()] == [2]


def test_the_gateway_asks_for_a_token_that_no_vendor_has() -> None:
    """The function never runs, and writes nothing."""
    peer, program = company()
    peer.arrange("supabase.function", slug="hook", verify_jwt=True)
    assert subscribe(peer) == [401]
    assert (program.got, lines(peer)) == ([], [("info", 401)])


@pytest.mark.parametrize("where", ["https://example.com/functions/v1/hook", "other", "/"])
def test_a_wrong_address_leads_nowhere(where: str) -> None:
    """Another host, another function, no function."""
    peer = SimulatedPeer()
    at = where if where.startswith("https") else url(peer, where)
    peer, program = company(url=at)
    assert subscribe(peer) == [404]
    assert program.got == []


def test_an_endpoint_hears_what_it_is_subscribed_to() -> None:
    """And no more."""
    peer, program = company(events=("customer.created",))
    peer.arrange("supabase.secret", name="SIGNING", value=SECRET)
    assert subscribe(peer) == []
    peer.arrange("stripe.customer", id="cus_2")
    assert deliver(peer) == [200]
    assert program.got == ["customer.created"]


def test_an_endpoint_that_is_off_hears_nothing_and_is_owed_nothing() -> None:
    """Neither new events nor those it has not taken."""
    peer, program = company()
    peer.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_a")
    peer.company.stripe.endpoints.update("we_1", url=None, events=None, disabled=True)
    assert deliver(peer) == [None]
    assert subscribe(peer, "sub_2") == []
    assert program.got == []


def test_what_one_endpoint_missed_another_takes_when_it_is_sent_again() -> None:
    """The old one is off: the event is delivered, and pending nowhere."""
    peer, program = company()
    peer.arrange("supabase.secret", name="SIGNING", value="whsec_new")
    assert subscribe(peer) == [400]
    endpoints = peer.company.stripe.endpoints
    endpoints.add(url=url(peer), events=["*"], secret="whsec_new")
    endpoints.update("we_1", url=None, events=None, disabled=True)
    peer.arrange("stripe.deliver_pending_events")
    assert 200 in deliver(peer)
    assert program.got == ["customer.subscription.created"]
    assert [
        one["type"]
        for one in peer.company.stripe.tables["event"].values()
        if one["pending_webhooks"]
    ] == []


def test_every_endpoint_gets_an_event_of_its_own() -> None:
    """It is pending until both have it."""
    peer, program = company()
    peer.arrange("supabase.secret", name="SIGNING", value=SECRET)
    peer.company.stripe.endpoints.add(url="https://example.com/nothing", events=["*"])
    assert sorted(one or 0 for one in subscribe(peer)) == [200, 404]
    assert program.got == ["customer.subscription.created"]
    events = peer.company.stripe.tables["event"].values()
    assert [one["pending_webhooks"] for one in events if one["created"] >= START.timestamp()][
        -1
    ] == 1


def test_a_ping_goes_the_way_of_an_event() -> None:
    """So it shows whether the signature is right."""
    peer, program = company()
    peer.company.stripe.endpoints.ping("we_1")
    assert deliver(peer) == [400]
    peer.arrange("supabase.secret", name="SIGNING", value=SECRET)
    peer.company.stripe.endpoints.ping("we_1")
    assert 200 in deliver(peer)
    assert set(program.got) == {"v2.core.event_destination.ping"}
