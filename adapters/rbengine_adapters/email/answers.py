"""Resend's answers as far as we read them, checked where they come in."""

from typing import Annotated, Literal

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


class Domain(Answer):
    """One domain."""

    id: str
    name: str
    status: Literal[
        "not_started",
        "pending",
        "verified",
        "partially_verified",
        "failed",
        "partially_failed",
        "temporary_failure",
    ]
    region: str


class Domains(Answer):
    """https://resend.com/docs/api-reference/domains/list-domains"""

    data: list[Domain]
    has_more: bool = False
