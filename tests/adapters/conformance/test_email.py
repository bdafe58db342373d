"""The e-mail adapter keeps its signature on whatever answers like Resend."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import Unsettled
from rbengine.contract.values import Row, Value
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of
from support.peers import AFTER_ONE_REQUEST, Peer, SimulatedPeer

LIVE = "prism_peer"

MESSAGE = Row({"subject": "Hello", "text": "Dear all,\n\nthat is all.\n"})

SEND: dict[str, Value] = {"to": "a@b.test", "message": MESSAGE}


def mailbox(peer: Peer) -> list[str]:
    """Who got a mail, in order."""
    if not isinstance(peer, SimulatedPeer):
        pytest.skip("this peer's mailbox cannot be read")
    return [one.to for one in peer.company.mailbox]


def people(count: int) -> tuple[Value, ...]:
    """That many addresses."""
    return tuple(f"p{number}@b.test" for number in range(count))


def test_a_mail_arrives_as_it_was_written(simulated: SimulatedPeer) -> None:
    """The success of `send`."""
    found = row_of(simulated.call("email.send", **SEND))
    assert mailbox(simulated) == ["a@b.test"]
    sent = simulated.company.mailbox[0]
    assert (sent.id, sent.subject, sent.text) == (found["id"], "Hello", MESSAGE["text"])
    assert sent.sender == simulated.setting("email.from")


def test_the_same_call_again_sends_nothing_new(peer: Peer) -> None:
    """A crash between answer and journal must not write to the customer twice."""
    assert row_of(peer.call("email.send", **SEND)) == row_of(peer.call("email.send", **SEND))
    assert mailbox(peer) == ["a@b.test"]


def test_the_same_mail_by_another_call_is_another_mail(peer: Peer) -> None:
    """Keys belong to places in the playbook, not to texts."""
    row_of(peer.call("email.send", **SEND))
    row_of(peer.call("email.send", key="key-2", **SEND))
    assert mailbox(peer) == ["a@b.test", "a@b.test"]


@pytest.mark.parametrize(
    "change",
    [
        {"to": "nobody"},
        {"to": "a@b.test, c@d.test"},
        {"to": "a@b.test\nBcc: c@d.test"},
        {"to": "<a@b.test>"},
        {"to": ""},
        {"message": Row({"subject": "Hello\nBcc: c@d.test", "text": "x"})},
        {"message": Row({"subject": "", "text": "x"})},
    ],
)
def test_a_mail_that_cannot_be_is_invalid(peer: Peer, change: dict[str, Value]) -> None:
    """One address, one subject line, and no way to more."""
    assert kind_of(peer.call("email.send", **{**SEND, **change})) == "invalid"
    assert mailbox(peer) == []


def test_a_key_used_for_another_mail_is_a_conflict(peer: Peer) -> None:
    """The vendor refuses it; the second text is not sent."""
    row_of(peer.call("email.send", **SEND))
    assert kind_of(peer.call("email.send", **{**SEND, "to": "c@d.test"})) == "conflict"
    assert mailbox(peer) == ["a@b.test"]


def test_a_long_key_is_still_one_key(peer: Peer) -> None:
    """Places in playbooks can be longer than what the vendor takes."""
    key = "incident/" + "x" * 400
    row_of(peer.call("email.send", key=key, **SEND))
    row_of(peer.call("email.send", key=key, **SEND))
    row_of(peer.call("email.send", key=key + "y", **SEND))
    assert len(mailbox(peer)) == 2


def test_a_rate_limited_mail_was_not_sent(simulated: SimulatedPeer) -> None:
    """429 is certain."""
    simulated.fault("email", "rate_limited")
    assert kind_of(simulated.call("email.send", **SEND)) == "rate_limited"
    assert mailbox(simulated) == []


@pytest.mark.parametrize("fault", ["lost_answer", "garbage_answer", "timeout", "unavailable"])
def test_a_mail_without_answer_is_settled_and_sent_once(
    simulated: SimulatedPeer, fault: FaultKind
) -> None:
    """The key goes out again: what was sent is not sent twice, what was not is sent now. There is no look."""
    simulated.fault("email", fault)
    assert isinstance(simulated.call("email.send", **SEND), Unsettled)
    simulated.pass_time(timedelta(hours=1))
    assert simulated.settle("email.send") is None
    row_of(simulated.call("email.send", **SEND))
    assert mailbox(simulated) == ["a@b.test"]


def test_each_of_many_gets_a_mail_of_their_own(peer: Peer) -> None:
    """Nobody sees the others, and who stands twice gets it once."""
    listed = people(250)
    found = rows_of(peer.call("email.send_each", to=(*listed, listed[0]), message=MESSAGE))
    assert len(found) == 250
    assert mailbox(peer) == list(listed)


def test_nobody_gets_nothing(peer: Peer) -> None:
    """An empty list is no mistake and no request."""
    assert rows_of(peer.call("email.send_each", to=(), message=MESSAGE)) == []
    assert mailbox(peer) == []


def test_one_bad_address_stops_all_before_any_is_sent(peer: Peer) -> None:
    """Not half a list."""
    listed = (*people(150), "nobody")
    assert kind_of(peer.call("email.send_each", to=listed, message=MESSAGE)) == "invalid"
    assert mailbox(peer) == []


def test_many_mails_stopped_half_way_are_settled_and_each_sent_once(
    simulated: SimulatedPeer,
) -> None:
    """Some went out, so the call is neither done nor refused; its keys make the rest safe."""
    simulated.fault("email", "rate_limited", after=AFTER_ONE_REQUEST)
    outcome = simulated.call("email.send_each", to=people(250), message=MESSAGE)
    assert isinstance(outcome, Unsettled)
    assert "100 of 250" in outcome.text
    assert len(mailbox(simulated)) == 100
    simulated.pass_time(timedelta(hours=1))
    assert len(rows_of(simulated.call("email.send_each", to=people(250), message=MESSAGE))) == 250
    assert mailbox(simulated) == list(people(250))


def test_many_mails_refused_at_once_were_not_sent(simulated: SimulatedPeer) -> None:
    """The first batch decides."""
    simulated.fault("email", "rate_limited")
    outcome = simulated.call("email.send_each", to=people(250), message=MESSAGE)
    assert kind_of(outcome) == "rate_limited"


def test_domains_are_listed_to_the_last(peer: Peer) -> None:
    """The success of `domains`, over several pages."""
    assert rows_of(peer.call("email.domains")) == []
    for number in range(130):
        status = "failed" if number == 129 else "verified"
        peer.arrange("email.domain", name=f"{number}.test", status=status)
    found = rows_of(peer.call("email.domains"))
    assert [one["name"] for one in found] == [f"{number}.test" for number in range(130)]
    assert dict(found[-1]) == {"name": "129.test", "status": "failed", "region": "eu-west-1"}


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_domains_that_cannot_be_read_say_why(
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """A look leaves nothing open."""
    simulated.fault("email", fault)
    assert kind_of(simulated.call("email.domains")) == kind
