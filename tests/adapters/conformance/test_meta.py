"""The WhatsApp adapter keeps its signature on whatever answers like Meta."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import Unsettled
from rbengine.contract.values import SecretReference, SecretValue, Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of, value_of
from support.peers import START, Peer, SimulatedPeer

LIVE = "prism_peer"

MINUTE = timedelta(minutes=1)
WINDOW: dict[str, Value] = {"from": START - 60 * MINUTE, "to": START}


def ids(peer: Peer, **arguments: Value) -> list[Value]:
    """What `message_history` gives, by id."""
    outcome = peer.call("meta.message_history", **{**WINDOW, **arguments})
    return [one["message_id"] for one in rows_of(outcome)]


def test_messages_of_the_window_are_told_newest_first(peer: Peer) -> None:
    """The success of `message_history`; its order is ours, the vendor promises none."""
    for name, ago in (("wamid.b", 30), ("wamid.a", 60), ("wamid.old", 61), ("wamid.c", 0)):
        peer.arrange("meta.message", id=name, at=START - ago * MINUTE)
    assert ids(peer) == ["wamid.c", "wamid.b", "wamid.a"]


def test_a_message_is_seen_when_it_first_happened_and_stands_where_it_last_did(peer: Peer) -> None:
    """Between them it was tried again and again."""
    for status, webhook, ago in (("SENT", "RETRYING", 20), ("DELIVERED", "FAILED", 10)):
        peer.arrange(
            "meta.message",
            id="wamid.1",
            status=status,
            webhook=webhook,
            error="HTTP 500",
            at=START - ago * MINUTE,
        )
    assert dict(rows_of(peer.call("meta.message_history", **WINDOW))[0]) == {
        "message_id": "wamid.1",
        "at": START - 20 * MINUTE,
        "status": "DELIVERED",
        "webhook": "FAILED",
        "error": "HTTP 500",
    }


def test_a_long_history_is_read_to_its_end(peer: Peer) -> None:
    """A hundred on a page."""
    for number in range(250):
        peer.arrange("meta.message", id=f"wamid.{number}", at=START - number * timedelta(seconds=1))
    assert len(ids(peer)) == 250


def test_more_than_the_bound_is_refused(peer: Peer) -> None:
    """Never a silent cut."""
    for number in range(3):
        peer.arrange("meta.message", id=f"wamid.{number}", at=START - MINUTE)
    assert kind_of(peer.call("meta.message_history", **WINDOW, at_most=2)) == "too_many"
    assert len(ids(peer, at_most=3)) == 3


@pytest.mark.parametrize(
    "wrong", [{"at_most": 0}, {"from": START, "to": START - MINUTE}], ids=["bound", "window"]
)
def test_a_question_that_means_nothing_is_refused(peer: Peer, wrong: dict[str, Value]) -> None:
    """Before Meta is asked."""
    assert kind_of(peer.call("meta.message_history", **{**WINDOW, **wrong})) == "invalid"


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_read_that_fails_is_refused_with_its_kind(
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """A read never leaves anything open: it changed nothing."""
    simulated.fault("meta", fault)
    assert kind_of(simulated.call("meta.message_history", **WINDOW)) == kind


def test_a_number_that_can_send_says_so(peer: Peer) -> None:
    """The success of `phone_health`; one that nobody describes is well."""
    assert dict(row_of(peer.call("meta.phone_health"))) == {
        "can_send": "AVAILABLE",
        "quality": "GREEN",
        "problems": (),
    }


def test_a_number_that_cannot_send_says_why(peer: Peer) -> None:
    """In Meta's words, and whose trouble it is."""
    peer.arrange("meta.phone", can_send="BLOCKED", quality="RED", problem="Payment is missing.")
    found = row_of(peer.call("meta.phone_health"))
    assert (found["can_send"], found["quality"]) == ("BLOCKED", "RED")
    assert found["problems"] == ("PHONE_NUMBER: Payment is missing.",)


HOOK = "https://hooks.test/whatsapp"


def token(text: str) -> SecretValue:
    """A secret as the host hands it out."""
    return SecretValue(text, SecretReference("token", "digest"))


def test_what_the_app_is_told_is_listed(peer: Peer) -> None:
    """Without the token, which Meta shows to nobody."""
    assert value_of(peer.call("meta.app_subscriptions")) == ()
    peer.arrange("meta.subscription", callback_url=HOOK, fields=("messages",), active=False)
    assert [dict(one) for one in rows_of(peer.call("meta.app_subscriptions"))] == [
        {
            "object": "whatsapp_business_account",
            "callback_url": HOOK,
            "active": False,
            "fields": ("messages",),
        }
    ]


def test_apps_of_the_account_are_listed_with_what_overrides_them(peer: Peer) -> None:
    """An override is the webhook that is really called."""
    peer.arrange("meta.waba_app", id="1", name="Chat")
    peer.arrange("meta.waba_app", id="2", name="Bot", override=HOOK)
    found = rows_of(peer.call("meta.waba_apps"))
    assert [(one["name"], one["override_callback_url"]) for one in found] == [
        ("Chat", None),
        ("Bot", HOOK),
    ]


SUBSCRIBE: dict[str, Value] = {
    "callback_url": HOOK,
    "fields": ("messages", "account_update"),
    "verify_token": token("right"),
}


def test_a_webhook_that_answers_the_handshake_is_subscribed(peer: Peer) -> None:
    """Twice is as once."""
    peer.arrange("meta.webhook", url=HOOK, verify_token="right")
    for _ in range(2):
        assert value_of(peer.call("meta.subscribe_app", **SUBSCRIBE)) is None
    found = rows_of(peer.call("meta.app_subscriptions"))
    assert [(one["callback_url"], one["active"], one["fields"]) for one in found] == [
        (HOOK, True, ("messages", "account_update"))
    ]


def test_a_webhook_that_refuses_the_handshake_is_a_conflict_and_nothing_changes(peer: Peer) -> None:
    """Meta asks before it stores anything."""
    peer.arrange("meta.subscription", callback_url="https://old.test/", verify_token="old")
    peer.arrange("meta.webhook", url=HOOK, verify_token="another")
    outcome = peer.call("meta.subscribe_app", **SUBSCRIBE)
    assert kind_of(outcome) == "conflict"
    assert "right" not in str(outcome)
    found = rows_of(peer.call("meta.app_subscriptions"))
    assert [one["callback_url"] for one in found] == ["https://old.test/"]


@pytest.mark.parametrize(
    "wrong",
    [{"callback_url": "http://hooks.test/"}, {"fields": ()}],
    ids=["not by https", "no fields"],
)
def test_a_subscription_that_cannot_be_is_invalid(peer: Peer, wrong: dict[str, Value]) -> None:
    """Before Meta is asked."""
    assert kind_of(peer.call("meta.subscribe_app", **{**SUBSCRIBE, **wrong})) == "invalid"


@pytest.mark.parametrize("fault", ["lost_answer", "garbage_answer", "timeout", "unavailable"])
def test_a_subscription_without_answer_is_open_and_may_be_made_again(
    simulated: SimulatedPeer, fault: FaultKind
) -> None:
    """It is naturally repeatable: the host sends it again."""
    simulated.arrange("meta.webhook", url=HOOK, verify_token="right")
    simulated.fault("meta", fault)
    assert isinstance(simulated.call("meta.subscribe_app", **SUBSCRIBE), Unsettled)
    assert simulated.settle("meta.subscribe_app") is None
    simulated.pass_time(timedelta(hours=1))
    value_of(simulated.call("meta.subscribe_app", **SUBSCRIBE))
    assert len(rows_of(simulated.call("meta.app_subscriptions"))) == 1


@pytest.mark.parametrize("operation", ["phone_health", "app_subscriptions", "waba_apps"])
@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_other_reads_fail_alike(
    simulated: SimulatedPeer, operation: str, fault: FaultKind, kind: str
) -> None:
    """By the same table."""
    simulated.fault("meta", fault)
    assert kind_of(simulated.call(f"meta.{operation}")) == kind


@pytest.mark.parametrize("name", ["meta.app", "meta.business_account"])
def test_an_id_that_only_some_calls_need_is_named_by_them(name: str) -> None:
    """Who never asks for it never misses it."""
    peer = SimulatedPeer(settings={name: "none"})
    operation = "app_subscriptions" if name == "meta.app" else "waba_apps"
    outcome = peer.call(f"meta.{operation}")
    assert kind_of(outcome) == "invalid"
    assert name in str(outcome)
    row_of(peer.call("meta.phone_health"))
