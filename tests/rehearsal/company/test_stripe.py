"""Stripe's manners: pages, filters, errors, keys and events."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from support.peers import START, SimulatedPeer


@pytest.fixture
def peer() -> SimulatedPeer:
    """A company with twelve subscriptions, one made each day, and a payment."""
    made = SimulatedPeer()
    for number in range(12):
        made.arrange(
            "stripe.subscription",
            id=f"sub_{number}",
            customer="cus_1",
            price="price_a",
            status="canceled" if number % 3 == 0 else "active",
            created=START - timedelta(days=20 - number),
        )
    made.arrange("stripe.payment", id="pi_1", customer="cus_1", amount=1999)
    return made


@pytest.fixture
def client(peer: SimulatedPeer) -> httpx.Client:
    """As the host hands it out."""
    return peer.http("stripe")


def ids(answer: httpx.Response) -> list[str]:
    """Of the objects on a page."""
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["data"]]


def error(answer: httpx.Response) -> dict[str, Any]:
    """What Stripe says."""
    found = answer.json()["error"]
    assert isinstance(found, dict)
    return found


def test_lists_are_newest_first_and_ten_long(client: httpx.Client) -> None:
    """Unless asked otherwise."""
    answer = client.get("/v1/subscriptions?status=all")
    assert ids(answer) == [f"sub_{number}" for number in range(11, 1, -1)]
    assert answer.json()["has_more"] is True
    assert answer.json()["url"] == "/v1/subscriptions"


def test_pages_follow_one_another_without_gap_or_repeat(client: httpx.Client) -> None:
    """`starting_after` the last one seen."""
    found: list[str] = []
    after = ""
    while True:
        page = client.get(f"/v1/subscriptions?status=all&limit=5{after}")
        found += ids(page)
        if not page.json()["has_more"]:
            break
        after = f"&starting_after={found[-1]}"
    assert found == [f"sub_{number}" for number in range(11, -1, -1)]


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_limit_that_cannot_be_is_refused(client: httpx.Client, limit: str) -> None:
    """1 to 100."""
    answer = client.get(f"/v1/subscriptions?limit={limit}")
    assert (answer.status_code, error(answer)["param"]) == (400, "limit")


def test_a_page_after_nothing_is_refused(client: httpx.Client) -> None:
    """Not silently the first one again."""
    answer = client.get("/v1/subscriptions?starting_after=sub_none")
    assert (answer.status_code, error(answer)["code"]) == (400, "resource_missing")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 8),
        ("&status=all", 12),
        ("&status=canceled", 4),
        ("&status=ended", 4),
        ("&price=price_none", 0),
        (f"&status=all&created[gte]={int((START - timedelta(days=10)).timestamp())}", 2),
        (f"&status=all&created[lt]={int((START - timedelta(days=19)).timestamp())}", 1),
    ],
)
def test_subscriptions_are_filtered_as_stripe_does(
    client: httpx.Client, query: str, count: int
) -> None:
    """Without a status the canceled ones are left out."""
    assert len(ids(client.get(f"/v1/subscriptions?limit=100{query}"))) == count


def test_a_parameter_that_the_model_ignores_stops_the_rehearsal(client: httpx.Client) -> None:
    """An answer that is not filtered would be a wrong one."""
    with pytest.raises(CannotBeSimulatedError, match="collection_method"):
        client.get("/v1/subscriptions?collection_method=send_invoice")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/disputes"), ("POST", "/v1/customers"), ("GET", "/v1/charges/search?query=x")],
)
def test_a_request_that_no_model_knows_stops_the_rehearsal(
    client: httpx.Client, method: str, path: str
) -> None:
    """Nothing is made up."""
    with pytest.raises(CannotBeSimulatedError, match="stripe"):
        client.request(method, path)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "Missing required param"),
        ("x", "unable to parse"),
        ("email='x'", "unable to parse"),
        ("shoe:'x'", "`shoe` is an unsupported search field"),
        ("metadata:'x'", "`metadata` is an unsupported search field"),
        ("email>'x'", "cannot be compared"),
        ("email:'a' AND name:'b' OR name:'c'", "cannot combine AND and OR"),
    ],
)
def test_a_query_that_stripe_does_not_take_is_refused(
    client: httpx.Client, query: str, says: str
) -> None:
    """In its own words, as 400."""
    answer = client.get("/v1/customers/search", params={"query": query})
    assert (answer.status_code, error(answer)["param"]) == (400, "query")
    assert says in error(answer)["message"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status:'canceled'", 4),
        ("-status:'canceled'", 8),
        ("status:'canceled' OR status:'active'", 12),
        (f"created>{int((START - timedelta(days=11)).timestamp())}", 2),
        (f"status:'active' created>={int((START - timedelta(days=12)).timestamp())}", 3),
    ],
)
def test_a_query_finds_what_fits(client: httpx.Client, query: str, found: int) -> None:
    """Negation, either, both, and times."""
    path = "/v1/subscriptions/search"
    assert len(ids(client.get(path, params={"query": query, "limit": 100}))) == found


def test_a_request_without_key_is_unauthorized(peer: SimulatedPeer) -> None:
    """As live."""
    bare = httpx.Client(transport=peer.company.transport(), base_url="https://api.stripe.com")
    assert bare.get("/v1/customers").status_code == 401


def test_every_answer_has_a_request_id_and_the_version_asked_for(client: httpx.Client) -> None:
    """What support asks for."""
    answer = client.get("/v1/customers", headers={"Stripe-Version": "2024-06-20"})
    assert answer.headers["request-id"].startswith("req_")
    assert answer.headers["stripe-version"] == "2024-06-20"
    again = client.get("/v1/customers")
    assert again.headers["request-id"] != answer.headers["request-id"]


REFUND = {"payment_intent": "pi_1", "amount": "100"}


def test_a_key_gives_the_first_answer_again(client: httpx.Client) -> None:
    """And says so."""
    first = client.post("/v1/refunds", data=REFUND, headers={"Idempotency-Key": "k"})
    again = client.post("/v1/refunds", data=REFUND, headers={"Idempotency-Key": "k"})
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["original-request"] == first.headers["request-id"]
    assert len(ids(client.get("/v1/refunds"))) == 1


def test_a_key_with_other_parameters_is_an_idempotency_error(client: httpx.Client) -> None:
    """400, and nothing is done."""
    client.post("/v1/refunds", data=REFUND, headers={"Idempotency-Key": "k"})
    other = client.post(
        "/v1/refunds", data={**REFUND, "amount": "7"}, headers={"Idempotency-Key": "k"}
    )
    assert (other.status_code, error(other)["type"]) == (400, "idempotency_error")
    assert len(ids(client.get("/v1/refunds"))) == 1


def test_a_refused_request_does_not_use_up_its_key(client: httpx.Client) -> None:
    """What was not begun is not kept."""
    headers = {"Idempotency-Key": "k"}
    refused = client.post("/v1/refunds", data={**REFUND, "reason": "none"}, headers=headers)
    assert refused.status_code == 400
    assert client.post("/v1/refunds", data=REFUND, headers=headers).status_code == 200


def test_a_key_is_forgotten_after_a_day(peer: SimulatedPeer, client: httpx.Client) -> None:
    """The danger that adapters have to know."""
    headers = {"Idempotency-Key": "k"}
    first = client.post("/v1/refunds", data=REFUND, headers=headers)
    peer.pass_time(timedelta(hours=25))
    second = client.post("/v1/refunds", data=REFUND, headers=headers)
    assert first.json()["id"] != second.json()["id"]


def test_a_refund_shows_on_the_charge_and_as_events(
    peer: SimulatedPeer, client: httpx.Client
) -> None:
    """The events name the request and the key that made them."""
    made = client.post("/v1/refunds", data=REFUND, headers={"Idempotency-Key": "k"})
    charge = client.get(f"/v1/charges/{made.json()['charge']}").json()
    assert (charge["amount_refunded"], charge["refunded"]) == (100, False)
    events = client.get("/v1/events?types[]=refund.created&types[]=charge.refunded").json()["data"]
    assert {one["type"] for one in events} == {"refund.created", "charge.refunded"}
    assert {one["request"]["idempotency_key"] for one in events} == {"k"}
    assert {one["request"]["id"] for one in events} == {made.headers["request-id"]}
    client.post("/v1/refunds", data={"payment_intent": "pi_1"})
    charge = client.get(f"/v1/charges/{made.json()['charge']}").json()
    assert (charge["amount_refunded"], charge["refunded"]) == (1999, True)
    assert peer.company.stripe.tables["charge"][charge["id"]]["amount"] == 1999


def test_a_subscription_is_ended_by_delete(client: httpx.Client) -> None:
    """And only once."""
    assert client.delete("/v1/subscriptions/sub_1").json()["status"] == "canceled"
    assert client.delete("/v1/subscriptions/sub_1").status_code == 404


def test_an_update_tells_what_it_was_before(client: httpx.Client) -> None:
    """`previous_attributes`, which handlers compare with."""
    client.post("/v1/subscriptions/sub_1", data={"cancel_at_period_end": "true"})
    event = client.get("/v1/events?type=customer.subscription.updated").json()["data"][0]
    assert event["data"]["previous_attributes"]["cancel_at_period_end"] is False
    assert event["data"]["object"]["cancel_at_period_end"] is True


def test_an_event_keeps_the_object_as_it_was(peer: SimulatedPeer, client: httpx.Client) -> None:
    """A late webhook brings old news; that is what makes it dangerous."""
    peer.arrange("stripe.subscription", id="sub_x", customer="cus_1", price="price_a")
    peer.arrange("stripe.cancel_subscription", id="sub_x")
    event = client.get("/v1/events?type=customer.subscription.created&limit=1").json()["data"][0]
    assert event["data"]["object"]["id"] == "sub_x"
    assert event["data"]["object"]["status"] == "active"


def test_events_are_kept_for_thirty_days(peer: SimulatedPeer, client: httpx.Client) -> None:
    """Older ones cannot be listed."""
    assert len(ids(client.get("/v1/events?limit=100"))) == 14
    peer.pass_time(timedelta(days=31))
    assert ids(client.get("/v1/events?limit=100")) == []


def test_events_are_found_by_the_beginning_of_their_type(client: httpx.Client) -> None:
    """`customer.subscription.*`."""
    found = client.get("/v1/events?type=customer.subscription.*&limit=100").json()["data"]
    assert {one["type"] for one in found} == {
        "customer.subscription.created",
        "customer.subscription.deleted",
    }


def test_an_id_that_is_no_reference_cannot_be_expanded(client: httpx.Client) -> None:
    """As live."""
    answer = client.get("/v1/subscriptions?expand[]=data.nonsense")
    assert (answer.status_code, error(answer)["param"]) == (400, "expand")
