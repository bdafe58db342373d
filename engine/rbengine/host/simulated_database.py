"""The simulated database of a rehearsal: a real PostgreSQL on virtual time, put back between worlds."""

import contextlib
import itertools
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec
import psycopg

from rbengine.contract.changes import SqlParameter
from rbengine.contract.postgres_values import adapt, rows_of, sent_parameters
from rbengine.contract.values import Row, Value
from rbengine.facts.postgres.server import Server
from rbengine.facts.postgres.simulation import SEARCH_PATH, rehearsal_template
from rbengine.host.simulated_emptying import empty
from rbengine.host.simulated_rows import RowFiller, WorldError
from rbengine.host.simulated_sessions import (
    DatabaseFault,
    SimulatedConnection,
    SimulatedCursor,
    SimulatedSessions,
)
from rbengine.host.simulated_tables import Table, find_table, read_tables
from rbengine.host.virtual_sql import virtual_sql
from rbengine.semantics.sql_rules import refused

_PREFIX = "world_"
_SWEPT = 3  # databases left by killed processes, dropped whenever one is made
_numbers = itertools.count(1)


class Snapshot(msgspec.Struct, frozen=True):
    """All rows of the company at one moment: table -> key of the row -> row."""

    rows: Mapping[str, Mapping[object, Row]]


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """One row that is not what it was."""

    table: str
    key: Row
    """Its primary key; the whole row where the table has none."""
    before: Row | None
    """None: it is new."""
    after: Row | None
    """None: it is gone."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that differ."""
        before, after = self.before or Row({}), self.after or Row({})
        names = dict.fromkeys([*before, *after])
        return tuple(name for name in names if before.get(name) != after.get(name))


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
        self._template = rehearsal_template(
            server, schema_sql, bookkeeping_ddl, lambda text: virtual_sql(text, bodies=True).text
        )
        self.sessions = SimulatedSessions(clock)
        self._name = ""
        self._connection: SimulatedConnection | None = None
        self._tables: dict[str, Table] = {}
        self._filled_at_first: frozenset[str] = frozenset()
        self._filler = RowFiller({})
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
        try:
            cursor = connection.cursor()
            cursor.execute(sql.encode(), sent_parameters(connection, parameters))
            rows = rows_of(cursor) if cursor.description is not None else ()
        except psycopg.Error as error:
            raise WorldError(error.diag.message_primary or str(error), "", 0) from error
        return Executed(rows=rows, count=cursor.rowcount)

    def order(self, fault: DatabaseFault) -> Callable[[], None]:
        """Let `fault` happen in its time; what is given takes it back."""
        self.sessions.faults.append(fault)
        return partial(self.sessions.faults.remove, fault)

    def delay(self) -> timedelta:
        """How long a statement takes at this moment, in virtual time."""
        fault = self.sessions.fault_now()
        return fault.delay if fault is not None and fault.kind == "slow" else timedelta(0)

    # What happened -------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """All rows of the company now."""
        connection = self.sessions.connection
        tables = [table for table in self._filled(connection) if not table.bookkeeping]
        return Snapshot(_contents(connection, tables))

    def changes_since(self, snapshot: Snapshot) -> tuple[RowChange, ...]:
        """Every row that was inserted, updated or deleted since, in the order of table and key."""
        now = self.snapshot()
        changes: list[RowChange] = []
        for name in sorted({*snapshot.rows, *now.rows}):
            before, after = snapshot.rows.get(name, {}), now.rows.get(name, {})
            for key in sorted({*before, *after}, key=repr):
                old, new = before.get(key), after.get(key)
                if old != new:
                    whole = old if old is not None else new
                    columns = self._tables[name].key or tuple(self._tables[name].columns)
                    shown = (
                        Row({one: whole[one] for one in columns}) if whole is not None else Row({})
                    )
                    changes.append(RowChange(table=name, key=shown, before=old, after=new))
        return tuple(changes)

    # Between worlds ------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Put everything back as it was when this database was made: no rows, sequences at their start, no faults."""
        self.sessions.faults.clear()
        connection = self._connection
        if connection is None or connection.closed or connection.broken:
            self._open()
            return
        if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            connection.execute(b"ROLLBACK")
        touched = {table.name for table in self._filled(connection)}
        at_first = self._filled_at_first
        if connection.schema_touched or (at_first and self._is_changed(connection, at_first)):
            self._open()
            return
        if (
            not empty(connection, self._tables, touched - at_first)
            or {table.name for table in self._filled(connection)} - at_first
        ):
            self._open()
            return
        connection.execute(_REWIND)
        connection.schema_touched = False
        self._filler = RowFiller(self._tables)

    def close(self) -> None:
        """Drop the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._name:
            self._server.drop_database(self._name)
            self._server.release(self._name)
            self._name = ""

    def tables(self) -> tuple[str, ...]:
        """Names of the company's tables."""
        return tuple(one.name for one in self._tables.values() if not one.bookkeeping)

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
        connection = self._connect()
        self._tables = read_tables(connection)
        self._filler = RowFiller(self._tables)
        filled = self._filled(connection)
        self._filled_at_first = frozenset(table.name for table in filled)
        self._first = self.snapshot() if filled else Snapshot({})
        connection.schema_touched = False

    def _connect(self) -> SimulatedConnection:
        connection = self._server.connect_as(SimulatedConnection, self._name, SimulatedCursor)
        adapt(connection)
        connection.execute(f"SET search_path = {SEARCH_PATH}".encode())
        connection.schema_touched = False
        self._connection = connection
        self.sessions.use(connection)
        return connection

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

    def _filled(self, connection: SimulatedConnection) -> list[Table]:
        """The tables that hold rows: one question for all."""
        parts = " UNION ALL ".join(
            f"SELECT {number} WHERE EXISTS (SELECT FROM {table.name})"
            for number, table in enumerate(self._tables.values())
        )
        if not parts:
            return []
        tables = list(self._tables.values())
        return sorted(
            (tables[row[0]] for row in connection.execute(parts.encode()).fetchall()),
            key=lambda one: one.name,
        )

    def _is_changed(self, connection: SimulatedConnection, names: frozenset[str]) -> bool:
        """Whether tables that are not empty in a fresh database hold anything else by now."""
        now = _contents(connection, [self._tables[name] for name in names])
        return any(now[name] != self._first.rows.get(name, {}) for name in names)


_REWIND = b"""
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_catalog.pg_sequences WHERE last_value IS NOT NULL
"""


def _contents(
    connection: SimulatedConnection, tables: Sequence[Table]
) -> dict[str, Mapping[object, Row]]:
    found: dict[str, Mapping[object, Row]] = {}
    for table in tables:
        cursor = connection.cursor()
        cursor.execute(f"SELECT * FROM {table.name}".encode())
        found[table.name] = _by_key(table, rows_of(cursor))
    return found


def _by_key(table: Table, rows: Sequence[Row]) -> Mapping[object, Row]:
    """Rows by primary key; rows of a table without one by their whole content, equal ones counted."""
    found: dict[object, Row] = {}
    for row in rows:
        if table.key:
            found[tuple(repr(row[name]) for name in table.key)] = row
        else:
            content = repr(row)
            found[content, next(n for n in itertools.count() if (content, n) not in found)] = row
    return found


__all__ = ["DatabaseFault", "Executed", "RowChange", "SimulatedDatabase", "Snapshot", "WorldError"]
