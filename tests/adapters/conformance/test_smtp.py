"""The SMTP adapter keeps its signature on whatever answers like a submission server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from rbengine.contract.adapter import Stream
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Row, Value
from rbengine.rehearsal.company.faults import FaultKind
from support.live import live
from support.outcomes import READ_FAULTS, kind_of, row_of
from support.peer_imap import ImapServer, imap_settings
from support.peer_smtp import SmtpPeer, SmtpServer, smtp_server, smtp_settings
from support.peers import START, SimulatedPeer

pytestmark = [
    # The server warns of passwords without TLS (the wire is this machine's) and of its own older names.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
    pytest.mark.filterwarnings("ignore:Session.login_data:DeprecationWarning"),
]

TEXT = "Dear all,\n.\nthat is Grüße.\n" + "long " * 300 + "\n"
MESSAGE = Row({"subject": "Grüße", "text": TEXT})
SEND: dict[str, Value] = {"to": "a@b.test", "message": MESSAGE}
HOUR = timedelta(hours=1)


LIVE = "smtp_peer"

MailPeer = SimulatedPeer | SmtpPeer


@pytest.fixture(scope="module")
def smtp_program() -> Iterator[SmtpServer]:
    """aiosmtpd, asking for a login."""
    with smtp_server() as server:
        yield server


@pytest.fixture
def smtp_peer(smtp_program: SmtpServer) -> Iterator[SmtpPeer]:
    """It, with nothing in it yet."""
    smtp_program.forget()
    with live(smtp_settings(smtp_program.port), secrets=["smtp.password"]) as connections:
        yield SmtpPeer(connections, smtp_program)


def mailbox(peer: MailPeer) -> list[str]:
    """Who got a mail, in order."""
    return [one.to for one in peer.mails()]


def test_a_mail_arrives_as_it_was_written(peer: MailPeer) -> None:
    """With a line that is a dot, other letters than English ones, and long lines."""
    found = row_of(peer.call("smtp.send", **SEND))
    assert mailbox(peer) == ["a@b.test"]
    sent = peer.mails()[0]
    assert (sent.id, sent.subject, sent.text) == (found["message_id"], "Grüße", TEXT)
    assert sent.sender == peer.setting("smtp.from")


def test_the_same_step_has_the_same_message_id_and_another_another(peer: MailPeer) -> None:
    """Whoever compares ids takes the second attempt for the first."""
    first, again = (row_of(peer.call("smtp.send", **SEND))["message_id"] for _ in range(2))
    other = row_of(peer.call("smtp.send", key="key-2", **SEND))["message_id"]
    assert first == again != other
    assert str(first).startswith("<")
    assert str(first).endswith("@simulated.test>")


@pytest.mark.parametrize(
    "change",
    [
        {"to": "nobody"},
        {"to": "a@b.test, c@d.test"},
        {"to": "a@b.test\nBcc: c@d.test"},
        {"to": ""},
        {"message": Row({"subject": "Hello\nBcc: c@d.test", "text": "x"})},
        {"message": Row({"subject": "", "text": "x"})},
    ],
)
def test_a_mail_that_cannot_be_is_invalid(peer: MailPeer, change: dict[str, Value]) -> None:
    """One address, one subject line, and no way to more."""
    assert kind_of(peer.call("smtp.send", **{**SEND, **change})) == "invalid"
    assert mailbox(peer) == []


@pytest.mark.parametrize(
    ("code", "says", "kind"),
    [
        (550, "5.1.1 No such user", "invalid"),
        (552, "5.2.2 Mailbox full", "conflict"),
        (450, "4.2.0 Greylisted", "unavailable"),
        (451, "4.7.28 Too fast", "rate_limited"),
    ],
)
def test_an_address_that_is_not_taken_says_why(
    peer: MailPeer, code: int, says: str, kind: str
) -> None:
    """Before anything is sent: that is certain."""
    peer.arrange("smtp.address", email="a@b.test", code=code, says=says)
    assert kind_of(peer.call("smtp.send", **SEND)) == kind
    assert mailbox(peer) == []


def test_a_login_that_is_refused_is_unauthorized(peer: MailPeer) -> None:
    """For sending and for probing, and the server's words are not repeated."""
    peer.arrange("smtp.server", locked=True)
    for outcome in (peer.call("smtp.send", **SEND), peer.call("smtp.probe")):
        assert kind_of(outcome) == "unauthorized"
        assert "credentials" not in str(outcome)
    assert mailbox(peer) == []


def test_a_server_that_is_well_says_who_it_is(peer: MailPeer) -> None:
    """The success of `probe`; no mail is sent."""
    found = row_of(peer.call("smtp.probe"))
    assert found["host"] == peer.setting("smtp.host")
    assert found["greeting"]
    assert found["largest_mail"] in (10_485_760, 33_554_432)
    assert mailbox(peer) == []


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_probe_that_fails_is_refused_with_its_kind(
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """At the greeting, and at a later command."""
    simulated.fault("smtp", fault)
    assert kind_of(simulated.call("smtp.probe")) == kind
    simulated.pass_time(HOUR)
    simulated.fault("smtp", fault, timedelta(milliseconds=1))
    assert kind_of(simulated.call("smtp.probe")) == kind


def outcomes_over_the_session(fault: FaultKind) -> list[tuple[int, object, int]]:
    """A mail for each moment of the session at which the fault may begin: when, how it ended, mails that left."""
    found = []
    for start in range(1, 1200, 20):
        peer = SimulatedPeer()
        peer.fault("smtp", fault, timedelta(milliseconds=start))
        outcome = peer.call("smtp.send", **SEND)
        found.append((start, outcome, len(peer.company.mailbox)))
    return found


@pytest.mark.parametrize("fault", ["unavailable", "timeout", "lost_answer", "garbage_answer"])
def test_only_a_mail_whose_content_was_sent_is_left_open(fault: FaultKind) -> None:
    """At every moment: what is refused has not left, what has left is never said to be refused."""
    endings = outcomes_over_the_session(fault)
    assert any(isinstance(one, Refused) for _, one, _ in endings)
    for start, outcome, left in endings:
        if isinstance(outcome, Refused):
            assert left == 0, f"at {start} ms: {outcome}"
    if fault in ("lost_answer", "garbage_answer"):
        assert any(isinstance(one, Unsettled) and left for _, one, left in endings)


def test_a_mail_that_left_without_an_answer_is_found_by_its_copy() -> None:
    """The mailbox that gets a copy of each is the evidence."""
    for start in range(1, 1200, 10):
        peer = SimulatedPeer()
        peer.fault("smtp", "lost_answer", timedelta(milliseconds=start))
        outcome = peer.call("smtp.send", **SEND)
        if isinstance(outcome, Unsettled) and mailbox(peer):
            peer.pass_time(HOUR)
            id_ = row_of(peer.settle("smtp.send"))["message_id"]
            assert id_ == peer.company.mailbox[0].id
            assert mailbox(peer) == ["a@b.test"]
            return
    pytest.fail("no moment was found at which a mail leaves and its answer is lost")


class WithCopies(SmtpPeer):
    """The same, and a mailbox of dovecot's for copies."""

    copies: ImapServer

    def stream(self, provider: str, host: str, port: int, timeout: float) -> Stream:
        """As a live host hands it out; the mailbox is at another port."""
        if provider == "imap":
            host, port = "127.0.0.1", self.copies.port
        return super().stream(provider, host, port, timeout)


@pytest.mark.peers
def test_a_mail_whose_answer_was_lost_is_found_by_its_copy_in_a_real_mailbox(
    smtp_program: SmtpServer, imap_program: ImapServer
) -> None:
    """Once it is there; until then nobody knows."""
    smtp_program.forget()
    imap_program.forget()
    given = {**smtp_settings(smtp_program.port), **imap_settings(), "smtp.copies_host": "127.0.0.1"}
    with live(given) as connections:
        peer = WithCopies(connections, smtp_program)
        peer.copies = imap_program
        smtp_program.hangs_up = True
        assert isinstance(peer.call("smtp.send", **SEND), Unsettled)
        assert peer.settle("smtp.send") is None
        [(_, mail)] = smtp_program.taken
        imap_program.arrives("copies@simulated.test", mail.as_bytes(), peer.now + HOUR)
        assert row_of(peer.settle("smtp.send"))["message_id"] == mail["Message-ID"]


def test_a_copy_that_is_not_there_proves_nothing(peer: MailPeer) -> None:
    """It may still be on its way: a person looks."""
    assert kind_of(peer.call("smtp.send", **{**SEND, "to": "nobody"})) == "invalid"
    assert peer.settle("smtp.send") is None


def test_without_a_mailbox_for_copies_a_person_looks() -> None:
    """And nobody gets a copy."""

    class Bare(SimulatedPeer):
        def setting(self, name: str) -> str:
            if name.startswith("smtp.copies"):
                raise KeyError(name)
            return super().setting(name)

    peer = Bare()
    row_of(peer.call("smtp.send", **SEND))
    assert peer.settle("smtp.send") is None
    assert not peer.company.imap.mailboxes


def test_the_mail_says_when_it_was_written() -> None:
    """By the run's clock, which in a rehearsal is not the machine's."""
    peer = SimulatedPeer()
    row_of(peer.call("smtp.send", **SEND))
    assert abs(peer.company.mailbox[0].at - START) < timedelta(minutes=1)


@pytest.mark.parametrize("name", ["host", "user", "password", "from"])
def test_a_missing_setting_is_named(name: str) -> None:
    """Before the first mail of an incident, not at it."""

    class Bare(SimulatedPeer):
        def setting(self, asked: str) -> str:
            if asked == f"smtp.{name}":
                raise KeyError(asked)
            return super().setting(asked)

    with pytest.raises(LookupError, match=f"smtp.{name}"):
        Bare().call("smtp.probe")
