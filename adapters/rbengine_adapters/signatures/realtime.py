"""What the realtime adapter promises: whether changes of a table come to a subscriber, tried out."""

from msgspec.structs import replace
from rbengine.contract.operations import AdapterSignature, Operation, Parameter, Setting
from rbengine.contract.types import DURATION, TEXT, FieldType, Record
from rbengine.contract.values import Datum

from rbengine_adapters.signatures.supabase.settings import PROJECT, PUBLIC_KEY

SUBSCRIPTION = Record(
    (FieldType("says", TEXT), FieldType("joined", DURATION), FieldType("subscribed", DURATION)),
    "realtime.subscription",
)

_OPERATIONS = (
    Operation(
        adapter="realtime",
        name="probe",
        doc=(
            "Subscribe to the changes of a table as a browser does, wait until Realtime says that the database sends "
            "them, and leave again. That the channel is joined is not enough: it is answered before the "
            "subscription works. `joined` and `subscribed` are how long each took. A table that is not published, "
            "or that may not be read, is a `conflict`; a wrong key is `unauthorized`."
        ),
        parameters=(
            Parameter(name="table", type=TEXT, doc="the table"),
            Parameter(name="schema", type=TEXT, doc="its schema", default=Datum("public")),
        ),
        effect="observe",
        result=SUBSCRIPTION,
        refusals=("invalid", "conflict"),
        api="wss://{ref}.supabase.co/realtime/v1/websocket: phx_join, then `system`",
        source="https://supabase.com/docs/guides/realtime/protocol",
    ),
)

_SETTINGS = (
    Setting(
        name="realtime.token",
        doc="the access token of a user who may read what is probed; without it anybody probes",
        example="env:REALTIME_TOKEN",
        secret=True,
    ),
    Setting(
        name="realtime.url",
        doc="where it is, instead of the project's own address",
        example="wss://realtime.internal:4000",
    ),
)

SIGNATURE = AdapterSignature(
    name="realtime",
    title="Supabase Realtime",
    version="1.0.0",
    operations=_OPERATIONS,
    records=(SUBSCRIPTION,),
    factory="rbengine_adapters.realtime.adapter:factory",
    settings=(PROJECT, replace(PUBLIC_KEY, required=True), *_SETTINGS),
)
