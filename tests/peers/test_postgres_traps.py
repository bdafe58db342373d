"""What a real PostgreSQL does to those who change it: each trouble is refused by one kind, or settled by the marker."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from rbengine.contract.changes import Applied, ChangePlan, Planned, SqlQuery, Undone
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Row
from rbengine.host.live import database as live_database
from rbengine.host.live.database import LiveSessions
from rbengine_adapters.postgres.database import PostgresDatabase
from support.cutting import cutting
from support.live_world import LiveRehearsal, made, profile
from support.peer_postgres import READER, VERSIONS, RealPostgres, postgres_running
from support.postgres import SOON, guard, statement

pytestmark = pytest.mark.peers

SCHEMA = """
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);
INSERT INTO t VALUES (1, 10), (2, 20);
"""
UP = statement("UPDATE t SET n = n + 1 WHERE id = 1", at_least=1, at_most=1)
COUNT = SqlQuery(kind="value", sql="SELECT count(*) FROM t", parameters=(), at_most=1)


@pytest.fixture
def shop(each_postgres: RealPostgres) -> Iterator[LiveRehearsal]:
    one = made(each_postgres, "traps", SCHEMA, each_postgres.dsn("traps"))
    yield one
    one.close()


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda one: f"live {one}")
def fragile(request: pytest.FixtureRequest) -> Iterator[RealPostgres]:
    """A server of its own, which is not whole for long."""
    with postgres_running(request.param) as server:
        yield server


def planned(database: PostgresDatabase) -> ChangePlan:
    found = database.plan(UP, SOON)
    assert isinstance(found, Planned), found
    return found.plan


def refused(found: object, kind: str, words: str) -> None:
    assert isinstance(found, Refused), found
    assert (found.kind, words in found.text) == (kind, True), found


@pytest.mark.parametrize("heard", [True, False], ids=["its answer is lost", "it is lost itself"])
def test_a_commit_without_an_answer_is_settled_by_its_marker(
    shop: LiveRehearsal, each_postgres: RealPostgres, heard: bool
) -> None:
    """Both look the same from here. Done once in the end, whichever it was."""
    with cutting(each_postgres.port) as way:
        dsn = each_postgres.dsn("traps", more="sslmode=disable")
        dsn = dsn.replace(f"port={each_postgres.port}", f"port={way.port}")
        sessions = LiveSessions(profile(dsn=dsn))
        database = PostgresDatabase(sessions, guard, sessions.close)
        plan = planned(database)
        way.heard, way.word = heard, b"COMMIT"
        assert isinstance(database.apply(UP, plan, "k", SOON), Unsettled)
        settled = database.settle("k", SOON)
        assert isinstance(settled, Applied) is heard
        done = database.apply(UP, plan, "k", SOON)
        assert isinstance(done, Applied), done
        database.close()
    rows = shop.world.execute("SELECT n FROM t WHERE id = 1").rows
    assert [row["n"] for row in rows] == [11]
    assert isinstance(shop.database.undo(done.images, "u", SOON), Undone)


def test_a_server_that_is_killed_in_the_middle_is_found_again(fragile: RealPostgres) -> None:
    """It throws everybody out and recovers; nothing of the change stands, and done again it is done once."""
    shop = made(fragile, "killed", SCHEMA, fragile.dsn("killed"))
    plan = planned(shop.database)
    other = fragile.connect("killed")
    other.execute("BEGIN; SELECT 1 FROM t WHERE id = 1 FOR UPDATE")  # the change waits for it
    found: list[object] = []
    change = threading.Thread(target=lambda: found.append(shop.database.apply(UP, plan, "k", SOON)))
    change.start()
    os.kill(waiting_backend(fragile, "killed"), signal.SIGKILL)
    change.join()
    other.close()
    fragile.maintenance.close()  # it was thrown out too
    assert isinstance(found[0], Refused | Unsettled), found
    assert soon(lambda: shop.database.settle("k", SOON)) is None
    done = shop.database.apply(UP, plan, "k", SOON)
    assert isinstance(done, Applied), done
    assert shop.database.settle("k", SOON) == done
    assert done.images[0].after.value == Row({"n": 11})
    shop.let_go()


def waiting_backend(server: RealPostgres, database: str) -> int:
    """The process of the one session that waits for a lock."""
    asks = (
        "SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock' "
        "AND application_name LIKE 'rbengine%%'"
    )
    for _ in range(100):
        row = server.maintenance.execute(asks, (database,)).fetchone()
        if row is not None:
            return int(row[0])
        time.sleep(0.01)
    raise AssertionError("nobody waits for a lock")


def soon(ask: Callable[[], object]) -> object:
    """What `ask` says when the server has recovered; until then it cannot tell."""
    for _ in range(200):
        try:
            return ask()
        except ConnectionError as error:
            last = error
            time.sleep(0.05)
    raise AssertionError(f"the server does not come back: {last}")


def test_who_holds_a_row_makes_a_change_unavailable(shop: LiveRehearsal) -> None:
    """Within a second, and nothing is in doubt."""
    plan = planned(shop.database)
    with shop.connect() as other:
        other.execute("BEGIN; SELECT 1 FROM t WHERE id = 1 FOR UPDATE")
        refused(shop.database.apply(UP, plan, "k", SOON), "unavailable", "lock timeout")
        other.execute("ROLLBACK")
    assert shop.database.settle("k", SOON) is None


def test_a_deadlock_is_unavailable(shop: LiveRehearsal, each_postgres: RealPostgres) -> None:
    """PostgreSQL ends one of both, whoever looks first; it may be tried again."""
    each_postgres.maintenance.execute("ALTER DATABASE traps SET deadlock_timeout = '400ms'")
    both = (*UP, *statement("UPDATE t SET n = n + 1 WHERE id = 2"))
    with each_postgres.connect("traps", "postgres") as other:
        other.execute("SET deadlock_timeout = '1min'")
        other.execute("BEGIN; UPDATE t SET n = 0 WHERE id = 2")
        with ThreadPoolExecutor(1) as pool:
            change = pool.submit(shop.database.plan, both, SOON)
            waiting_backend(each_postgres, "traps")
            other.execute("UPDATE t SET n = 0 WHERE id = 1")
            refused(change.result(), "unavailable", "deadlock")
        other.execute("ROLLBACK")


def test_who_is_always_earlier_makes_a_change_unavailable(shop: LiveRehearsal) -> None:
    """The transaction is begun again some times, not for ever."""
    shop.world.connection.execute(
        b"""CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END $$"""
    )
    shop.world.connection.execute(
        b"CREATE TRIGGER no BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION no()"
    )
    refused(shop.database.plan(UP, SOON), "unavailable", "could not serialize")


def test_a_database_that_takes_no_changes_refuses_them(
    shop: LiveRehearsal, each_postgres: RealPostgres
) -> None:
    """A standby, or one that somebody has made read-only."""
    each_postgres.maintenance.execute("ALTER DATABASE traps SET default_transaction_read_only = on")
    shop.sessions.close()
    refused(shop.database.plan(UP, SOON), "invalid", "read-only transaction")
    assert isinstance(shop.database.query(COUNT, SOON), Succeeded)


@pytest.mark.usefixtures("shop")
def test_who_may_not_is_unauthorized(each_postgres: RealPostgres) -> None:
    """And is not in doubt."""
    sessions = LiveSessions(profile(dsn=each_postgres.dsn("traps", READER)))
    database = PostgresDatabase(sessions, guard, sessions.close)
    assert isinstance(database.query(COUNT, SOON), Succeeded)
    refused(database.plan(UP, SOON), "unauthorized", "permission denied")
    database.close()


def test_a_change_that_takes_too_long_is_ended_by_the_server(shop: LiveRehearsal) -> None:
    """So it is certain that it was not made."""
    shop.world.connection.execute(
        b"""CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(5); RETURN NEW; END $$"""
    )
    plan = planned(shop.database)
    shop.world.connection.execute(
        b"CREATE TRIGGER slow BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION slow()"
    )
    short = timedelta(milliseconds=200)
    refused(shop.database.apply(UP, plan, "k", short), "timeout", "statement timeout")
    assert shop.database.settle("k", SOON) is None


def test_a_database_without_the_table_of_markers_takes_no_change(
    each_postgres: RealPostgres,
) -> None:
    """Said before anybody is asked to approve one, with the way out."""
    shop = made(each_postgres, "not_set_up", SCHEMA, each_postgres.dsn("not_set_up"))
    plan = planned(shop.database)
    shop.world.connection.execute(b"DROP SCHEMA rbengine_evidence CASCADE")
    way_out = "`rbengine setup database --profile NAME`"
    refused(shop.database.plan(UP, SOON), "invalid", way_out)
    refused(shop.database.apply(UP, plan, "k", SOON), "invalid", way_out)
    with pytest.raises(ConnectionError, match="setup database"):
        shop.database.settle("k", SOON)
    assert isinstance(shop.database.query(COUNT, SOON), Succeeded)
    shop.close()


@pytest.mark.usefixtures("shop")
def test_steps_side_by_side_share_a_few_connections(each_postgres: RealPostgres) -> None:
    """More threads than connections: each waits for its turn, and none meets another's transaction."""
    sessions = LiveSessions(profile(dsn=each_postgres.dsn("traps")), most=3)
    database = PostgresDatabase(sessions, guard, sessions.close)
    asked = SqlQuery(
        kind="value", sql="SELECT count(*) FROM generate_series(1, 20000)", parameters=(), at_most=1
    )
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda _: database.query(asked, SOON), range(60)))
    assert all(isinstance(one, Succeeded) for one in found), found
    row = each_postgres.maintenance.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'traps' AND application_name = 'rbengine'"
    ).fetchone()
    assert row is not None
    assert 1 <= row[0] <= 3
    database.close()


@pytest.mark.usefixtures("shop")
def test_who_finds_every_connection_in_use_hears_that(
    each_postgres: RealPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while, and it may be asked again."""
    monkeypatch.setattr(live_database, "_CONNECT_LIMIT", 0.2)
    sessions = LiveSessions(profile(dsn=each_postgres.dsn("traps")), most=1)
    database = PostgresDatabase(sessions, guard, sessions.close)
    with sessions(use="read", within=SOON):
        refused(database.query(COUNT, SOON), "unavailable", "were in use")
    monkeypatch.undo()
    assert isinstance(database.query(COUNT, SOON), Succeeded)
    database.close()


def test_nothing_that_a_transaction_set_is_left_in_its_session(shop: LiveRehearsal) -> None:
    """Whoever gets the session next, from a pooler too, finds it as it was."""
    wanted = "SELECT name, setting FROM pg_settings WHERE source = 'session' ORDER BY name"
    with shop.sessions(use="change", within=SOON) as session:
        before = session.execute(wanted.encode()).fetchall()
    plan = planned(shop.database)
    shop.database.apply(UP, plan, "k", SOON)
    shop.database.query(COUNT, SOON)
    index = statement("CREATE INDEX CONCURRENTLY by_n ON t (n)")
    found = shop.database.plan(index, SOON)
    assert isinstance(found, Planned)
    assert isinstance(shop.database.apply(index, found.plan, "i", SOON), Applied)
    with shop.sessions(use="change", within=SOON) as session:
        assert session.execute(wanted.encode()).fetchall() == before


def test_a_server_that_says_nothing_any_more_is_not_waited_for(
    fragile: RealPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps no limit of its own then. A read has failed; whether a commit was heard, the marker tells later."""
    monkeypatch.setattr(live_database, "_GRACE", 0.2)
    shop = made(fragile, "silent", SCHEMA, fragile.dsn("silent"))
    plan = planned(shop.database)
    short = timedelta(milliseconds=100)
    with shop.sessions(use="read", within=SOON) as session:
        process = session.execute(b"SELECT pg_backend_pid()").fetchone()
    assert process is not None
    os.kill(process[0], signal.SIGSTOP)
    refused(shop.database.query(COUNT, short), "timeout", "and none since")
    os.kill(process[0], signal.SIGCONT)
    assert isinstance(shop.database.query(COUNT, SOON), Succeeded)
    assert isinstance(shop.database.apply(UP, plan, "k", SOON), Applied)
    shop.let_go()
