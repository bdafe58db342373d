"""How much an answer over HTTP may be, and how long it may take: all of it, unpacked too."""

import gzip
import socket
import time
from collections.abc import Callable

import httpx
import pytest
from rbengine.contract.operations import HttpProvider
from rbengine.host.live import pool
from support.live import live
from support.talking import Conversation, Saying, answer, talking

KLAXON = HttpProvider(name="klaxon", url="https://klaxon.test")


def failed(port: int, seconds: float = 2.0) -> httpx.TransportError:
    """How a request to that port fails."""
    given = {"klaxon.url": f"http://127.0.0.1:{port}"}
    with (
        live(given, providers=(KLAXON,)) as connections,
        pytest.raises(httpx.TransportError) as caught,
    ):
        connections.http("klaxon").get("/x", timeout=seconds)
    return caught.value


def dripping(content: bytes) -> Callable[[Conversation], None]:
    """A server that says a byte every 20 ms."""

    def talk(conversation: Conversation) -> None:
        conversation.request()
        for byte in content:
            conversation.say(bytes([byte]))
            time.sleep(0.02)

    return talk


@pytest.mark.parametrize(
    "content",
    [
        answer(headers={"x-long": "a" * 1000}),
        b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + b"a" * 900,
    ],
    ids=["head", "content"],
)
def test_a_server_that_drips_is_given_up_in_time(content: bytes) -> None:
    """The limit is for the whole of it: each byte alone would come in time."""
    with talking(dripping(content)) as server:
        began = time.monotonic()
        assert isinstance(failed(server.port, seconds=0.3), httpx.ReadTimeout)
        assert time.monotonic() - began < 1


def test_a_resolver_that_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own has no limit."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1) or [])
    with live({}, providers=(KLAXON,)) as connections:
        began = time.monotonic()
        with pytest.raises(httpx.ConnectTimeout):
            connections.http("klaxon").get("/x", timeout=0.2)
        assert time.monotonic() - began < 0.8


def test_a_name_that_nobody_knows_was_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look-up fails."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    refused = pytest.raises(httpx.ConnectError, match="nobody knows where")
    with live({}, providers=(KLAXON,)) as connections, refused:
        connections.http("klaxon").get("/x")


BOMB = gzip.compress(b"\0" * 2**20)


@pytest.mark.parametrize(
    "said",
    [
        answer(content=b"a" * 2000),
        answer(content=gzip.compress(b"\0" * 2000), headers={"content-encoding": "gzip"}),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        + b"400\r\n"
        + b"a" * 1024
        + b"\r\n400\r\n"
        + b"a" * 1024
        + b"\r\n0\r\n\r\n",
        answer(content=BOMB[:-9], headers={"content-encoding": "gzip"}),
        answer(content=b"not packed", headers={"content-encoding": "gzip"}),
        answer(content=b"x", headers={"content-encoding": "br"}),
        b"HTTP/1.1 200 OK\r\n"
        + b"".join(b"x-%d: %s\r\n" % (one, b"a" * 1000) for one in range(300))
        + b"\r\n",
        b"hello\r\n\r\n",
        b"",
    ],
    ids=[
        "large",
        "packed",
        "chunked",
        "cut",
        "unpackable",
        "odd",
        "headers",
        "nonsense",
        "nothing",
    ],
)
def test_an_answer_that_is_too_much_or_none_is_broken_off(
    monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    """What was asked may have been done: it is not the same as never sent."""
    monkeypatch.setattr(pool, "MOST_READ", 1500)

    def talk(conversation: Conversation) -> None:
        conversation.request()
        conversation.say(said)

    with talking(talk) as server:
        assert isinstance(failed(server.port), httpx.RemoteProtocolError | httpx.ReadError)


def test_a_packed_answer_is_unpacked() -> None:
    """And is offered no other packing."""
    packed = answer(content=gzip.compress(b'{"a": 1}'), headers={"content-encoding": "gzip"})
    saying = Saying(packed)
    with (
        talking(saying) as server,
        live({"klaxon.url": f"http://127.0.0.1:{server.port}"}, providers=(KLAXON,)) as connections,
    ):
        response = connections.http("klaxon").get("/x")
    assert response.json() == {"a": 1}
    assert response.elapsed.total_seconds() > 0
    assert b"accept-encoding: gzip\r\n" in saying.asked[0].lower()
