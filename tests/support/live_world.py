"""A real database with a schema, reached over the host's own sessions; to a suite it looks like a rehearsal.

Time is the machine's, and nothing stands between the adapter and the server.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import psycopg
import pytest
from rbengine.contract.database import OWN_SCHEMA
from rbengine.contract.postgres_values import adapt, rows_of
from rbengine.contract.values import Row, Value
from rbengine.host.live.database import LiveSessions
from rbengine.host.live.profile import LiveProfile
from rbengine.host.simulated_database import Executed, RowChange, Snapshot
from rbengine.host.simulated_rows import RowFiller
from rbengine.host.simulated_tables import read_tables
from rbengine_adapters.postgres.database import PostgresDatabase
from rbengine_adapters.postgres.marker import marker_ddl
from support.peer_postgres import CRON_DATABASE, OWNER, VERSIONS, RealPostgres
from support.postgres import SCHEMA, guard

HERE = frozenset({"127.0.0.1"})
SIMULATED = "18"
BENCHES = (
    SIMULATED,
    *(pytest.param(one, marks=pytest.mark.peers, id=f"live {one}") for one in VERSIONS),
)
"""Parameters of fixtures: the embedded server, and real ones of the versions before RETURNING had the old row."""
MINUTE = timedelta(minutes=1)


class Server(Protocol):
    """A PostgreSQL that tests may make databases in."""

    @property
    def maintenance(self) -> "psycopg.Connection[Any]": ...

    def connect(self, database: str, role: str = ...) -> "psycopg.Connection[Any]": ...
    def create_database(self, name: str, template: str = ...) -> None: ...
    def drop_database(self, name: str) -> None: ...


def profile(**settings: str) -> LiveProfile:
    """With these settings of the database: `dsn`, `read_dsn`, …"""
    named = {f"postgres.{name}": value for name, value in settings.items()}
    return LiveProfile(name="tested", settings=named, secrets=frozenset(named), hosts=HERE)


class RealTime:
    """The machine's clock, which no test moves."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def move(self, by: timedelta) -> None:
        """It moves by itself."""


class LiveWorld:
    """What a test arranges and looks at, on a connection of its own."""

    def __init__(self, server: Server, name: str, clock: RealTime, role: str) -> None:
        self.server = server
        self.name = name
        self._clock = clock
        self.connection = server.connect(name, role)
        self.connection.cursor_factory = psycopg.RawCursor
        adapt(self.connection)
        self._tables = read_tables(self.connection)
        self._filler = RowFiller(self._tables)

    def insert_rows(self, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        self._filler.insert(self.connection, table, rows, self._clock())

    def execute(self, sql: str, *, reading: bool = False) -> Executed:
        del reading
        cursor = self.connection.cursor()
        cursor.execute(sql.encode())
        rows = rows_of(cursor) if cursor.description is not None else ()
        return Executed(rows=rows, count=cursor.rowcount)

    @property
    def tables(self) -> Collection[str]:
        """Every table's name."""
        return self._tables

    def snapshot(self) -> Snapshot:
        return Snapshot({name: self._content(name) for name in self._company()})

    def changes_since(self, snapshot: Snapshot) -> tuple[RowChange, ...]:
        now = self.snapshot()
        found = []
        for name in sorted(now.rows):
            before, after = snapshot.rows.get(name, {}), now.rows[name]
            for key in sorted({*before, *after}, key=repr):
                old, new = before.get(key), after.get(key)
                if old != new:
                    shown = Row({"key": str(key)})
                    found.append(RowChange(table=name, key=shown, before=old, after=new))
        return tuple(found)

    def reset(self) -> None:
        """No rows."""
        self._filler = RowFiller(self._tables)
        names = ", ".join(self._tables)
        self.connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE".encode())

    def _company(self) -> list[str]:
        return [
            name for name, one in self._tables.items() if one.schema not in (OWN_SCHEMA, "cron")
        ]

    def _content(self, name: str) -> dict[object, Row]:
        cursor = self.connection.cursor()
        cursor.execute(f"SELECT * FROM {name}".encode())
        key = self._tables[name].key
        rows = rows_of(cursor)
        return {
            tuple(repr(row[one]) for one in key) if key else (repr(row), number): row
            for number, row in enumerate(rows)
        }


class LiveRehearsal:
    """`support.postgres.Rehearsal` on a real database."""

    tolerance = MINUTE
    """How far from the clock a time may be that the database wrote just now."""

    def __init__(self, server: Server, name: str, dsn: str, arranger: str = OWNER) -> None:
        """`arranger`: the role that brings the world's rows about."""
        self.server = server
        self.clock = RealTime()
        self.world = LiveWorld(server, name, self.clock, arranger)
        self.sessions = LiveSessions(profile(dsn=dsn), run="R-1")
        self.database = PostgresDatabase(self.sessions, guard, self.sessions.close)

    def connect(self) -> "AbstractContextManager[psycopg.Connection[Any]]":
        """Somebody else's session."""
        return self.server.connect(self.world.name)

    def reset(self) -> None:
        self.world.reset()

    def let_go(self) -> None:
        """Close every connection, and leave the database."""
        self.database.close()
        self.world.connection.close()

    def close(self) -> None:
        self.let_go()
        self.server.drop_database(self.world.name)


def made(server: Server, name: str, schema_sql: str, dsn: str) -> LiveRehearsal:
    """A database of its own with that schema and our table of markers."""
    server.drop_database(name)
    server.create_database(name)
    with server.connect(name) as connection:
        connection.execute(schema_sql.encode())
        connection.execute(marker_ddl().encode())
    return LiveRehearsal(server, name, dsn)


@pytest.fixture(scope="session")
def company_on(
    real_postgres: Callable[[int], RealPostgres],
) -> Iterator[Callable[[int], LiveRehearsal]]:
    """The company's schema on the real PostgreSQL of a version: made when it is first asked for."""
    found: dict[int, LiveRehearsal] = {}

    def of(version: int) -> LiveRehearsal:
        if version not in found:
            server = real_postgres(version)
            found[version] = made(server, "company", SCHEMA, server.dsn("company"))
        return found[version]

    yield of
    for one in found.values():
        one.close()


@pytest.fixture(scope="session")
def cron_on_15(postgres_15: RealPostgres) -> Iterator[LiveRehearsal]:
    """pg_cron as it is installed, in the one database of the server that has it."""
    name = CRON_DATABASE
    with postgres_15.connect(name, "postgres") as admin:
        admin.execute("CREATE EXTENSION pg_cron")
        admin.execute(f"GRANT USAGE ON SCHEMA cron TO {OWNER}")
        admin.execute(f"GRANT EXECUTE ON FUNCTION cron.alter_job TO {OWNER}")
    one = LiveRehearsal(postgres_15, name, postgres_15.dsn(name), arranger="postgres")
    yield one
    one.let_go()
