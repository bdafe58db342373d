"""Inboxes by address, and the mails in them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

PASSWORD = "simulated"
_BEGINNING = "imap.password."


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail that arrived."""

    uid: int
    message_id: str
    sender: str
    subject: str
    at: datetime


class Mailbox(msgspec.Struct, kw_only=True):
    """One inbox. `locked`: its login is refused."""

    mails: list[Mail] = []
    locked: bool = False


class ImapModel:
    """The vendor `imap`: all mailboxes. One that nobody described is empty, as a new one would be."""

    name = "imap"

    def __init__(self) -> None:
        self.mailboxes: dict[str, Mailbox] = {}
        self.copies = ""
        """The mailbox that gets a copy of each mail the company's own server takes."""

    def mailbox(self, address: str) -> Mailbox:
        """The inbox of `address`."""
        return self.mailboxes.setdefault(address, Mailbox())

    def add(
        self, address: str, *, message_id: str, sender: str, subject: str, at: datetime
    ) -> None:
        """A mail arrives."""
        mails = self.mailbox(address).mails
        mails.append(
            Mail(uid=len(mails) + 1, message_id=message_id, sender=sender, subject=subject, at=at)
        )

    def setting(self, name: str) -> str | None:
        """The password that the settings of a simulation give for a mailbox; None for any other name."""
        return PASSWORD if name.startswith(_BEGINNING) else None

    def objects(self) -> Iterator[tuple[str, Any]]:
        """The mails, by mailbox. A copy of what was sent is no thing of its own: the mail stands for it."""
        for address, mailbox in self.mailboxes.items():
            if address == self.copies:
                continue
            for mail in mailbox.mails:
                yield f"mail/{address}/{mail.uid}", [mail.message_id, mail.subject]
