"""Behind a pooler that hands out sessions by the transaction: the same reading, changing, settling and taking back."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from rbengine.contract.changes import Applied, Planned, SqlQuery, Undone
from rbengine.contract.outcomes import Refused, Succeeded
from rbengine.facts.postgres.program import server_account
from rbengine.host.live.database import LiveSessions
from rbengine_adapters.postgres.database import PostgresDatabase
from rbengine_adapters.postgres.whereabouts import locate
from support.live_world import LiveRehearsal, made, profile
from support.peer_postgres import OWNER, RealPostgres
from support.peer_programs import found, free_port, listens, running
from support.postgres import SOON, guard, statement

pytestmark = pytest.mark.peers

NAME = "pooled"
SCHEMA = """
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);
INSERT INTO t SELECT g, 0 FROM generate_series(1, 20) g;
"""


@pytest.fixture(scope="module")
def behind(postgres_15: RealPostgres) -> Iterator[LiveRehearsal]:
    """The database itself."""
    one = made(postgres_15, NAME, SCHEMA, postgres_15.dsn(NAME))
    yield one
    one.close()


@pytest.fixture(scope="module")
def pooler(postgres_15: RealPostgres, behind: LiveRehearsal) -> Iterator[int]:
    """Its port. It has two sessions for everybody, and passes no parameter on that it does not know."""
    del behind
    program = found("pgbouncer", "pgbouncer", "pgbouncer", "/usr/sbin/pgbouncer")
    port, settings = free_port(), postgres_15.folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n{NAME} = host={postgres_15.folder} port={postgres_15.port} user={OWNER}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 50\n",
        encoding="utf-8",
    )
    os.chmod(settings, 0o644)
    account = server_account()
    user = account.uid if account.borrowed else None
    log = Path(postgres_15.folder / "pgbouncer.log")
    command = [str(program), str(settings)]
    with running(command, partial(listens, port), log=log, user=user, stop=signal.SIGINT):
        yield port


@pytest.fixture
def pooled(pooler: int) -> Iterator[PostgresDatabase]:
    """What a run sees."""
    sessions = LiveSessions(profile(dsn=dsn(pooler)))
    one = PostgresDatabase(sessions, guard, sessions.close)
    yield one
    one.close()


def dsn(port: int) -> str:
    return f"host=127.0.0.1 port={port} dbname={NAME} user={OWNER} sslmode=disable"


def test_a_change_is_planned_applied_settled_and_taken_back(
    pooled: PostgresDatabase, behind: LiveRehearsal
) -> None:
    """Each in a transaction that brings along all it needs."""
    before = behind.world.snapshot()
    change = statement("UPDATE t SET n = 5 WHERE id <= 3", at_most=3)
    planned = pooled.plan(change, SOON)
    assert isinstance(planned, Planned), planned
    done = pooled.apply(change, planned.plan, "k", SOON)
    assert isinstance(done, Applied), done
    assert pooled.settle("k", SOON) == done
    assert pooled.undo(done.images, "u", SOON) == Undone(rows=3)
    assert behind.world.changes_since(before) == ()


def test_many_at_once_meet_only_their_own_settings(pooled: PostgresDatabase) -> None:
    """Two sessions for all; nobody's limit or role is found by the next."""
    query = SqlQuery(
        kind="one",
        sql="SELECT current_setting('statement_timeout') AS s, current_setting('timezone') AS z",
        parameters=(),
        at_most=1,
    )
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: pooled.query(query, SOON), range(40)))
    rows = {str(one.value.value) for one in answers if isinstance(one, Succeeded)}
    assert len(rows) == 1, answers
    assert all(isinstance(one, Succeeded) for one in answers)
    assert "'10s'" in rows.pop()


def test_it_says_where_it_is_as_the_database_does(pooler: int, behind: LiveRehearsal) -> None:
    """The pooler is not what is changed."""
    sessions = LiveSessions(profile(dsn=dsn(pooler)))
    assert locate(sessions, SOON).facts == locate(behind.sessions, SOON).facts  # type: ignore[union-attr]  # said by both
    sessions.close()


def test_a_statement_outside_a_transaction_wants_a_session_of_its_own(
    pooled: PostgresDatabase, pooler: int, postgres_15: RealPostgres
) -> None:
    """Its limits would be set in one session and it would run in another: refused, with the way out, which works."""
    index = statement("CREATE INDEX CONCURRENTLY by_n ON t (n)")
    planned = pooled.plan(index, SOON)
    assert isinstance(planned, Planned)
    refused = pooled.apply(index, planned.plan, "i", SOON)
    assert isinstance(refused, Refused)
    assert refused.kind == "invalid"
    assert "`postgres.direct_dsn`" in refused.text
    sessions = LiveSessions(profile(dsn=dsn(pooler), direct_dsn=postgres_15.dsn(NAME)))
    direct = PostgresDatabase(sessions, guard, sessions.close)
    assert isinstance(direct.apply(index, planned.plan, "i", SOON), Applied)
    direct.close()
