"""Sessions of a real PostgreSQL are cancelled and ended: the one that was meant, and no other."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from support.database_peer import DatabasePeer
from support.live_world import LiveRehearsal, made
from support.outcomes import kind_of, value_of
from support.peer_postgres import OWNER, READER, RealPostgres
from support.postgres import SOON

pytestmark = pytest.mark.peers

SECOND = timedelta(seconds=1)
SLEEP = b"SELECT pg_sleep(60)"


@pytest.fixture(scope="module")
def peer(each_postgres: RealPostgres) -> Iterator[DatabasePeer]:
    """A role that may see and end what others of its kind do, as an on-call role has it."""
    each_postgres.maintenance.execute(f"GRANT pg_monitor, pg_signal_backend TO {OWNER}")
    one = made(each_postgres, "busy", "", each_postgres.dsn("busy"))
    yield DatabasePeer(one)
    one.close()
    each_postgres.maintenance.execute(f"REVOKE pg_monitor, pg_signal_backend FROM {OWNER}")


class Somebody:
    """Another client, which sleeps in the database."""

    def __init__(self, server: RealPostgres, role: str) -> None:
        self.server = server
        self.connection = server.connect("busy", role)
        self.pid = self.connection.info.backend_pid
        self.connection.pgconn.send_query(SLEEP)
        while self.look()[2] != "active":
            time.sleep(0.01)

    def look(self) -> tuple[datetime, datetime, str]:
        """When its session began, its statement began, and its state; ("",) * 3 when it is gone."""
        row = self.server.maintenance.execute(
            "SELECT backend_start, query_start, state FROM pg_stat_activity WHERE pid = %s",
            (self.pid,),
        ).fetchone()
        return tuple(row) if row is not None else (datetime.max, datetime.max, "gone")

    def becomes(self, state: str) -> bool:
        """Whether it is in that state within some seconds."""
        for _ in range(200):
            if self.look()[2] == state:
                return True
            time.sleep(0.01)
        return False


@pytest.fixture
def somebody(peer: DatabasePeer, each_postgres: RealPostgres) -> Iterator[Somebody]:
    """An ordinary client."""
    del peer
    one = Somebody(each_postgres, READER)
    yield one
    one.connection.close()


def test_a_statement_is_cancelled_and_its_session_lives(
    peer: DatabasePeer, somebody: Somebody
) -> None:
    """And a second time there is nothing to cancel."""
    began, query, _ = somebody.look()
    given: dict[str, Any] = {"pid": somebody.pid, "backend_start": began, "query_start": query}
    wrong = {**given, "query_start": query + SECOND}
    assert value_of(peer.call("postgres.cancel", **wrong)) == "gone"
    assert somebody.look()[2] == "active"
    assert value_of(peer.call("postgres.cancel", **given)) == "asked"
    assert somebody.becomes("idle")
    assert value_of(peer.call("postgres.cancel", **given)) == "gone"


def test_a_session_is_ended_only_if_it_is_the_one_that_was_meant(
    peer: DatabasePeer, somebody: Somebody
) -> None:
    """Numbers of processes are given again."""
    began = somebody.look()[0]
    other = began - SECOND
    ended = peer.call("postgres.terminate", pid=somebody.pid, backend_start=other)
    assert value_of(ended) == "gone"
    assert somebody.look()[2] == "active"
    for answer in ("asked", "gone"):
        ended = peer.call("postgres.terminate", pid=somebody.pid, backend_start=began)
        assert value_of(ended) == answer
        assert somebody.becomes("gone")


def test_who_has_not_the_right_is_told_so(peer: DatabasePeer, each_postgres: RealPostgres) -> None:
    """A superuser's session may be seen and not ended; without the roles it may not even be seen."""
    one = Somebody(each_postgres, "postgres")
    began = one.look()[0]
    assert (
        kind_of(peer.call("postgres.terminate", pid=one.pid, backend_start=began)) == "unauthorized"
    )
    each_postgres.maintenance.execute(f"REVOKE pg_monitor, pg_signal_backend FROM {OWNER}")
    outcome = peer.call("postgres.terminate", pid=one.pid, backend_start=began)
    each_postgres.maintenance.execute(f"GRANT pg_monitor, pg_signal_backend TO {OWNER}")
    assert kind_of(outcome) == "unauthorized"
    assert one.look()[2] == "active"
    one.connection.close()


def test_the_connection_of_a_test_is_none_of_a_run(peer: DatabasePeer) -> None:
    """Whose sessions are a run's is written at them."""
    live = peer.rehearsal
    assert isinstance(live, LiveRehearsal)
    with live.sessions(use="change", within=SOON) as session:
        assert isinstance(session, psycopg.Connection)
        row = session.execute(b"SHOW application_name").fetchone()
    assert row == ("rbengine R-1",)
