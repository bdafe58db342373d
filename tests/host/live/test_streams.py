"""Connections that are not HTTP: where they go, when they are encrypted, how long and how much they take."""

import socket
import ssl
import time
from collections.abc import Callable

import pytest
from rbengine.contract.adapter import NotAllowedError, Readable
from rbengine.host.live import stream as streams
from rbengine.host.live.reach import Reach
from rbengine.host.live.secure import context
from rbengine.host.live.stream import LiveStream, open_stream
from support.live import live
from support.talking import Conversation, talking

HERE = ["127.0.0.1"]


def echoing(conversation: Conversation) -> None:
    """Says each line again."""
    while line := conversation.line():
        conversation.say(line + b"\r\n")


def said(stream: LiveStream, text: bytes) -> bytes:
    """What it says to a line."""
    stream.sendall(text + b"\r\n")
    with stream.makefile("rb") as reader:
        return reader.readline()


def test_a_stream_leads_to_a_host_of_the_settings() -> None:
    """Without being listed by its name; on this machine nobody else can read it."""
    with talking(echoing) as server, live({"smtp.host": "localhost"}) as connections:
        stream = connections.stream("smtp", "localhost", server.port, 2)
        assert not isinstance(stream, Readable)
        assert isinstance(stream, LiveStream)
        assert said(stream, b"hello") == b"hello\r\n"
        stream.close()


@pytest.mark.parametrize("host", ["imap.elsewhere.test", "169.254.169.254", "10.0.0.1"])
def test_a_host_that_nobody_named_is_refused(host: str) -> None:
    """Addresses of mailboxes come from rows."""
    with (
        live({"smtp.host": "localhost"}) as connections,
        pytest.raises(NotAllowedError, match="`hosts`"),
    ):
        connections.stream("imap", host, 993, 2)


def test_a_named_host_that_leads_inside_is_refused() -> None:
    """As with HTTP."""
    refused = pytest.raises(NotAllowedError, match="no public address")
    with live({"smtp.host": "localhost"}, hosts=()) as connections, refused:
        connections.stream("smtp", "localhost", 587, 2)


@pytest.mark.parametrize("name", ["localhost", "elsewhere.test"])
def test_at_a_port_for_it_tls_comes_first(
    secure: Callable[[str], ssl.SSLContext], authorities: str, name: str
) -> None:
    """With the host's own certificate, or not at all."""
    with talking(echoing, secure(name)) as server:
        ports = frozenset({server.port})
        reach = Reach([], HERE)
        if name == "localhost":
            stream = open_stream(reach, context(authorities), "localhost", server.port, 2, ports)
            assert said(stream, b"hello") == b"hello\r\n"
            stream.close()
        else:
            with pytest.raises(ssl.SSLCertVerificationError):
                open_stream(reach, context(authorities), "localhost", server.port, 2, ports)


def test_a_stream_that_others_can_read_can_be_encrypted(
    secure: Callable[[str], ssl.SSLContext], authorities: str
) -> None:
    """After both sides have agreed on it; what was said before is not mixed with what comes after."""

    def agreeing(conversation: Conversation) -> None:
        assert conversation.line() == b"STARTTLS"
        conversation.say(b"go\r\n")
        inner = secure("localhost").wrap_socket(conversation.connection, server_side=True)
        echoing(Conversation(inner, 0))
        inner.close()

    with talking(agreeing) as server:
        reach = Reach([], HERE, this_machine=())
        stream = open_stream(reach, context(authorities), "localhost", server.port, 2)
        assert isinstance(stream, Readable)
        assert said(stream, b"STARTTLS") == b"go\r\n"
        private = stream.encrypted()
        assert not isinstance(private, Readable)
        assert isinstance(private, LiveStream)
        assert said(private, b"secret") == b"secret\r\n"
        private.close()


def test_a_server_that_drips_is_given_up_in_time() -> None:
    """The limit holds for everything that is read after it was set."""

    def dripping(conversation: Conversation) -> None:
        for _ in range(100):
            conversation.say(b"a")
            time.sleep(0.02)

    with talking(dripping) as server, live({}) as connections:
        stream = connections.stream("imap", "127.0.0.1", server.port, 2)
        stream.settimeout(0.2)
        began = time.monotonic()
        with pytest.raises(TimeoutError), stream.makefile("rb") as reader:
            reader.read(1000)
        assert time.monotonic() - began < 0.8
        stream.close()


def test_a_server_that_says_too_much_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it may take."""
    monkeypatch.setattr(streams, "MOST_READ", 5000)

    def talk(conversation: Conversation) -> None:
        while True:
            conversation.say(b"a" * 1000)

    with talking(talk) as server, live({}) as connections:
        stream = connections.stream("imap", "127.0.0.1", server.port, 2)
        with pytest.raises(OSError, match="more than 5000 bytes"), stream.makefile("rb") as reader:
            reader.read(100_000)
        stream.close()


def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    """Nothing was sent."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        with live({}) as connections, pytest.raises(ConnectionRefusedError):
            connections.stream("imap", "127.0.0.1", nobody.getsockname()[1], 2)
