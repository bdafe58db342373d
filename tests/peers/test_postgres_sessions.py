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
from support.peer_postgres import OWNER, READER, Postgres15
from support.postgres import SOON

pytestmark = pytest.mark.peers

SECOND = timedelta(seconds=1)
SLEEP = b"SELECT pg_sleep(60)"


@pytest.fixture(scope="module")
def peer(postgres_15: Postgres15) -> Iterator[DatabasePeer]:
    """A role that may see and end what others of its kind do, as an on-call role has it."""
    postgres_15.maintenance.execute(f"GRANT pg_monitor, pg_signal_backend TO {OWNER}")
    one = made(postgres_15, "busy", "", postgres_15.dsn("busy"))
    yield DatabasePeer(one)
    one.close()
    postgres_15.maintenance.execute(f"REVOKE pg_monitor, pg_signal_backend FROM {OWNER}")


class Somebody:
    """Another client, which sleeps in the database."""

    def __init__(self, server: Postgres15, role: str) -> None:
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
def somebody(peer: DatabasePeer, postgres_15: Postgres15) -> Iterator[Somebody]:
    """An ordinary client."""
    del peer
    one = Somebody(postgres_15, READER)
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


def test_who_has_not_the_right_is_told_so(peer: DatabasePeer, postgres_15: Postgres15) -> None:
    """A superuser's session may be seen and not ended; without the roles it may not even be seen."""
    one = Somebody(postgres_15, "postgres")
    began = one.look()[0]
    assert (
        kind_of(peer.call("postgres.terminate", pid=one.pid, backend_start=began)) == "unauthorized"
    )
    postgres_15.maintenance.execute(f"REVOKE pg_monitor, pg_signal_backend FROM {OWNER}")
    outcome = peer.call("postgres.terminate", pid=one.pid, backend_start=began)
    postgres_15.maintenance.execute(f"GRANT pg_monitor, pg_signal_backend TO {OWNER}")
    assert kind_of(outcome) == "unauthorized"
    assert one.look()[2] == "active"
    one.connection.close()


@pytest.mark.usefixtures("cron_on_15")
def test_the_scheduler_is_nobodys_idle_session(peer: DatabasePeer, postgres_15: Postgres15) -> None:
    """It looks like one, and nothing starts it again."""
    asks = "SELECT pid, backend_start FROM pg_stat_activity WHERE backend_type = 'pg_cron launcher'"
    row = postgres_15.maintenance.execute(asks).fetchone()
    assert row is not None, "the scheduler does not run"
    outcome = peer.call("postgres.terminate", pid=row[0], backend_start=row[1])
    assert kind_of(outcome) == "conflict"
    assert postgres_15.maintenance.execute(asks).fetchone() == row


def test_the_connection_of_a_test_is_none_of_a_run(peer: DatabasePeer) -> None:
    """Whose sessions are a run's is written at them."""
    live = peer.rehearsal
    assert isinstance(live, LiveRehearsal)
    with live.sessions(use="change", within=SOON) as session:
        assert isinstance(session, psycopg.Connection)
        row = session.execute(b"SHOW application_name").fetchone()
    assert row == ("rbengine R-1",)
