"""What becomes of a call when something goes wrong on its way: over real sockets, for every adapter that speaks HTTP.

| what happens | a read is | a change is |
|---|---|---|
| no name, nobody listens, another's certificate, a proxy that refuses | `unavailable` | `unavailable` |
| the settings do not allow it | `invalid` | `invalid` |
| the provider has said to come later than the call may last | `rate_limited` | `rate_limited` |
| it is sent and nothing comes back in time | `timeout` | unsettled |
| it is sent, and what comes is a reset, no answer, too large, a redirection or 5xx | `unavailable` | unsettled |
"""

import socket
import ssl
import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
import trustme
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Row, SecretReference, SecretValue, Value
from rbengine.host.live import pool
from rbengine.rehearsal.company.settings import SETTINGS
from support.live import NOW, LiveBench, live
from support.outcomes import kind_of
from support.talking import Conversation, Saying, Talk, answer, talking

PROVIDERS = (
    "stripe", "supabase", "supabase_project", "resend", "twilio", "twilio_monitor", "twilio_lookups",
    "meta", "meta_app", "statuspage", "status_stripe",
)  # fmt: skip


class Doing(NamedTuple):
    """A call."""

    operation: str
    arguments: Mapping[str, Value] = {}


MESSAGE = Row({"subject": "s", "text": "t"})
SECRET = SecretValue("canary-of-a-call", SecretReference("token", "0"))

READS = [
    Doing("stripe.customer", {"customer": "cus_1"}),
    Doing("supabase.functions"),
    Doing("supabase.buckets"),
    Doing("email.domains"),
    Doing("twilio.balance"),
    Doing("twilio.lookup", {"number": "+14155550100"}),
    Doing("meta.phone_health"),
    Doing("status.published"),
    Doing("status.component", {"page": "stripe", "component": "API"}),
]
CHANGES = [
    Doing("stripe.disable_webhook_endpoint", {"endpoint": "we_1"}),
    Doing("supabase.set_secret", {"name": "A", "value": SECRET}),
    Doing("supabase.invoke", {"function": "f"}),
    Doing("email.send", {"to": "a@b.test", "message": MESSAGE}),
    Doing("twilio.send", {"to": "+14155550100", "message": MESSAGE}),
    Doing(
        "meta.subscribe_app",
        {"callback_url": "https://x.test", "fields": ("messages",), "verify_token": SECRET},
    ),
]


def name(doing: Doing) -> str:
    """For people."""
    return doing.operation


def settings(base: str, **more: str) -> dict[str, str]:
    """Every provider at one address."""
    keys = {
        "stripe.key": "sk_test_1",
        "email.key": "re_1",
        "meta.app_secret": "s",
        "status.key": "k",
    }
    keys |= {"supabase.access_token": "t", "supabase.service_key": "k", "meta.token": "t"}
    keys |= {"twilio.key": "SK1", "twilio.secret": "s"}
    return {**SETTINGS, **keys, **{f"{one}.url": base for one in PROVIDERS}, **more}


def unknown(*_: object, **__: object) -> list[Any]:
    """A resolver that knows nobody."""
    raise socket.gaierror(-2, "Name or service not known")


@pytest.mark.parametrize("doing", READS + CHANGES, ids=name)
def test_what_was_never_sent_was_not_done(doing: Doing, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change too: it may be tried again."""
    with socket.socket() as nobody, talking(Saying(answer(407))) as proxy:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        places = [
            settings(closed),
            settings("https://api.test", **{"http.proxy": f"http://127.0.0.1:{proxy.port}"}),
        ]
        for place in places:
            with live(place) as connections:
                outcome = LiveBench(connections).within(2, doing.operation, **doing.arguments)
                assert kind_of(outcome) == "unavailable"
                assert ("connection refused" in str(outcome)) is (place == places[0])
        with live(settings(closed), hosts=()) as connections:
            outcome = LiveBench(connections).within(2, doing.operation, **doing.arguments)
            assert kind_of(outcome) == "invalid"
            assert "`hosts` of the profile" in str(outcome)
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with live(settings("https://api.test")) as connections:
            outcome = LiveBench(connections).within(2, doing.operation, **doing.arguments)
            assert kind_of(outcome) == "unavailable"
            assert "nobody knows where api.test is" in str(outcome)


@pytest.mark.parametrize("doing", [READS[0], READS[1], CHANGES[3], CHANGES[4]], ids=name)
def test_who_is_not_who_it_says_is_told_nothing(doing: Doing) -> None:
    """The text says that it is the certificate."""
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(secure)
    with (
        talking(Saying(answer()), secure) as server,
        live(settings(f"https://localhost:{server.port}")) as connections,
    ):
        outcome = LiveBench(connections).within(2, doing.operation, **doing.arguments)
    assert kind_of(outcome) == "unavailable"
    assert "certificate" in str(outcome)


def silent(conversation: Conversation) -> None:
    """Hears and says nothing."""
    conversation.request()
    conversation.request()


def resetting(conversation: Conversation) -> None:
    """Hears, and the connection is gone."""
    conversation.request()
    conversation.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def saying(content: bytes) -> Talk:
    """Hears, says that, and hangs up."""

    def talk(conversation: Conversation) -> None:
        conversation.request()
        conversation.say(content.replace(b" Words\r\n", b" Words\r\nconnection: close\r\n", 1))

    return talk


BREAKING: dict[str, Talk] = {
    "silent": silent,
    "reset": resetting,
    "nonsense": saying(b"SSH-2.0-OpenSSH_9\r\n\r\n"),
    "large": saying(answer(content={"x": "a" * 2000})),
    "page": saying(answer(content=b"<html>Hello</html>", headers={"content-type": "text/html"})),
    "moved": saying(answer(302, headers={"location": "/elsewhere"})),
    "busy": saying(answer(503)),
}


@pytest.mark.parametrize("doing", READS + CHANGES, ids=name)
def test_what_was_sent_may_have_been_done(doing: Doing, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read did nothing in any case; of a change nobody knows. Nothing is sent twice."""
    monkeypatch.setattr(pool, "MOST_READ", 1500)
    troubles = iter(BREAKING.values())
    with (
        talking(lambda conversation: next(troubles)(conversation)) as server,
        live(settings(f"http://127.0.0.1:{server.port}")) as connections,
    ):
        bench = LiveBench(connections)
        for number, trouble in enumerate(BREAKING):
            seconds = 0.15 if trouble == "silent" else 2
            outcome = bench.within(seconds, doing.operation, **doing.arguments)
            if doing in CHANGES:
                assert isinstance(outcome, Unsettled), (trouble, outcome)
            else:
                wanted = "timeout" if trouble == "silent" else "unavailable"
                assert kind_of(outcome) == wanted, (trouble, outcome)
            assert ("was not read" in str(outcome)) is (trouble == "large")
            if trouble == "moved" and doing.operation == "status.component":
                break  # it was led on, to the next trouble
            assert server.connections == number + 1


@pytest.mark.parametrize("doing", READS + CHANGES, ids=name)
def test_who_is_held_back_is_told_until_when(doing: Doing) -> None:
    """The first refusal is the provider's, the next is ours, before anything is sent."""
    too_fast = answer(429, {"error": {"message": "slow"}}, {"retry-after": "60"})
    with (
        talking(saying(too_fast)) as server,
        live(settings(f"http://127.0.0.1:{server.port}"), now=lambda: NOW) as connections,
    ):
        bench = LiveBench(connections)
        first, second = (bench.within(2, doing.operation, **doing.arguments) for _ in range(2))
    assert kind_of(first) == kind_of(second) == "rate_limited"
    assert isinstance(second, Refused)
    assert "2026-01-05 14:03:00 UTC" in second.text


ABSURD: dict[str, object] = {
    "stripe.customer": {"id": "cus_1", "created": 10**18},
    "supabase.functions": [
        {"id": "1", "slug": "f", "status": "ACTIVE", "version": 1, "updated_at": -(2**53) + 1}
    ],
    "meta.message_history": {
        "data": [
            {
                "id": "1",
                "message_id": "1",
                "events": {"data": [{"delivery_status": "SENT", "timestamp": 10**18}]},
            }
        ],
        "paging": {"cursors": {}},
    },
}


@pytest.mark.parametrize("operation", ABSURD)
def test_a_moment_that_is_none_is_no_answer(operation: str) -> None:
    """The vendor's own mock server says such things: whole numbers of its description, however large."""
    given: dict[str, dict[str, Value]] = {
        "stripe.customer": {"customer": "cus_1"},
        "meta.message_history": {"from": NOW, "to": NOW},
    }
    with (
        talking(saying(answer(content=ABSURD[operation]))) as server,
        live(settings(f"http://127.0.0.1:{server.port}")) as connections,
    ):
        outcome = LiveBench(connections).within(2, operation, **given.get(operation, {}))
    assert kind_of(outcome) == "unavailable"
