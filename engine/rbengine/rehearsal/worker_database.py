"""One worker's database: made when a run first needs it, put back between runs, kept until the worker is done."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from rbengine.contract.database import Database
from rbengine.host.clock import Clock
from rbengine.host.errors import CannotGoOnError

if TYPE_CHECKING:
    from rbengine.facts.postgres.server import Server
    from rbengine.host.simulated_database import SimulatedDatabase


class WorkerDatabase:
    """`server` is called once, and only when a run reads or writes SQL."""

    def __init__(self, server: "Callable[[], Server]", schema_sql: str) -> None:
        self._server = server
        self._schema_sql = schema_sql
        self._clock: Clock | None = None
        self._database: SimulatedDatabase | None = None
        self._in_use = False

    def begin(self, clock: Clock) -> None:
        """A new run begins on this clock; what the last one left is forgotten when the database is next needed."""
        self._clock = clock
        self._in_use = False

    def get(self) -> "SimulatedDatabase":
        """The database of the run, empty when it is first asked for. Raises CannotGoOnError where none can be had."""
        if self._database is None:
            # The driver costs 80 ms to import: only runs that read or write SQL pay for it.
            from psycopg import OperationalError

            from rbengine.facts.postgres.errors import SchemaError, ServerError
            from rbengine.host.postgres_adapter import bookkeeping_ddl
            from rbengine.host.simulated_database import SimulatedDatabase

            try:
                self._database = SimulatedDatabase(
                    self._server(), self._schema_sql, self._now, bookkeeping_ddl=bookkeeping_ddl()
                )
            except (ServerError, SchemaError, OperationalError) as error:
                raise CannotGoOnError(f"there is no database: {error}") from error
        elif not self._in_use:
            self._database.reset()
        self._in_use = True
        return self._database

    def in_use(self) -> "SimulatedDatabase | None":
        """The database where this run has used it, else None."""
        return self._database if self._in_use else None

    def stop_if_gone(self) -> None:
        """Raises CannotGoOnError where the run has used a database whose server is there no more."""
        if self._in_use and self._database is not None:
            self._database.sessions.stop_if_gone()

    def adapter(self, functions: Collection[str]) -> Database:
        """The PostgreSQL adapter on it."""
        from rbengine.host.postgres_adapter import database_on

        return database_on(self.get().sessions, functions)

    def close(self) -> None:
        """Drop the database."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _now(self) -> datetime:
        if self._clock is None:
            raise RuntimeError("no run has begun")
        return self._clock.now()
