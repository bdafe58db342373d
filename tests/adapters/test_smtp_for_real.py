"""The SMTP adapter against a real server program on loopback: what the conformance suite does not ask."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from rbengine.contract.outcomes import Outcome, Refused, Unsettled
from rbengine.contract.values import Row, Value
from support.live import LiveBench, live
from support.outcomes import kind_of, row_of
from support.peer_smtp import SmtpPeer, SmtpServer, smtp_server, smtp_settings
from support.talking import Conversation, talking

pytestmark = [
    # The server warns of passwords without TLS (the wire is this machine's) and of its own older names.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
    pytest.mark.filterwarnings("ignore:Session.login_data:DeprecationWarning"),
]

SEND: dict[str, Value] = {
    "to": "a@b.test",
    "message": Row({"subject": "Grüße", "text": "Dear all,\n.\nGrüße\n"}),
}


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """A server that asks for a login."""
    with smtp_server() as made:
        yield made


@pytest.fixture
def peer(server: SmtpServer) -> Iterator[SmtpPeer]:
    """The adapter and it."""
    with live(smtp_settings(server.port)) as connections:
        yield SmtpPeer(connections, server)


def test_copies_are_not_named_in_the_mail(peer: SmtpPeer) -> None:
    """Their mailbox is a recipient like any other; nobody reads of it."""
    sent = row_of(peer.call("smtp.send", **SEND))
    [(recipients, mail)] = peer.server.taken
    assert recipients == ["a@b.test", "copies@simulated.test"]
    assert (mail["Subject"], mail["To"]) == ("Grüße", "a@b.test")
    assert mail["Message-ID"] == sent["message_id"]
    assert "copies" not in str(mail)


def test_the_server_learns_nothing_of_the_machine(peer: SmtpPeer) -> None:
    """It is told a name that is nobody's."""
    row_of(peer.call("smtp.send", **SEND))
    assert socket.gethostname() not in str(peer.server.taken[0][1])


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("550 5.1.1 nobody", "invalid"),
        ("451 later", "unavailable"),
        ("452 4.2.2 full", "unavailable"),
        ("554 5.7.1 spam", "conflict"),
    ],
)
def test_what_is_refused_after_the_mail_was_seen_was_not_sent(
    peer: SmtpPeer, reply: str, kind: str
) -> None:
    """The server's last word counts."""
    peer.server.at_data = reply
    assert kind_of(peer.call("smtp.send", **SEND)) == kind
    assert peer.server.taken == []


def test_one_of_two_recipients_is_not_enough(peer: SmtpPeer) -> None:
    """Nothing is sent to either: the call is one mail."""
    peer.server.refused["copies@simulated.test"] = "450 4.2.1 busy"
    assert kind_of(peer.call("smtp.send", **SEND)) == "unavailable"
    assert peer.server.taken == []


def test_a_server_that_hangs_up_over_the_mail_leaves_it_open(peer: SmtpPeer) -> None:
    """It may have taken it, as it has here."""
    peer.server.hangs_up = True
    assert isinstance(peer.call("smtp.send", **SEND), Unsettled)
    assert len(peer.server.taken) == 1


def probed(port: int, seconds: float = 2) -> Outcome:
    """What a probe of that port ends with."""
    with live(smtp_settings(port)) as connections:
        return LiveBench(connections).within(seconds, "smtp.probe")


def test_a_server_that_is_not_there_is_unavailable() -> None:
    """Nothing was sent."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        assert kind_of(probed(nobody.getsockname()[1])) == "unavailable"


def test_a_server_that_says_nothing_times_out() -> None:
    """It takes the connection and keeps silent."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert kind_of(probed(silent.getsockname()[1], 0.2)) == "timeout"


def test_a_server_that_may_not_be_reached_is_told_apart() -> None:
    """Trying again is useless: the text says what to list."""
    with live(smtp_settings(587), hosts=()) as connections:
        outcome = LiveBench(connections).within(1, "smtp.probe")
    assert kind_of(outcome) == "invalid"
    assert "add 127.0.0.1 to `hosts`" in str(outcome)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The company's own."""
    return trustme.CA()


@pytest.fixture(scope="module")
def authorities(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its certificate."""
    file: Path = tmp_path_factory.mktemp("authority") / "company.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


@pytest.mark.parametrize(("name", "kind"), [("localhost", None), ("elsewhere.test", "unavailable")])
def test_a_password_goes_over_tls_alone(
    authority: trustme.CA, authorities: str, name: str, kind: str | None
) -> None:
    """Where others can read the way, STARTTLS comes first, with the server's own certificate."""
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(secure)
    with smtp_server(secure) as server:
        given = {**smtp_settings(server.port), "smtp.host": "localhost"}
        with live({**given, "http.authorities": authorities}, this_machine=()) as connections:
            outcome = LiveBench(connections).within(2, "smtp.probe")
    assert (None if kind is None else kind_of(outcome)) == kind, outcome
    assert (server.logins, server.plain_logins) == (0 if kind else 1, 0)
    assert ("certificate" in str(outcome)) is (kind is not None)


def test_a_server_that_offers_no_encryption_is_told_nothing(server: SmtpServer) -> None:
    """Also where somebody on the way has taken the offer out."""
    with live(smtp_settings(server.port), this_machine=()) as connections:
        outcome = LiveBench(connections).within(2, "smtp.probe")
    assert isinstance(outcome, Refused)
    assert "STARTTLS" in outcome.text
    assert server.logins == 0


def test_a_mailbox_that_offers_no_encryption_is_told_nothing() -> None:
    """The same for IMAP."""
    heard: list[bytes] = []

    def talk(conversation: Conversation) -> None:
        conversation.say(b"* OK [CAPABILITY IMAP4rev1] here\r\n")
        while line := conversation.line():
            heard.append(line)
            tag = line.partition(b" ")[0]
            conversation.say(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")

    with talking(talk) as server:
        given = {"imap.password.a@b.test": "canary"}
        with live(given, this_machine=()) as connections:
            mailbox = Row({"email": "a@b.test", "host": "127.0.0.1", "port": server.port})
            outcome = LiveBench(connections).within(2, "imap.probe", mailboxes=(mailbox,))
    assert "STARTTLS" in str(outcome)
    assert not any(b"canary" in line for line in heard)
