"""The SMTP adapter against a real server program on loopback."""
# ruff: noqa: ARG001, ARG002 - the server calls its handlers with more than they need

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from rbengine.contract.adapter import Stream
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Row, Value
from support.outcomes import kind_of, row_of
from support.peers import SimulatedPeer

pytestmark = [
    # The server warns of passwords without TLS (the wire is this machine's) and of its own older names.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
    pytest.mark.filterwarnings("ignore:Session.login_data:DeprecationWarning"),
]

SEND: dict[str, Value] = {
    "to": "a@b.test",
    "message": Row({"subject": "Grüße", "text": "Dear all,\n.\nGrüße\n"}),
}


class Inbox:
    """What the server took, and what it says instead."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.at_recipient = "250 OK"
        self.at_data = "250 OK"
        self.hang_up = False

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient is named."""
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail is there."""
        assert isinstance(envelope.content, bytes)
        if self.at_data.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.taken.append((list(envelope.rcpt_tos), mail))
        if self.hang_up:
            assert server.transport is not None
            server.transport.abort()
        return self.at_data


def let_in(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    """Only with the right password."""
    right = isinstance(data, LoginPassword) and data.password == b"right"
    return AuthResult(success=right, handled=False)


class RealPeer(SimulatedPeer):
    """Streams lead to a server on this machine."""

    def __init__(self, port: int, password: str = "right") -> None:
        super().__init__(settings={"smtp.password": password})
        self._port = port

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:
        """As a live host hands it out."""
        if provider != "smtp":
            return super().stream(provider, host, port, timeout)
        return socket.create_connection(("127.0.0.1", self._port), timeout)  # type: ignore[return-value]  # a socket is one


@pytest.fixture
def inbox() -> Inbox:
    """Takes everything."""
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[Controller]:
    """A server that asks for a login."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Controller(
        inbox,
        hostname="127.0.0.1",
        port=port,
        authenticator=let_in,
        auth_required=True,
        auth_require_tls=False,
    )
    made.start()
    yield made
    made.stop()


def test_a_mail_arrives_as_it_was_written(server: Controller, inbox: Inbox) -> None:
    """At its receiver and in the mailbox for copies, which the mail does not name."""
    sent = row_of(RealPeer(server.port).call("smtp.send", **SEND))
    [(recipients, mail)] = inbox.taken
    assert recipients == ["a@b.test", "copies@simulated.test"]
    assert (mail["Subject"], mail["To"]) == ("Grüße", "a@b.test")
    assert mail["Message-ID"] == sent["message_id"]
    assert "copies" not in str(mail)
    assert mail.get_content().replace("\r\n", "\n") == "Dear all,\n.\nGrüße\n"


def test_the_server_learns_nothing_of_the_machine(server: Controller, inbox: Inbox) -> None:
    """It is told a name that is nobody's."""
    row_of(RealPeer(server.port).call("smtp.send", **SEND))
    assert socket.gethostname() not in str(inbox.taken[0][1])


def test_the_probe_logs_in(server: Controller, inbox: Inbox) -> None:
    """And sends nothing."""
    found = row_of(RealPeer(server.port).call("smtp.probe"))
    assert found["largest_mail"] == 33_554_432
    assert inbox.taken == []
    assert kind_of(RealPeer(server.port, "wrong").call("smtp.probe")) == "unauthorized"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("550 5.1.1 nobody", "invalid"),
        ("451 later", "unavailable"),
        ("452 4.2.2 full", "unavailable"),
        ("554 5.7.1 spam", "conflict"),
    ],
)
@pytest.mark.parametrize("stage", ["recipient", "data"])
def test_what_the_server_refuses_was_not_sent(
    server: Controller, inbox: Inbox, stage: str, reply: str, kind: str
) -> None:
    """Also when it says so only after it has seen the mail."""
    setattr(inbox, f"at_{stage}", reply)
    outcome = RealPeer(server.port).call("smtp.send", **SEND)
    assert isinstance(outcome, Refused)
    assert outcome.kind == kind
    assert inbox.taken == []


def test_a_server_that_hangs_up_over_the_mail_leaves_it_open(
    server: Controller, inbox: Inbox
) -> None:
    """It may have taken it, as it has here."""
    inbox.hang_up = True
    assert isinstance(RealPeer(server.port).call("smtp.send", **SEND), Unsettled)
    assert len(inbox.taken) == 1


def test_a_server_that_is_not_there_is_unavailable() -> None:
    """Nothing was sent."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        port = nobody.getsockname()[1]
        assert kind_of(RealPeer(port).call("smtp.send", **SEND)) == "unavailable"


def test_a_server_that_says_nothing_times_out() -> None:
    """It takes the connection and keeps silent."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        peer = RealPeer(silent.getsockname()[1])
        invocation = peer.invocation("smtp.probe", "key", {})
        short = type(invocation)(
            operation="probe",
            arguments={},
            key="key",
            timeout=timedelta(milliseconds=200),
            now=invocation.now,
        )
        assert kind_of(peer.adapter("smtp").perform(short)) == "timeout"
