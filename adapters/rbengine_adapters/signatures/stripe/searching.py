"""What the Stripe adapter promises of searching: it finds by fields that lists do not filter by, and lags behind."""

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import EMAIL, INT, JSON, Enum, ListOf, Record, optional
from rbengine.contract.values import Datum, Json

_METADATA = Parameter(
    name="metadata",
    type=JSON,
    doc="only those that carry each of these names with this text",
    default=Datum(Json({})),
)
_AT_MOST = Parameter(
    name="at_most",
    type=INT,
    doc="how many there may be; more is refused with `too_many`",
    default=Datum(100),
)
_LAGS = "What was written less than a minute ago may not be found yet."


def search_operations(customer: Record, payment: Record, status: Enum) -> tuple[Operation, ...]:
    """`status` is a payment's."""
    return (
        Operation(
            adapter="stripe",
            name="search_customers",
            doc=f"Customers by their address or metadata, newest first. {_LAGS}",
            parameters=(
                Parameter(
                    name="email",
                    type=optional(EMAIL),
                    doc="only those with this address, however it is capitalized",
                    default=Datum(None),
                ),
                _METADATA,
                _AT_MOST,
            ),
            effect="observe",
            result=ListOf(customer),
            refusals=("invalid", "too_many"),
            may_lose_entries=True,
            api="GET /v1/customers/search?query=email:'' AND metadata['']:''",
            source="https://docs.stripe.com/api/customers/search",
        ),
        Operation(
            adapter="stripe",
            name="search_payments",
            doc=(
                f"Payments by their metadata, whoever paid, newest first; with what can still be refunded. {_LAGS}"
            ),
            parameters=(
                _METADATA,
                Parameter(
                    name="status",
                    type=optional(status),
                    doc="only those in this status",
                    default=Datum(None),
                ),
                _AT_MOST,
            ),
            effect="observe",
            result=ListOf(payment),
            refusals=("invalid", "too_many"),
            may_lose_entries=True,
            api="GET /v1/payment_intents/search?query=metadata['']:'' AND status:''&expand[]=data.latest_charge",
            source="https://docs.stripe.com/api/payment_intents/search",
        ),
    )
