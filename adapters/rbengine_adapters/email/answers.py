"""Resend's answers as far as we read them, checked where they come in."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """Fields that we do not read may come and go."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Accepted(Answer):
    """https://resend.com/docs/api-reference/emails/send-email"""

    id: Annotated[str, Field(min_length=1)]


class BatchAccepted(Answer):
    """https://resend.com/docs/api-reference/emails/send-batch-emails"""

    data: list[Accepted]
