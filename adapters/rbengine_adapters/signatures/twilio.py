"""What the Twilio adapter promises.

Standard API keys may not read accounts, so nothing here does; a message's text is read, never an account's token.
"""

from rbengine.contract.operations import AdapterSignature, Operation, Parameter
from rbengine.contract.types import INSTANT, INT, TEXT, Enum, FieldType, ListOf, Record, optional
from rbengine.contract.values import Datum

MESSAGE_STATUS = Enum(
    (
        "queued",
        "sending",
        "sent",
        "failed",
        "delivered",
        "undelivered",
        "receiving",
        "received",
        "accepted",
        "scheduled",
        "read",
        "partially_delivered",
        "canceled",
    ),
    "twilio.message_status",
)

MESSAGE_DIRECTION = Enum(
    ("inbound", "outbound-api", "outbound-call", "outbound-reply"), "twilio.message_direction"
)

WAY = Enum(("inbound", "outbound"), "twilio.way")

MESSAGE = Record(
    (
        FieldType("sid", TEXT),
        FieldType("from", TEXT),
        FieldType("to", TEXT),
        FieldType("body", TEXT),
        FieldType("direction", MESSAGE_DIRECTION),
        FieldType("status", MESSAGE_STATUS),
        FieldType("error_code", optional(INT)),
        FieldType("at", INSTANT),
    ),
    "twilio.message",
)

_OPERATIONS = (
    Operation(
        adapter="twilio",
        name="messages",
        doc=(
            "Messages of the account in a window, newest first, with their text. `at` is when it was sent, of "
            "an inbound message when Twilio called the webhook. A text or number that Twilio has deleted is empty."
        ),
        parameters=(
            Parameter(name="from", type=INSTANT, doc="sent at or after this moment"),
            Parameter(name="to", type=INSTANT, doc="sent at or before this moment"),
            Parameter(
                name="direction",
                type=optional(WAY),
                doc="only inbound or only outbound; both where left out",
                default=Datum(None),
            ),
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
        api="GET /2010-04-01/Accounts/{sid}/Messages.json?DateSent>=&DateSent<=",
        source="https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources",
    ),
)

SIGNATURE = AdapterSignature(
    name="twilio",
    title="Twilio",
    version="2010-04-01",
    operations=_OPERATIONS,
    records=(MESSAGE,),
    factory="rbengine_adapters.twilio.adapter:factory",
)
