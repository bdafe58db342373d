"""What a playbook sent to people in a rehearsal, by mail or as a text message."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from rbengine.rehearsal.company.company import Company

NAMES = {"email": "mail", "sms": "text message"}
"""What people call each kind."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one person."""

    kind: Literal["email", "sms"]
    to: str
    subject: str
    """Empty for a text message."""
    text: str

    @property
    def title(self) -> str:
        """What names it on a screen."""
        return self.subject or self.text.partition("\n")[0]


class Letterbox:
    """Takes what leaves the company from now on."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._mails = len(company.mailbox)
        self._texts = len(company.texts)

    def take(self) -> list[Letter]:
        """Every message that has left since this was made, mails first."""
        mails, texts = self._company.mailbox[self._mails :], self._company.texts[self._texts :]
        return [
            *(Letter(kind="email", to=one.to, subject=one.subject, text=one.text) for one in mails),
            *(Letter(kind="sms", to=one.to, subject="", text=one.text) for one in texts),
        ]


def fitting_letters(
    letters: Sequence[Letter], kind: str, to: str | None, words: str | None
) -> list[Letter]:
    """Those of a kind, to an address, with some words in subject or text; None fits any."""
    return [
        one
        for one in letters
        if one.kind == kind
        and (to is None or one.to == to)
        and (words is None or words in one.subject or words in one.text)
    ]
