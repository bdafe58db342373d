"""What a world may say about Twilio."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import (
    BOOL,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    TEXT,
    Enum,
    ListOf,
    optional,
)
from rbengine.rehearsal.company.builders import (
    Builder,
    WorldLineError,
    builder,
    given,
    moment,
    needed,
)
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.twilio.model import CALL_STATUSES, DIRECTIONS, STATUSES, Number


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


def _call(company: Company, a: Mapping[str, Any]) -> None:
    try:
        company.twilio.add_call(
            sid=a["sid"],
            caller=a["from"],
            to=a["to"],
            direction=a["direction"],
            status=a["status"],
            duration=a["duration"],
            at=moment(company, a["at"]),
        )
    except ValueError as error:
        raise WorldLineError(str(error)) from error


def _alert(company: Company, a: Mapping[str, Any]) -> None:
    company.twilio.alert(a["code"], a["text"], a["resource"], moment(company, a["at"]))


def _number(company: Company, a: Mapping[str, Any]) -> None:
    company.twilio.numbers[a["number"]] = Number(
        valid=a["valid"],
        country=a["country"],
        line_type=a["line_type"],
        problems=a["problems"],
        sms_error=a["sms_error"],
        answers=a["answers"],
    )


def _balance(company: Company, a: Mapping[str, Any]) -> None:
    company.twilio.balance, company.twilio.currency = a["amount"], a["currency"].upper()


def _key(company: Company, a: Mapping[str, Any]) -> None:
    company.twilio.key_is_valid = a["valid"]


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
    builder(
        "twilio",
        "call",
        "A call that was made or taken.",
        _call,
        given("sid", optional(TEXT), None, "CA and 32 hexadecimal digits"),
        needed("from", TEXT, "the caller's number"),
        needed("to", TEXT, "the called number"),
        given("direction", TEXT, "outbound-api", "`inbound`, `outbound-api`, `outbound-dial`"),
        given("status", Enum(CALL_STATUSES, "twilio.call_status"), "completed", "where it stands"),
        given("duration", optional(DURATION), None, "how long it was spoken"),
        given("at", optional(INSTANT), None, "when it began"),
    ),
    builder(
        "twilio",
        "alert",
        "Twilio has logged an error.",
        _alert,
        needed("code", INT, "its code, as `21614`"),
        given("text", TEXT, "", "what the log says"),
        given("resource", optional(TEXT), None, "the message or call it is about"),
        given("at", optional(INSTANT), None, "when"),
    ),
    builder(
        "twilio",
        "number",
        "A phone number of the world; one that nobody describes is a mobile phone that takes everything.",
        _number,
        needed("number", TEXT, "`+39…`"),
        given("valid", BOOL, True, "whether such a number can exist"),
        given("country", optional(TEXT), None, "two letters"),
        given("line_type", TEXT, "mobile", "`mobile`, `landline`, …"),
        given("problems", ListOf(TEXT), (), "why it is none: `TOO_SHORT`, …"),
        given(
            "sms_error",
            optional(INT),
            None,
            "why it takes no text: 2xxxx is refused at once, 3xxxx is found out later",
        ),
        given(
            "answers",
            Enum(("completed", "busy", "failed", "no-answer"), "twilio.answers"),
            "completed",
            "how a call to it ends",
        ),
    ),
    builder(
        "twilio",
        "balance",
        "What is left of the account's money.",
        _balance,
        needed("amount", DECIMAL, "as `25.00`"),
        given("currency", TEXT, "usd", "three letters"),
    ),
    builder(
        "twilio",
        "key",
        "Whether Twilio accepts the account's key; it does where nothing is said.",
        _key,
        needed("valid", BOOL, "false: every request is answered 401"),
    ),
)
