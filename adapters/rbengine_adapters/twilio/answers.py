"""Twilio's answers as far as we read them, checked where they come in."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """As the SDK has decoded it. Fields that we do not read may come and go."""

    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True)


class Message(Answer):
    """https://www.twilio.com/docs/messaging/api/message-resource"""

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


class Call(Answer):
    """https://www.twilio.com/docs/voice/api/call-resource; `duration` in seconds, as a text."""

    sid: str
    from_: Annotated[str | None, Field(validation_alias="_from")]
    """The SDK calls it so here, and `from_` in messages."""
    to: str | None
    direction: str | None
    status: Literal[
        "queued",
        "ringing",
        "in-progress",
        "completed",
        "busy",
        "failed",
        "no-answer",
        "canceled",
    ]
    duration: str | None
    start_time: datetime | None
    date_created: datetime


class Alert(Answer):
    """https://www.twilio.com/docs/usage/monitor-alert; the code is a text."""

    sid: str
    error_code: str | None
    resource_sid: str | None
    alert_text: str | None
    date_generated: datetime


class LineType(Answer):
    """What was asked for besides; of a number that does not exist there is none."""

    type: str | None = None


class Number(Answer):
    """https://www.twilio.com/docs/lookup/v2-api"""

    phone_number: str
    valid: bool
    country_code: str | None
    validation_errors: list[str] | None
    line_type_intelligence: LineType | None


class Balance(Answer):
    """https://www.twilio.com/docs/iam/api/account"""

    account_sid: str
    balance: Decimal
    currency: str
