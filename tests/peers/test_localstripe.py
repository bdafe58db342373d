"""localstripe, a Stripe of somebody else's with a state of its own: the calls it can hold.

It speaks an older version of the API: what our adapter asks for beyond a customer it knows in other shapes, or not at
all. So it proves the way there and back, errors, and that an answer in another shape is never guessed at.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from rbengine.contract.values import Json, Money
from support.live import LiveBench, live
from support.outcomes import kind_of, row_of, value_of
from support.peer_installed import python_with
from support.peer_programs import free_port, listens, running

pytestmark = pytest.mark.peers

KEY = "sk_test_canary12345"


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a test's own to the running program; it forgets everything at the end."""
    port = free_port()
    command = [
        str(python_with("localstripe")),
        "-m",
        "localstripe",
        "--port",
        str(port),
        "--from-scratch",
    ]
    log: Path = tmp_path_factory.mktemp("localstripe") / "log"
    with (
        running(command, partial(listens, port), log=log),
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}", auth=(KEY, ""), trust_env=False
        ) as client,
    ):
        yield client


@pytest.fixture
def bench(stripe: httpx.Client) -> Iterator[LiveBench]:
    """Our adapter, at that program."""
    given = {"stripe.url": str(stripe.base_url), "stripe.key": KEY}
    with live(given, secrets=["stripe.key"]) as connections:
        yield LiveBench(connections)


def made(stripe: httpx.Client, path: str, **form: str) -> str:
    """The id of a new object."""
    response = stripe.post(path, data=form)
    assert response.status_code == 200, response.text
    return str(response.json()["id"])


def test_a_customer_is_read_as_he_was_made(stripe: httpx.Client, bench: LiveBench) -> None:
    """By the vendor's own library over our connections."""
    id_ = made(stripe, "/v1/customers", email="a@b.test", name="Ada", **{"metadata[own]": "7"})
    found = row_of(bench.call("stripe.customer", customer=id_))
    assert (found["id"], found["email"], found["name"]) == (id_, "a@b.test", "Ada")
    assert found["metadata"] == Json({"own": "7"})


def test_a_customer_that_is_not_there_is_not_found(bench: LiveBench) -> None:
    """Its error has no code; the status decides."""
    assert kind_of(bench.call("stripe.customer", customer="cus_none")) == "not_found"


def test_one_who_was_deleted_is_absent_or_not_found(stripe: httpx.Client, bench: LiveBench) -> None:
    """Never a customer."""
    id_ = made(stripe, "/v1/customers", email="a@b.test")
    assert stripe.delete(f"/v1/customers/{id_}").status_code == 200
    outcome = bench.call("stripe.customer", customer=id_)
    assert (
        value_of(outcome) is None
        if "Succeeded" in str(outcome)
        else kind_of(outcome) == "not_found"
    )


def test_a_key_that_is_none_is_unauthorized(stripe: httpx.Client) -> None:
    """And is not repeated."""
    given = {"stripe.url": str(stripe.base_url), "stripe.key": "canary-that-is-none"}
    with live(given, secrets=["stripe.key"]) as connections:
        outcome = LiveBench(connections).call("stripe.customer", customer="cus_1")
    assert kind_of(outcome) == "unauthorized"
    assert "canary" not in str(outcome)


def test_an_answer_in_an_older_shape_is_never_guessed_at(
    stripe: httpx.Client, bench: LiveBench
) -> None:
    """A subscription whose period ends nowhere is no subscription that has ended."""
    customer = made(stripe, "/v1/customers", email="a@b.test")
    product = made(stripe, "/v1/products", name="p", type="service")
    price = {"product": product, "amount": "1999", "currency": "usd", "interval": "month"}
    plan = made(stripe, "/v1/plans", id=f"plan_{customer}", **price)
    card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2030", "cvc": "123"}
    method = made(
        stripe, "/v1/payment_methods", type="card", **{f"card[{k}]": v for k, v in card.items()}
    )
    made(stripe, f"/v1/payment_methods/{method}/attach", customer=customer)
    made(
        stripe, f"/v1/customers/{customer}", **{"invoice_settings[default_payment_method]": method}
    )
    made(stripe, "/v1/subscriptions", customer=customer, **{"items[0][plan]": plan})
    for operation in ("latest_subscription", "list_subscriptions", "list_invoices"):
        outcome = bench.call(f"stripe.{operation}", customer=customer)
        assert kind_of(outcome) == "unavailable", outcome


def test_what_it_does_not_take_is_invalid(bench: LiveBench) -> None:
    """It refuses parameters that it does not know; the refusal says which."""
    outcome = bench.call("stripe.payments", customer="cus_1", since=bench.now)
    assert kind_of(outcome) == "invalid"
    assert "created" in str(outcome)


def test_a_refund_whose_payment_cannot_be_read_is_not_sent(bench: LiveBench) -> None:
    """The look before it fails first."""
    given = {"payment": "pi_none", "amount": Money(100, "usd"), "reason": "duplicate"}
    assert kind_of(bench.call("stripe.refund", **given)) == "not_found"
