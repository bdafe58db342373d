"""The realtime adapter keeps its signature on whatever speaks Realtime's protocol over a WebSocket."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from rbengine.contract.outcomes import RefusalKind
from rbengine.rehearsal.company.doors import open_stream
from rbengine.rehearsal.company.faults import FaultKind
from rbengine.rehearsal.company.realtime.model import PUBLIC_KEY
from rbengine.rehearsal.company.realtime.stream import RealtimeStream
from support.live import live
from support.outcomes import READ_FAULTS, kind_of, row_of
from support.peer_realtime import (
    RealtimePeer,
    RealtimeServer,
    realtime_server,
    realtime_settings,
    vendors_client,
)
from support.peers import START, Peer, SimulatedPeer
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.protocol import Event
from websockets.uri import parse_uri

LIVE = "realtime_peer"


@pytest.fixture(scope="module")
def realtime_program() -> Iterator[RealtimeServer]:
    """The company's Realtime on a port of this machine."""
    with realtime_server() as server:
        yield server


@pytest.fixture
def realtime_peer(realtime_program: RealtimeServer) -> Iterator[RealtimePeer]:
    """It, for a company of its own."""
    with live(realtime_settings(realtime_program.port)) as connections:
        yield RealtimePeer(connections, realtime_program)


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


def test_a_channel_that_is_joined_and_silent_is_no_subscription(simulated: SimulatedPeer) -> None:
    """The join is answered before the subscription works: waiting for it alone would call this well."""
    simulated.arrange("realtime.service", trouble="stuck")
    assert kind_of(simulated.call("realtime.probe", table="messages")) == "timeout"


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
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """At the door."""
    simulated.fault("realtime", fault)
    assert kind_of(simulated.call("realtime.probe", table="messages")) == kind


LATER: tuple[tuple[FaultKind, RefusalKind], ...] = READ_FAULTS


@pytest.mark.parametrize(("fault", "kind"), LATER)
def test_a_channel_that_fails_is_refused_with_its_kind(
    simulated: SimulatedPeer, fault: FaultKind, kind: str
) -> None:
    """The connection was still opened."""
    simulated.fault("realtime", fault, FIRST)
    assert kind_of(simulated.call("realtime.probe", table="messages")) == kind


def test_the_time_of_the_call_counts_for_all_of_it(simulated: SimulatedPeer) -> None:
    """Each answer in time, all of them too late."""
    simulated.fault("realtime", "slow")
    assert kind_of(simulated.call("realtime.probe", table="messages")) == "timeout"


@pytest.mark.peers
def test_the_vendors_own_client_subscribes(
    realtime_program: RealtimeServer, realtime_peer: RealtimePeer
) -> None:
    """What our probe believes, it believes too: joined first, then told that the database sends."""
    told = vendors_client(realtime_program, PUBLIC_KEY, "messages")
    assert told == [["SUBSCRIBED", None], ["ok", "Subscribed to PostgreSQL"]]
    found = row_of(realtime_peer.call("realtime.probe", table="messages"))
    assert found["says"] == "Subscribed to PostgreSQL"


@pytest.mark.peers
def test_the_vendors_own_client_is_refused_a_table_that_is_not_published(
    realtime_program: RealtimeServer, realtime_peer: RealtimePeer
) -> None:
    """After it was told that it is subscribed: the join alone proves nothing."""
    realtime_peer.company.is_published = lambda schema, table: table == "messages"  # noqa: ARG005
    told = vendors_client(realtime_program, PUBLIC_KEY, "invoices")
    assert told[0] == ["SUBSCRIBED", None]
    assert "table: invoices" in told[1][1]
    assert kind_of(realtime_peer.call("realtime.probe", table="invoices")) == "conflict"


def test_a_client_that_says_that_it_is_there_is_answered() -> None:
    """The vendor's own does so before anything else."""
    client = ClientProtocol(
        parse_uri(f"ws://here/realtime/v1/websocket?apikey={PUBLIC_KEY}&vsn=1.0.0")
    )
    stream = open_stream(SimulatedPeer().company, "realtime", "here", 5)
    assert isinstance(stream, RealtimeStream)
    client.send_request(client.connect())
    beat = {"topic": "phoenix", "event": "heartbeat", "payload": {}, "ref": "1"}
    heard: list[Event] = []
    for sent in (None, json.dumps(beat).encode("utf-8")):
        if sent is not None:
            client.send_text(sent)
        stream.sendall(b"".join(client.data_to_send()))
        buffer = bytearray(4096)
        client.receive_data(bytes(buffer[: stream.readinto(buffer)]))
        heard += client.events_received()
    reply = heard[-1]
    assert isinstance(reply, Frame)
    assert json.loads(bytes(reply.data))["payload"] == {"status": "ok", "response": {}}
