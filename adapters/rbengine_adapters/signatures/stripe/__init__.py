"""What the Stripe adapter promises.

Amounts are whole minor units with their currency. Which price is which tier is the company's own business: the
host hands the table over as the setting `stripe.tiers`, and `tier` is absent for a price that is not in it.
"""

from rbengine.contract.operations import (
    AdapterSignature,
    HttpProvider,
    Operation,
    Parameter,
    Setting,
)
from rbengine.contract.types import (
    BOOL,
    EMAIL,
    INSTANT,
    INT,
    JSON,
    MONEY,
    TEXT,
    URL,
    Enum,
    FieldType,
    ListOf,
    Record,
    optional,
)
from rbengine.contract.values import Datum, Json

from rbengine_adapters.signatures.stripe.keys import KEY_WINDOW
from rbengine_adapters.signatures.stripe.portal import PORTAL_OPERATIONS, PORTAL_SESSION
from rbengine_adapters.signatures.stripe.searching import search_operations
from rbengine_adapters.signatures.stripe.webhooks import WEBHOOK_OPERATIONS, WEBHOOK_RECORDS

SUBSCRIPTION_STATUS = Enum(
    (
        "incomplete",
        "incomplete_expired",
        "trialing",
        "active",
        "past_due",
        "canceled",
        "unpaid",
        "paused",
    ),
    "stripe.subscription_status",
)

INVOICE_STATUS = Enum(("draft", "open", "paid", "uncollectible", "void"), "stripe.invoice_status")

PAYMENT_STATUS = Enum(
    (
        "requires_payment_method",
        "requires_confirmation",
        "requires_action",
        "processing",
        "requires_capture",
        "canceled",
        "succeeded",
    ),
    "stripe.payment_status",
)

REFUND_STATUS = Enum(
    ("pending", "requires_action", "succeeded", "failed", "canceled"), "stripe.refund_status"
)

REFUND_REASON = Enum(("duplicate", "fraudulent", "requested_by_customer"), "stripe.refund_reason")

CUSTOMER = Record(
    (
        FieldType("id", TEXT),
        FieldType("email", optional(EMAIL)),
        FieldType("name", optional(TEXT)),
        FieldType("created", INSTANT),
        FieldType("delinquent", BOOL),
        FieldType("metadata", JSON),
    ),
    "stripe.customer",
)

SUBSCRIPTION = Record(
    (
        FieldType("id", TEXT),
        FieldType("customer", TEXT),
        FieldType("status", SUBSCRIPTION_STATUS),
        FieldType("price", TEXT),
        FieldType("tier", optional(TEXT)),
        FieldType("quantity", optional(INT)),
        FieldType("current_period_end", INSTANT),
        FieldType("cancel_at_period_end", BOOL),
        FieldType("canceled_at", optional(INSTANT)),
        FieldType("created", INSTANT),
    ),
    "stripe.subscription",
)

INVOICE = Record(
    (
        FieldType("id", TEXT),
        FieldType("number", optional(TEXT)),
        FieldType("customer", TEXT),
        FieldType("subscription", optional(TEXT)),
        FieldType("status", INVOICE_STATUS),
        FieldType("amount_due", MONEY),
        FieldType("amount_paid", MONEY),
        FieldType("amount_remaining", MONEY),
        FieldType("attempts", INT),
        FieldType("next_attempt", optional(INSTANT)),
        FieldType("paid_at", optional(INSTANT)),
        FieldType("page", optional(URL)),
        FieldType("created", INSTANT),
    ),
    "stripe.invoice",
)

PAYMENT = Record(
    (
        FieldType("id", TEXT),
        FieldType("customer", optional(TEXT)),
        FieldType("status", PAYMENT_STATUS),
        FieldType("amount", MONEY),
        FieldType("received", MONEY),
        FieldType("refunded", MONEY),
        FieldType("refundable", MONEY),
        FieldType("metadata", JSON),
        FieldType("created", INSTANT),
    ),
    "stripe.payment",
)

REFUND = Record(
    (
        FieldType("id", TEXT),
        FieldType("payment", optional(TEXT)),
        FieldType("amount", MONEY),
        FieldType("status", REFUND_STATUS),
        FieldType("created", INSTANT),
    ),
    "stripe.refund",
)

EVENT = Record(
    (
        FieldType("id", TEXT),
        FieldType("type", TEXT),
        FieldType("object", optional(TEXT)),
        FieldType("customer", optional(TEXT)),
        FieldType("pending", INT),
        FieldType("created", INSTANT),
    ),
    "stripe.event",
)

EVENT_SUBJECTS: tuple[tuple[str, Record], ...] = (
    ("customer.subscription.", SUBSCRIPTION),
    ("invoice.", INVOICE),
    ("payment_intent.", PAYMENT),
    ("refund.", REFUND),
)
"""What `event` is in an app's handler, by the beginning of the event's type."""


def event_subject(type_: str) -> Record | None:
    """The record that an event of `type_` carries, or None where this adapter does not know it."""
    for beginning, record in EVENT_SUBJECTS:
        if type_.startswith(beginning):
            return record
    return None


def _at_most(default: int) -> Parameter:
    return Parameter(
        name="at_most",
        type=INT,
        doc="how many there may be; more is refused with `too_many`",
        default=Datum(default),
    )


_CUSTOMER_ID = Parameter(name="customer", type=TEXT, doc="the customer's id, `cus_…`")
_SINCE = Parameter(name="since", type=INSTANT, doc="created at or after this moment")
_MAYBE_SINCE = Parameter(
    name="since",
    type=optional(INSTANT),
    doc="created at or after this moment; all where left out",
    default=Datum(None),
)


def _status(of: Enum) -> Parameter:
    return Parameter(
        name="status", type=optional(of), doc="only those in this status", default=Datum(None)
    )


_OPERATIONS = (
    Operation(
        adapter="stripe",
        name="customer",
        doc="The customer; absent where it was deleted.",
        parameters=(_CUSTOMER_ID,),
        effect="observe",
        result=optional(CUSTOMER),
        refusals=("not_found",),
        api="GET /v1/customers/{id}",
        source="https://docs.stripe.com/api/customers/retrieve",
    ),
    Operation(
        adapter="stripe",
        name="latest_subscription",
        doc=(
            "The subscription that decides what the customer has: one that has not ended (incomplete, "
            "trialing, active, past_due, unpaid, paused) before one that has (canceled, "
            "incomplete_expired), among these the newest; absent where there never was one."
        ),
        parameters=(_CUSTOMER_ID,),
        effect="observe",
        result=optional(SUBSCRIPTION),
        refusals=("not_found", "too_many"),
        api="GET /v1/subscriptions?customer=&status=all",
        source="https://docs.stripe.com/api/subscriptions/list",
    ),
    Operation(
        adapter="stripe",
        name="list_subscriptions",
        doc="The customer's subscriptions, ended ones too, newest first.",
        parameters=(_CUSTOMER_ID, _status(SUBSCRIPTION_STATUS), _at_most(100)),
        effect="observe",
        result=ListOf(SUBSCRIPTION),
        refusals=("not_found", "too_many"),
        api="GET /v1/subscriptions?customer=&status=",
        source="https://docs.stripe.com/api/subscriptions/list",
    ),
    Operation(
        adapter="stripe",
        name="invoice",
        doc="The invoice, with the page on which it can be paid; a draft has none.",
        parameters=(Parameter(name="invoice", type=TEXT, doc="the invoice's id, `in_…`"),),
        effect="observe",
        result=INVOICE,
        refusals=("not_found",),
        api="GET /v1/invoices/{id}",
        source="https://docs.stripe.com/api/invoices/retrieve",
    ),
    Operation(
        adapter="stripe",
        name="list_invoices",
        doc="The customer's invoices, newest first.",
        parameters=(_CUSTOMER_ID, _status(INVOICE_STATUS), _MAYBE_SINCE, _at_most(100)),
        effect="observe",
        result=ListOf(INVOICE),
        refusals=("not_found", "too_many"),
        api="GET /v1/invoices?customer=&status=&created[gte]=",
        source="https://docs.stripe.com/api/invoices/list",
    ),
    Operation(
        adapter="stripe",
        name="list_events",
        doc=(
            "Events of these types, newest first; Stripe keeps them for 30 days. `pending` counts the "
            "endpoints that have not taken it yet."
        ),
        parameters=(
            Parameter(name="types", type=ListOf(TEXT), doc="1 to 20 types, `invoice.paid`"),
            _SINCE,
            Parameter(
                name="undelivered",
                type=BOOL,
                doc="only those that an endpoint has not taken",
                default=Datum(False),
            ),
            _at_most(1000),
        ),
        effect="observe",
        result=ListOf(EVENT),
        refusals=("invalid", "too_many"),
        api="GET /v1/events?types[]=&created[gte]=&delivery_success=",
        source="https://docs.stripe.com/api/events/list",
    ),
    Operation(
        adapter="stripe",
        name="payments",
        doc="The customer's payments since a moment, newest first, with what can still be refunded.",
        parameters=(
            _CUSTOMER_ID,
            _SINCE,
            Parameter(
                name="metadata",
                type=JSON,
                doc="only those that carry each of these names with this text",
                default=Datum(Json({})),
            ),
            _status(PAYMENT_STATUS),
            _at_most(100),
        ),
        effect="observe",
        result=ListOf(PAYMENT),
        refusals=("not_found", "invalid", "too_many"),
        api="GET /v1/payment_intents?customer=&created[gte]=&expand[]=data.latest_charge",
        source="https://docs.stripe.com/api/payment_intents/list",
    ),
    Operation(
        adapter="stripe",
        name="refund",
        doc="Give money of a payment back to where it came from. It cannot be taken back.",
        parameters=(
            Parameter(name="payment", type=TEXT, doc="the payment's id, `pi_…`"),
            Parameter(name="amount", type=MONEY, doc="how much, in the payment's currency"),
            Parameter(name="reason", type=REFUND_REASON, doc="why, as Stripe keeps it"),
        ),
        effect="change",
        result=REFUND,
        idempotency="by key",
        key_window=KEY_WINDOW,
        refusals=("not_found", "conflict", "invalid"),
        settles=True,
        api="POST /v1/refunds",
        source="https://docs.stripe.com/api/refunds/create",
    ),
)

_SETTINGS = (
    Setting(
        name="stripe.key",
        doc="a restricted key of the account",
        example="env:STRIPE_KEY",
        secret=True,
        required=True,
    ),
    Setting(
        name="stripe.account",
        doc="the id of the account",
        example="acct_1032D82eZvKYlo2C",
        required=True,
        says_where=True,
    ),
    Setting(
        name="stripe.livemode",
        doc="whether money is real there",
        example="true",
        one_of=("true", "false"),
        required=True,
        says_where=True,
    ),
    Setting(
        name="stripe.tiers",
        doc="what the company calls its prices: a table, price to tier",
        example='{ price_1Nx = "pro" }',
    ),
)

_PROVIDERS = (
    HttpProvider(
        name="stripe",
        url="https://api.stripe.com",
        headers=(("Authorization", "Bearer {stripe.key}"),),
    ),
)

SIGNATURE = AdapterSignature(
    name="stripe",
    title="Stripe",
    version="2026-10-28.endive",
    operations=(
        *_OPERATIONS,
        *search_operations(CUSTOMER, PAYMENT, PAYMENT_STATUS),
        *PORTAL_OPERATIONS,
        *WEBHOOK_OPERATIONS,
    ),
    records=(
        CUSTOMER,
        SUBSCRIPTION,
        INVOICE,
        PAYMENT,
        REFUND,
        EVENT,
        PORTAL_SESSION,
        *WEBHOOK_RECORDS,
    ),
    factory="rbengine_adapters.stripe.adapter:factory",
    settings=_SETTINGS,
    providers=_PROVIDERS,
)
