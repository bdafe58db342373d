"""Sessions of others are ended as the signature says. Real ones: `tests/peers/test_postgres_sessions.py`."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import Unsettled
from rbengine.contract.values import Value
from support.database_peer import DatabasePeer
from support.outcomes import kind_of, value_of
from support.postgres import (  # noqa: F401  # fixtures are found by their names
    START,
    Rehearsal,
    _worker_rehearsal,
    postgres_server,
    rehearsal_database,
)

BEGAN = START - timedelta(hours=1)
QUERY = START - timedelta(minutes=12)


@pytest.fixture
def simulated(rehearsal_database: Rehearsal) -> DatabasePeer:  # noqa: F811
    """The database of rehearsals, whose sessions are rows of the world."""
    return DatabasePeer(rehearsal_database)


def session(peer: DatabasePeer, **cells: Value) -> None:
    """A session of somebody else, running a statement."""
    usual: dict[str, Value] = {
        "pid": 4711,
        "backend_start": BEGAN,
        "query_start": QUERY,
        "state": "active",
        "query": "SELECT pg_sleep(9999)",
    }
    peer.rows("pg_stat_activity", {**usual, **cells})


def states(peer: DatabasePeer) -> list[Value]:
    """Of every session."""
    return [one["state"] for one in peer.read("SELECT state FROM pg_stat_activity ORDER BY pid")]


def cancel(peer: DatabasePeer, **other: Value) -> object:
    """How the call ends."""
    given = {"pid": 4711, "backend_start": BEGAN, "query_start": QUERY}
    return peer.call("postgres.cancel", **{**given, **other})


def terminate(peer: DatabasePeer, **other: Value) -> object:
    """How the call ends."""
    return peer.call("postgres.terminate", **{"pid": 4711, "backend_start": BEGAN, **other})


def test_cancel_ends_the_statement_and_leaves_the_session(peer: DatabasePeer) -> None:
    """Its client can go on."""
    session(peer)
    assert value_of(cancel(peer)) == "asked"
    assert states(peer) == ["idle"]


def test_who_waits_for_its_client_hears_no_cancel(peer: DatabasePeer) -> None:
    """It is asked and goes on; that it can be terminated is why there are two operations."""
    session(peer, wait_event="ClientWrite")
    assert value_of(cancel(peer)) == "asked"
    assert states(peer) == ["active"]
    assert value_of(terminate(peer)) == "asked"
    assert states(peer) == []


def test_a_statement_begun_since_is_left_alone(peer: DatabasePeer) -> None:
    """A second cancel must not end what nobody meant."""
    session(peer)
    later = QUERY - timedelta(minutes=1)
    assert value_of(cancel(peer, query_start=later)) == "gone"
    assert states(peer) == ["active"]


def test_an_idle_session_has_nothing_to_cancel(peer: DatabasePeer) -> None:
    """Its last statement is over."""
    session(peer, state="idle")
    assert value_of(cancel(peer)) == "gone"


def test_terminate_ends_the_session(peer: DatabasePeer) -> None:
    """With whatever it runs."""
    session(peer)
    assert value_of(terminate(peer)) == "asked"
    assert states(peer) == []


def test_a_number_that_was_given_again_is_another_session(peer: DatabasePeer) -> None:
    """Processes end while people decide."""
    session(peer, backend_start=START)
    assert value_of(terminate(peer)) == "gone"
    assert value_of(cancel(peer)) == "gone"
    assert states(peer) == ["active"]


def test_who_has_gone_is_gone(peer: DatabasePeer) -> None:
    """Twice is once."""
    assert value_of(terminate(peer)) == "gone"
    assert value_of(cancel(peer)) == "gone"


def test_processes_of_the_server_are_refused(peer: DatabasePeer) -> None:
    """pg_cron's launcher looks like an idle session, and nothing starts it again."""
    session(peer, state="idle", backend_type="pg_cron launcher")
    assert kind_of(terminate(peer)) == "conflict"
    assert kind_of(cancel(peer)) == "conflict"
    assert states(peer) == ["idle"]


def test_what_the_role_may_not_see_it_may_not_end(peer: DatabasePeer) -> None:
    """Without pg_monitor the columns of other people's sessions are null."""
    session(peer, backend_start=None)
    assert kind_of(terminate(peer)) == "unauthorized"


def test_a_database_that_is_down_refuses(peer: DatabasePeer) -> None:
    """Nothing was sent, so nothing happened."""
    session(peer)
    peer.fault("down")
    for outcome in (
        cancel(peer),
        terminate(peer),
        peer.call("postgres.drop_index", table="t", name="i"),
    ):
        assert kind_of(outcome) == "unavailable"


def test_a_connection_that_breaks_leaves_it_open(
    peer: DatabasePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server may have heard the call; the same call again tells."""
    import psycopg
    from rbengine_adapters.postgres import adapter

    session(peer)

    def breaks(*_: object) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(adapter, "terminate", breaks)
    assert isinstance(terminate(peer), Unsettled)


def test_an_operation_that_is_not_promised_is_a_defect(peer: DatabasePeer) -> None:
    """The host never calls one."""
    from rbengine.contract.adapter import Invocation

    for name in ("postgres", "cron"):
        wrong = Invocation(
            operation="nonsense", arguments={}, key="k", timeout=timedelta(1), now=START
        )
        with pytest.raises(ValueError, match="nonsense"):
            peer.adapter(name).perform(wrong)
