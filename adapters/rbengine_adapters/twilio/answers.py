"""Twilio's answers as far as we read them, checked where they come in."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """https://www.twilio.com/docs/messaging/api/message-resource, as the SDK has decoded it."""

    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True)

    sid: str
    from_: str | None
    to: str | None
    body: str | None
    direction: Literal["inbound", "outbound-api", "outbound-call", "outbound-reply"]
    status: Literal[
        "queued",
        "sending",
        "sent",
        "failed",
        "delivered",
        "undelivered",
        "receiving",
        "received",
        "accepted",
        "scheduled",
        "read",
        "partially_delivered",
        "canceled",
    ]
    error_code: int | None
    date_sent: datetime | None
    date_created: datetime
