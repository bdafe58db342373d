"""What the adapter of Meta's WhatsApp Cloud API promises.

No call of this API gives back the content of an inbound message: its history holds ids and states only.
"""

from rbengine.contract.operations import AdapterSignature, Operation, Parameter
from rbengine.contract.types import INSTANT, INT, TEXT, Enum, FieldType, ListOf, Record, optional
from rbengine.contract.values import Datum

DELIVERY_STATUS = Enum(("SENT", "DELIVERED", "READ", "FAILED", "DELETED"), "meta.delivery_status")
WEBHOOK_STATE = Enum(("PENDING", "DELIVERED", "FAILED", "RETRYING"), "meta.webhook_state")

MESSAGE = Record(
    (
        FieldType("message_id", TEXT),
        FieldType("at", INSTANT),
        FieldType("status", DELIVERY_STATUS),
        FieldType("webhook", optional(WEBHOOK_STATE)),
        FieldType("error", optional(TEXT)),
    ),
    "meta.message",
)

_OPERATIONS = (
    Operation(
        adapter="meta",
        name="message_history",
        doc=(
            "Messages of the phone number in a window by their ids, newest first; `at` is the first thing that "
            "happened to it, state and error are of the last. Content cannot be read. An entry to which "
            "nothing happened has no moment and is left out."
        ),
        parameters=(
            Parameter(name="from", type=INSTANT, doc="seen at or after this moment"),
            Parameter(name="to", type=INSTANT, doc="seen at or before this moment"),
            Parameter(
                name="at_most",
                type=INT,
                doc="how many there may be; more is refused with `too_many`",
                default=Datum(2000),
            ),
        ),
        effect="observe",
        result=ListOf(MESSAGE),
        refusals=("not_found", "invalid", "too_many"),
        api="GET /v23.0/{phone-number-id}/message_history?fields=message_id,events{…}",
        source="https://developers.facebook.com/docs/whatsapp/cloud-api/reference",
    ),
)

SIGNATURE = AdapterSignature(
    name="meta",
    title="WhatsApp (Meta)",
    version="v23.0",
    operations=_OPERATIONS,
    records=(MESSAGE,),
    factory="rbengine_adapters.meta.adapter:factory",
)
