"""What vendors tell the company's program, when, and how often."""

from datetime import timedelta
from itertools import pairwise

import httpx
import pytest
from rbengine.host.errors import CannotGoOnError
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.exchange import Answer, CannotBeSimulatedError
from rbengine.rehearsal.company.webhooks import Delivery, Event
from support.peers import START, SimulatedPeer


class Program:
    """The company's endpoint: takes down what it gets and answers as told."""

    def __init__(self, peer: SimulatedPeer) -> None:
        self.got: list[Event] = []
        self.status = 200
        peer.company.on_event = self

    def __call__(self, event: Event) -> int:
        self.got.append(event)
        return self.status


@pytest.fixture
def peer() -> SimulatedPeer:
    """A company whose program has missed a subscription."""
    made = SimulatedPeer()
    made.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_a")
    made.company.begin()
    return made


def pending(peer: SimulatedPeer) -> list[str]:
    """Types of events that have not arrived."""
    return [
        one["type"]
        for one in peer.company.stripe.tables["event"].values()
        if one["pending_webhooks"]
    ]


def deliver_all(peer: SimulatedPeer) -> list[int | None]:
    """What a host does with new deliveries, each in its time."""
    answers = []
    for delivery in peer.company.due_events():
        peer.now = max(peer.now, delivery.at)
        answers.append(peer.company.deliver(delivery))
    return answers


def test_what_a_world_says_happened_was_missed(peer: SimulatedPeer) -> None:
    """Nothing is on its way by itself."""
    assert peer.company.due_events() == ()
    assert pending(peer) == ["customer.subscription.created"]


def test_a_missed_event_arrives_when_it_is_sent_again(peer: SimulatedPeer) -> None:
    """And is then no longer pending."""
    program = Program(peer)
    peer.arrange("stripe.deliver_pending_events")
    assert deliver_all(peer) == [200]
    assert [(one.type, one.body["data"]["object"]["id"]) for one in program.got] == [
        ("customer.subscription.created", "sub_1")
    ]
    assert pending(peer) == []


def test_an_event_that_the_program_has_seen_is_not_sent_again() -> None:
    """`delivered: true` in a world."""
    peer = SimulatedPeer()
    peer.arrange(
        "stripe.subscription", id="sub_1", customer="cus_1", price="price_a", delivered=True
    )
    peer.company.begin()
    peer.arrange("stripe.deliver_pending_events")
    assert peer.company.due_events() == ()


def test_what_happens_during_the_run_is_told_by_itself(peer: SimulatedPeer) -> None:
    """A moment later, in the order in which it happened."""
    program = Program(peer)
    peer.arrange("stripe.cancel_subscription", id="sub_1")
    deliveries = peer.company.due_events()
    assert len(deliveries) == 1
    assert START < deliveries[0].at < START + timedelta(seconds=2)
    assert peer.company.due_events() == (), "each is handed out once"
    assert peer.company.deliver(deliveries[0]) == 200
    assert [one.type for one in program.got] == ["customer.subscription.deleted"]


def test_a_call_that_changes_something_is_told_too(peer: SimulatedPeer) -> None:
    """Not only what worlds bring about."""
    program = Program(peer)
    peer.http("stripe").delete("/v1/subscriptions/sub_1")
    assert deliver_all(peer) == [200]
    assert [one.type for one in program.got] == ["customer.subscription.deleted"]


def test_a_program_that_is_down_is_tried_again_with_growing_pauses(peer: SimulatedPeer) -> None:
    """For three days, then never again."""
    program = Program(peer)
    program.status = 503
    peer.arrange("stripe.cancel_subscription", id="sub_1")
    at = [START]
    while deliveries := peer.company.due_events():
        assert len(deliveries) == 1
        at.append(deliveries[0].at)
        peer.now = deliveries[0].at
        assert peer.company.deliver(deliveries[0]) == 503
    pauses = [later - earlier for earlier, later in pairwise(at[1:])]
    assert pauses == sorted(pauses)
    assert at[-1] - at[1] <= timedelta(days=3)
    assert len(program.got) > 8
    assert "customer.subscription.deleted" in pending(peer)


def test_a_program_that_comes_back_gets_it_once(peer: SimulatedPeer) -> None:
    """The retry that was planned finds it delivered."""
    program = Program(peer)
    program.status = 503
    peer.arrange("stripe.cancel_subscription", id="sub_1")
    assert deliver_all(peer) == [503]
    retry = peer.company.due_events()
    program.status = 200
    peer.arrange("stripe.deliver_pending_events")
    deliver_all(peer)
    assert peer.company.deliver(retry[0]) is None
    assert [one.type for one in program.got].count("customer.subscription.deleted") == 2


def test_a_duplicated_webhook_arrives_twice(peer: SimulatedPeer) -> None:
    """Handlers must bear it."""
    program = Program(peer)
    peer.fault("stripe", "duplicate")
    peer.arrange("stripe.cancel_subscription", id="sub_1")
    assert deliver_all(peer) == [200, 200]
    assert program.got[0].id == program.got[1].id


def test_an_endpoint_hears_only_what_it_subscribed_to() -> None:
    """Other events are pending nowhere."""
    peer = SimulatedPeer()
    peer.company.listen(["customer.subscription.deleted"])
    peer.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_a")
    peer.company.begin()
    assert pending(peer) == []
    peer.arrange("stripe.change_subscription", id="sub_1", status="past_due")
    assert peer.company.due_events() == ()
    peer.arrange("stripe.cancel_subscription", id="sub_1")
    assert len(peer.company.due_events()) == 1


def test_deliveries_stand_in_the_logs_of_the_function_that_takes_them() -> None:
    """Where people look first."""
    peer = SimulatedPeer()
    program = Program(peer)
    peer.company.listen(["payment_intent.succeeded"], function="hook")
    peer.company.begin()
    peer.arrange("stripe.payment", id="pi_1", amount=5)
    program.status = 500
    deliver_all(peer)
    lines = [(one.source, one.level, one.status) for one in peer.company.supabase.logs]
    event = next(iter(peer.company.stripe.tables["event"]))
    assert lines == [("function_logs", "error", None), ("function_edge_logs", "error", 500)]
    text = peer.company.supabase.logs[0].message
    assert text == f"payment_intent.succeeded {event} answered 500"


def test_each_function_logs_what_it_takes() -> None:
    """Two handlers, two logs."""
    peer = SimulatedPeer()
    Program(peer)
    peer.company.listen(["payment_intent.succeeded"], function="pay")
    peer.company.listen(["customer.subscription.created"], function="hook")
    peer.company.begin()
    peer.arrange("stripe.payment", id="pi_1", amount=5)
    peer.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_a")
    assert deliver_all(peer) == [200, 200]
    slugs = {one["id"]: slug for slug, one in peer.company.supabase.functions.items()}
    logged = [
        (slugs[one.function_id], one.message.split()[0])
        for one in peer.company.supabase.logs
        if one.source == "function_logs"
    ]
    assert sorted(logged) == [
        ("hook", "customer.subscription.created"),
        ("pay", "payment_intent.succeeded"),
    ]


def test_an_event_that_nobody_takes_stops_the_rehearsal(peer: SimulatedPeer) -> None:
    """What the company does is the project's to say."""
    peer.arrange("stripe.cancel_subscription", id="sub_1")
    with pytest.raises(CannotBeSimulatedError, match=r"customer\.subscription\.deleted"):
        deliver_all(peer)


def test_a_function_that_nobody_describes_stops_the_rehearsal() -> None:
    """The vendor's part is known, the company's is not."""
    company = Company(lambda: START)
    company.deploy(["sync"])
    with pytest.raises(CannotBeSimulatedError, match="sync"):
        company.client("supabase_project").post("/functions/v1/sync", json={})


def test_the_programs_own_requests_are_told_apart() -> None:
    """What the app asks of Stripe is no call of the playbook."""
    peer = SimulatedPeer()
    peer.arrange("stripe.customer", id="cus_1")
    peer.arrange("supabase.function", slug="sync")

    def program(function: str, body: object) -> Answer:
        assert (function, body) == ("sync", {"id": 1})
        found = peer.http("stripe").get("/v1/customers/cus_1")
        return Answer(body={"found": found.status_code}, logs=("looked",))

    peer.company.on_invoke = program
    answer = peer.http("supabase_project").post("/functions/v1/sync", json={"id": 1})
    assert answer.json() == {"found": 200}
    assert [(one.number, one.vendor, one.by_app) for one in peer.company.calls] == [
        (1, "supabase", False),
        (2, "stripe", True),
    ]
    assert next(one.message for one in peer.company.supabase.logs) == "looked"
    assert answer.extensions["elapsed"] == peer.company.take_latency()


def test_the_time_the_program_takes_is_part_of_the_request() -> None:
    """A function that works for longer than its caller waits has done its work all the same."""
    peer = SimulatedPeer()
    peer.arrange("supabase.function", slug="sync")
    done: list[str] = []

    def program(function: str, body: object) -> Answer:
        assert body == {}
        peer.company.spend(timedelta(seconds=9))
        done.append(function)
        return Answer(body={})

    peer.company.on_invoke = program
    client = peer.http("supabase_project")
    client.post("/functions/v1/sync", json={}, timeout=20)
    assert peer.company.take_latency() > timedelta(seconds=9)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/functions/v1/sync", json={}, timeout=9)
    assert peer.company.take_latency() == timedelta(seconds=9)
    assert done == ["sync", "sync"]


def test_what_cannot_be_simulated_stops_the_run_through_every_adapter() -> None:
    """It is no failure of a provider that a playbook could handle."""
    peer = SimulatedPeer()
    peer.arrange("supabase.function", slug="sync")
    peer.company.on_invoke = Company(lambda: START).on_invoke
    with pytest.raises(CannotGoOnError, match="sync"):
        peer.call("supabase.invoke", function="sync")


def test_a_delivery_knows_its_next_attempt() -> None:
    """Five minutes, and never after three days."""
    first = Delivery(event="evt_1", at=START, first=START)
    again = first.again()
    assert again is not None
    assert (again.at, again.attempt) == (START + timedelta(minutes=5), 2)
    late = Delivery(event="evt_1", at=START + timedelta(days=2, hours=20), first=START, attempt=9)
    assert late.again() is None
