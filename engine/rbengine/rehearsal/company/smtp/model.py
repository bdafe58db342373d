"""A submission server's state: who may log in, which addresses it does not take, and where mail ends."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from rbengine.rehearsal.company.ground import Ground
from rbengine.rehearsal.company.imap.model import ImapModel
from rbengine.rehearsal.company.resend.mailbox import Mail

HOST = "smtp.simulated.test"
USER = "on-call@simulated.test"
PASSWORD = "simulated"
COPIES = "copies@simulated.test"
"""The mailbox that gets a copy of every mail, where a lost one is looked for."""


class SmtpModel:
    """One server. What it takes is in `mailbox`, copies in the mailbox for them."""

    def __init__(self, ground: Ground, mailbox: list[Mail], imap: ImapModel) -> None:
        self._ground = ground
        self._imap = imap
        imap.copies = COPIES
        self.mailbox = mailbox
        self.locked = False
        self.refused: dict[str, str] = {}
        """Address to the line it is refused with: `550 5.1.1 No such user`."""

    def lets_in(self, user: str, password: str) -> bool:
        """Whether the login is accepted."""
        return not self.locked and (user, password) == (USER, PASSWORD)

    def take(self, recipients: list[str], content: bytes) -> None:
        """A whole mail has arrived."""
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain",))
        text = "" if body is None else str(body.get_content()).replace("\r\n", "\n")
        for to in recipients:
            if to == COPIES:
                self._imap.add(
                    to,
                    message_id=str(mail["Message-ID"]),
                    sender=str(mail["From"]),
                    subject=str(mail["Subject"]),
                    at=self._ground.now(),
                )
                continue
            self.mailbox.append(
                Mail(
                    id=str(mail["Message-ID"]),
                    sender=str(mail["From"]),
                    to=to,
                    subject=str(mail["Subject"]),
                    text=text,
                    html=None,
                    at=self._ground.now(),
                )
            )
