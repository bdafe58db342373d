"""What a world may say about Twilio."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import INSTANT, INT, TEXT, Enum, optional
from rbengine.rehearsal.company.builders import (
    Builder,
    WorldLineError,
    builder,
    given,
    moment,
    needed,
)
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.twilio.model import DIRECTIONS, STATUSES


def _message(company: Company, a: Mapping[str, Any]) -> None:
    try:
        company.twilio.add_message(
            sid=a["sid"],
            sender=a["from"],
            to=a["to"],
            body=a["body"],
            direction=a["direction"],
            status=a["status"],
            error_code=a["error_code"],
            at=moment(company, a["at"]),
        )
    except ValueError as error:
        raise WorldLineError(str(error)) from error


TWILIO: tuple[Builder, ...] = (
    builder(
        "twilio",
        "message",
        "A message that Twilio took or sent.",
        _message,
        given("sid", optional(TEXT), None, "SM and 32 hexadecimal digits"),
        needed("from", TEXT, "the sender's number"),
        needed("to", TEXT, "the receiver's number"),
        given("body", TEXT, "", "its text"),
        given(
            "direction",
            Enum(DIRECTIONS, "twilio.message_direction"),
            "inbound",
            "which way it went",
        ),
        given("status", Enum(STATUSES, "twilio.message_status"), "received", "where it stands"),
        given("error_code", optional(INT), None, "why it failed"),
        given("at", optional(INSTANT), None, "when"),
    ),
)
