"""The adapters read the vendors' own examples, not only what our simulators answer."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from rbengine.conformance.fitting import misfit
from rbengine.contract.types import Record
from rbengine.contract.values import Row
from rbengine_adapters.signatures import stripe as signature
from rbengine_adapters.stripe import answers, records
from rbengine_adapters.supabase.answers import FUNCTIONS, SECRETS
from support.outcomes import kind_of, row_of, rows_of, value_of
from support.peers import SimulatedPeer
from support.vendors import vendor_description


def example(kind: str) -> Any:
    """The vendor's fixture of one object."""
    return vendor_description("stripe_fixtures3.2026-08-21.json")["resources"][kind]


@pytest.mark.parametrize(
    ("type_", "kind", "record"),
    [
        ("customer.subscription.updated", "subscription", signature.SUBSCRIPTION),
        ("payment_intent.succeeded", "payment_intent", signature.PAYMENT),
        ("refund.created", "refund", signature.REFUND),
    ],
)
def test_an_event_with_the_vendors_example_is_the_promised_record(
    type_: str, kind: str, record: Record
) -> None:
    """What an app's handler reads, and the type that the checker gives it."""
    found = records.event_subject(type_, example(kind), {})
    assert misfit(found, record) is None
    assert signature.event_subject(type_) is record


def test_the_vendors_invoice_is_the_promised_record() -> None:
    """Its example has a customer and a parent of both kinds."""
    found = records.event_subject("invoice.paid", example("invoice"), {})
    assert isinstance(found, Row)
    assert misfit(found, signature.INVOICE) is None
    assert found["subscription"] == "subscription"


def test_the_vendors_customer_is_the_promised_record() -> None:
    """And the one that was deleted is told apart."""
    found = records.customer(answers.Customer.model_validate(example("customer")))
    assert misfit(found, signature.CUSTOMER) is None
    assert answers.Customer.model_validate(example("deleted_customer")).deleted


def test_the_vendors_event_is_the_promised_record() -> None:
    """Whatever object it carries."""
    found = records.event(answers.Event.model_validate(example("event")))
    assert misfit(found, signature.EVENT) is None


@pytest.mark.parametrize("type_", ["plan.created", "charge.refunded", "nonsense"])
def test_an_event_that_no_record_stands_for_is_none(type_: str) -> None:
    """Checker and program agree on what they do not know."""
    assert records.event_subject(type_, {}, {}) is None
    assert signature.event_subject(type_) is None


@pytest.mark.parametrize(("what", "form"), [("functions", FUNCTIONS), ("secrets", SECRETS)])
def test_the_vendors_recorded_answers_are_read(what: str, form: Any) -> None:
    """From the vendor's public recordings of its own API."""
    recorded = vendor_description("supabase_recorded_2026-05-27.json")
    found = recorded[f"GET_v1_projects___PROJECT_REF___{what}"]["default"]["response"]
    assert form.validate_python(found["body"]) == []
    assert found["headers"]["x-ratelimit-limit"] == "120"


def test_the_vendors_recorded_buckets_are_read() -> None:
    """From its own client's tests against its own service."""
    recorded = vendor_description("supabase_recorded_2026-05-27.json")
    told = recorded["GET_storage_v1_bucket"]["default"]
    found = rows_of(Answering(200, told["response"]["body"]).call("supabase.buckets"))
    assert told["request"]["path"] == "/storage/v1/bucket"
    assert [(one["id"], one["public"], one["largest_file_bytes"]) for one in found] == [
        ("cli-e2e-bucket", False, None)
    ]


def test_files_are_removed_as_the_vendors_client_was_recorded_to() -> None:
    """The request is the same, and its answer is understood."""
    recorded = vendor_description("supabase_recorded_2026-05-27.json")
    told = recorded["DELETE_storage_v1_object_cli_e2e_bucket"]["default"]
    peer = Answering(200, told["response"]["body"])
    names = tuple(told["request"]["body"]["prefixes"])
    assert value_of(peer.call("supabase.remove_files", bucket="cli-e2e-bucket", names=names)) == 1
    (asked,) = peer.asked
    assert (asked.method, asked.url.path) == ("DELETE", told["request"]["path"])
    assert json.loads(asked.content) == told["request"]["body"]


class Answering(SimulatedPeer):
    """One vendor that gives the same answer to everything."""

    def __init__(self, status: int, content: Any) -> None:
        super().__init__()
        self._status = status
        self._content = content
        self.asked: list[httpx.Request] = []

    def http(self, provider: str) -> httpx.Client:  # noqa: ARG002 - only one is asked
        """As the host hands it out."""

        def answer(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return httpx.Response(
                self._status, json=self._content, extensions={"elapsed": timedelta()}
            )

        return httpx.Client(transport=httpx.MockTransport(answer), base_url="https://vendor.test")


EVER = {"from": datetime(2019, 1, 1, tzinfo=UTC), "to": datetime(2026, 1, 1, tzinfo=UTC)}
TWILIO_LIST = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
META_HISTORY = "/{Version}/{Phone-Number-ID}/message_history"


def described(name: str, path: str, status: str) -> Any:
    """What the vendor says of one answer."""
    answers = vendor_description(name)["paths"][path]["get"]["responses"]
    return answers[status]["content"]["application/json"]


def test_twilios_own_list_of_messages_is_read() -> None:
    """Both ways, with media, errors and a messaging service."""
    examples = described("twilio_api_v2010.json", TWILIO_LIST, "200")["examples"]
    peer = Answering(200, examples["readFullPage1"]["value"])
    found = rows_of(peer.call("twilio.messages", **EVER))
    assert [(one["direction"], one["error_code"]) for one in found] == [
        ("outbound-api", None),
        ("inbound", 30004),
    ]
    assert found[1]["at"] == datetime(2019, 5, 24, 17, 44, 49, tzinfo=UTC)


def test_twilios_own_calls_are_read() -> None:
    """Both ways; the SDK calls the caller by another name than a message's sender."""
    path = "/2010-04-01/Accounts/{AccountSid}/Calls.json"
    examples = described("twilio_api_v2010.json", path, "200")["examples"]
    found = rows_of(Answering(200, examples["readFullPage1"]["value"]).call("twilio.calls", **EVER))
    assert [(one["from"], one["direction"], one["duration"]) for one in found] == [
        ("+13051416799", "outbound-api", timedelta(seconds=4)),
        ("+13051416798", "inbound", timedelta(seconds=3)),
    ]


def test_twilios_own_balance_numbers_and_alerts_are_read() -> None:
    """From three hosts; an alert's code may be no number."""
    path = "/2010-04-01/Accounts/{AccountSid}/Balance.json"
    given = described("twilio_api_v2010.json", path, "200")["examples"]["fetch"]["value"]
    assert str(row_of(Answering(200, given).call("twilio.balance"))["amount"]) == "0.05"
    path = "/v2/PhoneNumbers/{PhoneNumber}"
    numbers = described("twilio_lookups_v2.json", path, "200")["examples"]
    found = [
        row_of(Answering(200, numbers[name]["value"]).call("twilio.lookup", number="+1415"))
        for name in ("fetch", "fetchInvalid", "fetchLineTypeIntelligence")
    ]
    assert [(one["valid"], one["problems"], one["line_type"]) for one in found] == [
        (True, (), None),
        (False, ("TOO_LONG",), None),
        (True, (), "nonFixedVoip"),
    ]
    alerts = described("twilio_monitor_v1.json", "/v1/Alerts", "200")["examples"]
    since = {"since": EVER["from"] - timedelta(days=3650)}
    full = rows_of(Answering(200, alerts["readFull"]["value"]).call("twilio.alerts", **since))
    assert [(one["code"], one["error"], one["text"]) for one in full] == [
        (None, "other", "alert_text")
    ]
    assert (
        rows_of(Answering(200, alerts["readEmpty"]["value"]).call("twilio.alerts", **since)) == []
    )


def test_metas_own_apps_are_read() -> None:
    """With and without any."""
    path = "/{Version}/{WABA-ID}/subscribed_apps"
    examples = described("whatsapp_waba_v23.json", path, "200")["examples"]
    found = rows_of(
        Answering(200, examples["multiple_subscriptions"]["value"]).call("meta.waba_apps")
    )
    assert [one["name"] for one in found] == ["Business Messaging App", "Customer Support Bot"]
    none = Answering(200, examples["no_subscriptions"]["value"])
    assert rows_of(none.call("meta.waba_apps")) == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [("400", "invalid"), ("401", "unauthorized"), ("404", "not_found"), ("429", "rate_limited")],
)
def test_twilios_own_errors_are_understood(status: str, kind: str) -> None:
    """As it writes them."""
    example = described("twilio_api_v2010.json", TWILIO_LIST, status)["example"]
    assert kind_of(Answering(int(status), example).call("twilio.messages", **EVER)) == kind


def test_metas_own_history_is_read() -> None:
    """With its events, and without a next page."""
    examples = described("whatsapp_phone_v23.json", META_HISTORY, "200")["examples"]
    content = examples["message_history_with_events"]["value"]
    content["paging"].pop("next")
    found = rows_of(Answering(200, content).call("meta.message_history", **EVER))
    assert [(one["status"], one["webhook"]) for one in found] == [
        ("READ", "DELIVERED"),
        ("DELIVERED", "DELIVERED"),
    ]
    assert found[1]["at"] == datetime(2022, 1, 1, tzinfo=UTC)


def test_a_history_that_never_ends_is_refused() -> None:
    """A vendor that says `next` for ever does not hold a run for ever."""
    examples = described("whatsapp_phone_v23.json", META_HISTORY, "200")["examples"]
    peer = Answering(200, examples["message_history_with_events"]["value"])
    assert kind_of(peer.call("meta.message_history", **EVER, at_most=100_000)) == "too_many"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400", "invalid"),
        ("401", "unauthorized"),
        ("403", "unauthorized"),
        ("404", "not_found"),
        ("422", "invalid"),
        ("429", "rate_limited"),
        ("500", "unavailable"),
    ],
)
def test_metas_own_errors_are_understood(status: str, kind: str) -> None:
    """As it writes them."""
    example = described("whatsapp_phone_v23.json", META_HISTORY, status)["example"]
    assert kind_of(Answering(int(status), example).call("meta.message_history", **EVER)) == kind


@pytest.mark.parametrize("operation", ["twilio.messages", "meta.message_history"])
@pytest.mark.parametrize("content", [{}, [], {"data": [{}]}, {"messages": [{"sid": 7}]}])
def test_an_answer_that_is_not_the_vendors_is_none(operation: str, content: Any) -> None:
    """No message in it is never `no messages`."""
    assert kind_of(Answering(200, content).call(operation, **EVER)) == "unavailable"
