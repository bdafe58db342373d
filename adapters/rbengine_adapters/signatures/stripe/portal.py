"""What the Stripe adapter promises of the customer portal: a link by which a customer sees and pays what is owed."""

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import INSTANT, TEXT, URL, FieldType, Record, optional
from rbengine.contract.values import Datum

from rbengine_adapters.signatures.stripe.keys import KEY_WINDOW

PORTAL_SESSION = Record(
    (
        FieldType("id", TEXT),
        FieldType("customer", TEXT),
        FieldType("page", URL),
        FieldType("created", INSTANT),
    ),
    "stripe.portal_session",
)

PORTAL_OPERATIONS = (
    Operation(
        adapter="stripe",
        name="portal_session",
        doc=(
            "A link to the customer portal, for one customer: whoever has it acts as them, and it ends after a few "
            "minutes without use."
        ),
        parameters=(
            Parameter(name="customer", type=TEXT, doc="the customer's id, `cus_…`"),
            Parameter(
                name="return_url",
                type=optional(URL),
                doc="where the portal's way back leads; the portal's own setting where left out",
                default=Datum(None),
            ),
        ),
        effect="change",
        result=PORTAL_SESSION,
        idempotency="by key",
        key_window=KEY_WINDOW,
        refusals=("not_found", "invalid", "conflict"),
        api="POST /v1/billing_portal/sessions",
        source="https://docs.stripe.com/api/customer_portal/sessions/create",
    ),
)
