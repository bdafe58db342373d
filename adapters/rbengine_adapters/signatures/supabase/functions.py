"""What the Supabase adapter promises of edge functions and their logs."""

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import (
    BOOL,
    INSTANT,
    INT,
    JSON,
    TEXT,
    URL,
    Enum,
    FieldType,
    ListOf,
    Record,
)
from rbengine.contract.values import Datum, Json

FUNCTION_STATUS = Enum(("ACTIVE", "REMOVED", "THROTTLED"), "supabase.function_status")
FUNCTION = Record(
    (
        FieldType("slug", TEXT),
        FieldType("url", URL),
        FieldType("status", FUNCTION_STATUS),
        FieldType("version", INT),
        FieldType("updated_at", INSTANT),
        FieldType("verify_jwt", BOOL),
    ),
    "supabase.function",
)

LOG_ENTRY = Record(
    (FieldType("at", INSTANT), FieldType("level", TEXT), FieldType("text", TEXT)),
    "supabase.log_entry",
)

ERROR_GROUP = Record(
    (
        FieldType("function", TEXT),
        FieldType("text", TEXT),
        FieldType("lines", INT),
        FieldType("first_at", INSTANT),
        FieldType("last_at", INSTANT),
    ),
    "supabase.error_group",
)

FUNCTION_TRAFFIC = Record(
    (
        FieldType("function", TEXT),
        FieldType("calls", INT),
        FieldType("refused", INT),
        FieldType("failed", INT),
    ),
    "supabase.function_traffic",
)

INVOCATION = Record(
    (FieldType("status", INT), FieldType("body", JSON)),
    "supabase.invocation",
)

FUNCTION_OPERATIONS = (
    Operation(
        adapter="supabase",
        name="function_logs",
        doc=(
            "Lines that an edge function wrote, oldest first. Logs lag and drop lines: their emptiness "
            "proves nothing."
        ),
        parameters=(
            Parameter(name="function", type=TEXT, doc="the function's slug"),
            Parameter(name="since", type=INSTANT, doc="written at or after this moment"),
            Parameter(
                name="matching",
                type=TEXT,
                doc="only lines that contain this text, as it stands",
                default=Datum(""),
            ),
            Parameter(
                name="at_most",
                type=INT,
                doc="how many there may be, up to 999; more is refused with `too_many`",
                default=Datum(500),
            ),
        ),
        effect="observe",
        result=ListOf(LOG_ENTRY),
        refusals=("not_found", "invalid", "too_many"),
        may_lose_entries=True,
        per_minute=120,
        api="GET /v1/projects/{ref}/analytics/endpoints/logs.all",
        source="https://supabase.com/docs/reference/api/v1-get-project-logs",
    ),
    Operation(
        adapter="supabase",
        name="error_groups",
        doc=(
            "Lines of level error that edge functions wrote, alike ones together (numbers and ids in them do not "
            "count), the most frequent first. Logs lag and drop lines: their emptiness proves nothing."
        ),
        parameters=(
            Parameter(name="functions", type=ListOf(TEXT), doc="the functions' slugs"),
            Parameter(name="since", type=INSTANT, doc="written at or after this moment"),
            Parameter(
                name="at_most",
                type=INT,
                doc="how many groups there may be; more is refused with `too_many`",
                default=Datum(100),
            ),
        ),
        effect="observe",
        result=ListOf(ERROR_GROUP),
        refusals=("not_found", "invalid", "too_many"),
        may_lose_entries=True,
        per_minute=120,
        api="GET /v1/projects/{ref}/analytics/endpoints/logs.all",
        source="https://supabase.com/docs/reference/api/v1-get-project-logs",
    ),
    Operation(
        adapter="supabase",
        name="function_calls",
        doc=(
            "How many requests edge functions had, and how many of them they refused (400 to 499) or failed at (500 "
            "and above). Logs lag and drop lines: the numbers are low rather than high."
        ),
        parameters=(
            Parameter(
                name="functions",
                type=ListOf(TEXT),
                doc="the functions' slugs, in this order; all where left out",
                default=Datum(()),
            ),
            Parameter(name="since", type=INSTANT, doc="requests at or after this moment"),
        ),
        effect="observe",
        result=ListOf(FUNCTION_TRAFFIC),
        refusals=("not_found", "invalid"),
        per_minute=120,
        api="GET /v1/projects/{ref}/analytics/endpoints/logs.all",
        source="https://supabase.com/docs/reference/api/v1-get-project-logs",
    ),
    Operation(
        adapter="supabase",
        name="function",
        doc="One deployed edge function: where it is, its version, and whom the gateway lets in.",
        parameters=(Parameter(name="slug", type=TEXT, doc="its slug"),),
        effect="observe",
        result=FUNCTION,
        refusals=("not_found", "invalid"),
        per_minute=120,
        api="GET /v1/projects/{ref}/functions/{slug}",
        source="https://supabase.com/docs/reference/api/v1-get-a-function",
    ),
    Operation(
        adapter="supabase",
        name="functions",
        doc="The deployed edge functions, by slug. One that was asked for and is not there is `not_found`.",
        parameters=(
            Parameter(
                name="slugs",
                type=ListOf(TEXT),
                doc="which, in this order; all where left out",
                default=Datum(()),
            ),
        ),
        effect="observe",
        result=ListOf(FUNCTION),
        refusals=("not_found",),
        per_minute=120,
        api="GET /v1/projects/{ref}/functions",
        source="https://supabase.com/docs/reference/api/v1-list-all-functions",
    ),
    Operation(
        adapter="supabase",
        name="hold_function",
        doc=(
            "Let the gateway ask every caller of the function for a token of the project. Callers that have none, "
            "as providers' webhooks, get 401 and the function does not run; a provider that repeats what was not "
            "taken keeps it. Doing it twice is doing it once."
        ),
        parameters=(Parameter(name="slug", type=TEXT, doc="the function's slug"),),
        effect="change",
        result=FUNCTION,
        refusals=("not_found", "invalid", "conflict"),
        undoable=True,
        per_minute=120,
        api="PATCH /v1/projects/{ref}/functions/{slug} {verify_jwt: true}",
        source="https://supabase.com/docs/reference/api/v1-update-a-function",
    ),
    Operation(
        adapter="supabase",
        name="release_function",
        doc="Let callers without a token in again: what `hold_function` did is taken back.",
        parameters=(Parameter(name="slug", type=TEXT, doc="the function's slug"),),
        effect="change",
        result=FUNCTION,
        refusals=("not_found", "invalid", "conflict"),
        undoable=True,
        per_minute=120,
        api="PATCH /v1/projects/{ref}/functions/{slug} {verify_jwt: false}",
        source="https://supabase.com/docs/reference/api/v1-update-a-function",
    ),
    Operation(
        adapter="supabase",
        name="invoke",
        doc=(
            "Call an edge function. What it does is the project's own; unless its app says that it may be "
            "repeated, a lost answer is put to a person. One that answers with plain text instead of JSON gives that "
            "text."
        ),
        parameters=(
            Parameter(name="function", type=TEXT, doc="the function's slug"),
            Parameter(
                name="body", type=JSON, doc="what it is sent, as JSON", default=Datum(Json({}))
            ),
        ),
        effect="change",
        runs="function",
        result=INVOCATION,
        idempotency="no",
        refusals=("not_found", "invalid", "conflict"),
        api="POST /functions/v1/{slug}",
        source="https://supabase.com/docs/guides/functions/status-codes",
    ),
)

FUNCTION_RECORDS = (FUNCTION, LOG_ENTRY, ERROR_GROUP, FUNCTION_TRAFFIC, INVOCATION)
