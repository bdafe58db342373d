"""A world's rows, what happened to them, faults, and the way back to the beginning."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from rbengine.contract.changes import Planned, SqlQuery
from rbengine.contract.outcomes import Refused, Succeeded
from rbengine.contract.values import Row
from rbengine.facts.postgres.server import Server
from rbengine.host.simulated_database import DatabaseFault, WorldError
from support.postgres import SOON, START, Rehearsal, parameter, statement

ACME = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
ALL = SqlQuery(kind="all", sql="SELECT name FROM businesses", parameters=(), at_most=9)
RENAME = statement("UPDATE businesses SET name = 'x' WHERE true")


def test_what_an_author_leaves_out_is_filled_the_same_every_time(
    rehearsal_database: Rehearsal,
) -> None:
    """Two runs give the same bytes."""
    world = rehearsal_database.world

    def contents() -> object:
        world.insert_rows("messages", [{"content": "hello"}, {"channel": "email"}])
        world.insert_rows("invoices", [{}])
        world.insert_rows("credit_prices", [{}])
        return world.snapshot()

    first = contents()
    rehearsal_database.reset()
    assert contents() == first
    messages = world.execute("SELECT channel, direction, status FROM messages", reading=True).rows
    assert messages == (
        Row({"channel": "whatsapp", "direction": "inbound", "status": "queued"}),
        Row({"channel": "email", "direction": "inbound", "status": "queued"}),
    )
    counts = world.execute(
        "SELECT (SELECT count(*) FROM conversations) AS c, (SELECT count(*) FROM businesses) AS b",
        reading=True,
    )
    assert counts.rows == (Row({"c": 1, "b": 1}),), (
        "one row was made for each foreign key, and shared"
    )


def test_cells_are_literals_of_their_column(rehearsal_database: Rehearsal) -> None:
    """As a person writes them into a table."""
    world = rehearsal_database.world
    world.insert_rows(
        "businesses",
        [{"id": ACME, "voice_credits_balance": "12.5", "is_frozen": "yes", "frozen_at": START,
          "frozen_reason": "payment_failed", "stripe_customer_id": None}],
    )  # fmt: skip
    world.insert_rows("audit_logs", [{"business_id": ACME, "details": '{"a": 1}'}])
    found = world.execute(
        "SELECT voice_credits_balance::text AS v, is_frozen, details ->> 'a' AS a "
        "FROM businesses b JOIN audit_logs l ON l.business_id = b.id",
        reading=True,
    )
    assert found.rows == (Row({"v": "12.50", "is_frozen": True, "a": "1"}),)


@pytest.mark.parametrize(
    ("table", "row", "text", "column"),
    [
        ("nowhere", {}, "no table `nowhere`", None),
        ("businesses", {"nmae": "x"}, "no column `nmae`", "nmae"),
        ("businesses", {"id": "x"}, "invalid input syntax for type uuid", None),
        ("businesses", {"subscription_tier": "gold"}, "violates check constraint", None),
        ("messages", {"conversation_id": ACME}, "violates foreign key constraint", None),
    ],
)
def test_a_row_the_schema_does_not_take_says_which(
    rehearsal_database: Rehearsal, table: str, row: dict[str, str], text: str, column: str | None
) -> None:
    """The author of a world sees the row and the reason."""
    with pytest.raises(WorldError, match=text) as raised:
        rehearsal_database.world.insert_rows(table, [row])
    assert (raised.value.row, raised.value.column) == (0, column)


def test_changes_are_exact(rehearsal_database: Rehearsal) -> None:
    """Nothing else changed: also not in a table without a key, and a change and its undo are none."""
    world = rehearsal_database.world
    world.insert_rows("businesses", [{"id": ACME, "name": "Acme"}, {"name": "Beta"}])
    world.insert_rows("net._http_response", [{"id": "1"}, {"id": "1"}])
    before = world.snapshot()
    assert world.changes_since(before) == ()
    world.execute("UPDATE businesses SET credit_balance = 7 WHERE name = 'Acme'")
    world.execute("UPDATE businesses SET name = 'Other' WHERE name = 'Beta'")
    world.execute("UPDATE businesses SET name = 'Beta' WHERE name = 'Other'")
    world.execute("INSERT INTO net._http_response (id) VALUES (1)")
    world.execute(
        "INSERT INTO incident_freezes (incident_id, business_id) VALUES ('i', $1)",
        [parameter("uuid", ACME)],
    )
    found = world.changes_since(before)
    assert [(one.table, one.columns, one.before is None, one.after is None) for one in found] == [
        ("businesses", ("credit_balance",), False, False),
        ("incident_freezes", ("incident_id", "business_id", "created_at"), True, False),
        ("net._http_response", ("id", "created"), True, False),
    ]
    assert found[0].key == Row({"id": ACME})


def test_rows_are_read_again_only_after_what_may_have_changed_them(
    rehearsal_database: Rehearsal,
) -> None:
    """A comparison around each call costs nothing where the call was none of the database's, or only read it."""
    world = rehearsal_database.world
    world.insert_rows("businesses", [{"id": ACME, "name": "Acme"}])
    before = world.snapshot()
    rehearsal_database.clock.move(timedelta(minutes=1))
    assert isinstance(rehearsal_database.database.query(ALL, SOON), Succeeded)
    assert world.snapshot() is before
    assert isinstance(rehearsal_database.database.plan(RENAME, SOON), Planned)
    assert world.snapshot() is not before
    assert world.changes_since(before) == ()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE businesses SET name = 'Other'",
        "SELECT rename()",
        "WITH done AS (UPDATE businesses SET name = 'Other' RETURNING 1) SELECT * FROM done",
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_no_way_to_change_a_row_is_missed(
    other_schema: Callable[[str], Rehearsal], sql: str, inside: bool
) -> None:
    """A function, a statement inside another, a transaction that the driver began: behind a query that only read."""
    rehearsal = other_schema(
        """CREATE TABLE businesses (id int PRIMARY KEY, name text NOT NULL);
        CREATE FUNCTION rename() RETURNS void LANGUAGE sql AS $$ UPDATE businesses SET name = 'Other' $$;"""
    )
    rehearsal.world.insert_rows("businesses", [{"id": "1", "name": "Acme"}])
    assert isinstance(rehearsal.database.query(ALL, SOON), Succeeded)
    before = rehearsal.world.snapshot()
    connection = rehearsal.world.sessions.connection
    if inside:
        with connection.transaction():
            connection.execute(sql.encode())
    else:
        connection.execute(sql.encode())
    assert [one.columns for one in rehearsal.world.changes_since(before)] == [("name",)]


def test_a_reset_database_equals_a_fresh_one(
    rehearsal_database: Rehearsal, postgres_server: Server
) -> None:
    """Rows, sequences, made-up values and the order of unordered answers: no rehearsal feels the one before."""

    def story(rehearsal: Rehearsal) -> list[object]:
        world = rehearsal.world
        world.insert_rows("credit_ledger", [{"amount": str(n)} for n in range(1, 40)])
        world.insert_rows("messages", [{} for _ in range(30)])
        world.execute("UPDATE messages SET status = 'failed' WHERE created_at <= now()")
        world.execute("DELETE FROM credit_ledger WHERE amount % 3 = 0")
        world.insert_rows("credit_ledger", [{"amount": "99"}])
        plan = rehearsal.database.plan(RENAME, SOON)
        assert isinstance(plan, Planned)
        rehearsal.database.apply(RENAME, plan.plan, "k", SOON)
        return [
            world.snapshot(), plan,
            world.execute("SELECT * FROM credit_ledger", reading=True),
            world.execute("SELECT * FROM messages", reading=True),
            world.execute("INSERT INTO audit_logs (action, performed_by) VALUES ('a', 'b') RETURNING id"),
        ]  # fmt: skip

    story(rehearsal_database)
    rehearsal_database.world.execute("DELETE FROM pg_extension WHERE extname = 'pg_net'")
    rehearsal_database.reset()
    again = story(rehearsal_database)
    rehearsal_database.reset()
    third = story(rehearsal_database)
    fresh = Rehearsal(postgres_server)
    try:
        first = story(fresh)
    finally:
        fresh.close()
    assert again == first
    assert third == first


def test_a_change_of_the_schema_is_gone_after_a_reset(rehearsal_database: Rehearsal) -> None:
    """A playbook may alter a publication or a table; the next world starts without that."""
    world, database = rehearsal_database.world, rehearsal_database.database
    change = statement("ALTER TABLE messages ADD COLUMN more int DEFAULT 5")
    planned = database.plan(change, SOON)
    assert isinstance(planned, Planned)
    database.apply(change, planned.plan, "k", SOON)
    world.insert_rows("messages", [{}])
    assert world.execute("SELECT more FROM messages", reading=True).rows == (Row({"more": 5}),)
    rehearsal_database.reset()
    with pytest.raises(WorldError, match='column "more" does not exist'):
        world.execute("SELECT more FROM messages", reading=True)


@pytest.mark.parametrize(
    ("kind", "reading", "changing"),
    [
        ("down", "unavailable", "unavailable"),
        ("slow", "timeout", "timeout"),
        ("serialization failure", "ok", "unavailable"),
        ("lock timeout", "ok", "unavailable"),
    ],
)
def test_faults_come_and_go_in_their_time(
    rehearsal_database: Rehearsal, kind: str, reading: str, changing: str
) -> None:
    """The adapter sees what a real server would say."""
    world, database, clock = (
        rehearsal_database.world, rehearsal_database.database, rehearsal_database.clock,
    )  # fmt: skip
    world.order(
        DatabaseFault(
            kind=kind, begins=START + timedelta(minutes=1), ends=START + timedelta(minutes=2),
            delay=timedelta(seconds=30),
        )
    )  # fmt: skip

    def now() -> tuple[str, str]:
        read, plan = database.query(ALL, SOON), database.plan(RENAME, SOON)
        return (
            read.kind if isinstance(read, Refused) else "ok",
            plan.kind if isinstance(plan, Refused) else "ok",
        )

    assert now() == ("ok", "ok")
    clock.move(timedelta(minutes=1))
    assert now() == (reading, changing)
    assert world.delay() == timedelta(seconds=30 if kind == "slow" else 0)
    world.insert_rows("businesses", [{}])
    clock.move(timedelta(minutes=1))
    assert now() == ("ok", "ok")
    assert world.delay() == timedelta(0)


def test_a_slow_database_answers_a_patient_caller(rehearsal_database: Rehearsal) -> None:
    """Only what takes longer than its limit is cancelled."""
    slow = DatabaseFault(
        kind="slow", begins=START, ends=START + timedelta(hours=1), delay=timedelta(seconds=5)
    )
    rehearsal_database.world.order(slow)
    assert isinstance(rehearsal_database.database.query(ALL, SOON), Succeeded)
    assert isinstance(rehearsal_database.database.query(ALL, timedelta(seconds=2)), Refused)


@pytest.mark.parametrize(
    "sql",
    [
        "COPY businesses TO PROGRAM 'touch /tmp/rbengine-was-here'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/lib/x', 'f'",
        "ALTER SYSTEM SET fsync = on",
        "SET ROLE postgres",
        "SELECT lo_import('/etc/passwd')",
        "DO $$ BEGIN END $$",
    ],
)
def test_no_text_of_a_project_reaches_the_machine(rehearsal_database: Rehearsal, sql: str) -> None:
    """Tried as world, as the company's app, as query and as change, and once more past all our rules."""
    world, database = rehearsal_database.world, rehearsal_database.database
    for reading in (True, False):
        with pytest.raises(WorldError):
            world.execute(sql, reading=reading)
    query = SqlQuery(kind="all", sql=sql, parameters=(), at_most=9)
    assert isinstance(database.query(query, SOON), Refused)
    assert isinstance(database.plan(statement(sql), SOON), Refused)
    if not sql.startswith("DO "):  # that one only runs as the ordinary role, which is harmless
        import psycopg

        with pytest.raises(psycopg.Error, match=r"permission denied|superuser|cannot run inside"):
            world.sessions.connection.execute(sql.encode())


def test_the_ordinary_role_is_no_superuser(rehearsal_database: Rehearsal) -> None:
    """Everything of the project runs as this one."""
    found = rehearsal_database.world.execute(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS may_more, "
        "pg_has_role(current_user, 'pg_read_server_files', 'MEMBER') AS reads_files "
        "FROM pg_roles WHERE rolname = current_user",
        reading=True,
    )
    assert found.rows == (Row({"may_more": False, "reads_files": False}),)


_KILLED = """
import time
from datetime import UTC, datetime
from pathlib import Path
import sys
from rbengine.facts.postgres.server import start_server
from rbengine.host.simulated_database import SimulatedDatabase
server = start_server()
world = SimulatedDatabase(server, Path(sys.argv[1]).read_text(), lambda: datetime(2026, 1, 1, tzinfo=UTC))
print(world.name, flush=True)
time.sleep(60)
"""


def test_databases_of_killed_processes_are_swept(
    postgres_server: Server, other_schema: Callable[[str], Rehearsal], tmp_path: Path
) -> None:
    """A kill -9 in the middle of a rehearsal must not fill the disk over the months."""
    schema = tmp_path / "schema.sql"
    schema.write_text("CREATE TABLE t (id int);")
    command = [sys.executable, "-c", _KILLED, str(schema)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert name in postgres_server.databases()
        process.send_signal(signal.SIGKILL)
    limit = (
        time.monotonic() + 60
    )  # neighbours may have left some that are older, and the machine may be busy
    while name in postgres_server.databases() and time.monotonic() < limit:
        other_schema("CREATE TABLE t (id int);")
        time.sleep(0.05)
    assert name not in postgres_server.databases()


def test_a_rehearsal_needs_few_milliseconds(rehearsal_database: Rehearsal) -> None:
    """Generous for a busy machine; the benchmark has the figure."""
    started = time.monotonic()
    for _ in range(5):
        rehearsal_database.reset()
        rehearsal_database.world.insert_rows("businesses", [{}])
        rehearsal_database.database.query(ALL, SOON)
        planned = rehearsal_database.database.plan(RENAME, SOON)
        assert isinstance(planned, Planned)
    assert (time.monotonic() - started) / 5 < 0.5


def _name(rehearsal: Rehearsal) -> object:
    return rehearsal.world.execute("SELECT current_database() AS n", reading=True).rows[0]["n"]


def test_emptying_is_enough_between_ordinary_worlds(rehearsal_database: Rehearsal) -> None:
    """A new database for each of a thousand rehearsals would cost more than they do."""
    before = _name(rehearsal_database)
    rehearsal_database.world.insert_rows("messages", [{}])
    rehearsal_database.world.insert_rows("pg_stat_activity", [{}])
    rehearsal_database.reset()
    assert _name(rehearsal_database) == before
    assert set(rehearsal_database.world.snapshot().rows) == {"pg_extension"}


def test_rows_that_a_trigger_guards_are_emptied_too(rehearsal_database: Rehearsal) -> None:
    """Files of a storage bucket may be removed by its vendor alone; that is no reason for a new database."""
    world = rehearsal_database.world
    before = _name(rehearsal_database)
    world.insert_rows("storage.buckets", [{"id": "media", "name": "media"}])
    world.insert_rows("storage.objects", [{"bucket_id": "media", "name": "a.png"}])
    rehearsal_database.reset()
    assert _name(rehearsal_database) == before
    assert set(world.snapshot().rows) == {"pg_extension"}


@pytest.mark.parametrize(
    "schema",
    [
        # a trigger that remembers what is deleted
        """CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE gone (id int);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO gone VALUES (OLD.id); RETURN OLD; END $$;
        CREATE TRIGGER notes AFTER DELETE ON t FOR EACH ROW EXECUTE FUNCTION note();""",
        # tables that refer to each other
        """CREATE TABLE t (id int PRIMARY KEY, other int); CREATE TABLE u (id int PRIMARY KEY REFERENCES t);
        ALTER TABLE t ADD FOREIGN KEY (other) REFERENCES u;""",
        # a table that refers to itself
        "CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t);",
        # rows that stand in the files of other tables
        """CREATE TABLE t (id int) PARTITION BY RANGE (id);
        CREATE TABLE small PARTITION OF t FOR VALUES FROM (0) TO (9);""",
        "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE more (n int DEFAULT 1) INHERITS (t);",
        # a table that a trigger keeps from being emptied at once
        """CREATE TABLE t (id int PRIMARY KEY);
        CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
        CREATE TRIGGER d BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION no();
        CREATE TRIGGER e BEFORE TRUNCATE ON t FOR EACH STATEMENT EXECUTE FUNCTION no();""",
        # rows that the schema brings along
        "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (7);",
        # rows that their owner does not see
        """CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (id < 2) WITH CHECK (true);""",
    ],
)
def test_a_reset_leaves_nothing_in_odd_schemas_either(
    other_schema: Callable[[str], Rehearsal], schema: str
) -> None:
    """Where deleting is not enough, a fresh database is made."""
    rehearsal = other_schema(schema)
    first = rehearsal.world.snapshot()
    rehearsal.world.insert_rows("t", [{"id": "1"}])
    assert rehearsal.world.snapshot() != first
    rehearsal.reset()
    assert rehearsal.world.snapshot() == first
