"""The realtime adapter keeps its signature on whatever speaks Realtime's protocol over a WebSocket."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import RefusalKind
from rbengine.rehearsal.company.faults import FaultKind
from support.outcomes import READ_FAULTS, kind_of, row_of
from support.peers import START, Peer, SimulatedPeer

FIRST = timedelta(milliseconds=1)
"""The connection is opened; the channel is not yet joined."""


def test_a_subscription_that_works_says_so(peer: Peer) -> None:
    """The success of `probe`: joined first, subscribed later."""
    found = row_of(peer.call("realtime.probe", table="messages"))
    assert found["says"] == "Subscribed to PostgreSQL"
    joined, subscribed = found["joined"], found["subscribed"]
    assert isinstance(joined, timedelta)
    assert isinstance(subscribed, timedelta)
    assert timedelta() < joined < subscribed


def test_a_channel_that_is_joined_and_silent_is_no_subscription(peer: Peer) -> None:
    """The join is answered before the subscription works: waiting for it alone would call this well."""
    peer.arrange("realtime.service", trouble="stuck")
    assert kind_of(peer.call("realtime.probe", table="messages")) == "timeout"


def test_closing_all_connections_helps_a_stuck_one() -> None:
    """Clients reconnect by themselves."""
    peer = SimulatedPeer()
    peer.arrange("realtime.service", trouble="stuck", since=START - timedelta(hours=1))
    peer.call("supabase.realtime_shutdown")
    row_of(peer.call("realtime.probe", table="messages"))


def test_a_table_that_is_not_published_is_a_conflict() -> None:
    """Realtime says so only after the channel is joined."""
    peer = SimulatedPeer()
    peer.company.is_published = lambda schema, table: (schema, table) == ("public", "messages")
    row_of(peer.call("realtime.probe", table="messages"))
    outcome = peer.call("realtime.probe", table="invoices")
    assert kind_of(outcome) == "conflict"
    assert "table: invoices" in str(outcome)


def test_a_wrong_key_is_unauthorized_and_not_repeated(peer: Peer) -> None:
    """Refused at the door."""
    peer.arrange("realtime.service", trouble="wrong key")
    outcome = peer.call("realtime.probe", table="messages")
    assert kind_of(outcome) == "unauthorized"
    assert "simulated-public-key" not in str(outcome)


def test_a_suspended_project_takes_no_connections(peer: Peer) -> None:
    """Refused at the door as well: the settings tell the two apart."""
    peer.arrange("supabase.realtime", suspended=True)
    assert kind_of(peer.call("realtime.probe", table="messages")) == "unauthorized"


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_connection_that_fails_is_refused_with_its_kind(
    peer: Peer, fault: FaultKind, kind: str
) -> None:
    """At the door."""
    peer.fault("realtime", fault)
    assert kind_of(peer.call("realtime.probe", table="messages")) == kind


LATER: tuple[tuple[FaultKind, RefusalKind], ...] = READ_FAULTS


@pytest.mark.parametrize(("fault", "kind"), LATER)
def test_a_channel_that_fails_is_refused_with_its_kind(
    peer: Peer, fault: FaultKind, kind: str
) -> None:
    """The connection was still opened."""
    peer.fault("realtime", fault, FIRST)
    assert kind_of(peer.call("realtime.probe", table="messages")) == kind


def test_the_time_of_the_call_counts_for_all_of_it(peer: Peer) -> None:
    """Each answer in time, all of them too late."""
    peer.fault("realtime", "slow")
    assert kind_of(peer.call("realtime.probe", table="messages")) == "timeout"
