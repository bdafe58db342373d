"""A simulated mail server under the standard client of Python, as anybody would use it."""

import imaplib
from datetime import timedelta

import pytest
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.company.imap.model import PASSWORD
from support.peers import START, SimulatedPeer


class Client(imaplib.IMAP4):
    """The standard client on a stream of the company."""

    def __init__(self, peer: SimulatedPeer, timeout: float = 20) -> None:
        self._peer = peer
        super().__init__(timeout=timeout)

    def _create_socket(self, timeout: float) -> object:
        return self._peer.stream("imap", "imap.club.test", 993, timeout)


@pytest.fixture
def peer() -> SimulatedPeer:
    """A mailbox with one mail."""
    made = SimulatedPeer()
    sender = {"from": "guest@guests.test"}
    made.arrange("imap.message", mailbox="a@club.test", id="<1>", at=START, **sender)
    return made


def test_only_the_right_password_opens_a_mailbox(peer: SimulatedPeer) -> None:
    """And none opens a locked one."""
    assert Client(peer).login("a@club.test", PASSWORD)[0] == "OK"
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        Client(peer).login("a@club.test", "guessed")
    peer.arrange("imap.mailbox", email="a@club.test", locked=True)
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        Client(peer).login("a@club.test", PASSWORD)


def test_days_are_those_of_the_server(peer: SimulatedPeer) -> None:
    """SINCE holds on its day, BEFORE does not."""
    client = Client(peer)
    client.login("a@club.test", PASSWORD)
    assert client.select("INBOX", readonly=True) == ("OK", [b"1"])
    for since, before, found in (
        ("05-Jan-2026", "06-Jan-2026", b"1"),
        ("04-Jan-2026", "05-Jan-2026", b""),
        ("06-Jan-2026", "07-Jan-2026", b""),
    ):
        assert client.uid("SEARCH", "SINCE", since, "BEFORE", before) == ("OK", [found])
    assert client.logout()[0] == "BYE"


def test_what_the_model_does_not_know_stops_the_rehearsal(peer: SimulatedPeer) -> None:
    """Nothing is made up."""
    client = Client(peer)
    client.login("a@club.test", PASSWORD)
    with pytest.raises(CannotBeSimulatedError, match="STATUS"):
        client.status("INBOX", "(MESSAGES)")


def test_nobody_opens_a_mailbox_for_writing(peer: SimulatedPeer) -> None:
    """What is looked at by a runbook stays unread for its owner."""
    client = Client(peer)
    client.login("a@club.test", PASSWORD)
    with pytest.raises(CannotBeSimulatedError, match="SELECT"):
        client.select("INBOX")


def test_each_command_takes_the_companys_time(peer: SimulatedPeer) -> None:
    """Greeting, capabilities and login: three answers."""
    Client(peer).login("a@club.test", PASSWORD)
    took = peer.company.take_latency()
    assert timedelta(milliseconds=3 * 40) <= took <= timedelta(milliseconds=3 * 180)
    assert [(one.vendor, one.method) for one in peer.company.calls] == [
        ("imap", "connect"),
        ("imap", "CAPABILITY"),
        ("imap", "LOGIN"),
    ]


def test_a_server_that_keeps_silent_takes_all_the_time_there_is(peer: SimulatedPeer) -> None:
    """As a dead connection does."""
    peer.fault("imap", "timeout")
    with pytest.raises(TimeoutError):
        Client(peer, timeout=7)
    assert peer.company.take_latency() == timedelta(seconds=7)


def test_an_unknown_provider_stops_the_rehearsal(peer: SimulatedPeer) -> None:
    """No stream leads anywhere else."""
    with pytest.raises(CannotBeSimulatedError, match="pop3"):
        peer.stream("pop3", "mail.club.test", 25, 5)
