"""Every form of "now" in a rehearsal, with its result."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from psycopg.errors import FeatureNotSupported
from rbengine.contract.changes import SqlQuery
from rbengine.contract.outcomes import Refused, Succeeded
from rbengine.contract.values import Value
from rbengine.host.errors import WorldError
from rbengine.host.virtual_sql import NotVirtualError, virtual_sql
from support.postgres import SOON, START, Rehearsal


def _value(rehearsal: Rehearsal, sql: str) -> Value:
    query = SqlQuery(kind="value", sql=sql, parameters=(), at_most=1)
    found = rehearsal.database.query(query, SOON)
    assert isinstance(found, Succeeded), found
    return found.value.value


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT now() AS a", START),
        ("SELECT NOW () AS a", START),
        ('SELECT "now"() AS a', START),
        ("SELECT transaction_timestamp() AS a", START),
        ("SELECT statement_timestamp() AS a", START),
        ("SELECT clock_timestamp() AS a", START),
        ("SELECT CURRENT_TIMESTAMP AS a", START),
        ("SELECT current_timestamp(0) AS a", START),
        ("SELECT CURRENT_DATE AS a", START.date()),
        ("SELECT LOCALTIMESTAMP AS a", START),
        ("SELECT localtimestamp (3) AS a", START),
        ("SELECT CURRENT_TIME AS a", "14:02:00+00"),
        ("SELECT LOCALTIME AS a", "14:02:00"),
        ("SELECT timeofday() LIKE '%Jan 05 14:02:00.000000 2026 UTC' AS a", True),
        ("SELECT age(timestamptz '2026-01-01 00:00+00') AS a", timedelta(days=4)),
        ("SELECT age(timestamp '2026-01-01') AS a", timedelta(days=4)),
        ("SELECT now() - interval '1 day' AS a", START - timedelta(days=1)),
        ("SELECT extract(year FROM CURRENT_DATE)::int AS a", 2026),
        ("SELECT CURRENT_DATE + 1 AS a", date(2026, 1, 6)),
        ("SELECT date_trunc('day', now()) AS a", datetime(2026, 1, 5, tzinfo=UTC)),
        ("SELECT count(*) FROM generate_series(now() - interval '2 h', now(), interval '1 h')", 3),
        ("SELECT 'CURRENT_DATE' AS a -- CURRENT_DATE", "CURRENT_DATE"),
        ('SELECT x."current_date" AS a FROM (SELECT 5 AS "current_date") x', 5),
    ],
)  # fmt: skip
def test_a_form_of_now_is_the_worlds_time(
    rehearsal_database: Rehearsal, sql: str, value: Value
) -> None:
    """The very text of the playbook runs; two runs of a rehearsal see the same moments."""
    assert _value(rehearsal_database, sql) == value


def test_time_moves_with_the_world(rehearsal_database: Rehearsal) -> None:
    """Between two statements hours may pass in no time."""
    rehearsal_database.clock.move(timedelta(hours=30))
    assert _value(rehearsal_database, "SELECT CURRENT_DATE AS a") == date(2026, 1, 6)
    assert _value(rehearsal_database, "SELECT now() AS a") == START + timedelta(hours=30)


def test_column_defaults_are_of_the_worlds_time(rehearsal_database: Rehearsal) -> None:
    """They were bound when the schema was loaded; the simulation stood on the path by then."""
    rehearsal_database.world.insert_rows("businesses", [{"name": "Acme"}])
    assert _value(rehearsal_database, "SELECT created_at FROM businesses") == START


@pytest.mark.parametrize(
    ("sql", "way_out"),
    [
        ("SELECT pg_catalog.now() AS a", "write `now`"),
        ("SELECT pid FROM pg_catalog.pg_stat_activity", "write `pg_stat_activity`"),
        ("SELECT pg_postmaster_start_time() AS a", "take it out of what is rehearsed"),
        ("SELECT relname FROM pg_stat_all_tables", "take it out of what is rehearsed"),
        ("SELECT datname FROM pg_catalog.pg_database", "take it out of what is rehearsed"),
        ("SELECT pg_catalog.current_database() AS a", "write `current_database`"),
        ("SELECT 'now'::timestamptz AS a", "write `now()` or `CURRENT_DATE`"),
        ("SELECT date 'today' AS a", "write `now()` or `CURRENT_DATE`"),
        ("SELECT CAST('tomorrow' AS date) AS a", "write `now()` or `CURRENT_DATE`"),
        (
            "SELECT id FROM businesses WHERE created_at >= 'today'",
            "write `now()` or `CURRENT_DATE`",
        ),
        ("SELECT id FROM businesses WHERE created_at > ' Yesterday 10:00'", "write `now()` or"),
        ("SELECT timestamp with time zone 'now' AS a", "write `now()` or `CURRENT_DATE`"),
        ("SELECT timestamptz(3) 'now' AS a", "write `now()` or `CURRENT_DATE`"),
        ("SELECT ('now')::timestamptz AS a", "write `now()` or `CURRENT_DATE`"),
        ("SELECT 'now'::text::timestamptz AS a", "write `now()` or `CURRENT_DATE`"),
        ("SELECT E'now'::date AS a", "write `now()` or `CURRENT_DATE`"),
        ("SELECT $$now$$::date AS a", "write `now()` or `CURRENT_DATE`"),
        ("SELECT date('now') AS a", "write `now()` or `CURRENT_DATE`"),
        (
            "SELECT coalesce(created_at, 'now') AS a FROM businesses",
            "write `now()` or `CURRENT_DATE`",
        ),
    ],
)
def test_what_would_read_the_machines_clock_is_refused_with_a_way_out(
    rehearsal_database: Rehearsal, sql: str, way_out: str
) -> None:
    """A rehearsal that stops is better than one that is right today and wrong tomorrow."""
    query = SqlQuery(kind="all", sql=sql, parameters=(), at_most=9)
    found = rehearsal_database.database.query(query, SOON)
    assert isinstance(found, Refused)
    assert way_out in found.text


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT 'now' AS a", "now"),
        ("SELECT count(*) FROM businesses WHERE name = 'today'", 0),
        (
            "SELECT 'not now, maybe today' || ' or tomorrow' AS a",
            "not now, maybe today or tomorrow",
        ),
    ],
)
def test_a_text_that_is_no_time_is_left_alone(
    rehearsal_database: Rehearsal, sql: str, value: Value
) -> None:
    """The server says what it is, and a column of texts may hold such words."""
    assert _value(rehearsal_database, sql) == value


def test_a_change_that_would_read_the_machines_clock_is_refused(
    rehearsal_database: Rehearsal,
) -> None:
    """In the middle of a transaction, which is as it was."""
    world = rehearsal_database.world
    world.execute("SELECT id FROM businesses WHERE name = 'today'", (), reading=True)
    with pytest.raises(WorldError, match="write `now"):
        world.execute("INSERT INTO businesses (name, created_at) VALUES ('A', 'now')")
    with world.sessions(use="change", within=SOON) as connection, connection.transaction():
        cursor = connection.cursor()
        with pytest.raises(FeatureNotSupported, match="write `now"):
            cursor.execute(b"UPDATE businesses SET created_at = 'now'")
        assert cursor.execute(b"SELECT 1").fetchone() is not None


def test_a_default_that_would_read_the_machines_clock_is_refused() -> None:
    """PostgreSQL reads it once, when the table is made."""
    with pytest.raises(NotVirtualError, match="write `now"):
        virtual_sql("CREATE TABLE t (id int, at timestamp(3) DEFAULT 'now')", bodies=True)
    for said in (
        "CREATE TABLE t (at date, said text DEFAULT 'now')",
        "CREATE TABLE time (said text DEFAULT 'now')",
    ):
        assert virtual_sql(said, bodies=True).text == said


def test_functions_of_the_schema_live_in_the_worlds_time(
    other_schema: Callable[[str], Rehearsal],
) -> None:
    """Their bodies speak of CURRENT_TIMESTAMP as playbooks do."""
    rehearsal = other_schema("""
        CREATE TABLE t (id int PRIMARY KEY, at timestamptz DEFAULT CURRENT_TIMESTAMP, day date);
        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS
          $body$ BEGIN NEW.day := CURRENT_DATE; RETURN NEW; END $body$;
        CREATE TRIGGER stamps BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp();
        CREATE VIEW recent AS SELECT id FROM t WHERE at > now() - interval '1 hour';
    """)
    rehearsal.world.insert_rows("t", [{"id": "1"}])
    assert _value(rehearsal, "SELECT at FROM t") == START
    assert _value(rehearsal, "SELECT day FROM t") == START.date()
    rehearsal.clock.move(timedelta(minutes=59))
    assert _value(rehearsal, "SELECT count(*) FROM recent") == 1
    rehearsal.clock.move(timedelta(minutes=2))
    assert _value(rehearsal, "SELECT count(*) FROM recent") == 0


@pytest.mark.parametrize("path", ["''", "pg_catalog, public", "public, pg_temp"])
def test_a_function_with_a_search_path_of_its_own_lives_there_too(
    other_schema: Callable[[str], Rehearsal], path: str
) -> None:
    """Careful schemas set one, above all for functions that run with their owner's rights."""
    rehearsal = other_schema(f"""
        CREATE TABLE t (id int PRIMARY KEY, at timestamptz);
        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = {path} AS
          $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
        CREATE TRIGGER stamps BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp();
    """)
    rehearsal.world.insert_rows("t", [{"id": "1"}])
    assert _value(rehearsal, "SELECT at FROM t") == START


def test_the_servers_state_is_the_worlds(rehearsal_database: Rehearsal) -> None:
    """Sessions and extensions are what the world says, not those of the machine."""
    world = rehearsal_database.world
    assert _value(rehearsal_database, "SELECT count(*) FROM pg_stat_activity") == 0
    world.insert_rows("pg_stat_activity", [{"state": "idle"}, {"query": "SELECT 1"}])
    sql = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
    assert _value(rehearsal_database, sql) == 1
    assert _value(
        rehearsal_database, "SELECT extversion FROM pg_extension WHERE extname = 'pg_cron'"
    )
    world.execute("DELETE FROM pg_extension WHERE extname = 'pg_cron'")
    sql = "SELECT count(*) FROM pg_extension WHERE extname = 'pg_cron'"
    assert _value(rehearsal_database, sql) == 0
    world.reset()
    assert _value(rehearsal_database, sql) == 1


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("pg_locks", {"locktype": "relation", "pid": "7", "granted": "false"}),
        ("pg_stat_database", {"deadlocks": "3"}),
        ("pg_stat_replication", {"application_name": "reader"}),
        ("pg_stat_user_indexes", {"relname": "businesses", "indexrelname": "i"}),
        ("pg_stat_user_tables", {"relname": "businesses", "seq_scan": "3"}),
    ],
)
def test_a_servers_statistics_are_what_a_world_says(
    rehearsal_database: Rehearsal, table: str, row: dict[str, Value]
) -> None:
    """Not those of the machine, where other rehearsals are at work."""
    sql = f"SELECT count(*) FROM {table}"
    assert _value(rehearsal_database, sql) == 0
    rehearsal_database.world.insert_rows(table, [row])
    assert _value(rehearsal_database, sql) == 1


def test_the_database_has_one_name_in_every_process(rehearsal_database: Rehearsal) -> None:
    """A journal that holds it is the same in each run; its sessions are in it."""
    assert _value(rehearsal_database, "SELECT current_database() AS a") == "postgres"
    rehearsal_database.world.insert_rows("pg_stat_activity", [{"state": "idle"}])
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    assert _value(rehearsal_database, sql) == 1


def test_a_terminated_session_is_gone_and_a_cancelled_one_is_idle(
    rehearsal_database: Rehearsal,
) -> None:
    """As `postgres.cancel` and `postgres.terminate` ask for it; a number that is nobody's is told."""
    world = rehearsal_database.world
    world.insert_rows("pg_stat_activity", [{"pid": "7"}, {"pid": "8"}])

    def told(sql: str) -> object:
        with world.sessions(use="alone", within=SOON) as connection:
            row = connection.cursor().execute(sql.encode()).fetchone()
            return None if row is None else row[0]

    assert told("SELECT pg_cancel_backend(7)") is True
    assert told("SELECT state FROM pg_stat_activity WHERE pid = 7") == "idle"
    assert told("SELECT pg_terminate_backend(8)") is True
    assert told("SELECT count(*) FROM pg_stat_activity") == 1
    assert told("SELECT pg_terminate_backend(8)") is False


def test_carets_stay_where_the_author_wrote() -> None:
    """A replaced word is longer than what stood there; offsets behind it are counted back."""
    sql = "SELECT CURRENT_DATE, LOCALTIME(2), nothing"
    virtual = virtual_sql(sql)
    assert virtual.text == 'SELECT "current_date"(), "localtime"(2), nothing'
    assert virtual.original(virtual.text.index("nothing")) == sql.index("nothing")
    assert virtual.original(virtual.text.index("(2)")) == sql.index("(2)")
    assert virtual.original(3) == 3


def test_the_place_of_a_refused_form_is_known() -> None:
    """The checker can underline it."""
    sql = "SELECT 1, pg_catalog.now()"
    with pytest.raises(NotVirtualError) as raised:
        virtual_sql(sql)
    assert sql[raised.value.offset :].startswith("pg_catalog")
