"""A real PostgreSQL for tests: one server for the session, one database for each worker, put back after each test."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from rbengine.contract.changes import SqlParameter, SqlStatement
from rbengine.contract.values import Datum, Value
from rbengine.facts.postgres.server import Server, start_server
from rbengine.host.simulated_database import SimulatedDatabase
from rbengine.host.simulated_sessions import SimulatedSessions
from rbengine.semantics.sql_rules import refused
from rbengine_adapters.postgres.database import PostgresDatabase
from rbengine_adapters.postgres.marker import marker_ddl

START = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)
SCHEMA = (Path(__file__).parents[2] / "playbooks" / "schema.sql").read_text(encoding="utf-8")
SOON = timedelta(seconds=10)


class Clock:
    """The world's time, moved by the test."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


class Rehearsal:
    """A simulated database with the company's schema, its clock, and the adapter that works on it."""

    tolerance = timedelta(0)
    """How far from the clock a time may be that the database wrote just now."""

    def __init__(self, server: Server, schema_sql: str = SCHEMA) -> None:
        self._server = server
        self.clock = Clock()
        self.world = SimulatedDatabase(server, schema_sql, self.clock, bookkeeping_ddl=marker_ddl())
        self.database = PostgresDatabase(self.world.sessions, guard)

    def connect(self) -> AbstractContextManager[psycopg.Connection]:
        """Somebody else's session."""
        return self._server.connect(self.world.name)

    @property
    def sessions(self) -> SimulatedSessions:
        """As the host hands them out."""
        return self.world.sessions

    def reset(self) -> None:
        self.clock.now = START
        self.world.reset()

    def close(self) -> None:
        self.world.close()


def guard(sql: str, reading: bool) -> str | None:
    """What the host gives to the adapter: the rules of the language once more."""
    found = refused(sql, reading=reading)
    return None if found is None else found.reason


def parameter(type_: str, value: Value, name: str = "it") -> SqlParameter:
    """A parameter as the checker makes it."""
    return SqlParameter(name=name, type=type_, value=Datum(value))


def statement(
    sql: str,
    *parameters: SqlParameter,
    at_least: int = 0,
    at_most: int | None = None,
    may_drift: tuple[str, ...] = (),
) -> tuple[SqlStatement, ...]:
    """One statement of a change."""
    one = SqlStatement(
        sql=sql, parameters=parameters, at_least=at_least, at_most=at_most, may_drift=may_drift
    )
    return (one,)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The user's embedded server, shared by all workers and other processes."""
    with start_server() as server:
        yield server


@pytest.fixture(scope="session")
def _worker_rehearsal(postgres_server: Server) -> Iterator[Rehearsal]:
    rehearsal = Rehearsal(postgres_server)
    yield rehearsal
    rehearsal.close()


@pytest.fixture
def rehearsal_database(_worker_rehearsal: Rehearsal) -> Rehearsal:
    """The company's database without a row, at `START`."""
    _worker_rehearsal.reset()
    return _worker_rehearsal


@pytest.fixture
def other_schema(postgres_server: Server) -> Iterator[Callable[[str], Rehearsal]]:
    """Makes databases of other schemas, dropped after the test."""
    made: list[Rehearsal] = []

    def make(schema_sql: str) -> Rehearsal:
        made.append(Rehearsal(postgres_server, schema_sql))
        return made[-1]

    yield make
    for one in made:
        one.close()
