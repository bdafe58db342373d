"""The simulated database of a rehearsal: a real PostgreSQL on virtual time, put back between worlds."""

import contextlib
import itertools
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec
import psycopg

from rbengine.contract.changes import SqlParameter
from rbengine.contract.postgres_values import adapt, rows_of, sent_parameters
from rbengine.contract.values import Row, Value
from rbengine.facts.postgres.errors import SchemaError
from rbengine.facts.postgres.server import Server
from rbengine.facts.postgres.simulation import SEARCH_PATH, rehearsal_template
from rbengine.host.simulated_contents import Contents, RowChange, Rows, Snapshot, changes
from rbengine.host.simulated_emptying import empty
from rbengine.host.simulated_rows import RowFiller, WorldError
from rbengine.host.simulated_sessions import (
    DatabaseFault,
    SimulatedConnection,
    SimulatedCursor,
    SimulatedSessions,
)
from rbengine.host.simulated_tables import Table, find_table, read_tables
from rbengine.host.virtual_sql import NotVirtualError, virtual_sql
from rbengine.semantics.sql_rules import refused

_PREFIX = "world_"
_SWEPT = 3  # databases left by killed processes, dropped whenever one is made
_numbers = itertools.count(1)


class Executed(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement of a world or of the company's app gave."""

    rows: tuple[Row, ...]
    count: int
    """Rows touched or read."""


class SimulatedDatabase:
    """One database of one worker. `sessions` is what the PostgreSQL adapter is given.

    `clock` is the world's time (aware). `bookkeeping_ddl` makes the tables that the engine itself writes; they are no
    part of the company. `functions` are the project's own that the policy allows in SQL. Raises SchemaError where the
    schema is not accepted.
    """

    def __init__(
        self,
        server: Server,
        schema_sql: str,
        clock: Callable[[], datetime],
        *,
        bookkeeping_ddl: str = "",
        functions: Collection[str] = (),
    ) -> None:
        self._server = server
        self._clock = clock
        self._functions = frozenset(functions)
        self._template = rehearsal_template(server, schema_sql, bookkeeping_ddl, _on_virtual_time)
        self.sessions = SimulatedSessions(clock)
        self._name = ""
        self._connection: SimulatedConnection | None = None
        self._tables: dict[str, Table] = {}
        self._contents: Contents | None = None
        self._at_first: Mapping[str, Rows] = {}
        """What stands in tables that are not empty in a fresh database."""
        self._filler = RowFiller({})
        self._seen = Snapshot({})
        self._seen_at = self._untouched = -1  # a connection counts from 0
        self._open()

    @property
    def name(self) -> str:
        """Its name at the server."""
        return self._name

    # A world ------------------------------------------------------------------------------------------------------

    def insert_rows(self, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Insert rows of a world. A text is a literal of its column's type, None is NULL. Raises WorldError.

        Columns that must have a value and have no default are made up, the same every time; so are rows that a foreign
        key needs.
        """
        self._filler.insert(self.sessions.connection, table, rows, self._clock())

    def execute(
        self, sql: str, parameters: Sequence[SqlParameter] = (), *, reading: bool = False
    ) -> Executed:
        """Run one statement of a world or of the company's app. Raises WorldError, also for what a playbook may not."""
        problem = refused(
            sql,
            reading=reading,
            parameter_types=[one.type for one in parameters],
            functions=self._functions,
        )
        if problem is not None:
            raise WorldError(problem.reason, "", 0)
        connection = self.sessions.connection
        touched = connection.touched
        try:
            cursor = connection.cursor()
            cursor.execute(sql.encode(), sent_parameters(connection, parameters))
            if reading and not self._functions:  # what is left to call acts on nothing
                connection.touched = touched
            rows = rows_of(cursor) if cursor.description is not None else ()
        except psycopg.Error as error:
            raise WorldError(error.diag.message_primary or str(error), "", 0) from error
        return Executed(rows=rows, count=cursor.rowcount)

    def order(self, fault: DatabaseFault) -> Callable[[], None]:
        """Let `fault` happen in its time; what is given takes it back."""
        self.sessions.faults.append(fault)
        return partial(self.sessions.faults.remove, fault)

    @contextlib.contextmanager
    def unharmed(self) -> Iterator[None]:
        """Until it is left no fault is in force."""
        kept = list(self.sessions.faults)
        self.sessions.faults.clear()
        try:
            yield
        finally:
            self.sessions.faults.extend(kept)

    def delay(self) -> timedelta:
        """How long a statement takes at this moment, in virtual time."""
        fault = self.sessions.fault_now()
        return fault.delay if fault is not None and fault.kind == "slow" else timedelta(0)

    # What happened -------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """All rows of the company now; the very same object while no statement was sent that may change any."""
        connection, contents = self._opened()
        if connection.touched != self._seen_at:
            self._seen = Snapshot(contents.read(bookkeeping=False))
            self._seen_at = connection.touched
        return self._seen

    def changes_since(self, snapshot: Snapshot) -> tuple[RowChange, ...]:
        """Every row that was inserted, updated or deleted since, in the order of table and key."""
        now = self.snapshot()
        return () if now is snapshot else changes(self._tables, snapshot, now)

    # Between worlds ------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Put everything back as it was when this database was made: no rows, sequences at their start, no faults."""
        self.sessions.faults.clear()
        self._filler = RowFiller(self._tables)
        connection = self._connection
        if connection is None or connection.closed or connection.broken:
            self._open()
            return
        if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            connection.execute(b"ROLLBACK")
        if connection.touched != self._untouched and not self._is_put_back(connection):
            self._open()

    def _is_put_back(self, connection: SimulatedConnection) -> bool:
        if connection.schema_touched:
            return False
        _, contents = self._opened()
        used = contents.used(self._at_first)
        kept = self._at_first.keys()
        if used is None or not empty(connection, self._tables, used - kept, kept):
            return False
        if contents.rewind() - kept:
            return False
        self._seen_at = -1
        self._untouched = connection.touched
        return True

    def close(self) -> None:
        """Drop the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = self._contents = None
        if self._name:
            with contextlib.suppress(psycopg.OperationalError):  # a server that is gone keeps none
                self._server.drop_database(self._name)
                self._server.release(self._name)
            self._name = ""

    def tables(self) -> tuple[str, ...]:
        """Names of the company's tables."""
        return tuple(one.name for one in self._tables.values() if not one.bookkeeping)

    def fillable(self) -> Mapping[str, Table]:
        """The tables of the company, and those of the simulation that hold nothing at first, as PostgreSQL writes
        their names."""
        return {
            name: one
            for name, one in self._tables.items()
            if not one.bookkeeping and name not in self._at_first
        }

    def has_table(self, name: str) -> bool:
        """Whether the schema, or the simulation, has a table of this name."""
        return find_table(self._tables, name) is not None

    def _open(self) -> None:
        self.close()
        self._sweep()
        self._name = f"{_PREFIX}{os.getpid()}_{next(_numbers)}"
        while not self._server.claim(self._name):  # another machine's process of the same number
            self._name = f"{_PREFIX}{os.getpid()}_{next(_numbers)}"
        self._server.drop_database(self._name)
        self._server.create_database(self._name, self._template)
        self._at_first = self._connect().read(bookkeeping=True)
        self._untouched = 0

    def _connect(self) -> Contents:
        """Work with the database from now on; what stands in it is not known yet."""
        connection = self._server.connect_as(SimulatedConnection, self._name, SimulatedCursor)
        adapt(connection)
        connection.look(f"SET search_path = {SEARCH_PATH}")
        if not self._tables:  # those of a copy are those of its template, down to their numbers
            self._tables = read_tables(connection)
            self._filler = RowFiller(self._tables)
            connection.touched = 0
        self._connection = connection
        self._contents = Contents(connection, self._tables)
        self._seen_at = self._untouched = -1
        self.sessions.use(connection)
        return self._contents

    def _opened(self) -> tuple[SimulatedConnection, Contents]:
        if self._connection is None or self._contents is None:
            raise RuntimeError("the simulated database is closed")
        return self._connection, self._contents

    def _sweep(self) -> None:
        """Drop what killed processes left: nobody holds the lock on its name."""
        left = [name for name in self._server.databases() if name.startswith(_PREFIX)]
        strangers = [name for name in left if not name.startswith(f"{_PREFIX}{os.getpid()}_")]
        # Those of living processes do not count: however many neighbours there are, what was killed goes.
        nobodys = (name for name in strangers if self._server.claim(name))
        for name in itertools.islice(nobodys, _SWEPT):
            with contextlib.suppress(psycopg.Error):
                self._server.drop_database(name)
            self._server.release(name)


def _on_virtual_time(schema_sql: str) -> str:
    """The schema as it is loaded. Raises SchemaError where it would read the machine's clock."""
    try:
        return virtual_sql(schema_sql, bodies=True).text
    except NotVirtualError as error:
        line = schema_sql.count("\n", 0, error.offset) + 1
        raise SchemaError(f"line {line} of the schema: {error}", error.offset) from error


__all__ = ["DatabaseFault", "Executed", "RowChange", "SimulatedDatabase", "Snapshot", "WorldError"]
