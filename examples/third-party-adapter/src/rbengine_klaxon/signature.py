"""What the adapter promises. It imports nothing but the contract: the checker reads it at every keystroke."""

from datetime import timedelta

from rbengine.contract.operations import (
    AdapterSignature,
    HttpProvider,
    Operation,
    Parameter,
    Setting,
    WebhookEvent,
)
from rbengine.contract.types import INSTANT, TEXT, Enum, FieldType, ListOf, Record

STATUS = Enum(("open", "closed"), "klaxon.status")

PAGE = Record(
    (
        FieldType("id", TEXT),
        FieldType("service", TEXT),
        FieldType("title", TEXT),
        FieldType("status", STATUS),
        FieldType("opened", INSTANT),
    ),
    "klaxon.page",
)

_OPERATIONS = (
    Operation(
        adapter="klaxon",
        name="open_pages",
        doc="Pages of a service that nobody has closed, oldest first.",
        parameters=(Parameter(name="service", type=TEXT, doc="the name of a service"),),
        effect="observe",
        result=ListOf(PAGE),
        refusals=("not_found", "invalid"),
        api="GET /v1/services/{service}/pages?status=open",
        source="https://klaxon.test/api#list-pages",
    ),
    Operation(
        adapter="klaxon",
        name="page",
        doc="Page whoever is on call for a service. The same call again pages nobody twice.",
        parameters=(
            Parameter(name="service", type=TEXT, doc="the name of a service"),
            Parameter(name="title", type=TEXT, doc="what has happened, one line"),
        ),
        effect="tell",
        result=PAGE,
        idempotency="by key",
        key_window=timedelta(days=1),
        refusals=("not_found", "invalid", "conflict"),
        api="POST /v1/services/{service}/pages",
        source="https://klaxon.test/api#open-page",
    ),
    Operation(
        adapter="klaxon",
        name="close",
        doc="Close a page. One that is closed stays closed.",
        parameters=(Parameter(name="page", type=TEXT, doc="its id"),),
        effect="change",
        result=PAGE,
        idempotency="naturally",
        refusals=("not_found", "invalid"),
        api="POST /v1/pages/{page}/close",
        source="https://klaxon.test/api#close-page",
    ),
)

_SETTINGS = (
    Setting(
        name="klaxon.token",
        doc="a token of the team",
        example="env:KLAXON_TOKEN",
        secret=True,
        required=True,
    ),
    Setting(
        name="klaxon.team",
        doc="whose pages they are",
        example="shop",
        required=True,
        says_where=True,
    ),
)

_PROVIDERS = (
    HttpProvider(
        name="klaxon",
        url="https://api.klaxon.test",
        headers=(("authorization", "Bearer {klaxon.token}"),),
    ),
)

SIGNATURE = AdapterSignature(
    name="klaxon",
    title="Klaxon",
    version="1",
    operations=_OPERATIONS,
    records=(PAGE,),
    factory="rbengine_klaxon.adapter:factory",
    settings=_SETTINGS,
    providers=_PROVIDERS,
    events=(WebhookEvent(types=("page.opened", "page.closed"), subject=PAGE),),
)
