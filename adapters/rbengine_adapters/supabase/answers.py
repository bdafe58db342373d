"""Supabase's answers as far as we read them, checked where they come in."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter


class Answer(BaseModel):
    """Fields that we do not read may come and go."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Function(Answer):
    """https://supabase.com/docs/reference/api/v1-list-all-functions; times in milliseconds."""

    id: str
    slug: str
    status: Literal["ACTIVE", "REMOVED", "THROTTLED"]
    version: Annotated[int, Field(strict=True)]
    updated_at: Annotated[int, Field(strict=True)]
    verify_jwt: bool = True


class SecretEntry(Answer):
    """https://supabase.com/docs/reference/api/v1-list-all-secrets; `value` is a digest, or nothing."""

    name: str
    value: str


def _moment(value: object) -> object:
    """ClickHouse writes a text, BigQuery microseconds since 1970."""
    if isinstance(value, int) and not isinstance(value, bool):
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


class LogAnswer(Answer):
    """https://supabase.com/docs/reference/api/v1-get-project-logs"""

    result: list[Any] | None = None
    error: Any = None


FUNCTION = TypeAdapter(Function)
REALTIME = TypeAdapter(Realtime)
REQUEST_ROWS = TypeAdapter(list[RequestRow])
ERROR_ROWS = TypeAdapter(list[ErrorRow])
FUNCTIONS = TypeAdapter(list[Function])
SECRETS = TypeAdapter(list[SecretEntry])
LOG_ROWS = TypeAdapter(list[LogRow])
LOGS = TypeAdapter(LogAnswer)
