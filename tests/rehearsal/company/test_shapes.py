"""The simulated vendors answer in the vendors' own shapes: same keys, same types."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from rbengine.contract.values import Row
from support.peers import START, SimulatedPeer
from support.shapes import differences
from support.vendors import vendor_description

FIXTURES = "stripe_fixtures3.2026-08-21.json"

OPEN = frozenset({"metadata", "object"})
"""Objects whose keys are up to the customer or depend on the event."""


def busy() -> SimulatedPeer:
    """A company where something of every kind exists."""
    peer = SimulatedPeer()
    peer.arrange("stripe.customer", id="cus_1", email="a@b.test", metadata=Row({"own": "1"}))
    for number, status in enumerate(
        ("incomplete", "trialing", "active", "past_due", "canceled", "unpaid", "paused")
    ):
        peer.arrange(
            "stripe.subscription",
            id=f"sub_{number}",
            customer="cus_1",
            price="price_a",
            status=status,
            cancel_at_period_end=number % 2 == 0,
        )
    for status in ("draft", "open", "paid", "uncollectible", "void"):
        peer.arrange(
            "stripe.invoice",
            id=f"in_{status}",
            customer="cus_1",
            amount=700,
            status=status,
            subscription="sub_2",
        )
    peer.arrange("stripe.payment", id="pi_1", customer="cus_1", amount=1999)
    peer.arrange("stripe.payment", id="pi_2", amount=1, status="canceled")
    peer.company.stripe.refund(
        peer.company.stripe.tables["payment_intent"]["pi_1"]["latest_charge"],
        amount=500,
        reason="duplicate",
        metadata={},
    )
    peer.arrange("stripe.pay_invoice", id="in_open")
    peer.arrange("stripe.change_subscription", id="sub_2", price="price_b", status="past_due")
    peer.arrange("stripe.cancel_subscription", id="sub_1")
    peer.arrange("stripe.webhook_endpoint", id="we_1", url="https://example.com/hook")
    peer.arrange("supabase.function", slug="sync")
    peer.arrange("supabase.secret", name="TOKEN", value="x")
    return peer


def get(peer: SimulatedPeer, provider: str, path: str) -> Any:
    """What a client reads there."""
    answer = peer.http(provider).get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


STRIPE_LISTS = {
    "customer": "/v1/customers",
    "subscription": "/v1/subscriptions?status=all",
    "invoice": "/v1/invoices",
    "payment_intent": "/v1/payment_intents",
    "charge": "/v1/charges",
    "refund": "/v1/refunds",
    "price": "/v1/prices",
    "event": "/v1/events?limit=100",
    "webhook_endpoint": "/v1/webhook_endpoints",
}


@pytest.mark.parametrize(("kind", "path"), STRIPE_LISTS.items())
def test_stripes_objects_are_those_of_its_own_fixtures(kind: str, path: str) -> None:
    """A field too few here is a bug that rehearsals cannot find; one too many is one they would hide."""
    theirs = vendor_description(FIXTURES)["resources"][kind]
    rows = get(busy(), "stripe", path)["data"]
    assert rows
    for row in rows:
        if kind == "event":
            # Only updates have it, and the vendor's example is none.
            row["data"].pop("previous_attributes", None)
    assert [one for row in rows for one in differences(row, theirs, kind, OPEN)] == []


@pytest.mark.parametrize("kind", STRIPE_LISTS)
def test_one_object_is_the_same_as_in_the_list(kind: str) -> None:
    """Reading it by its id gives no other form."""
    peer = busy()
    rows = get(peer, "stripe", STRIPE_LISTS[kind])["data"]
    collection = STRIPE_LISTS[kind].partition("?")[0]
    assert get(peer, "stripe", f"{collection}/{rows[0]['id']}") == rows[0]


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [("customer.subscription.", "subscription"), ("invoice.", "invoice"), ("refund.", "refund")],
)
def test_an_event_carries_the_whole_object(beginning: str, kind: str) -> None:
    """The company's program reads it instead of asking again."""
    theirs = vendor_description(FIXTURES)["resources"][kind]
    events = get(busy(), "stripe", "/v1/events?limit=100")["data"]
    subjects = [one["data"]["object"] for one in events if one["type"].startswith(beginning)]
    assert subjects
    assert [one for row in subjects for one in differences(row, theirs, kind, OPEN)] == []


def test_a_portal_session_is_that_of_stripes_fixtures() -> None:
    """What comes back when it is made; `flow` is filled only where one was asked for."""
    theirs = vendor_description(FIXTURES)["resources"]["billing_portal.session"]
    answer = busy().http("stripe").post("/v1/billing_portal/sessions", data={"customer": "cus_1"})
    assert answer.status_code == 200
    assert differences(answer.json(), theirs, "session", OPEN) == []


@pytest.mark.parametrize(
    ("kind", "collection", "query"),
    [
        ("customer", "customers", "email:'a@b.test'"),
        ("subscription", "subscriptions", "status:'past_due'"),
        ("invoice", "invoices", "status:'paid'"),
        ("payment_intent", "payment_intents", "status:'succeeded'"),
    ],
)
def test_what_a_search_finds_is_in_the_vendors_form(kind: str, collection: str, query: str) -> None:
    """The objects are those of the lists, the page is one of a search."""
    path = f"/v1/{collection}/search"
    found = get(busy(), "stripe", f"{path}?query={query}")
    described = schema("stripe_v1.2023-08-16.json", "get", path, "200")
    page = {key: one for key, one in found.items() if key != "data"}
    jsonschema.validate({**page, "data": []}, with_nulls(described))
    theirs = vendor_description(FIXTURES)["resources"][kind]
    assert found["data"]
    assert [one for row in found["data"] for one in differences(row, theirs, kind, OPEN)] == []


def test_an_expanded_charge_is_a_charge() -> None:
    """What the list of payments is asked for."""
    theirs = vendor_description(FIXTURES)["resources"]["charge"]
    rows = get(busy(), "stripe", "/v1/payment_intents?expand[]=data.latest_charge")["data"]
    charges = [one["latest_charge"] for one in rows if one["latest_charge"] is not None]
    assert charges
    assert [one for row in charges for one in differences(row, theirs, "charge", OPEN)] == []


def schema(name: str, method: str, path: str, status: str) -> Mapping[str, Any]:
    """The vendor's schema of an answer, with its references resolved where it stands."""
    document = vendor_description(name)
    answer = document["paths"][path][method]["responses"][status]
    content = answer["content"]["application/json"]["schema"]
    return {**content, "components": document["components"]}


PROJECT = "/v1/projects/{ref}"

SUPABASE_READS: dict[str, Callable[[str], str]] = {
    f"{PROJECT}/functions": lambda base: f"{base}/functions",
    f"{PROJECT}/functions/{{function_slug}}": lambda base: f"{base}/functions/sync",
    f"{PROJECT}/secrets": lambda base: f"{base}/secrets",
    f"{PROJECT}/health": lambda base: f"{base}/health?services=auth&services=db",
}


@pytest.mark.parametrize("path", SUPABASE_READS)
def test_supabases_answers_keep_its_schema(path: str) -> None:
    """The Management API as the vendor describes it."""
    peer = busy()
    base = f"/v1/projects/{peer.setting('supabase.project')}"
    found = get(peer, "supabase", SUPABASE_READS[path](base))
    jsonschema.validate(found, schema("supabase_management_v1.json", "get", path, "200"))
    assert found


def test_supabases_log_answer_keeps_its_schema() -> None:
    """Both when it has rows and when it failed."""
    peer = busy()
    peer.arrange("supabase.log", function="sync", text="a line")
    wanted = schema(
        "supabase_management_v1.json", "get", f"{PROJECT}/analytics/endpoints/logs.all", "200"
    )
    base = f"/v1/projects/{peer.setting('supabase.project')}/analytics/endpoints/logs.all"
    function = peer.company.supabase.functions["sync"]["id"]
    question = (
        "select id, timestamp, event_message, log_attributes['level'] as level from logs"
        f" where source = 'function_logs' and log_attributes['function_id'] = '{function}'"
        " order by timestamp asc limit 10"
    )
    for start, rows in ((START - timedelta(hours=2), 1), (START - timedelta(hours=30), 0)):
        found = (
            peer.http("supabase")
            .get(
                base,
                params={
                    "sql": question,
                    "iso_timestamp_start": start.isoformat(),
                    "iso_timestamp_end": START.isoformat(),
                },
            )
            .json()
        )
        jsonschema.validate(found, wanted)
        assert len(found["result"]) == rows
        assert ("error" in found) == (rows == 0)


def with_nulls(schema: Any) -> Any:
    """The vendor's `nullable: true` in the words of JSON Schema."""
    if isinstance(schema, list):
        return [with_nulls(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: with_nulls(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if schema.get("nullable") is True else inner


def test_twilios_answer_keeps_its_schema() -> None:
    """Every page, of messages both ways, sent and not."""
    peer = SimulatedPeer()
    numbers: dict[str, Any] = {"from": "+391", "to": "+392"}
    for status, direction in (
        ("received", "inbound"),
        ("queued", "outbound-api"),
        ("failed", "outbound-reply"),
    ):
        peer.arrange("twilio.message", status=status, direction=direction, body="x", **numbers)
    path = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
    wanted = with_nulls(schema("twilio_api_v2010.json", "get", path, "200"))
    at = f"/2010-04-01/Accounts/{peer.setting('twilio.account')}/Messages.json?PageSize=2"
    seen = []
    while at is not None:
        found = get(peer, "twilio", at)
        jsonschema.validate(found, wanted)
        seen += [one["status"] for one in found["messages"]]
        at = found["next_page_uri"]
    assert sorted(seen) == ["failed", "queued", "received"]


def test_metas_answer_keeps_its_schema() -> None:
    """Every page; and the fields that were asked for, no others."""
    peer = SimulatedPeer()
    for number in range(3):
        peer.arrange("meta.message", id=f"wamid.{number}", webhook="FAILED", error="HTTP 500")
    path = "/{Version}/{Phone-Number-ID}/message_history"
    wanted = schema("whatsapp_phone_v23.json", "get", path, "200")
    fields = "id,message_id,events{delivery_status,timestamp}"
    at = f"/v23.0/{peer.setting('meta.phone_number')}/message_history?limit=2&fields={fields}"
    seen = []
    while at is not None:
        found = get(peer, "meta", at)
        jsonschema.validate(found, wanted)
        seen += [one["message_id"] for one in found["data"]]
        events = [event for one in found["data"] for event in one["events"]["data"]]
        assert {key for one in events for key in one} == {"id", "delivery_status", "timestamp"}
        at = found["paging"].get("next")
    assert seen == ["wamid.2", "wamid.1", "wamid.0"]


def test_a_held_function_keeps_the_vendors_schema() -> None:
    """The answer to a change is the function as it is now."""
    peer = busy()
    path = f"/v1/projects/{peer.setting('supabase.project')}/functions/sync"
    answer = peer.http("supabase").patch(path, json={"verify_jwt": True})
    wanted = schema(
        "supabase_management_v1.json", "patch", f"{PROJECT}/functions/{{function_slug}}", "200"
    )
    jsonschema.validate(answer.json(), wanted)
    assert answer.json()["verify_jwt"] is True


@pytest.mark.parametrize(
    ("method", "path", "of", "status"),
    [
        ("get", "/config/realtime", "/config/realtime", 200),
        ("get", "/billing/addons", "/billing/addons", 200),
        ("get", "", "", 200),
        ("post", "/network-bans/retrieve", "/network-bans/retrieve", 201),
    ],
)
def test_the_platforms_answers_keep_their_schemas(
    method: str, path: str, of: str, status: int
) -> None:
    """What the project is, has and costs."""
    peer = busy()
    peer.arrange("supabase.ban", address="192.0.2.1")
    base = f"/v1/projects/{peer.setting('supabase.project')}"
    answer = peer.http("supabase").request(method, base + path)
    assert answer.status_code == status
    wanted = with_nulls(schema("supabase_management_v1.json", method, PROJECT + of, str(status)))
    jsonschema.validate(answer.json(), wanted)


def test_the_organization_keeps_its_schema() -> None:
    """It holds the plan."""
    peer = busy()
    base = f"/v1/projects/{peer.setting('supabase.project')}"
    slug = get(peer, "supabase", base)["organization_slug"]
    wanted = schema("supabase_management_v1.json", "get", "/v1/organizations/{slug}", "200")
    jsonschema.validate(get(peer, "supabase", f"/v1/organizations/{slug}"), wanted)


def test_auths_health_keeps_its_schema() -> None:
    """Name, version, description."""
    found = get(busy(), "supabase_project", "/auth/v1/health")
    jsonschema.validate(found, schema("supabase_auth.json", "get", "/health", "200"))


@pytest.mark.parametrize("path", ["/emails", "/emails/batch"])
def test_resends_answers_keep_its_schema(path: str) -> None:
    """One mail, and many."""
    mail = {"from": "a@b.test", "to": "c@d.test", "subject": "s", "text": "t"}
    content = [mail, mail] if path.endswith("batch") else mail
    answer = busy().http("resend").post(path, json=content)
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), schema("resend.json", "post", path, "200"))
    assert answer.json()
