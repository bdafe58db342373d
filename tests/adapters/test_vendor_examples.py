"""The adapters read the vendors' own examples, not only what our simulators answer."""

from typing import Any

import pytest
from rbengine.contract.types import Record
from rbengine.contract.values import Row
from rbengine_adapters.signatures import stripe as signature
from rbengine_adapters.stripe import answers, records
from rbengine_adapters.supabase.answers import FUNCTIONS, SECRETS
from support.shapes import misfit
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
