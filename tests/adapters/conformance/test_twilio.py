"""The Twilio adapter keeps its signature on whatever answers like Twilio."""

from datetime import timedelta
from decimal import Decimal

import pytest
from rbengine.contract.outcomes import Unsettled
from rbengine.contract.values import Row, Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of
from support.peers import START, Peer, SimulatedPeer

LIVE = "prism_peer"

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
        "error": "unreachable",
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
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """A read never leaves anything open: it changed nothing."""
    simulated.fault("twilio", fault)
    assert kind_of(simulated.call("twilio.messages", **WINDOW)) == kind


# Sending ---------------------------------------------------------------------------------------------------

NUMBER = "+393331234567"
SEND: dict[str, Value] = {"to": NUMBER, "message": Row({"subject": "s", "text": "Wake up"})}


def texts(peer: Peer) -> list[tuple[str, str]]:
    """What left, in order."""
    if not isinstance(peer, SimulatedPeer):
        pytest.skip("this peer's texts cannot be read")
    return [(one.to, one.text) for one in peer.company.texts]


def test_a_text_message_leaves_as_it_was_written(simulated: SimulatedPeer) -> None:
    """The success of `send`: the text, and not the subject."""
    sent = row_of(simulated.call("twilio.send", **SEND))
    assert texts(simulated) == [(NUMBER, "Wake up")]
    assert (sent["direction"], sent["error"]) == ("outbound-api", None)
    simulated.pass_time(MINUTE)
    found = rows_of(simulated.call("twilio.messages", **{"from": START, "to": START + 2 * MINUTE}))
    assert [(one["sid"], one["status"]) for one in found] == [(sent["sid"], "delivered")]


@pytest.mark.parametrize(
    "change",
    [
        {"to": "0039 333"},
        {"to": "+39333\n1"},
        {"to": ""},
        {"message": Row({"subject": "s", "text": "  "})},
        {"message": Row({"subject": "s", "text": "x" * 1601})},
    ],
)
def test_a_text_that_cannot_be_is_invalid(peer: Peer, change: dict[str, Value]) -> None:
    """Before Twilio is asked: a long one is not cut in silence."""
    assert kind_of(peer.call("twilio.send", **{**SEND, **change})) == "invalid"
    assert texts(peer) == []


@pytest.mark.parametrize(
    ("code", "kind", "meaning"),
    [
        (21608, "invalid", "to_not_verified"),
        (21614, "invalid", "to_not_mobile"),
        (21610, "conflict", "to_opted_out"),
    ],
)
def test_a_number_that_takes_no_texts_is_refused_and_logged(
    peer: Peer, code: int, kind: str, meaning: str
) -> None:
    """The receiver is at fault, whatever the code was taken for."""
    peer.arrange("twilio.number", number=NUMBER, sms_error=code)
    assert kind_of(peer.call("twilio.send", **SEND)) == kind
    assert texts(peer) == []
    found = rows_of(peer.call("twilio.alerts", since=START - MINUTE))
    assert [(one["code"], one["error"]) for one in found] == [(code, meaning)]


def test_a_text_that_the_carrier_filters_is_taken_and_fails_later(simulated: SimulatedPeer) -> None:
    """30007 stands on the message and is no answer to the request."""
    simulated.arrange("twilio.number", number=NUMBER, sms_error=30007)
    row_of(simulated.call("twilio.send", **SEND))
    simulated.pass_time(MINUTE)
    found = rows_of(simulated.call("twilio.messages", **{"from": START, "to": START + 2 * MINUTE}))
    assert [(one["status"], one["error"]) for one in found] == [("undelivered", "filtered")]


@pytest.mark.parametrize("fault", ["lost_answer", "garbage_answer"])
def test_a_text_that_left_without_an_answer_is_found(
    simulated: SimulatedPeer, fault: FaultKind
) -> None:
    """Twilio keeps no keys; the message itself is the evidence."""
    simulated.fault("twilio", fault)
    assert isinstance(simulated.call("twilio.send", **SEND), Unsettled)
    assert simulated.settle("twilio.send") is None, "Twilio still does not answer"
    simulated.pass_time(timedelta(hours=1))
    assert row_of(simulated.settle("twilio.send"))["body"] == "Wake up"
    assert texts(simulated) == [(NUMBER, "Wake up")]


@pytest.mark.parametrize("fault", ["timeout", "unavailable"])
def test_a_text_that_never_left_is_known_not_to_have(
    simulated: SimulatedPeer, fault: FaultKind
) -> None:
    """Once so much time has passed that it cannot be on its way any more."""
    simulated.fault("twilio", fault)
    assert isinstance(simulated.call("twilio.send", **SEND), Unsettled)
    simulated.pass_time(timedelta(hours=1))
    assert kind_of(simulated.settle("twilio.send")) == "not_found"
    assert texts(simulated) == []


def test_a_look_that_comes_at_once_proves_nothing(simulated: SimulatedPeer) -> None:
    """The request may still be on its way."""
    simulated.fault("twilio", "unavailable")
    assert isinstance(simulated.call("twilio.send", **SEND), Unsettled)
    simulated.company.faults = type(simulated.company.faults)((("twilio", "twilio"),))
    assert simulated.settle("twilio.send") is None


def test_two_texts_that_are_alike_cannot_be_told_apart(simulated: SimulatedPeer) -> None:
    """A person looks."""
    row_of(simulated.call("twilio.send", key="key-0", **SEND))
    simulated.fault("twilio", "lost_answer")
    assert isinstance(simulated.call("twilio.send", **SEND), Unsettled)
    simulated.pass_time(timedelta(hours=1))
    assert simulated.settle("twilio.send") is None


def test_an_older_text_that_is_alike_is_not_taken_for_ours(simulated: SimulatedPeer) -> None:
    """Yesterday's alarm had the same words."""
    row_of(simulated.call("twilio.send", key="key-0", **SEND))
    simulated.pass_time(timedelta(hours=1))
    simulated.fault("twilio", "unavailable")
    assert isinstance(simulated.call("twilio.send", **SEND), Unsettled)
    simulated.pass_time(timedelta(hours=1))
    assert kind_of(simulated.settle("twilio.send")) == "not_found"


def test_a_rate_limited_text_was_not_sent(simulated: SimulatedPeer) -> None:
    """429 is certain."""
    simulated.fault("twilio", "rate_limited")
    assert kind_of(simulated.call("twilio.send", **SEND)) == "rate_limited"
    assert texts(simulated) == []


@pytest.mark.parametrize("sender", ["none", "0039", "AC" + "0" * 32])
def test_a_sender_that_is_none_is_named(sender: str) -> None:
    """Only by the calls that need one."""
    peer = SimulatedPeer(settings={"twilio.from": sender})
    outcome = peer.call("twilio.send", **SEND)
    assert kind_of(outcome) == "invalid"
    assert "twilio.from" in str(outcome)
    row_of(peer.call("twilio.balance"))


def test_a_messaging_service_sends_and_does_not_call() -> None:
    """It has many numbers and no voice."""
    peer = SimulatedPeer(settings={"twilio.from": "MG" + "0" * 32})
    row_of(peer.call("twilio.send", **SEND))
    assert kind_of(peer.call("twilio.place_call", to=NUMBER, say="Hello")) == "invalid"


# Calls -----------------------------------------------------------------------------------------------------


def test_a_call_is_placed_rings_is_spoken_and_ends(simulated: SimulatedPeer) -> None:
    """The success of `place_call` and `call`."""
    placed = row_of(simulated.call("twilio.place_call", to=NUMBER, say="This is a <test>"))
    assert (placed["to"], placed["status"], placed["duration"]) == (NUMBER, "queued", None)
    seen = []
    for _ in range(4):
        seen.append(row_of(simulated.call("twilio.call", call=placed["sid"]))["status"])
        simulated.pass_time(timedelta(seconds=12))
    assert seen == ["ringing", "in-progress", "in-progress", "completed"]
    assert row_of(simulated.call("twilio.call", call=placed["sid"]))["duration"] == timedelta(
        seconds=20
    )


@pytest.mark.parametrize("answers", ["busy", "failed", "no-answer"])
def test_a_call_that_nobody_takes_says_so(simulated: SimulatedPeer, answers: str) -> None:
    """And is over."""
    simulated.arrange("twilio.number", number=NUMBER, answers=answers)
    placed = row_of(simulated.call("twilio.place_call", to=NUMBER, say="Hello"))
    simulated.pass_time(MINUTE)
    assert row_of(simulated.call("twilio.call", call=placed["sid"]))["status"] == answers


def test_a_call_is_ended_once_and_stays_ended(simulated: SimulatedPeer) -> None:
    """The undo of `place_call`, also where the call is over already."""
    placed = row_of(simulated.call("twilio.place_call", to=NUMBER, say="Hello"))
    simulated.pass_time(timedelta(seconds=10))
    for _ in range(2):
        ended = row_of(simulated.call("twilio.end_call", call=placed["sid"]))
        assert ended["status"] == "completed"


def test_calls_of_a_window_are_told_newest_first(peer: Peer) -> None:
    """With a status, only those that stand there."""
    for status, ago in (("failed", 30), ("completed", 10), ("failed", 5), ("failed", 61)):
        peer.arrange(
            "twilio.call",
            **{"from": "+39020000000"},
            to=NUMBER,
            status=status,
            at=START - ago * MINUTE,
        )
    found = rows_of(peer.call("twilio.calls", **WINDOW))
    assert [one["at"] for one in found] == [START - ago * MINUTE for ago in (5, 10, 30)]
    failed = rows_of(peer.call("twilio.calls", **WINDOW, status="failed"))
    assert [one["at"] for one in failed] == [START - ago * MINUTE for ago in (5, 30)]
    assert kind_of(peer.call("twilio.calls", **WINDOW, at_most=2)) == "too_many"


@pytest.mark.parametrize("fault", ["lost_answer", "timeout"])
def test_a_call_without_answer_is_looked_for(simulated: SimulatedPeer, fault: FaultKind) -> None:
    """Ringing twice at night is twice too often."""
    simulated.fault("twilio", fault)
    assert isinstance(simulated.call("twilio.place_call", to=NUMBER, say="Hello"), Unsettled)
    simulated.pass_time(timedelta(hours=1))
    found = simulated.settle("twilio.place_call")
    if fault == "lost_answer":
        assert row_of(found)["to"] == NUMBER
    else:
        assert kind_of(found) == "not_found"


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("place_call", {"to": "333", "say": "Hello"}),
        ("place_call", {"to": NUMBER, "say": " "}),
        ("call", {"call": "CA1"}),
        ("end_call", {"call": "../Accounts"}),
        ("lookup", {"number": "call me"}),
        ("alerts", {"since": START + MINUTE}),
        ("alerts", {"since": START, "at_most": 0}),
    ],
)
def test_what_means_nothing_is_invalid(
    peer: Peer, operation: str, arguments: dict[str, Value]
) -> None:
    """Before Twilio is asked."""
    assert kind_of(peer.call(f"twilio.{operation}", **arguments)) == "invalid"


def test_a_call_that_is_not_there_is_not_found(peer: Peer) -> None:
    """For reading and for ending."""
    for operation in ("twilio.call", "twilio.end_call"):
        assert kind_of(peer.call(operation, call="CA" + "0" * 32)) == "not_found"


# Alerts, numbers, money ------------------------------------------------------------------------------------


def test_alerts_say_what_their_codes_mean(peer: Peer) -> None:
    """Newest first; a code nobody knows is `other` and keeps its number."""
    for code, ago in ((21614, 5), (99999, 3), (20429, 10), (21211, 61)):
        peer.arrange("twilio.alert", code=code, text="x", at=START - ago * MINUTE)
    found = rows_of(peer.call("twilio.alerts", since=START - 60 * MINUTE))
    assert [(one["code"], one["error"]) for one in found] == [
        (99999, "other"),
        (21614, "to_not_mobile"),
        (20429, "rate_limited"),
    ]
    assert kind_of(peer.call("twilio.alerts", since=START - 60 * MINUTE, at_most=2)) == "too_many"


def test_many_alerts_are_read_to_their_end(peer: Peer) -> None:
    """Pages of the monitor have another form than those of the API."""
    for _ in range(1100):
        peer.arrange("twilio.alert", code=30007, at=START - MINUTE)
    assert len(rows_of(peer.call("twilio.alerts", since=START - 2 * MINUTE))) == 1100


def test_a_number_that_cannot_be_says_why(peer: Peer) -> None:
    """The success of `lookup`, both ways."""
    peer.arrange("twilio.number", number=NUMBER, country="IT", line_type="landline")
    found = row_of(peer.call("twilio.lookup", number=NUMBER, line_type=True))
    assert (found["valid"], found["country"], found["line_type"]) == (True, "IT", "landline")
    assert row_of(peer.call("twilio.lookup", number=NUMBER))["line_type"] is None
    wrong = row_of(peer.call("twilio.lookup", number="+39 12"))
    assert (wrong["valid"], wrong["problems"]) == (False, ("TOO_SHORT",))


def test_the_balance_is_told_in_its_currency(peer: Peer) -> None:
    """Exactly, and as small letters like all currencies here."""
    peer.arrange("twilio.balance", amount=Decimal("-0.05"), currency="usd")
    assert dict(row_of(peer.call("twilio.balance"))) == {
        "amount": Decimal("-0.05"),
        "currency": "usd",
    }


def test_a_key_that_twilio_does_not_accept_is_unauthorized(peer: Peer) -> None:
    """Which is what `balance` is for."""
    peer.arrange("twilio.key", valid=False)
    assert kind_of(peer.call("twilio.balance")) == "unauthorized"


READS: list[tuple[str, dict[str, Value]]] = [
    ("calls", WINDOW),
    ("call", {"call": "CA" + "0" * 32}),
    ("alerts", {"since": START - MINUTE}),
    ("lookup", {"number": NUMBER}),
    ("balance", {}),
]


@pytest.mark.parametrize(("operation", "arguments"), READS, ids=lambda one: str(one)[:10])
@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_other_reads_fail_alike(
    simulated: SimulatedPeer,
    operation: str,
    arguments: dict[str, Value],
    fault: FaultKind,
    kind: str,
) -> None:
    """By the same table, on all three hosts."""
    simulated.fault("twilio", fault)
    assert kind_of(simulated.call(f"twilio.{operation}", **arguments)) == kind
