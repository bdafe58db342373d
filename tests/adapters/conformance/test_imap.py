"""The IMAP adapter keeps its signature on whatever answers like a mail server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from rbengine.contract.values import Row, Value
from rbengine.rehearsal.company.faults import FaultKind
from support.live import live
from support.outcomes import READ_FAULTS, kind_of, rows_of, value_of
from support.peer_imap import ImapPeer, ImapServer, imap_settings
from support.peers import START, Peer, SimulatedPeer

LIVE = "imap_peer"

MINUTE = timedelta(minutes=1)


@pytest.fixture
def imap_peer(imap_program: ImapServer) -> Iterator[ImapPeer]:
    """It, with nothing in it yet."""
    imap_program.forget()
    given = imap_settings()
    with live(given, secrets=given) as connections:
        yield ImapPeer(connections, imap_program)


def mailbox(email: str) -> Row:
    """Where it is."""
    return Row({"email": email, "host": "imap.club.test", "port": 993})


WINDOW: dict[str, Value] = {
    "mailboxes": (mailbox("a@club.test"), mailbox("b@club.test")),
    "from": START - 60 * MINUTE,
    "to": START,
}


def mail(peer: Peer, id_: str, ago: timedelta, to: str = "a@club.test", subject: str = "") -> None:
    """A mail arrives."""
    given: dict[str, Value] = {"from": "Guest <guest@guests.test>"}
    peer.arrange("imap.message", mailbox=to, id=id_, subject=subject, at=START - ago, **given)


def ids(peer: Peer, **arguments: Value) -> list[Value]:
    """What `messages` gives, by id."""
    outcome = peer.call("imap.messages", **{**WINDOW, **arguments})
    return [one["message_id"] for one in rows_of(outcome)]


def test_mails_of_the_window_are_told_mailbox_by_mailbox(peer: Peer) -> None:
    """The success of `messages`, both edges included; days are the server's, moments are ours."""
    for id_, ago in (("<old>", 61), ("<1>", 60), ("<2>", 0)):
        mail(peer, id_, ago * MINUTE)
    mail(peer, "<3>", 5 * MINUTE, to="b@club.test")
    assert ids(peer) == ["<1>", "<2>", "<3>"]


@pytest.mark.peers
def test_reading_leaves_no_trace(imap_peer: ImapPeer) -> None:
    """Nothing is marked as read, moved or taken away: a mailbox is opened by EXAMINE, mails are looked at by PEEK."""
    mail(imap_peer, "<1>", MINUTE)
    before = imap_peer.server.mails("a@club.test")
    assert ids(imap_peer) == ["<1>"]
    assert states(imap_peer) == [("a@club.test", "accepted"), ("b@club.test", "accepted")]
    assert imap_peer.server.mails("a@club.test") == before != {}


def test_a_mail_tells_who_and_when_and_what(peer: Peer) -> None:
    """Headers as people read them."""
    mail(peer, "<1@x>", 5 * MINUTE, subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?=")
    assert dict(rows_of(peer.call("imap.messages", **WINDOW))[0]) == {
        "message_id": "<1@x>",
        "mailbox": "a@club.test",
        "from": "Guest <guest@guests.test>",
        "subject": "Grüße",
        "at": START - 5 * MINUTE,
    }


def test_a_header_in_an_encoding_nobody_knows_stays_as_it_came(peer: Peer) -> None:
    """One odd mail must not hide the others."""
    mail(peer, "<1>", MINUTE, subject="=?klingon?q?nuq?=")
    assert rows_of(peer.call("imap.messages", **WINDOW))[0]["subject"] == "=?klingon?q?nuq?="


def test_a_mail_without_an_id_cannot_be_compared(peer: Peer) -> None:
    """As the signature says."""
    mail(peer, "", MINUTE)
    assert ids(peer) == []


def test_many_mails_are_fetched_in_portions(peer: Peer) -> None:
    """A command has a length."""
    for number in range(450):
        mail(peer, f"<{number}>", MINUTE)
    assert len(ids(peer)) == 450


def test_no_mailboxes_have_no_mails(peer: Peer) -> None:
    """A company without them is in order."""
    assert value_of(peer.call("imap.messages", **{**WINDOW, "mailboxes": ()})) == ()


def test_more_than_the_bound_is_refused(peer: Peer) -> None:
    """Counted over all mailboxes."""
    for number in range(3):
        mail(peer, f"<{number}>", MINUTE, to="ab"[number % 2] + "@club.test")
    assert kind_of(peer.call("imap.messages", **WINDOW, at_most=2)) == "too_many"
    assert len(ids(peer, at_most=3)) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"at_most": 0},
        {"from": START, "to": START - MINUTE},
        {"mailboxes": (Row({"email": "a@club.test", "host": "x", "port": "imap"}),)},
    ],
    ids=["bound", "window", "mailbox"],
)
def test_a_question_that_means_nothing_is_refused(peer: Peer, wrong: dict[str, Value]) -> None:
    """Before any server is asked."""
    assert kind_of(peer.call("imap.messages", **{**WINDOW, **wrong})) == "invalid"


def test_a_mailbox_that_lets_nobody_in_is_unauthorized(peer: Peer) -> None:
    """Its mails are not none: nobody knows."""
    peer.arrange("imap.mailbox", email="b@club.test", locked=True)
    assert kind_of(peer.call("imap.messages", **WINDOW)) == "unauthorized"


def test_a_token_goes_before_a_password() -> None:
    """Mailboxes of the large providers take no passwords."""
    peer = SimulatedPeer(settings={"imap.token.a@club.test": "t", "imap.password.a@club.test": "?"})
    mail(peer, "<1>", MINUTE)
    assert ids(peer, mailboxes=(mailbox("a@club.test"),)) == ["<1>"]
    peer.arrange("imap.mailbox", email="a@club.test", locked=True)
    refused = peer.call("imap.messages", **{**WINDOW, "mailboxes": (mailbox("a@club.test"),)})
    assert kind_of(refused) == "unauthorized"


def test_a_wrong_password_is_unauthorized_and_not_repeated_in_words() -> None:
    """Servers like to quote what they were given."""
    peer = SimulatedPeer(settings={"imap.password.a@club.test": "hunter2"})
    outcome = peer.call("imap.messages", **{**WINDOW, "mailboxes": (mailbox("a@club.test"),)})
    assert kind_of(outcome) == "unauthorized"
    assert "hunter2" not in str(outcome)


def test_the_time_of_the_call_is_shared_by_all_mailboxes(simulated: SimulatedPeer) -> None:
    """Many slow mailboxes are together too slow."""
    simulated.fault("imap", "slow")
    many = tuple(mailbox(f"{number}@club.test") for number in range(20))
    assert kind_of(simulated.call("imap.messages", **{**WINDOW, "mailboxes": many})) == "timeout"


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_read_that_fails_is_refused_with_its_kind(
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """At the greeting, and at a later command."""
    simulated.fault("imap", fault)
    assert kind_of(simulated.call("imap.messages", **WINDOW)) == kind


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_session_that_breaks_is_refused_with_its_kind(
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """The greeting was still answered."""
    simulated.fault("imap", fault, timedelta(milliseconds=1))
    assert kind_of(simulated.call("imap.messages", **WINDOW)) == kind


BOTH: dict[str, Value] = {"mailboxes": WINDOW["mailboxes"]}


def states(peer: Peer, **arguments: Value) -> list[tuple[Value, Value]]:
    """What `probe` gives."""
    found = rows_of(peer.call("imap.probe", **{**BOTH, **arguments}))
    return [(one["email"], one["state"]) for one in found]


def test_every_mailbox_is_probed_whatever_the_others_say(peer: Peer) -> None:
    """One that is locked, or has no key in the settings, hides nothing."""
    peer.arrange("imap.mailbox", email="a@club.test", locked=True)
    assert states(peer) == [("a@club.test", "refused"), ("b@club.test", "accepted")]
    assert states(peer, mailboxes=()) == []


def test_a_mailbox_without_a_key_is_refused_before_it_is_asked() -> None:
    """The settings say whose it is."""

    class Bare(SimulatedPeer):
        def setting(self, name: str) -> str:
            if name.startswith("imap.password.a@"):
                raise KeyError(name)
            return super().setting(name)

    found = rows_of(Bare().call("imap.probe", **BOTH))
    assert [one["state"] for one in found] == ["refused", "accepted"]
    assert "settings" in str(found[0]["says"])


@pytest.mark.parametrize("fault", ["unavailable", "rate_limited", "timeout", "garbage_answer"])
def test_a_server_that_does_not_answer_is_unreachable(
    simulated: SimulatedPeer, fault: FaultKind
) -> None:
    """Which says nothing of the login."""
    simulated.fault("imap", fault)
    assert states(simulated) == [("a@club.test", "unreachable"), ("b@club.test", "unreachable")]


def test_a_mailbox_that_is_none_is_invalid(peer: Peer) -> None:
    """Before any server is asked."""
    wrong = Row({"email": "a@club.test", "host": "x", "port": "imap"})
    assert kind_of(peer.call("imap.probe", mailboxes=(wrong,))) == "invalid"
