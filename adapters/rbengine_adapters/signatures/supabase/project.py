"""What the Supabase adapter promises of the project's services: realtime."""

from rbengine.contract.operations import Operation
from rbengine.contract.types import BOOL, INT, FieldType, Record, optional

REALTIME_CONFIG = Record(
    (
        FieldType("suspended", BOOL),
        FieldType("private_only", BOOL),
        FieldType("connections", optional(INT)),
        FieldType("events_per_second", optional(INT)),
        FieldType("joins_per_second", optional(INT)),
        FieldType("channels_per_client", optional(INT)),
    ),
    "supabase.realtime_config",
)

PROJECT_OPERATIONS = (
    Operation(
        adapter="supabase",
        name="realtime_config",
        doc="Whether realtime is suspended, and its limits; one that the project does not set is absent.",
        parameters=(),
        effect="observe",
        result=REALTIME_CONFIG,
        per_minute=120,
        api="GET /v1/projects/{ref}/config/realtime",
        source="https://supabase.com/docs/reference/api/v1-get-realtime-config",
    ),
    Operation(
        adapter="supabase",
        name="realtime_shutdown",
        doc=(
            "Close the realtime connections of every client. Clients connect again by themselves; doing it twice is "
            "doing it once, some seconds later."
        ),
        parameters=(),
        effect="change",
        refusals=("not_found",),
        per_minute=120,
        api="POST /v1/projects/{ref}/config/realtime/shutdown",
        source="https://supabase.com/docs/reference/api/v1-shutdown-realtime",
    ),
)

PROJECT_RECORDS = (REALTIME_CONFIG,)
