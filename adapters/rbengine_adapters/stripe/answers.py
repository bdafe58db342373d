"""Stripe's answers as far as we read them, checked where they come in. Amounts are whole minor units."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rbengine_adapters.wire.plain import LAST_SECOND

Count = Annotated[int, Field(strict=True, ge=0)]
Seconds = Annotated[int, Field(strict=True, ge=0, le=LAST_SECOND)]


class Answer(BaseModel):
    """Fields that we do not read may come and go."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Account(Answer):
    """https://docs.stripe.com/api/accounts/object"""

    id: Annotated[str, Field(min_length=1)]


class Customer(Answer):
    """https://docs.stripe.com/api/customers/object"""

    id: str
    deleted: bool = False
    email: str | None = None
    name: str | None = None
    created: Seconds = 0
    delinquent: bool | None = None
    metadata: dict[str, str] = {}


class Price(Answer):
    """https://docs.stripe.com/api/prices/object"""

    id: str


class SubscriptionItem(Answer):
    """https://docs.stripe.com/api/subscription_items/object"""

    price: Price
    quantity: Count | None = None
    current_period_end: Seconds


class SubscriptionItems(Answer):
    """The items that come with a subscription; there is always one."""

    data: Annotated[list[SubscriptionItem], Field(min_length=1)]


class Subscription(Answer):
    """https://docs.stripe.com/api/subscriptions/object"""

    id: str
    customer: str
    status: Literal[
        "incomplete",
        "incomplete_expired",
        "trialing",
        "active",
        "past_due",
        "canceled",
        "unpaid",
        "paused",
    ]
    items: SubscriptionItems
    cancel_at_period_end: bool
    canceled_at: Seconds | None
    created: Seconds


class SubscriptionDetails(Answer):
    """What an invoice says of the subscription it bills."""

    subscription: str


class InvoiceParent(Answer):
    """What an invoice was made for."""

    subscription_details: SubscriptionDetails | None = None


class StatusTransitions(Answer):
    """When an invoice changed its status."""

    paid_at: Seconds | None = None


class Invoice(Answer):
    """https://docs.stripe.com/api/invoices/object"""

    id: str
    number: str | None
    customer: str
    parent: InvoiceParent | None
    status: Literal["draft", "open", "paid", "uncollectible", "void"]
    currency: str
    amount_due: Annotated[int, Field(strict=True)]
    amount_paid: Annotated[int, Field(strict=True)]
    amount_remaining: Annotated[int, Field(strict=True)]
    attempt_count: Count
    next_payment_attempt: Seconds | None
    status_transitions: StatusTransitions
    hosted_invoice_url: str | None = None
    created: Seconds


class Charge(Answer):
    """https://docs.stripe.com/api/charges/object"""

    id: str
    amount_refunded: Count


class PaymentIntent(Answer):
    """https://docs.stripe.com/api/payment_intents/object, with `latest_charge` expanded where it is read."""

    id: str
    customer: str | None
    status: Literal[
        "requires_payment_method",
        "requires_confirmation",
        "requires_action",
        "processing",
        "requires_capture",
        "canceled",
        "succeeded",
    ]
    currency: str
    amount: Count
    amount_received: Count
    latest_charge: Charge | str | None
    metadata: dict[str, str]
    created: Seconds


class Refund(Answer):
    """https://docs.stripe.com/api/refunds/object"""

    id: str
    payment_intent: str | None
    currency: str
    amount: Count
    status: Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
    metadata: dict[str, str] | None = None
    created: Seconds


class EventData(Answer):
    """The object of an event, as it was then."""

    object: dict[str, Any]


class Event(Answer):
    """https://docs.stripe.com/api/events/object"""

    id: str
    type: str
    created: Seconds
    pending_webhooks: Count
    data: EventData


class PortalSession(Answer):
    """https://docs.stripe.com/api/customer_portal/sessions/object"""

    id: str
    customer: str
    url: Annotated[str, Field(min_length=1)]
    created: Seconds


class WebhookEndpoint(Answer):
    """https://docs.stripe.com/api/webhook_endpoints/object"""

    id: str
    url: str
    status: Literal["enabled", "disabled"]
    enabled_events: list[str]
    api_version: str | None
    created: Seconds
    metadata: dict[str, str] = {}


class NewWebhookEndpoint(WebhookEndpoint):
    """As it comes back once, when it is made."""

    secret: Annotated[str, Field(min_length=1)]


class DeletedWebhookEndpoint(Answer):
    """What a deletion answers."""

    id: str
    deleted: Literal[True]


class Ping(Answer):
    """https://docs.stripe.com/api/v2/core/events/object"""

    id: str
