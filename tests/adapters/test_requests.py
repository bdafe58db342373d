"""What adapters send is what the vendors' own descriptions allow."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import jsonschema
import pytest
from rbengine.contract.values import Money, Row, Value
from support.peers import START, SimulatedPeer
from support.vendors import vendor_description

STRIPE = "stripe_v1.2023-08-16.json"
SUPABASE = "supabase_management_v1.json"
RESEND = "resend.json"
TWILIO = "twilio_api_v2010.json"
TWILIO_MONITOR = "twilio_monitor_v1.json"
TWILIO_LOOKUPS = "twilio_lookups_v2.json"
META = "whatsapp_phone_v23.json"
META_ACCOUNT = "whatsapp_waba_v23.json"

MESSAGE = Row({"subject": "s", "text": "t"})

CALLS: tuple[tuple[str, str, dict[str, Value]], ...] = (
    (STRIPE, "stripe.customer", {"customer": "cus_1"}),
    (STRIPE, "stripe.latest_subscription", {"customer": "cus_1"}),
    (STRIPE, "stripe.list_subscriptions", {"customer": "cus_1", "status": "paused"}),
    (STRIPE, "stripe.invoice", {"invoice": "in_1"}),
    (STRIPE, "stripe.list_invoices", {"customer": "cus_1", "status": "open", "since": START}),
    (
        STRIPE,
        "stripe.list_events",
        {"types": ("invoice.paid", "refund.created"), "since": START, "undelivered": True},
    ),
    (STRIPE, "stripe.payments", {"customer": "cus_1", "since": START - timedelta(days=1)}),
    (STRIPE, "stripe.search_customers", {"email": "a@b.test", "metadata": Row({"own": "1"})}),
    (STRIPE, "stripe.search_payments", {"metadata": Row({"own": "1"}), "status": "succeeded"}),
    (STRIPE, "stripe.portal_session", {"customer": "cus_1", "return_url": "https://a.test/"}),
    (
        STRIPE,
        "stripe.refund",
        {"payment": "pi_1", "amount": Money(5, "usd"), "reason": "duplicate"},
    ),
    (
        SUPABASE,
        "supabase.function_logs",
        {"function": "sync", "since": START - timedelta(hours=1), "matching": "x"},
    ),
    (
        SUPABASE,
        "supabase.error_groups",
        {"functions": ("sync",), "since": START - timedelta(hours=1)},
    ),
    (SUPABASE, "supabase.functions", {}),
    (SUPABASE, "supabase.hold_function", {"slug": "sync"}),
    (SUPABASE, "supabase.release_function", {"slug": "sync"}),
    (
        TWILIO,
        "twilio.messages",
        {"from": START - timedelta(hours=1), "to": START, "direction": "inbound"},
    ),
    (TWILIO, "twilio.send", {"to": "+393331234567", "message": MESSAGE}),
    (
        TWILIO,
        "twilio.calls",
        {"from": START - timedelta(hours=1), "to": START, "status": "failed"},
    ),
    (TWILIO, "twilio.place_call", {"to": "+393331234567", "say": "Hello"}),
    (TWILIO, "twilio.call", {"call": "CA" + "0" * 32}),
    (TWILIO, "twilio.end_call", {"call": "CA" + "0" * 32}),
    (TWILIO, "twilio.balance", {}),
    (TWILIO_MONITOR, "twilio.alerts", {"since": START - timedelta(hours=1)}),
    (TWILIO_LOOKUPS, "twilio.lookup", {"number": "+393331234567", "line_type": True}),
    (META, "meta.phone_health", {}),
    (META_ACCOUNT, "meta.waba_apps", {}),
    (META, "meta.message_history", {"from": START - timedelta(hours=1), "to": START}),
    (SUPABASE, "supabase.secrets_check", {"names": ("TOKEN",)}),
    (RESEND, "email.send", {"to": "a@b.test", "message": MESSAGE}),
    (RESEND, "email.send_each", {"to": ("a@b.test", "c@d.test"), "message": MESSAGE}),
)

REFUND = next(one for one in CALLS if one[1] == "stripe.refund")
MAILS = [one for one in CALLS if one[0] == RESEND]


class Listening(SimulatedPeer):
    """A company whose requests are kept as they went out."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[httpx.Request] = []

    def http(self, provider: str) -> httpx.Client:
        """As the host hands it out, with an ear to it."""
        client = super().http(provider)
        client.event_hooks = {"request": [self.sent.append]}
        return client


def requests_of(
    operation: str, arguments: dict[str, Value], key: str = "key-1"
) -> list[httpx.Request]:
    """Everything one successful call sends."""
    peer = Listening()
    peer.arrange("stripe.subscription", id="sub_1", customer="cus_1", price="price_a")
    peer.arrange("stripe.payment", id="pi_1", customer="cus_1", amount=1999)
    peer.arrange("stripe.invoice", id="in_1", customer="cus_1", amount=1999)
    peer.arrange("supabase.function", slug="sync")
    peer.arrange(
        "twilio.call", sid="CA" + "0" * 32, to="+391", status="in-progress", **{"from": "+392"}
    )
    outcome = peer.call(operation, key=key, **arguments)
    assert type(outcome).__name__ == "Succeeded", outcome
    return peer.sent


def described(document: Mapping[str, Any], request: httpx.Request) -> Mapping[str, Any]:
    """The vendor's description of what was asked."""
    fitting = {
        path: methods[request.method.lower()]
        for path, methods in document["paths"].items()
        if request.method.lower() in methods
        and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), request.url.path)
    }
    # A path that is written out goes before one with a name in its place.
    found = [fitting[request.url.path]] if request.url.path in fitting else [*fitting.values()]
    assert len(found) == 1, f"{request.method} {request.url.path} is described {len(found)} times"
    operation: Mapping[str, Any] = found[0]
    return operation


@pytest.mark.parametrize(
    ("description", "operation", "arguments"), CALLS, ids=lambda one: str(one)[:40]
)
def test_every_request_is_one_that_the_vendor_describes(
    description: str, operation: str, arguments: dict[str, Value]
) -> None:
    """Its path, and every parameter by name."""
    document = vendor_description(description)
    sent = requests_of(operation, arguments)
    assert sent
    for request in sent:
        known = {one.get("name") for one in described(document, request).get("parameters", ())}
        asked = {name.partition("[")[0] for name, _ in request.url.params.multi_items()}
        assert asked <= known


def test_a_refunds_form_is_one_that_stripe_describes() -> None:
    """Every field by name, the amount as a whole number."""
    request = requests_of(REFUND[1], REFUND[2])[-1]
    content = described(vendor_description(STRIPE), request)["requestBody"]["content"]
    known = content["application/x-www-form-urlencoded"]["schema"]["properties"]
    form = dict(parse_qsl(request.content.decode()))
    assert {name.partition("[")[0] for name in form} <= set(known)
    assert (form["amount"], form["payment_intent"]) == ("5", "pi_1")
    assert request.headers["idempotency-key"] == "key-1"


@pytest.mark.parametrize("call", MAILS, ids=lambda one: str(one[1]))
def test_a_mail_is_one_that_resend_describes(call: tuple[str, str, dict[str, Value]]) -> None:
    """The whole body, by the vendor's schema."""

    document = vendor_description(RESEND)
    request = requests_of(call[1], call[2])[-1]
    content = described(document, request)["requestBody"]["content"]["application/json"]["schema"]
    schema = {**content, "components": document["components"]}
    jsonschema.validate(json.loads(request.content), schema)


@pytest.mark.parametrize(
    ("operation", "arguments", "form"),
    [
        (
            "twilio.send",
            {"to": "+393331234567", "message": MESSAGE},
            {"To": "+393331234567", "From": "+15005550006", "Body": "t"},
        ),
        (
            "twilio.place_call",
            {"to": "+393331234567", "say": "a < b"},
            {
                "To": "+393331234567",
                "From": "+15005550006",
                "Twiml": "<Response><Say>a &lt; b</Say></Response>",
            },
        ),
        ("twilio.end_call", {"call": "CA" + "0" * 32}, {"Status": "completed"}),
    ],
    ids=lambda one: str(one)[:16],
)
def test_a_twilio_form_is_one_that_twilio_describes(
    operation: str, arguments: dict[str, Value], form: dict[str, str]
) -> None:
    """Every field by name, and only what is meant."""
    request = requests_of(operation, arguments)[-1]
    content = described(vendor_description(TWILIO), request)["requestBody"]["content"]
    known = content["application/x-www-form-urlencoded"]["schema"]["properties"]
    sent = dict(parse_qsl(request.content.decode()))
    assert sent == form
    assert set(sent) <= set(known)


@pytest.mark.parametrize("operation", ["supabase.hold_function", "supabase.release_function"])
def test_a_functions_change_is_one_that_supabase_describes(operation: str) -> None:
    """The whole body, by the vendor's schema, and only what is meant."""
    document = vendor_description(SUPABASE)
    request = requests_of(operation, {"slug": "sync"})[-1]
    content = described(document, request)["requestBody"]["content"]["application/json"]["schema"]
    sent = json.loads(request.content)
    jsonschema.validate(sent, {**content, "components": document["components"]})
    assert sent == {"verify_jwt": operation == "supabase.hold_function"}


def test_twilio_learns_nothing_of_the_machine() -> None:
    """Only the host's key; moments in full, in UTC."""
    arguments: dict[str, Value] = {"from": START - timedelta(hours=1), "to": START}
    request = requests_of("twilio.messages", arguments)[0]
    assert request.headers["authorization"] == "Bearer simulated"
    assert "twilio-python" not in request.headers["user-agent"]
    assert request.url.params["DateSent>"] == "2026-01-05T13:02:00Z"


@pytest.mark.parametrize("call", [REFUND, *MAILS], ids=lambda one: str(one[1]))
@pytest.mark.parametrize("key", ["Größe ändern", "x" * 300, "a\nb", " edge "])
def test_any_key_of_ours_is_one_that_the_vendor_takes(
    call: tuple[str, str, dict[str, Value]], key: str
) -> None:
    """Labels of playbooks stand in keys; a header takes short ASCII."""
    sent = requests_of(call[1], call[2], key)[-1].headers["idempotency-key"]
    assert len(sent) <= 255
    assert sent.isascii()
    assert requests_of(call[1], call[2], key)[-1].headers["idempotency-key"] == sent
    assert requests_of(call[1], call[2], key + "2")[-1].headers["idempotency-key"] != sent


def test_stripe_learns_nothing_of_the_machine() -> None:
    """Only the host's key, and the version that the signature names."""
    headers = requests_of("stripe.customer", {"customer": "cus_1"})[0].headers
    assert headers["authorization"] == "Bearer simulated"
    assert headers["stripe-version"] == "2026-10-28.endive"
    assert "x-stripe-client-user-agent" not in headers
    assert "x-stripe-client-telemetry" not in headers
