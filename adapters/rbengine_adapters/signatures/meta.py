"""What the adapter of Meta's WhatsApp Cloud API promises.

No call of this API gives back the content of an inbound message: its history holds ids and states only.
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
    INSTANT,
    INT,
    TEXT,
    URL,
    Enum,
    FieldType,
    ListOf,
    Record,
    Secret,
    optional,
)
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

CAN_SEND = Enum(("AVAILABLE", "LIMITED", "BLOCKED"), "meta.can_send")

PHONE_HEALTH = Record(
    (
        FieldType("can_send", CAN_SEND),
        FieldType("quality", TEXT),
        FieldType("problems", ListOf(TEXT)),
    ),
    "meta.phone_health",
)

APP_SUBSCRIPTION = Record(
    (
        FieldType("object", TEXT),
        FieldType("callback_url", TEXT),
        FieldType("active", BOOL),
        FieldType("fields", ListOf(TEXT)),
    ),
    "meta.app_subscription",
)

WABA_APP = Record(
    (
        FieldType("id", TEXT),
        FieldType("name", TEXT),
        FieldType("override_callback_url", optional(TEXT)),
    ),
    "meta.waba_app",
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
    Operation(
        adapter="meta",
        name="phone_health",
        doc=(
            "Whether the phone number can send: itself, its business account, its business and the app together. "
            "`problems` are Meta's words about each that cannot."
        ),
        parameters=(),
        effect="observe",
        result=PHONE_HEALTH,
        refusals=("not_found", "invalid"),
        api="GET /v23.0/{phone-number-id}?fields=health_status,quality_rating",
        source="https://developers.facebook.com/docs/whatsapp/cloud-api/health-status",
    ),
    Operation(
        adapter="meta",
        name="app_subscriptions",
        doc=(
            "What the app is subscribed to, and which webhook Meta calls for it. The verify token cannot be read. "
            "The settings give `meta.app`, the app's id, and the app's own token."
        ),
        parameters=(),
        effect="observe",
        result=ListOf(APP_SUBSCRIPTION),
        refusals=("not_found", "invalid"),
        api="GET /v23.0/{app-id}/subscriptions",
        source="https://developers.facebook.com/docs/graph-api/reference/app/subscriptions",
    ),
    Operation(
        adapter="meta",
        name="waba_apps",
        doc=(
            "Apps that are subscribed to the WhatsApp business account; one may have a webhook of its own that "
            "overrides the app's. The settings give `meta.business_account`."
        ),
        parameters=(),
        effect="observe",
        result=ListOf(WABA_APP),
        refusals=("not_found", "invalid"),
        api="GET /v23.0/{waba-id}/subscribed_apps",
        source="https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/subscribed_apps",
    ),
    Operation(
        adapter="meta",
        name="subscribe_app",
        doc=(
            "Let Meta call this webhook for the app. Meta makes the handshake with the token at once and refuses "
            "with `conflict` where it fails; then nothing has changed. Doing it twice is doing it once."
        ),
        parameters=(
            Parameter(name="callback_url", type=URL, doc="the webhook's address"),
            Parameter(name="fields", type=ListOf(TEXT), doc="what Meta tells: `messages`, …"),
            Parameter(
                name="verify_token",
                type=Secret(TEXT),
                doc="the token that the webhook expects in the handshake",
            ),
            Parameter(
                name="object",
                type=TEXT,
                doc="whose changes are told",
                default=Datum("whatsapp_business_account"),
            ),
        ),
        effect="change",
        undoable=True,
        refusals=("not_found", "invalid", "conflict"),
        api="POST /v23.0/{app-id}/subscriptions {object, callback_url, fields, verify_token}",
        source="https://developers.facebook.com/docs/graph-api/reference/app/subscriptions",
    ),
)

_SETTINGS = (
    Setting(
        name="meta.token",
        doc="the access token of a system user",
        example="env:META_TOKEN",
        secret=True,
        required=True,
    ),
    Setting(
        name="meta.phone_number",
        doc="the id of the WhatsApp phone number",
        example="106540352242922",
        required=True,
        says_where=True,
    ),
    Setting(
        name="meta.app",
        doc="the id of the app, for its webhook subscriptions",
        example="2234567890123456",
    ),
    Setting(
        name="meta.app_secret",
        doc="the secret of the app, for the same",
        example="env:META_APP_SECRET",
        secret=True,
    ),
    Setting(
        name="meta.business_account",
        doc="the id of the WhatsApp business account, for the apps that it tells",
        example="102290129340398",
    ),
)

_PROVIDERS = (
    HttpProvider(
        name="meta",
        url="https://graph.facebook.com",
        headers=(("Authorization", "Bearer {meta.token}"),),
    ),
    HttpProvider(
        name="meta_app",
        url="https://graph.facebook.com",
        headers=(("Authorization", "Bearer {meta.app}|{meta.app_secret}"),),
    ),
)

SIGNATURE = AdapterSignature(
    name="meta",
    title="WhatsApp (Meta)",
    version="v23.0",
    operations=_OPERATIONS,
    records=(MESSAGE, PHONE_HEALTH, APP_SUBSCRIPTION, WABA_APP),
    factory="rbengine_adapters.meta.adapter:factory",
    settings=_SETTINGS,
    providers=_PROVIDERS,
)
