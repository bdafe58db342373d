"""What the Stripe adapter promises of webhook endpoints.

A signing secret is told when its endpoint is made, and never again.
"""

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import (
    INSTANT,
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

from rbengine_adapters.signatures.stripe.keys import KEY_WINDOW

ENDPOINT_STATUS = Enum(("enabled", "disabled"), "stripe.webhook_endpoint_status")

WEBHOOK_ENDPOINT = Record(
    (
        FieldType("id", TEXT),
        FieldType("url", URL),
        FieldType("status", ENDPOINT_STATUS),
        FieldType("events", ListOf(TEXT)),
        FieldType("api_version", optional(TEXT)),
        FieldType("created", INSTANT),
    ),
    "stripe.webhook_endpoint",
)

NEW_WEBHOOK_ENDPOINT = Record(
    (FieldType("id", TEXT), FieldType("url", URL), FieldType("secret", Secret(TEXT))),
    "stripe.new_webhook_endpoint",
)

_ENDPOINT = Parameter(name="endpoint", type=TEXT, doc="the endpoint's id, `we_…`")
_SOURCE = "https://docs.stripe.com/api/webhook_endpoints"

WEBHOOK_OPERATIONS = (
    Operation(
        adapter="stripe",
        name="webhook_endpoints",
        doc=(
            "The addresses that Stripe tells of events, newest first, with the types each hears (`*`: all) and the "
            "version they are written in. Their signing secrets are not shown."
        ),
        parameters=(),
        effect="observe",
        result=ListOf(WEBHOOK_ENDPOINT),
        refusals=("too_many",),
        api="GET /v1/webhook_endpoints",
        source=f"{_SOURCE}/list",
    ),
    Operation(
        adapter="stripe",
        name="create_webhook_endpoint",
        doc=(
            "A new address that Stripe tells of events. Its signing secret comes back once: whoever loses it deletes "
            "the endpoint and makes another."
        ),
        parameters=(
            Parameter(name="url", type=URL, doc="where the events go"),
            Parameter(
                name="events", type=ListOf(TEXT), doc="types it hears, `invoice.paid`; `*` is all"
            ),
            Parameter(
                name="api_version",
                type=optional(TEXT),
                doc="the version its events are written in; the account's where left out",
                default=Datum(None),
            ),
        ),
        effect="change",
        result=NEW_WEBHOOK_ENDPOINT,
        idempotency="by key",
        key_window=KEY_WINDOW,
        refusals=("invalid", "conflict"),
        settles=True,
        undoable=True,
        api="POST /v1/webhook_endpoints",
        source=f"{_SOURCE}/create",
    ),
    Operation(
        adapter="stripe",
        name="delete_webhook_endpoint",
        doc="The address is told of nothing any more. One that is not there is as good as deleted.",
        parameters=(_ENDPOINT,),
        effect="change",
        refusals=("invalid", "conflict"),
        api="DELETE /v1/webhook_endpoints/{id}",
        source=f"{_SOURCE}/delete",
    ),
    Operation(
        adapter="stripe",
        name="disable_webhook_endpoint",
        doc="Switch an address off: what it has not taken is not tried again. Its secret stays what it was.",
        parameters=(_ENDPOINT,),
        effect="change",
        result=WEBHOOK_ENDPOINT,
        refusals=("not_found", "invalid", "conflict"),
        undoable=True,
        api="POST /v1/webhook_endpoints/{id} {disabled: true}",
        source=f"{_SOURCE}/update",
    ),
    Operation(
        adapter="stripe",
        name="enable_webhook_endpoint",
        doc="Switch an address on: what `disable_webhook_endpoint` did is taken back.",
        parameters=(_ENDPOINT,),
        effect="change",
        result=WEBHOOK_ENDPOINT,
        refusals=("not_found", "invalid", "conflict"),
        undoable=True,
        api="POST /v1/webhook_endpoints/{id} {disabled: false}",
        source=f"{_SOURCE}/update",
    ),
    Operation(
        adapter="stripe",
        name="update_webhook_endpoint",
        doc="Let an address lead elsewhere, or hear of other events. Its secret stays what it was.",
        parameters=(
            _ENDPOINT,
            Parameter(name="url", type=URL, doc="where the events go"),
            Parameter(name="events", type=ListOf(TEXT), doc="all the types it hears from now on"),
        ),
        effect="change",
        result=WEBHOOK_ENDPOINT,
        refusals=("not_found", "invalid", "conflict"),
        undoable=True,
        api="POST /v1/webhook_endpoints/{id} {url, enabled_events}",
        source=f"{_SOURCE}/update",
    ),
    Operation(
        adapter="stripe",
        name="ping_webhook_endpoint",
        doc=(
            "Send a test event to an address; the id of the event comes back. How it was answered is seen in the "
            "function's logs. Twice is two test events, and nothing else."
        ),
        parameters=(_ENDPOINT,),
        effect="change",
        result=TEXT,
        refusals=("not_found", "invalid", "conflict"),
        api="POST /v2/core/event_destinations/{id}/ping",
        source="https://docs.stripe.com/api/v2/core/event-destinations/ping",
    ),
)

WEBHOOK_RECORDS = (WEBHOOK_ENDPOINT, NEW_WEBHOOK_ENDPOINT)
