"""What the Twilio adapter promises.

Standard API keys may not read accounts, so nothing here does; a message's text is read, never an account's token.
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
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    PHONE,
    TEXT,
    Enum,
    FieldType,
    ListOf,
    Record,
    optional,
)
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

CALL_STATUS = Enum(
    (
        "queued",
        "ringing",
        "in-progress",
        "completed",
        "busy",
        "failed",
        "no-answer",
        "canceled",
    ),
    "twilio.call_status",
)

WAY = Enum(("inbound", "outbound"), "twilio.way")

ERROR = Enum(
    (
        "unauthorized",
        "rate_limited",
        "to_invalid",
        "to_not_verified",
        "to_not_mobile",
        "to_opted_out",
        "to_not_routable",
        "region_not_permitted",
        "from_invalid",
        "from_cannot_send",
        "from_not_registered",
        "account_suspended",
        "unreachable",
        "blocked",
        "unknown_handset",
        "landline_or_carrier_unreachable",
        "filtered",
        "other",
    ),
    "twilio.error",
)
"""What an error code means; `rbengine_adapters.twilio.codes` says which code is which."""

LINE_TYPE = Enum(
    (
        "landline",
        "mobile",
        "fixedVoip",
        "nonFixedVoip",
        "personal",
        "tollFree",
        "premium",
        "sharedCost",
        "uan",
        "voicemail",
        "pager",
        "unknown",
    ),
    "twilio.line_type",
)

MESSAGE = Record(
    (
        FieldType("sid", TEXT),
        FieldType("from", TEXT),
        FieldType("to", TEXT),
        FieldType("body", TEXT),
        FieldType("direction", MESSAGE_DIRECTION),
        FieldType("status", MESSAGE_STATUS),
        FieldType("error_code", optional(INT)),
        FieldType("error", optional(ERROR)),
        FieldType("at", INSTANT),
    ),
    "twilio.message",
)

CALL = Record(
    (
        FieldType("sid", TEXT),
        FieldType("from", TEXT),
        FieldType("to", TEXT),
        FieldType("direction", TEXT),
        FieldType("status", CALL_STATUS),
        FieldType("duration", optional(DURATION)),
        FieldType("at", INSTANT),
    ),
    "twilio.call",
)

ALERT = Record(
    (
        FieldType("sid", TEXT),
        FieldType("code", optional(INT)),
        FieldType("error", ERROR),
        FieldType("resource", optional(TEXT)),
        FieldType("text", TEXT),
        FieldType("at", INSTANT),
    ),
    "twilio.alert",
)

NUMBER = Record(
    (
        FieldType("number", TEXT),
        FieldType("valid", BOOL),
        FieldType("country", optional(TEXT)),
        FieldType("line_type", optional(LINE_TYPE)),
        FieldType("problems", ListOf(TEXT)),
    ),
    "twilio.number",
)

BALANCE = Record((FieldType("amount", DECIMAL), FieldType("currency", TEXT)), "twilio.balance")

TEXT_MESSAGE = Record((FieldType("subject", TEXT), FieldType("text", TEXT)), "message")


def _window(what: str) -> tuple[Parameter, Parameter]:
    return (
        Parameter(name="from", type=INSTANT, doc=f"{what} at or after this moment"),
        Parameter(name="to", type=INSTANT, doc=f"{what} at or before this moment"),
    )


_AT_MOST = Parameter(
    name="at_most",
    type=INT,
    doc="how many there may be; more is refused with `too_many`",
    default=Datum(2000),
)

_CALL_SID = Parameter(name="call", type=TEXT, doc="its SID")

_MESSAGES = "https://www.twilio.com/docs/messaging/api/message-resource"
_CALLS = "https://www.twilio.com/docs/voice/api/call-resource"

_OPERATIONS = (
    Operation(
        adapter="twilio",
        name="messages",
        doc=(
            "Messages of the account in a window, newest first, with their text. `at` is when it was sent, of "
            "an inbound message when Twilio called the webhook. A text or number that Twilio has deleted is empty. "
            "`error` is what the code means."
        ),
        parameters=(
            *_window("sent"),
            Parameter(
                name="direction",
                type=optional(WAY),
                doc="only inbound or only outbound; both where left out",
                default=Datum(None),
            ),
            _AT_MOST,
        ),
        effect="observe",
        result=ListOf(MESSAGE),
        refusals=("not_found", "invalid", "too_many"),
        api="GET /2010-04-01/Accounts/{sid}/Messages.json?DateSent>=&DateSent<=",
        source=f"{_MESSAGES}#read-multiple-message-resources",
    ),
    Operation(
        adapter="twilio",
        name="send",
        doc=(
            "Send a text message: the text of a message of the playbook, without its subject, at most 1600 "
            "characters. Twilio keeps no keys: a lost answer is settled by looking for the message by receiver, "
            "sender and text. The settings give `twilio.from`, a number or the SID of a messaging service."
        ),
        parameters=(
            Parameter(name="to", type=PHONE, doc="who gets it, `+39…`"),
            Parameter(
                name="message",
                type=TEXT_MESSAGE,
                doc="a message of the playbook, with its arguments",
                message=True,
            ),
        ),
        effect="tell",
        result=MESSAGE,
        idempotency="no",
        refusals=("not_found", "invalid", "conflict"),
        settles=True,
        per_minute=60,
        api="POST /2010-04-01/Accounts/{sid}/Messages.json",
        source=f"{_MESSAGES}#create-a-message",
    ),
    Operation(
        adapter="twilio",
        name="calls",
        doc="Calls of the account that began in a window, newest first. One that never began has no duration.",
        parameters=(
            *_window("began"),
            Parameter(
                name="status",
                type=optional(CALL_STATUS),
                doc="only those that stand there; all where left out",
                default=Datum(None),
            ),
            _AT_MOST,
        ),
        effect="observe",
        result=ListOf(CALL),
        refusals=("not_found", "invalid", "too_many"),
        api="GET /2010-04-01/Accounts/{sid}/Calls.json?Status=&StartTime>=&StartTime<=",
        source=f"{_CALLS}#read-multiple-call-resources",
    ),
    Operation(
        adapter="twilio",
        name="call",
        doc="One call by its SID, as it stands now.",
        parameters=(_CALL_SID,),
        effect="observe",
        result=CALL,
        refusals=("not_found", "invalid"),
        api="GET /2010-04-01/Accounts/{sid}/Calls/{call}.json",
        source=f"{_CALLS}#fetch-a-call-resource",
    ),
    Operation(
        adapter="twilio",
        name="place_call",
        doc=(
            "Call a number and say a sentence; it costs money. Twilio keeps no keys: a lost answer is settled by "
            "looking for the call by receiver and caller. The settings give `twilio.from`, a number."
        ),
        parameters=(
            Parameter(name="to", type=PHONE, doc="who is called, `+39…`"),
            Parameter(name="say", type=TEXT, doc="what is said when somebody answers"),
        ),
        effect="change",
        result=CALL,
        idempotency="no",
        refusals=("not_found", "invalid", "conflict"),
        settles=True,
        undoable=True,
        per_minute=60,
        api="POST /2010-04-01/Accounts/{sid}/Calls.json",
        source=f"{_CALLS}#create-a-call-resource",
    ),
    Operation(
        adapter="twilio",
        name="end_call",
        doc="Hang up. A call that is over already stays as it is.",
        parameters=(_CALL_SID,),
        effect="change",
        result=CALL,
        refusals=("not_found", "invalid", "conflict"),
        per_minute=60,
        api="POST /2010-04-01/Accounts/{sid}/Calls/{call}.json {Status: completed}",
        source=f"{_CALLS}#update-a-call-resource",
    ),
    Operation(
        adapter="twilio",
        name="alerts",
        doc=(
            "Errors that Twilio has logged for the account since a moment, newest first: requests it refused and "
            "messages that were not delivered. Twilio keeps them for 30 days."
        ),
        parameters=(
            Parameter(name="since", type=INSTANT, doc="logged at or after this moment"),
            _AT_MOST,
        ),
        effect="observe",
        result=ListOf(ALERT),
        refusals=("not_found", "invalid", "too_many"),
        api="GET https://monitor.twilio.com/v1/Alerts?LogLevel=error&StartDate=",
        source="https://www.twilio.com/docs/usage/monitor-alert",
    ),
    Operation(
        adapter="twilio",
        name="lookup",
        doc=(
            "Whether a number can exist; `problems` are Twilio's words for why not (`TOO_SHORT`). The line's type "
            "tells a landline from a mobile; asking for it costs money."
        ),
        parameters=(
            Parameter(name="number", type=TEXT, doc="as it stands in the data, `+39…`"),
            Parameter(
                name="line_type", type=BOOL, doc="ask for the line's type too", default=Datum(False)
            ),
        ),
        effect="observe",
        result=NUMBER,
        refusals=("not_found", "invalid"),
        api="GET https://lookups.twilio.com/v2/PhoneNumbers/{number}",
        source="https://www.twilio.com/docs/lookup/v2-api",
    ),
    Operation(
        adapter="twilio",
        name="balance",
        doc=(
            "What is left of the account's prepaid money. Every key may read it, so it is also the proof that the "
            "key is accepted."
        ),
        parameters=(),
        effect="observe",
        result=BALANCE,
        refusals=("not_found", "invalid"),
        api="GET /2010-04-01/Accounts/{sid}/Balance.json",
        source="https://www.twilio.com/docs/iam/api/account",
    ),
)

_SETTINGS = (
    Setting(
        name="twilio.account",
        doc="the SID of the account",
        example="AC0123456789abcdef0123456789abcdef",
        required=True,
        says_where=True,
    ),
    Setting(
        name="twilio.key",
        doc="the SID of an API key of it, or the SID of the account itself",
        example="SK0123456789abcdef0123456789abcdef",
        required=True,
    ),
    Setting(
        name="twilio.secret",
        doc="the secret of that API key, or the auth token of the account",
        example="env:TWILIO_SECRET",
        secret=True,
        required=True,
    ),
    Setting(
        name="twilio.from",
        doc="the number or messaging service that texts are sent from",
        example="+14155550100",
    ),
)

_PROVIDERS = (
    *(
        HttpProvider(name=name, url=url, basic=("twilio.key", "twilio.secret"))
        for name, url in (
            ("twilio", "https://api.twilio.com"),
            ("twilio_monitor", "https://monitor.twilio.com"),
            ("twilio_lookups", "https://lookups.twilio.com"),
        )
    ),
)

SIGNATURE = AdapterSignature(
    name="twilio",
    title="Twilio",
    version="2010-04-01",
    operations=_OPERATIONS,
    records=(MESSAGE, CALL, ALERT, NUMBER, BALANCE),
    factory="rbengine_adapters.twilio.adapter:factory",
    settings=_SETTINGS,
    providers=_PROVIDERS,
)
