"""What the Supabase adapter promises of the project and its services."""

from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.types import (
    BOOL,
    DECIMAL,
    INT,
    TEXT,
    Enum,
    FieldType,
    ListOf,
    Record,
    optional,
)

SERVICE = Enum(
    ("auth", "db", "db_postgres_user", "pooler", "realtime", "rest", "storage", "pg_bouncer"),
    "supabase.service",
)

SERVICE_STATUS = Enum(("COMING_UP", "ACTIVE_HEALTHY", "UNHEALTHY"), "supabase.service_status")

PROJECT_STATUS = Enum(
    (
        "INACTIVE",
        "ACTIVE_HEALTHY",
        "ACTIVE_UNHEALTHY",
        "COMING_UP",
        "UNKNOWN",
        "GOING_DOWN",
        "INIT_FAILED",
        "REMOVED",
        "RESTORING",
        "UPGRADING",
        "PAUSING",
        "RESTORE_FAILED",
        "RESTARTING",
        "PAUSE_FAILED",
        "RESIZING",
    ),
    "supabase.project_status",
)

PLAN = Enum(("free", "pro", "team", "enterprise", "platform"), "supabase.plan")

ADDON_KIND = Enum(
    (
        "custom_domain",
        "compute_instance",
        "pitr",
        "ipv4",
        "auth_mfa_phone",
        "auth_mfa_web_authn",
        "log_drain",
    ),
    "supabase.addon_kind",
)

SERVICE_HEALTH = Record(
    (
        FieldType("service", SERVICE),
        FieldType("status", SERVICE_STATUS),
        FieldType("healthy", BOOL),
        FieldType("error", optional(TEXT)),
    ),
    "supabase.service_health",
)

PROJECT = Record(
    (
        FieldType("name", TEXT),
        FieldType("region", TEXT),
        FieldType("status", PROJECT_STATUS),
        FieldType("organization", TEXT),
        FieldType("plan", optional(PLAN)),
    ),
    "supabase.project",
)

METRICS = Record(
    (
        FieldType("cpu_busy_ms", INT),
        FieldType("cpu_ms", INT),
        FieldType("load", DECIMAL),
        FieldType("cores", INT),
        FieldType("memory_bytes", INT),
        FieldType("memory_available_bytes", INT),
        FieldType("disk_bytes", INT),
        FieldType("disk_available_bytes", INT),
    ),
    "supabase.metrics",
)

ADDON = Record(
    (
        FieldType("kind", ADDON_KIND),
        FieldType("variant", TEXT),
        FieldType("name", TEXT),
        FieldType("price", TEXT),
    ),
    "supabase.addon",
)

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
        name="health",
        doc="How services of the project do, as the platform sees them.",
        parameters=(Parameter(name="services", type=ListOf(SERVICE), doc="which, in this order"),),
        effect="observe",
        result=ListOf(SERVICE_HEALTH),
        refusals=("invalid",),
        per_minute=120,
        api="GET /v1/projects/{ref}/health?services=",
        source="https://supabase.com/docs/reference/api/v1-get-services-health",
    ),
    Operation(
        adapter="supabase",
        name="project",
        doc="The project's status, and the plan of the organization that pays for it.",
        parameters=(),
        effect="observe",
        result=PROJECT,
        refusals=("not_found",),
        per_minute=120,
        api="GET /v1/projects/{ref} and GET /v1/organizations/{slug}",
        source="https://supabase.com/docs/reference/api/v1-get-project",
    ),
    Operation(
        adapter="supabase",
        name="metrics",
        doc=(
            "How busy the database's machine is. `cpu_busy_ms` and `cpu_ms` count up over all cores: the share of "
            "two differences, a minute or more apart, is the use of the processors in between. `load` is that of "
            "the last minute."
        ),
        parameters=(),
        effect="observe",
        result=METRICS,
        per_minute=1,
        api="GET /customer/v1/privileged/metrics",
        source="https://supabase.com/docs/guides/telemetry/metrics",
    ),
    Operation(
        adapter="supabase",
        name="restart_database",
        doc=(
            "Restart the database: every connection breaks, and it is away for some minutes. Nothing tells "
            "afterwards whether a lost call did it."
        ),
        parameters=(),
        effect="change",
        idempotency="no",
        refusals=("invalid", "conflict"),
        per_minute=120,
        api="PUT /v1/projects/{ref}/config/database/postgres {restart_database: true}",
        source="https://supabase.com/docs/reference/api/v1-update-postgres-config",
    ),
    Operation(
        adapter="supabase",
        name="addons",
        doc="What the project has besides its plan: its compute size, recovery, domains.",
        parameters=(),
        effect="observe",
        result=ListOf(ADDON),
        per_minute=120,
        api="GET /v1/projects/{ref}/billing/addons",
        source="https://supabase.com/docs/reference/api/v1-list-project-addons",
    ),
    Operation(
        adapter="supabase",
        name="set_addon",
        doc=(
            "Give the project another variant of an addon, `compute_instance` `ci_large`. It costs money; a change of "
            "the compute size restarts the database. Doing it twice is doing it once."
        ),
        parameters=(
            Parameter(name="kind", type=ADDON_KIND, doc="which addon"),
            Parameter(name="variant", type=TEXT, doc="the variant's id, as `addons` shows it"),
        ),
        effect="change",
        refusals=("invalid", "conflict"),
        undoable=True,
        per_minute=120,
        api="PATCH /v1/projects/{ref}/billing/addons",
        source="https://supabase.com/docs/reference/api/v1-apply-project-addon",
    ),
    Operation(
        adapter="supabase",
        name="network_bans",
        doc="Addresses that are shut out of the database after too many wrong passwords.",
        parameters=(),
        effect="observe",
        result=ListOf(TEXT),
        per_minute=120,
        api="POST /v1/projects/{ref}/network-bans/retrieve",
        source="https://supabase.com/docs/reference/api/v1-list-all-network-bans",
    ),
    Operation(
        adapter="supabase",
        name="lift_network_bans",
        doc="Let addresses in again. One that is not shut out stays as it is.",
        parameters=(Parameter(name="addresses", type=ListOf(TEXT), doc="IPv4 addresses"),),
        effect="change",
        refusals=("invalid",),
        per_minute=120,
        api="DELETE /v1/projects/{ref}/network-bans",
        source="https://supabase.com/docs/reference/api/v1-delete-network-bans",
    ),
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

PROJECT_RECORDS = (SERVICE_HEALTH, PROJECT, METRICS, ADDON, REALTIME_CONFIG)
