"""What a world may say about Stripe."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from rbengine.contract.types import BOOL, EMAIL, INSTANT, INT, JSON, TEXT, Enum, ListOf, optional
from rbengine.contract.values import Row
from rbengine.rehearsal.company.builders import (
    Builder,
    WorldLineError,
    builder,
    given,
    json_object,
    moment,
    needed,
)
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.stripe.errors import StripeRefusalError
from rbengine.rehearsal.company.stripe.objects import invoice as invoices
from rbengine.rehearsal.company.stripe.objects import payment as payments
from rbengine.rehearsal.company.stripe.objects import subscription as subscriptions

BILLING_PERIOD = timedelta(days=30)

_SUBSCRIPTION_STATUS = Enum(subscriptions.STATUSES, "stripe.subscription_status")
_INVOICE_STATUS = Enum(invoices.STATUSES, "stripe.invoice_status")
_PAYMENT_STATUS = Enum(payments.STATUSES, "stripe.payment_status")
_INTERVAL = Enum(("day", "week", "month", "year"), "stripe.interval")

Arguments = Mapping[str, Any]
Act = Callable[[Company, Arguments], None]


def _in_own_words(act: Act) -> Act:
    """Stripe's refusal of a world's object is a mistake in the world."""

    @wraps(act)
    def careful(company: Company, arguments: Arguments) -> None:
        try:
            act(company, arguments)
        except StripeRefusalError as refusal:
            raise WorldLineError(str(refusal)) from refusal

    return careful


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


@_in_own_words
def _customer(company: Company, a: Arguments) -> None:
    company.stripe.add_customer(
        a["id"],
        email=a["email"],
        name=a["name"],
        currency=a["currency"],
        metadata=json_object(a["metadata"]),
        created=_seconds(moment(company, a["created"])),
        seen=a["delivered"],
    )


@_in_own_words
def _price(company: Company, a: Arguments) -> None:
    company.stripe.price_for(
        a["id"], amount=a["amount"], currency=a["currency"], interval=a["interval"]
    )


@_in_own_words
def _subscription(company: Company, a: Arguments) -> None:
    created = moment(company, a["created"])
    end = a["current_period_end"]
    company.stripe.add_subscription(
        a["id"],
        customer=a["customer"],
        price=a["price"],
        status=a["status"],
        created=_seconds(created),
        period_end=_seconds(created + BILLING_PERIOD if end is None else end),
        quantity=a["quantity"],
        cancel_at_period_end=a["cancel_at_period_end"],
        metadata=json_object(a["metadata"]),
        seen=a["delivered"],
    )


@_in_own_words
def _change_subscription(company: Company, a: Arguments) -> None:
    end = a["current_period_end"]
    company.stripe.update_subscription(
        a["id"],
        status=a["status"],
        price=a["price"],
        period_end=None if end is None else _seconds(end),
        cancel_at_period_end=a["cancel_at_period_end"],
    )


@_in_own_words
def _cancel_subscription(company: Company, a: Arguments) -> None:
    company.stripe.cancel_subscription(a["id"])


@_in_own_words
def _invoice(company: Company, a: Arguments) -> None:
    company.stripe.add_invoice(
        a["id"],
        customer=a["customer"],
        amount=a["amount"],
        currency=a["currency"],
        status=a["status"],
        subscription=a["subscription"],
        attempts=a["attempts"],
        created=_seconds(moment(company, a["created"])),
        seen=a["delivered"],
    )


@_in_own_words
def _pay_invoice(company: Company, a: Arguments) -> None:
    company.stripe.pay_invoice(a["id"])


@_in_own_words
def _payment(company: Company, a: Arguments) -> None:
    company.stripe.add_payment(
        a["id"],
        customer=a["customer"],
        amount=a["amount"],
        currency=a["currency"],
        status=a["status"],
        created=_seconds(moment(company, a["created"])),
        metadata=json_object(a["metadata"]),
        seen=a["delivered"],
    )


@_in_own_words
def _webhook_endpoint(company: Company, a: Arguments) -> None:
    company.stripe.endpoints.add(
        id_=a["id"],
        url=a["url"],
        events=a["events"],
        secret=a["secret"],
        api_version=a["api_version"],
        enabled=a["enabled"],
    )


def _deliver_pending_events(company: Company, a: Arguments) -> None:  # noqa: ARG001 - takes none
    company.stripe.redeliver_pending()


_CREATED = given("created", optional(INSTANT), None, "when it was made")
_DELIVERED = given("delivered", BOOL, False, "whether the company's program got its webhook")
_METADATA = given("metadata", JSON, Row({}), "names and texts kept beside it")
_CURRENCY = given("currency", TEXT, "usd", "lower-case currency code")

STRIPE: tuple[Builder, ...] = (
    builder(
        "stripe",
        "customer",
        "A customer; one that other lines name is made by itself.",
        _customer,
        needed("id", TEXT, "`cus_…`"),
        given("email", optional(EMAIL), None, "address"),
        given("name", optional(TEXT), None, "name"),
        _CURRENCY,
        _METADATA,
        _CREATED,
        _DELIVERED,
    ),
    builder(
        "stripe",
        "price",
        "A recurring price; one that other lines name is made by itself.",
        _price,
        needed("id", TEXT, "`price_…`"),
        given("amount", INT, 2000, "minor units for each interval"),
        _CURRENCY,
        given("interval", _INTERVAL, "month", "how often it is billed"),
    ),
    builder(
        "stripe",
        "subscription",
        "A subscription, with the event that tells of it.",
        _subscription,
        needed("id", TEXT, "`sub_…`"),
        needed("customer", TEXT, "whose it is"),
        needed("price", TEXT, "what is subscribed to"),
        given("status", _SUBSCRIPTION_STATUS, "active", "where it stands"),
        given(
            "current_period_end", optional(INSTANT), None, "paid until (30 days after `created`)"
        ),
        given("quantity", INT, 1, "how many"),
        given("cancel_at_period_end", BOOL, False, "it will not be renewed"),
        _METADATA,
        _CREATED,
        _DELIVERED,
    ),
    builder(
        "stripe",
        "change_subscription",
        "The subscription changes, with the event that tells of it.",
        _change_subscription,
        needed("id", TEXT, "`sub_…`"),
        given("status", optional(_SUBSCRIPTION_STATUS), None, "new status"),
        given("price", optional(TEXT), None, "new price"),
        given("current_period_end", optional(INSTANT), None, "paid until"),
        given("cancel_at_period_end", optional(BOOL), None, "whether it will not be renewed"),
    ),
    builder(
        "stripe",
        "cancel_subscription",
        "The subscription ends now, with the event that tells of it.",
        _cancel_subscription,
        needed("id", TEXT, "`sub_…`"),
    ),
    builder(
        "stripe",
        "invoice",
        "An invoice, with the event that tells of it.",
        _invoice,
        needed("id", TEXT, "`in_…`"),
        needed("customer", TEXT, "who owes it"),
        needed("amount", INT, "minor units"),
        _CURRENCY,
        given("status", _INVOICE_STATUS, "open", "where it stands"),
        given("subscription", optional(TEXT), None, "what it bills"),
        given("attempts", INT, 0, "how often payment was tried"),
        _CREATED,
        _DELIVERED,
    ),
    builder(
        "stripe",
        "pay_invoice",
        "The customer pays an open invoice.",
        _pay_invoice,
        needed("id", TEXT, "`in_…`"),
    ),
    builder(
        "stripe",
        "payment",
        "A payment by card, with the event that tells of it.",
        _payment,
        needed("id", TEXT, "`pi_…`"),
        given("customer", optional(TEXT), None, "who pays"),
        needed("amount", INT, "minor units"),
        _CURRENCY,
        given("status", _PAYMENT_STATUS, "succeeded", "where it stands"),
        _METADATA,
        _CREATED,
        _DELIVERED,
    ),
    builder(
        "stripe",
        "webhook_endpoint",
        "An address that is told of what the lines below it bring about; without any every event reaches the app.",
        _webhook_endpoint,
        needed("id", TEXT, "`we_…`"),
        needed("url", TEXT, "where it leads"),
        given("events", ListOf(TEXT), ("*",), "types it is told of"),
        given("secret", optional(TEXT), None, "what its deliveries are signed with (a new one)"),
        given("api_version", optional(TEXT), None, "the version its events are written in"),
        given("enabled", BOOL, True, "whether it is on"),
    ),
    builder(
        "stripe",
        "deliver_pending_events",
        "Stripe sends every event again that the company's program has not taken.",
        _deliver_pending_events,
    ),
)
