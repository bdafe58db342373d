"""The Twilio adapter keeps its signature on whatever answers like Twilio."""

from datetime import timedelta

import pytest
from rbengine.contract.values import Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, rows_of
from support.peers import START, Peer

MINUTE = timedelta(minutes=1)
WINDOW: dict[str, Value] = {"from": START - 60 * MINUTE, "to": START}


def message(peer: Peer, body: str, ago: timedelta, **more: Value) -> None:
    """One SMS of the account."""
    given: dict[str, Value] = {"from": "+393330000001", "to": "+39020000000", **more}
    peer.arrange("twilio.message", body=body, at=START - ago, **given)


def bodies(peer: Peer, **arguments: Value) -> list[Value]:
    """What `messages` gives, by text."""
    return [one["body"] for one in rows_of(peer.call("twilio.messages", **{**WINDOW, **arguments}))]


def test_messages_of_the_window_are_told_newest_first(peer: Peer) -> None:
    """The success of `messages`, both edges included."""
    for body, ago in (("too old", 61), ("first", 60), ("last", 0), ("between", 30)):
        message(peer, body, ago * MINUTE)
    assert bodies(peer) == ["last", "between", "first"]


def test_a_message_tells_who_and_when_and_what(peer: Peer) -> None:
    """Everything that putting it back needs."""
    sid = "SM" + "0" * 31 + "7"
    message(peer, "Grüße", 5 * MINUTE, sid=sid, error_code=30003)
    found = rows_of(peer.call("twilio.messages", **WINDOW))[0]
    assert dict(found) == {
        "sid": sid,
        "from": "+393330000001",
        "to": "+39020000000",
        "body": "Grüße",
        "direction": "inbound",
        "status": "received",
        "error_code": 30003,
        "at": START - 5 * MINUTE,
    }


def test_one_way_is_told_apart_from_the_other(peer: Peer) -> None:
    """Twilio has three words for outbound and no filter for any."""
    message(peer, "in", MINUTE)
    for number, direction in enumerate(("outbound-api", "outbound-call", "outbound-reply")):
        message(peer, direction, (2 + number) * MINUTE, direction=direction, status="sent")
    assert bodies(peer, direction="inbound") == ["in"]
    assert bodies(peer, direction="outbound") == [
        "outbound-api",
        "outbound-call",
        "outbound-reply",
    ]


def test_a_long_list_is_read_to_its_end(peer: Peer) -> None:
    """The one that is missing may stand on the third page."""
    for number in range(2100):
        message(peer, str(number), number * timedelta(seconds=1))
    assert len(bodies(peer, at_most=3000)) == 2100


def test_more_than_the_bound_is_refused(peer: Peer) -> None:
    """Never a silent cut."""
    for number in range(3):
        message(peer, str(number), number * MINUTE)
    assert kind_of(peer.call("twilio.messages", **WINDOW, at_most=2)) == "too_many"
    assert len(bodies(peer, at_most=3)) == 3


@pytest.mark.parametrize(
    "wrong", [{"at_most": 0}, {"from": START, "to": START - MINUTE}], ids=["bound", "window"]
)
def test_a_question_that_means_nothing_is_refused(peer: Peer, wrong: dict[str, Value]) -> None:
    """Before Twilio is asked."""
    assert kind_of(peer.call("twilio.messages", **{**WINDOW, **wrong})) == "invalid"


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_read_that_fails_is_refused_with_its_kind(
    peer: Peer, fault: FaultKind, kind: str
) -> None:
    """A read never leaves anything open: it changed nothing."""
    peer.fault("twilio", fault)
    assert kind_of(peer.call("twilio.messages", **WINDOW)) == kind
