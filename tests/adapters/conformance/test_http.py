"""The http adapter keeps its signature on whatever stands at an address."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import Succeeded
from rbengine.contract.values import SecretReference, SecretValue, Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import kind_of, row_of
from support.peers import Peer, SimulatedPeer

PAGE = "https://www.simulated.test/health"
HOOK = "https://hooks.simulated.test/whatsapp"
FAULTS: tuple[tuple[FaultKind, str], ...] = (("timeout", "timeout"), ("lost_answer", "timeout"))
PROBES = [
    ("http.get", {"url": PAGE}),
    ("http.handshake", {"url": HOOK, "token": "VERIFY"}),
    ("http.notify_signed", {"url": HOOK, "app_secret": "APP"}),
    ("http.notify_unsigned", {"url": HOOK}),
]


def webhook(peer: Peer, verify: str = "right", secret: str = "secret", **arguments: Value) -> None:
    """A webhook that is well but for the arguments, and what the settings say of its secrets."""
    peer.arrange("supabase.secret", name="VERIFY", value=verify, expected="right")
    peer.arrange("supabase.secret", name="APP", value=secret, expected="secret")
    peer.arrange("http.webhook", url=HOOK, verify_token="VERIFY", app_secret="APP", **arguments)


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_an_answer_is_an_answer_whatever_its_status(peer: Peer, status: int) -> None:
    """The success of `get`; what it means is the playbook's to say."""
    peer.arrange("http.page", url=PAGE, status=status, body="hello")
    found = row_of(peer.call("http.get", url=PAGE))
    assert (found["status"], found["body"]) == (status, "hello")
    assert isinstance(found["took"], timedelta)
    assert found["took"] > timedelta()


def test_a_long_body_is_cut(peer: Peer) -> None:
    """What is kept of a run is not a copy of the web."""
    peer.arrange("http.page", url=PAGE, body="x" * 5000)
    assert len(str(row_of(peer.call("http.get", url=PAGE))["body"])) == 2000


def test_a_webhook_that_is_well_passes_every_probe(peer: Peer) -> None:
    """The success of all three."""
    webhook(peer)
    assert row_of(peer.call("http.handshake", url=HOOK, token="VERIFY"))["verdict"] == "accepted"
    assert row_of(peer.call("http.notify_signed", url=HOOK, app_secret="APP"))["verdict"] == "taken"
    assert row_of(peer.call("http.notify_unsigned", url=HOOK))["verdict"] == "refused"


def test_a_wrong_verify_token_fails_the_handshake_alone(peer: Peer) -> None:
    """It plays no part in signatures."""
    webhook(peer, verify="another")
    found = row_of(peer.call("http.handshake", url=HOOK, token="VERIFY"))
    assert (found["verdict"], found["status"]) == ("refused", 403)
    assert row_of(peer.call("http.notify_signed", url=HOOK, app_secret="APP"))["verdict"] == "taken"


def test_a_wrong_app_secret_fails_signatures_alone(peer: Peer) -> None:
    """The handshake does not know it."""
    webhook(peer, secret="another")
    assert row_of(peer.call("http.handshake", url=HOOK, token="VERIFY"))["verdict"] == "accepted"
    assert (
        row_of(peer.call("http.notify_signed", url=HOOK, app_secret="APP"))["verdict"] == "refused"
    )


def test_a_webhook_that_believes_anybody_is_found_out(peer: Peer) -> None:
    """200 without a signature is no good news."""
    webhook(peer, believes_anybody=True)
    assert row_of(peer.call("http.notify_unsigned", url=HOOK))["verdict"] == "taken"


def test_a_webhook_that_works_long_is_measured(peer: Peer) -> None:
    """And refused as a timeout where it works longer than the call may take."""
    webhook(peer, takes=timedelta(seconds=9))
    found = row_of(peer.call("http.notify_signed", url=HOOK, app_secret="APP"))
    assert isinstance(found["took"], timedelta)
    assert found["took"] >= timedelta(seconds=9)
    webhook(peer, takes=timedelta(seconds=60))
    assert kind_of(peer.call("http.notify_signed", url=HOOK, app_secret="APP")) == "timeout"


def test_an_answer_that_only_echoes_is_no_handshake(peer: Peer) -> None:
    """A page that says 200 to everything gives no challenge back."""
    webhook(peer)
    peer.arrange("http.page", url=PAGE, body="ok")
    assert row_of(peer.call("http.handshake", url=PAGE, token="VERIFY"))["verdict"] == "refused"


def test_secrets_go_where_they_are_needed_and_nowhere_else() -> None:
    """Neither outcome nor error repeats them."""
    peer = SimulatedPeer()
    webhook(peer, verify="another", secret="another")
    outcomes = [peer.call(operation, **arguments) for operation, arguments in PROBES[1:]]
    peer.fault("http", "timeout")
    outcomes += [peer.call(operation, **arguments) for operation, arguments in PROBES[1:]]
    assert not any(word in str(one) for one in outcomes for word in ("right", "secret'"))


@pytest.mark.parametrize("operation", ["http.handshake", "http.notify_signed"])
def test_a_secret_that_the_settings_do_not_hold_is_not_found(peer: Peer, operation: str) -> None:
    """The text says which setting is missing."""
    webhook(peer)
    named = {"token": "OTHER"} if operation == "http.handshake" else {"app_secret": "OTHER"}
    outcome = peer.call(operation, url=HOOK, **named)  # type: ignore[arg-type]  # a text
    assert kind_of(outcome) == "not_found"
    assert "`supabase.secret.OTHER`" in str(outcome)


@pytest.mark.parametrize("url", ["http://x.test/", "https://me:pw@x.test/", "file:///etc", "x"])
def test_an_address_that_must_not_be_asked_is_invalid(peer: Peer, url: str) -> None:
    """Secrets go by https alone."""
    assert kind_of(peer.call("http.get", url=url)) == "invalid"


@pytest.mark.parametrize(("operation", "arguments"), PROBES, ids=lambda one: str(one)[:22])
@pytest.mark.parametrize(("fault", "kind"), FAULTS)
def test_silence_is_refused_with_its_kind(
    peer: Peer, operation: str, arguments: dict[str, Value], fault: FaultKind, kind: str
) -> None:
    """A probe never leaves anything open: it changed nothing."""
    webhook(peer)
    peer.arrange("http.page", url=PAGE)
    peer.fault("http", fault)
    assert kind_of(peer.call(operation, **arguments)) == kind


@pytest.mark.parametrize(
    ("fault", "status", "verdict"),
    [
        ("unavailable", 503, "failing"),
        ("rate_limited", 429, "refused"),
        ("garbage_answer", 200, "refused"),
    ],
)
def test_what_stands_before_it_answers_too(
    peer: Peer, fault: FaultKind, status: int, verdict: str
) -> None:
    """A status like any other."""
    webhook(peer)
    peer.fault("http", fault)
    found = row_of(peer.call("http.handshake", url=HOOK, token="VERIFY"))
    assert (found["status"], found["verdict"]) == (status, verdict)


def test_metas_own_handshake_is_with_the_same_webhook(peer: Peer) -> None:
    """What a probe finds and what Meta finds are one thing."""
    webhook(peer)
    for word, taken in (("right", True), ("wrong", False)):
        token = SecretValue(word, SecretReference("token", "digest"))
        outcome = peer.call(
            "meta.subscribe_app",
            key=word,
            callback_url=HOOK,
            fields=("messages",),
            verify_token=token,
        )
        assert isinstance(outcome, Succeeded) is taken


def test_a_webhook_without_its_secrets_takes_nothing() -> None:
    """A secret that is not set is not the empty one."""
    peer = SimulatedPeer()
    peer.arrange("http.webhook", url=HOOK, verify_token="VERIFY", app_secret="APP")
    assert row_of(peer.call("http.notify_unsigned", url=HOOK))["verdict"] == "refused"


def test_a_webhook_that_fails_says_so(peer: Peer) -> None:
    """Its own trouble is not a wrong signature."""
    webhook(peer, answers=500)
    found = row_of(peer.call("http.notify_signed", url=HOOK, app_secret="APP"))
    assert (found["status"], found["verdict"]) == (500, "failing")
