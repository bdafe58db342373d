"""The kept connection of a real database: lost, made again, and statements outside a transaction."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from rbengine.contract.changes import Applied, Planned, SqlQuery
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.facts.postgres.server import Server
from rbengine_adapters.postgres.database import PostgresDatabase
from rbengine_adapters.postgres.marker import Begun, hold_key, marker_ddl, write_marker
from rbengine_adapters.postgres.sessions import LiveSessions
from support.postgres import SOON, guard, statement

SCHEMA = """
CREATE TABLE t (id int PRIMARY KEY, note text);
INSERT INTO t VALUES (1, 'a'), (2, 'a');
CREATE FUNCTION call_http() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM net.http_post('x'); RETURN NEW; END $$;
CREATE TABLE loud (id int PRIMARY KEY, note text);
INSERT INTO loud VALUES (1, 'a'), (2, 'b');
CREATE TRIGGER calls AFTER UPDATE ON loud FOR EACH ROW EXECUTE FUNCTION call_http();
"""
ALL = SqlQuery(kind="value", sql="SELECT count(*) FROM t", parameters=(), at_most=1)
NAME = "live_sessions_test"


class Live:
    """A database of its own, reached like a real one."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        self.sessions = LiveSessions(server.conninfo(name))
        self.database = PostgresDatabase(self.sessions, guard, self.sessions.close)

    def cut(self) -> None:
        """End every session of the database, as an administrator would."""
        self.server.maintenance.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (self.name,),
        )


@pytest.fixture
def live(postgres_server: Server, worker_id: str) -> Iterator[Live]:
    name = f"{NAME}_{worker_id}"
    postgres_server.drop_database(name)
    postgres_server.create_database(name)
    with postgres_server.connect(name) as connection:
        connection.execute((SCHEMA + marker_ddl()).encode())
    one = Live(postgres_server, name)
    yield one
    one.database.close()
    postgres_server.drop_database(name)


def test_a_lost_connection_is_unavailable_once_and_made_again(live: Live) -> None:
    """A read may be asked again; the next attempt finds a new connection."""
    assert isinstance(live.database.query(ALL, SOON), Succeeded)
    live.cut()
    lost = live.database.query(ALL, SOON)
    assert isinstance(lost, Refused)
    assert lost.kind == "unavailable"
    assert isinstance(live.database.query(ALL, SOON), Succeeded)


def test_a_database_that_is_not_there_is_refused(postgres_server: Server) -> None:
    """Before anything was sent."""
    for conninfo, kind in (
        (postgres_server.conninfo("no_such_database"), "unavailable"),
        ("host=/nowhere dbname=x", "unavailable"),
    ):
        found = PostgresDatabase(LiveSessions(conninfo), guard).query(ALL, SOON)
        assert isinstance(found, Refused)
        assert found.kind == kind


def test_a_connection_lost_before_commit_left_nothing(live: Live) -> None:
    """PostgreSQL rolls back what was not committed: that is known, not in doubt."""
    change = statement("UPDATE t SET note = 'b' WHERE id = 1")
    planned = live.database.plan(change, SOON)
    assert isinstance(planned, Planned)
    live.cut()
    found = live.database.apply(change, planned.plan, "k", SOON)
    assert isinstance(found, Refused)
    assert found.kind == "unavailable"
    assert live.database.settle("k", SOON) is None
    assert isinstance(live.database.apply(change, planned.plan, "k", SOON), Applied)


def test_a_database_killed_in_the_middle_of_a_transaction_left_nothing(
    live: Live, postgres_server: Server
) -> None:
    """Part of the transaction had been done: none of it stands, the marker says so, and done again it is done once."""
    change = statement("UPDATE t SET note = note || 'b' WHERE id IN (1, 2)")
    planned = live.database.plan(change, SOON)
    assert isinstance(planned, Planned)
    other = postgres_server.connect(live.name)
    other.execute("BEGIN")
    other.execute("SELECT 1 FROM t WHERE id = 2 FOR UPDATE")  # the transaction waits here
    killer = threading.Timer(0.3, live.cut)
    killer.start()
    found = live.database.apply(change, planned.plan, "k", SOON)
    killer.join()
    other.close()  # it was killed too
    assert isinstance(found, Refused | Unsettled)
    assert live.database.settle("k", SOON) is None
    assert isinstance(live.database.apply(change, planned.plan, "k", SOON), Applied)
    with postgres_server.connect(live.name) as other:
        assert other.execute("SELECT note FROM t ORDER BY id").fetchall() == [("ab",), ("ab",)]


def test_settling_waits_for_whoever_still_works_under_the_key(
    live: Live, postgres_server: Server
) -> None:
    """No marker is proof only when nobody is about to write one."""
    with psycopg.connect(
        postgres_server.conninfo(live.name), autocommit=True, cursor_factory=psycopg.RawCursor
    ) as other:
        from rbengine.contract.postgres_values import adapt

        adapt(other)
        other.execute("BEGIN")
        hold_key(other, "k")
        with pytest.raises(ConnectionError):
            live.database.settle("k", timedelta(milliseconds=200))
        write_marker(other, "k", Applied(rows=3))
        other.execute("COMMIT")
    assert live.database.settle("k", SOON) == Applied(rows=3)


def test_a_statement_outside_a_transaction_has_a_marker_too(live: Live) -> None:
    """Asked again with its key it is not run again."""
    index = statement("CREATE INDEX CONCURRENTLY by_note ON t (note)")
    planned = live.database.plan(index, SOON)
    assert isinstance(planned, Planned)
    assert live.database.settle("k", SOON) is None
    assert live.database.apply(index, planned.plan, "k", SOON) == Applied(rows=0)
    assert live.database.apply(index, planned.plan, "k", SOON) == Applied(rows=0)
    assert live.database.settle("k", SOON) == Applied(rows=0)
    again = live.database.apply(index, planned.plan, "other", SOON)
    assert isinstance(again, Refused)
    assert again.kind == "conflict"
    assert live.database.settle("other", SOON) is None
    both = live.database.apply(
        (*index, *statement("DELETE FROM t WHERE id = 1")), planned.plan, "x", SOON
    )
    assert isinstance(both, Refused)


def test_one_that_was_interrupted_goes_to_a_person(live: Live) -> None:
    """Begun and never completed: nobody can tell from here."""
    with live.sessions(replica=False) as connection:
        live.database.query(ALL, SOON)
        write_marker(connection, "k", Begun())
    index = statement("CREATE INDEX CONCURRENTLY by_note ON t (note)")
    planned = live.database.plan(index, SOON)
    assert isinstance(planned, Planned)
    assert isinstance(live.database.apply(index, planned.plan, "k", SOON), Unsettled)
    with pytest.raises(ConnectionError, match="look whether it took effect"):
        live.database.settle("k", SOON)


def test_ddl_is_planned_without_doing_it(live: Live) -> None:
    """Even rolled back it would have locked everybody out of the table."""
    with live.server.connect(live.name) as other:
        other.execute("BEGIN; SELECT 1 FROM t")
        found = live.database.plan(statement("ALTER TABLE t ADD COLUMN more int"), SOON)
        other.execute("ROLLBACK")
    assert isinstance(found, Planned)
    wrong = live.database.plan(statement("ALTER TABLE t ADD COLUMN COLUMN more int"), SOON)
    assert isinstance(wrong, Refused)


def test_what_a_trigger_would_send_is_not_tried_out(live: Live) -> None:
    """The rows are shown, the new values are marked as not computed, and the trigger has not run."""
    change = statement("UPDATE loud SET note = 'x' WHERE id = 2", at_least=1, at_most=1)
    found = live.database.plan(change, SOON)
    assert isinstance(found, Planned), found
    part = found.plan.parts[0]
    assert part.count == 1  # type: ignore[union-attr]
    assert part.not_computed == ("note",)  # type: ignore[union-attr]
    assert found.plan.undo.kind == "irreversible"
    insert = live.database.plan(
        statement("UPDATE loud SET note = t.note FROM t WHERE t.id = loud.id"), SOON
    )
    assert isinstance(insert, Refused)
    assert "acts outside" in insert.text


def test_sessions_are_in_utc_whatever_the_database_says(live: Live) -> None:
    """A wall time of the database is read as the checker took it, in Tokyo too."""
    live.server.maintenance.execute(
        f"ALTER DATABASE {live.name} SET timezone TO 'Asia/Tokyo'".encode()
    )
    sql = "SELECT extract(hour FROM '2026-03-01 12:00+00'::timestamptz) AS hour"
    hour = SqlQuery(kind="value", sql=sql, parameters=(), at_most=1)
    found = live.database.query(hour, SOON)
    assert isinstance(found, Succeeded)
    assert found.value.value == 12
