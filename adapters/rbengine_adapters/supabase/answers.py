"""Supabase's answers as far as we read them, checked where they come in."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


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


class LogRow(Answer):
    """One row of our own question to the logs."""

    timestamp: datetime
    event_message: str
    level: str | None = None


class ErrorRow(Answer):
    """One row of our question for errors; counts come as numbers or as texts."""

    event_message: str
    lines: Annotated[int, Field(ge=1)]
    first_at: datetime
    last_at: datetime


class LogAnswer(Answer):
    """https://supabase.com/docs/reference/api/v1-get-project-logs"""

    result: list[Any] | None = None
    error: Any = None


FUNCTION = TypeAdapter(Function)
ERROR_ROWS = TypeAdapter(list[ErrorRow])
FUNCTIONS = TypeAdapter(list[Function])
SECRETS = TypeAdapter(list[SecretEntry])
LOG_ROWS = TypeAdapter(list[LogRow])
LOGS = TypeAdapter(LogAnswer)
