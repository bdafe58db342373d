"""The WhatsApp adapter keeps its signature on whatever answers like Meta."""

from datetime import timedelta

import pytest
from rbengine.contract.values import Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, rows_of
from support.peers import START, Peer

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
    peer: Peer, fault: FaultKind, kind: str
) -> None:
    """A read never leaves anything open: it changed nothing."""
    peer.fault("meta", fault)
    assert kind_of(peer.call("meta.message_history", **WINDOW)) == kind
