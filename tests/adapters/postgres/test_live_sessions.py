"""The kept connection of a real database: lost, made again, and statements outside a transaction."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest
from rbengine.contract.changes import Applied, Planned, SqlQuery
from rbengine.contract.database import OWN_SCHEMA
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.postgres_values import adapt
from rbengine.contract.values import Row
from rbengine.facts.postgres.server import Server
from rbengine.host.live.database import LiveSessions
from rbengine_adapters.postgres.database import PostgresDatabase
from rbengine_adapters.postgres.marker import Begun, hold_key, write_marker
from support.live_world import BENCHES, SIMULATED, LiveRehearsal, made, profile
from support.peer_postgres import RealPostgres
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


@pytest.fixture(params=BENCHES)
def live(request: pytest.FixtureRequest, worker_id: str) -> Iterator[LiveRehearsal]:
    """A database of its own, reached like a real one."""
    name = f"{NAME}_{worker_id}"
    server: Server | RealPostgres
    if request.param == SIMULATED:
        server = request.getfixturevalue("postgres_server")
        dsn = server.conninfo(name)
    else:
        server = request.getfixturevalue("real_postgres")(request.param)
        dsn = server.dsn(name)
    one = made(server, name, SCHEMA, dsn)
    yield one
    one.close()


def cut(live: LiveRehearsal) -> None:
    """End every session of the run, as an administrator would."""
    live.server.maintenance.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = %s AND application_name = 'rbengine R-1'",
        (live.world.name,),
    )


def test_a_connection_that_was_lost_while_nobody_used_it_is_made_again(live: LiveRehearsal) -> None:
    """Nobody hears of a database that was started again meanwhile."""
    change = statement("UPDATE t SET note = 'b' WHERE id = 1")
    assert isinstance(live.database.query(ALL, SOON), Succeeded)
    cut(live)
    planned = live.database.plan(change, SOON)
    assert isinstance(planned, Planned)
    cut(live)
    assert isinstance(live.database.apply(change, planned.plan, "k", SOON), Applied)


def test_a_database_that_is_not_there_is_refused(postgres_server: Server) -> None:
    """Before anything was sent."""
    for conninfo, kind in (
        (postgres_server.conninfo("no_such_database"), "unauthorized"),
        ("host=/nowhere dbname=x user=x", "unavailable"),
    ):
        found = PostgresDatabase(LiveSessions(profile(dsn=conninfo)), guard).query(ALL, SOON)
        assert isinstance(found, Refused)
        assert found.kind == kind


def test_a_database_killed_in_the_middle_of_a_transaction_left_nothing(live: LiveRehearsal) -> None:
    """Part of the transaction had been done: none of it stands, the marker says so, and done again it is done once."""
    change = statement("UPDATE t SET note = note || 'b' WHERE id IN (1, 2)")
    planned = live.database.plan(change, SOON)
    assert isinstance(planned, Planned)
    other = live.connect()
    other.execute("BEGIN")
    other.execute("SELECT 1 FROM t WHERE id = 2 FOR UPDATE")  # the transaction waits here
    killer = threading.Timer(0.3, lambda: cut(live))
    killer.start()
    found = live.database.apply(change, planned.plan, "k", SOON)
    killer.join()
    other.close()
    assert isinstance(found, Refused | Unsettled)
    assert live.database.settle("k", SOON) is None
    assert isinstance(live.database.apply(change, planned.plan, "k", SOON), Applied)
    with live.connect() as other:
        assert other.execute("SELECT note FROM t ORDER BY id").fetchall() == [("ab",), ("ab",)]


def test_settling_waits_for_whoever_still_works_under_the_key(live: LiveRehearsal) -> None:
    """No marker is proof only when nobody is about to write one."""
    with live.sessions(use="change", within=SOON) as other:
        adapt(other)
        other.execute("BEGIN")
        hold_key(other, "k")
        with pytest.raises(ConnectionError):
            live.database.settle("k", timedelta(milliseconds=200))
        write_marker(other, "k", Applied(rows=3))
        other.execute("COMMIT")
    assert live.database.settle("k", SOON) == Applied(rows=3)


def test_a_statement_outside_a_transaction_has_a_marker_too(live: LiveRehearsal) -> None:
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


def test_an_index_that_cannot_be_built_leaves_nothing(live: LiveRehearsal) -> None:
    """The unfinished one is dropped, and said; the change may be made again."""
    unique = statement("CREATE UNIQUE INDEX CONCURRENTLY only_one ON public.t (note)")
    planned = live.database.plan(unique, SOON)
    assert isinstance(planned, Planned)
    found = live.database.apply(unique, planned.plan, "k", SOON)
    assert isinstance(found, Refused)
    assert found.kind == "conflict"
    assert found.text.endswith("the unfinished index was dropped")
    assert live.database.settle("k", SOON) is None
    live.world.execute("UPDATE t SET note = id::text")
    assert isinstance(live.database.apply(unique, planned.plan, "k", SOON), Applied)


def test_an_index_that_others_left_unfinished_is_not_taken_for_one(live: LiveRehearsal) -> None:
    """IF NOT EXISTS goes by the name: the statement succeeds and nothing is better."""
    with live.connect() as other, pytest.raises(psycopg.errors.UniqueViolation):
        other.execute("CREATE UNIQUE INDEX CONCURRENTLY by_note ON t (note)")
    index = statement("CREATE INDEX CONCURRENTLY IF NOT EXISTS by_note ON t (note)")
    planned = live.database.plan(index, SOON)
    assert isinstance(planned, Planned)
    found = live.database.apply(index, planned.plan, "k", SOON)
    assert isinstance(found, Refused)
    assert "an invalid index by_note was there already" in found.text
    assert live.database.settle("k", SOON) is None


def test_one_that_was_interrupted_goes_to_a_person(live: LiveRehearsal) -> None:
    """Begun and never completed: nobody can tell from here."""
    with live.sessions(use="change", within=SOON) as connection:
        adapt(connection)
        write_marker(connection, "k", Begun())
    index = statement("CREATE INDEX CONCURRENTLY by_note ON t (note)")
    planned = live.database.plan(index, SOON)
    assert isinstance(planned, Planned)
    assert isinstance(live.database.apply(index, planned.plan, "k", SOON), Unsettled)
    with pytest.raises(ConnectionError, match="look whether it took effect"):
        live.database.settle("k", SOON)


def test_ddl_is_planned_without_doing_it(live: LiveRehearsal) -> None:
    """Even rolled back it would have locked everybody out of the table."""
    with live.connect() as other:
        other.execute("BEGIN; SELECT 1 FROM t")
        found = live.database.plan(statement("ALTER TABLE t ADD COLUMN more int"), SOON)
        other.execute("ROLLBACK")
    assert isinstance(found, Planned)
    wrong = live.database.plan(statement("ALTER TABLE t ADD COLUMN COLUMN more int"), SOON)
    assert isinstance(wrong, Refused)


def test_what_a_trigger_would_send_is_not_tried_out(live: LiveRehearsal) -> None:
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


def test_values_are_read_the_same_whatever_is_set_for_the_database(live: LiveRehearsal) -> None:
    """What somebody set for a role or a database changes how values are written, and must not change what they are."""
    for setting in ("timezone TO 'Asia/Tokyo'", "intervalstyle TO 'iso_8601'", "datestyle TO 'SQL, DMY'",
                    "bytea_output TO 'escape'", "extra_float_digits TO -3"):  # fmt: skip
        live.server.maintenance.execute(f"ALTER DATABASE {live.world.name} SET {setting}".encode())
    sql = (
        "SELECT extract(hour FROM '2026-03-01 12:00+00'::timestamptz) AS hour, interval '1 day 02:00' AS i, "
        "'2026-03-04'::date AS d, '\\x00ff'::bytea AS b, 0.123456789012345::float8 AS f, "
        "'[2026-03-04,2026-03-05)'::daterange AS r"
    )
    found = live.database.query(SqlQuery(kind="one", sql=sql, parameters=(), at_most=1), SOON)
    assert isinstance(found, Succeeded)
    assert found.value.value == Row(
        {
            "hour": Decimal(12), "i": timedelta(days=1, hours=2), "d": date(2026, 3, 4), "b": b"\x00\xff",
            "f": Decimal("0.123456789012345"), "r": "[2026-03-04,2026-03-05)",
        }
    )  # fmt: skip


def test_our_schema_is_nobodys_first(live: LiveRehearsal) -> None:
    """A role finds the schema of its own name before `public`: ours must not be taken for it."""
    with live.sessions(use="change", within=SOON) as session:
        row = session.execute(
            b"SELECT current_user = $1, current_schema()", (OWN_SCHEMA,)
        ).fetchone()
    assert row == (False, "public")
