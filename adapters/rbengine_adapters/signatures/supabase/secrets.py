"""What the Supabase adapter promises of the edge functions' secrets: none is ever read or shown."""

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import (
    INSTANT,
    TEXT,
    Enum,
    FieldType,
    ListOf,
    Record,
    Secret,
    optional,
)

SECRET_STATE = Enum(("same", "different", "absent", "unknown"), "supabase.secret_state")

SECRET_CHECK = Record(
    (
        FieldType("name", TEXT),
        FieldType("state", SECRET_STATE),
        FieldType("updated_at", optional(INSTANT)),
    ),
    "supabase.secret_check",
)

_NAME = Parameter(name="name", type=TEXT, doc="the secret's name")

SECRET_OPERATIONS = (
    Operation(
        adapter="supabase",
        name="secrets_check",
        doc=(
            "Whether secrets of the edge functions hold what the settings say, by digest. `unknown` where "
            "the settings give no value or Supabase shows no digest. No value is read or shown; `updated_at` is when "
            "it was set the last time."
        ),
        parameters=(Parameter(name="names", type=ListOf(TEXT), doc="names of the secrets"),),
        effect="observe",
        result=ListOf(SECRET_CHECK),
        per_minute=120,
        api="GET /v1/projects/{ref}/secrets",
        source="https://supabase.com/docs/reference/api/v1-list-all-secrets",
    ),
    Operation(
        adapter="supabase",
        name="secret_holds",
        doc=(
            "Whether a secret of the edge functions holds this value, by digest. `unknown` where Supabase shows "
            "no digest. No value is read or shown."
        ),
        parameters=(
            _NAME,
            Parameter(name="value", type=Secret(TEXT), doc="what it should hold"),
        ),
        effect="observe",
        result=SECRET_STATE,
        per_minute=120,
        api="GET /v1/projects/{ref}/secrets",
        source="https://supabase.com/docs/reference/api/v1-list-all-secrets",
    ),
    Operation(
        adapter="supabase",
        name="set_secret",
        doc=(
            "Put a secret of the edge functions there, in place of what was there. The former value cannot be read "
            "back: whoever wants to return to it must hold it. Doing it twice is doing it once."
        ),
        parameters=(
            _NAME,
            Parameter(name="value", type=Secret(TEXT), doc="what it shall hold"),
        ),
        effect="change",
        refusals=("invalid", "conflict"),
        per_minute=120,
        api="POST /v1/projects/{ref}/secrets",
        source="https://supabase.com/docs/reference/api/v1-bulk-create-secrets",
    ),
)

SECRET_RECORDS = (SECRET_CHECK,)
