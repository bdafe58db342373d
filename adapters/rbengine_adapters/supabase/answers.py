"""Supabase's answers as far as we read them, checked where they come in."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from rbengine_adapters.wire.plain import LAST_SECOND


class Answer(BaseModel):
    """Fields that we do not read may come and go."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Function(Answer):
    """https://supabase.com/docs/reference/api/v1-list-all-functions; times in milliseconds."""

    id: str
    slug: str
    status: Literal["ACTIVE", "REMOVED", "THROTTLED"]
    version: Annotated[int, Field(strict=True)]
    updated_at: Annotated[int, Field(strict=True, ge=0, le=LAST_SECOND * 1000)]
    verify_jwt: bool = True


class SecretEntry(Answer):
    """https://supabase.com/docs/reference/api/v1-list-all-secrets; `value` is a digest, or nothing."""

    name: str
    value: str
    updated_at: AwareDatetime | None = None


def _moment(value: object) -> object:
    """ClickHouse writes a text, BigQuery microseconds since 1970."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= LAST_SECOND * 1_000_000:
            raise ValueError("no moment")
        return datetime.fromtimestamp(value // 1_000_000, UTC).replace(
            microsecond=value % 1_000_000
        )
    return value


LogMoment = Annotated[datetime, BeforeValidator(_moment)]


class LogRow(Answer):
    """One row of our own question to the logs."""

    timestamp: LogMoment
    event_message: str
    level: str | None = None


class ErrorRow(Answer):
    """One row of our question for errors; counts come as numbers or as texts."""

    event_message: str
    lines: Annotated[int, Field(ge=1)]
    first_at: LogMoment
    last_at: LogMoment


class RequestRow(Answer):
    """One row of our question for requests; numbers come as numbers or as texts."""

    status: int
    requests: Annotated[int, Field(ge=1)]


class Realtime(Answer):
    """https://supabase.com/docs/reference/api/v1-get-realtime-config; what is not set is null."""

    suspend: bool | None
    private_only: bool | None
    max_concurrent_users: int | None
    max_events_per_second: int | None
    max_joins_per_second: int | None
    max_channels_per_client: int | None


class Health(Answer):
    """https://supabase.com/docs/reference/api/v1-get-services-health"""

    name: Literal[
        "auth", "db", "db_postgres_user", "pooler", "realtime", "rest", "storage", "pg_bouncer"
    ]
    healthy: bool
    status: Literal["COMING_UP", "ACTIVE_HEALTHY", "UNHEALTHY"]
    error: str | None = None


class Project(Answer):
    """https://supabase.com/docs/reference/api/v1-get-project"""

    ref: str
    name: str
    region: str
    organization_slug: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
    status: Literal[
        "INACTIVE", "ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY", "COMING_UP", "UNKNOWN", "GOING_DOWN",
        "INIT_FAILED", "REMOVED", "RESTORING", "UPGRADING", "PAUSING", "RESTORE_FAILED", "RESTARTING",
        "PAUSE_FAILED", "RESIZING",
    ]  # fmt: skip


class Organization(Answer):
    """https://supabase.com/docs/reference/api/v1-get-an-organization"""

    name: str
    plan: Literal["free", "pro", "team", "enterprise", "platform"] | None = None


class Price(Answer):
    """What a variant costs, in the vendor's words."""

    description: str


class Variant(Answer):
    """One size or kind of an addon."""

    id: str
    name: str
    price: Price


class Addon(Answer):
    """What the project has."""

    type: Literal[
        "custom_domain", "compute_instance", "pitr", "ipv4", "auth_mfa_phone", "auth_mfa_web_authn", "log_drain"
    ]  # fmt: skip
    variant: Variant


class Addons(Answer):
    """https://supabase.com/docs/reference/api/v1-list-project-addons"""

    selected_addons: list[Addon]


class Bans(Answer):
    """https://supabase.com/docs/reference/api/v1-list-all-network-bans"""

    banned_ipv4_addresses: list[str]


class Bucket(Answer):
    """A bucket as the Storage API writes it; a limit that is not set is null."""

    id: str
    public: bool
    file_size_limit: Annotated[int, Field(ge=1)] | None = None
    allowed_mime_types: list[str] | None = None


class File(Answer):
    """A file that was removed."""

    name: str


class AuthHealth(Answer):
    """https://supabase.com/docs/reference/self-hosting-auth/introduction"""

    name: str
    version: str


class Session(Answer):
    """What somebody who signed in gets, as far as it is needed to sign out."""

    access_token: Annotated[str, Field(min_length=1)]


class AuthError(Answer):
    """https://supabase.com/docs/guides/auth/debugging/error-codes"""

    error_code: str | None = None
    error: str | None = None


class LogAnswer(Answer):
    """https://supabase.com/docs/reference/api/v1-get-project-logs"""

    result: list[Any] | None = None
    error: Any = None


ADDONS = TypeAdapter(Addons)
AUTH_ERROR = TypeAdapter(AuthError)
AUTH_HEALTH = TypeAdapter(AuthHealth)
BANS = TypeAdapter(Bans)
BUCKET = TypeAdapter(Bucket)
BUCKETS = TypeAdapter(list[Bucket])
FILES = TypeAdapter(list[File])
HEALTH = TypeAdapter(list[Health])
ORGANIZATION = TypeAdapter(Organization)
PROJECT = TypeAdapter(Project)
SESSION = TypeAdapter(Session)
FUNCTION = TypeAdapter(Function)
REALTIME = TypeAdapter(Realtime)
REQUEST_ROWS = TypeAdapter(list[RequestRow])
ERROR_ROWS = TypeAdapter(list[ErrorRow])
FUNCTIONS = TypeAdapter(list[Function])
SECRETS = TypeAdapter(list[SecretEntry])
LOG_ROWS = TypeAdapter(list[LogRow])
LOGS = TypeAdapter(LogAnswer)
