"""aiosmtpd as a submission server: it asks for a login, refuses what a test wants refused, and keeps what it took."""
# ruff: noqa: ARG002 - the server calls its handlers with more than they need

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from rbengine.contract.values import Value
from rbengine.host.live.connections import LiveConnections
from rbengine.rehearsal.company.resend.mailbox import Mail
from rbengine.rehearsal.company.smtp.model import COPIES
from support.live import LiveBench
from support.peer_programs import free_port

USER = "on-call@simulated.test"
PASSWORD = "canary-of-submission"


class SmtpServer:
    """What it took and what it refuses."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.refused: dict[str, str] = {}
        """Address to the line it is refused with."""
        self.at_data = "250 OK"
        self.locked = False
        self.hangs_up = False
        self.logins = 0
        """How often somebody was let in."""
        self.plain_logins = 0
        """How often that was without encryption."""

    def forget(self) -> None:
        """As it was at first."""
        self.taken.clear()
        self.refused.clear()
        self.at_data, self.locked, self.hangs_up = "250 OK", False, False

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient is named."""
        refused = self.refused.get(address)
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail is there."""
        assert isinstance(envelope.content, bytes)
        if self.at_data.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.taken.append((list(envelope.rcpt_tos), mail))
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        return self.at_data

    def let_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Only with the right password, while it is not locked."""
        right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        success = right and not self.locked
        self.logins += success
        self.plain_logins += success and session.ssl is None
        return AuthResult(success=success, handled=False)


@contextmanager
def smtp_server(secure: ssl.SSLContext | None = None) -> Iterator[SmtpServer]:
    """It runs on a port of this machine until the end of the block; `secure` is for STARTTLS."""
    made = SmtpServer()
    running = Controller(
        made, hostname="127.0.0.1", port=made.port, authenticator=made.let_in, auth_required=True,
        auth_require_tls=False, tls_context=secure,
    )  # fmt: skip
    running.start()
    try:
        yield made
    finally:
        running.stop()


class SmtpPeer(LiveBench):
    """The adapter and that server, with a real connection between them."""

    def __init__(self, connections: LiveConnections, server: SmtpServer) -> None:
        super().__init__(connections)
        self.server = server

    def can(self, ability: str) -> bool:
        """No faults: it is well."""
        return ability != "faults"

    def arrange(self, line: str, **arguments: Value) -> None:
        """The world lines of `smtp`."""
        match line:
            case "smtp.address":
                words = f"{arguments['code']} {arguments['says']}"
                self.server.refused[str(arguments["email"])] = words
            case "smtp.server":
                self.server.locked = arguments["locked"] is True
            case _:
                raise AssertionError(f"this peer has no {line}")

    def mails(self) -> list[Mail]:
        """What it took, but for copies."""
        return [
            Mail(
                id=str(mail["Message-ID"]),
                sender=str(mail["From"]),
                to=to,
                subject=str(mail["Subject"]),
                text=str(mail.get_content()).replace("\r\n", "\n"),
                html=None,
                at=self.now,
            )
            for recipients, mail in self.server.taken
            for to in recipients
            if to != COPIES
        ]


def smtp_settings(port: int) -> dict[str, str]:
    """What a profile says of it; copies are looked for nowhere."""
    return {
        "smtp.host": "127.0.0.1",
        "smtp.port": str(port),
        "smtp.user": USER,
        "smtp.password": PASSWORD,
        "smtp.from": "On-call <on-call@simulated.test>",
        "smtp.copies_to": COPIES,
    }
