"""What a world may say about mailboxes."""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import BOOL, INSTANT, TEXT, optional
from rbengine.rehearsal.company.builders import Builder, builder, given, moment, needed
from rbengine.rehearsal.company.company import Company


def _mailbox(company: Company, a: Mapping[str, Any]) -> None:
    company.imap.mailbox(a["email"]).locked = a["locked"]


def _message(company: Company, a: Mapping[str, Any]) -> None:
    company.imap.add(
        a["mailbox"],
        message_id=a["id"],
        sender=a["from"],
        subject=a["subject"],
        at=moment(company, a["at"]),
    )


IMAP: tuple[Builder, ...] = (
    builder(
        "imap",
        "mailbox",
        "A mailbox; one that other lines or the company's accounts name is made by itself, empty.",
        _mailbox,
        needed("email", TEXT, "its address"),
        given("locked", BOOL, False, "its login is refused"),
    ),
    builder(
        "imap",
        "message",
        "A mail arrived in a mailbox.",
        _message,
        needed("mailbox", TEXT, "the mailbox's address"),
        needed("id", TEXT, "its Message-ID, `<…>`"),
        needed("from", TEXT, "who wrote it"),
        given("subject", TEXT, "", "its subject"),
        given("at", optional(INSTANT), None, "when it arrived"),
    ),
)
