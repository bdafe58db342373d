"""Meta's answers as far as we read them, checked where they come in."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """Fields that we do not read may come and go."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Occurrence(Answer):
    """Something that happened to a message; `timestamp` in seconds since 1970."""

    delivery_status: Literal["SENT", "DELIVERED", "READ", "FAILED", "DELETED"]
    timestamp: Annotated[int, Field(strict=True, ge=0)]
    webhook_update_state: Literal["PENDING", "DELIVERED", "FAILED", "RETRYING"] | None = None
    error_description: str | None = None


class Occurrences(Answer):
    """What happened, in no stated order."""

    data: list[Occurrence] = []


class Entry(Answer):
    """One message of the history."""

    message_id: str
    events: Occurrences = Occurrences()


class Cursors(Answer):
    """Where the next page begins."""

    after: str | None = None


class Paging(Answer):
    """`next` is there where there is more."""

    cursors: Cursors = Cursors()
    next: str | None = None


class History(Answer):
    """https://developers.facebook.com/docs/whatsapp/cloud-api/reference, `message_history`."""

    data: list[Entry]
    paging: Paging = Paging()
