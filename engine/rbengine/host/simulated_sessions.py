"""The connection of a simulated database: real PostgreSQL, virtual time, and the faults that a scenario orders."""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
import psycopg
from psycopg import errors
from psycopg.adapt import PyFormat, Transformer

from rbengine.contract.adapter import SessionUse
from rbengine.host.errors import CannotGoOnError
from rbengine.host.virtual_sql import (
    NotVirtualError,
    reads_the_clock,
    texts_like_times,
    virtual_sql,
)

FaultKind = Literal[
    "down",
    "slow",
    "lost answer",  # what was done is kept, and the connection breaks before that is said
    "serialization failure",
    "lock timeout",
    "unauthorized",
    "conflict",
    "invalid",
    "timeout",
]

REFUSES: Mapping[str, FaultKind] = {
    "unavailable": "down",
    "unauthorized": "unauthorized",
    "conflict": "conflict",
    "invalid": "invalid",
    "timeout": "timeout",
}
"""The fault by which a statement is refused with a kind."""

_REFUSALS: Mapping[FaultKind, tuple[type[psycopg.Error], str]] = {
    "unauthorized": (errors.InsufficientPrivilege, "permission denied"),
    "conflict": (errors.ObjectNotInPrerequisiteState, "object is not in the required state"),
    "invalid": (errors.InvalidParameterValue, "invalid value for parameter"),
    "timeout": (errors.QueryCanceled, "canceling statement due to statement timeout"),
}

_TIMEOUT = re.compile(rb"statement_timeout = (\d+)")
_OF_JOBS = re.compile(
    rb"\bcron\.(?:un)?schedule\b|\bcron\.alter_job\b"
    rb"|\b(?:into|update|delete\s+from)\s+(?:\"?cron\"?\.\"?job\b\"?(?!_)|(?:\"?\w+\"?\.)?\"?pg_extension\b)",
    re.IGNORECASE,
)
_CONTROL = (b"BEGIN", b"COMMIT", b"ROLLBACK", b"SET ")
_NO_WORK = (b"BEGIN", b"ROLLBACK", b"SET ", b"RESET ", b"SELECT", b"\nSELECT")
_NO_ROWS = (b"BEGIN", b"SET ")
_ONLY_READ = (*_NO_ROWS, b"CLOSE ", b"DECLARE ", b"FETCH ", b"ROLLBACK", b"SELECT ")
"""How statements begin that change nothing in a transaction that only reads: PostgreSQL refuses if they try."""
_ASKING = "rbengine_asking"
_NO_TIME = (b"22007", b"22008")
"""SQLSTATEs of a text that is no time."""
_IDLE = psycopg.pq.TransactionStatus.IDLE
_ROW_WORK = (
    "BEGIN",
    "COMMIT",
    "DECLARE",
    "DELETE",
    "FETCH",
    "INSERT",
    "MERGE",
    "ROLLBACK",
    "SELECT",
    "SET",
    "UPDATE",
)


class DatabaseFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with the database from `begins` until before `ends` (virtual time)."""

    kind: FaultKind
    begins: datetime
    ends: datetime
    delay: timedelta = timedelta(0)
    """For `slow`: how long each statement takes."""


class SimulatedConnection(psycopg.Connection[Any]):
    """A connection whose transactions meet a scenario's faults."""

    fault: DatabaseFault | None = None
    schema_touched = False
    """Something else than rows was changed (or tried): only a fresh database is like new."""
    touched = 0
    """Statements so far that may have changed rows: where it has not grown, all rows are what they were."""
    jobs_touched = False
    """A statement may have changed pg_cron's jobs since somebody last asked."""
    _limit = timedelta.max
    _reading = False
    _only_reads = False

    def look(self, statements: str) -> "psycopg.Cursor[Any]":
        """Run statements of the simulation's own: out of reach of faults, and they touch nothing of the company."""
        return psycopg.RawCursor(self).execute(statements.encode())

    def takes_for_a_time(self, asking: str, params: Sequence[Any]) -> bool:
        """Whether the server would read a text of the statement as a time: it refuses one that is none, which stands
        there in `asking`. The statement is parsed and not run."""
        transformer = Transformer(self)
        types = [
            0 if one is None else transformer.get_dumper(one, PyFormat.AUTO).oid for one in params
        ]
        inside = self.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        if inside:
            self.look(f"SAVEPOINT {_ASKING}")
        answer = self.pgconn.prepare(b"", asking.encode(), types)
        if inside:
            self.look(f"ROLLBACK TO SAVEPOINT {_ASKING}")
            self.look(f"RELEASE SAVEPOINT {_ASKING}")
        state = answer.error_field(psycopg.pq.DiagnosticField.SQLSTATE)
        return state in _NO_TIME

    def count(self, statement: bytes) -> None:
        """Take note of a statement that is about to be sent."""
        if self.info.transaction_status == _IDLE:
            self._only_reads = False
        if not statement.startswith(_ONLY_READ if self._only_reads else _NO_ROWS):
            self.touched += 1
        if statement.startswith((b"BEGIN", b"COMMIT", b"ROLLBACK")):
            self._only_reads = statement.startswith(b"BEGIN READ ONLY")

    def meet(self, statement: bytes) -> None:
        """What the server does when `statement` reaches it. Raises psycopg.Error as the driver would."""
        limit = _TIMEOUT.search(statement)
        if limit is not None:
            self._limit = timedelta(milliseconds=int(limit[1]))
            self._reading = statement.startswith(b"BEGIN READ ONLY")
        if statement.startswith((b"COMMIT", b"ROLLBACK")):
            self._reading = False
        if self.fault is None or statement.startswith(_CONTROL):
            return
        match self.fault.kind:
            case "slow":
                if self.fault.delay >= self._limit:
                    raise errors.QueryCanceled("canceling statement due to statement timeout")
            case "serialization failure":
                if not self._reading:
                    raise errors.SerializationFailure(
                        "could not serialize access due to concurrent update"
                    )
            case "lock timeout":
                if not self._reading:
                    raise errors.LockNotAvailable("canceling statement due to lock timeout")
            case "down":
                raise psycopg.OperationalError("the database is down")
            case "lost answer":
                return  # the statement does its work: see `lose`
            case kind:
                error, text = _REFUSALS[kind]
                raise error(text)

    def lose(self, statement: bytes) -> None:
        """The connection breaks when `statement` has done its work, and the answer never comes.

        In a transaction that writes it breaks at its end. Raises psycopg.OperationalError as the driver would.
        """
        if self.fault is None or self.fault.kind != "lost answer":
            return
        inside = self.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        if self._reading:
            lost = not statement.startswith(_CONTROL)
        else:
            lost = not inside and not statement.startswith(_NO_WORK)
        if lost:
            raise psycopg.OperationalError("server closed the connection unexpectedly")


class SimulatedCursor(psycopg.RawCursor[Any]):
    """Sends statements on virtual time."""

    def execute(self, query: Any, params: Any = None, **settings: Any) -> "SimulatedCursor":
        connection = self.connection
        if not isinstance(connection, SimulatedConnection):
            raise TypeError("a simulated cursor belongs to a simulated connection")
        text = query if isinstance(query, bytes) else str(query).encode()
        connection.meet(text)
        connection.count(text)
        try:
            virtual = virtual_sql(text.decode())
            if virtual.asking and connection.takes_for_a_time(virtual.asking, params or ()):
                first = texts_like_times(text.decode())[0]
                raise reads_the_clock(first.text, first.offset)
        except NotVirtualError as error:
            raise errors.FeatureNotSupported(str(error)) from error
        super().execute(virtual.text.encode(), params, **settings)
        word = (self.statusmessage or "SELECT").split()[0]
        if word not in _ROW_WORK:
            connection.schema_touched = True
        if b"cron" in text or b"pg_extension" in text:
            connection.jobs_touched = connection.jobs_touched or bool(_OF_JOBS.search(text))
        connection.lose(text)
        return self


class SimulatedSessions:
    """Hands out the one connection of a simulated database, set to the world's time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._connection: SimulatedConnection | None = None
        self._time = ""
        self.faults: list[DatabaseFault] = []

    def use(self, connection: SimulatedConnection) -> None:
        """From now on hand out this one."""
        self._connection = connection
        self._time = ""

    @property
    def connection(self) -> SimulatedConnection:
        """The connection, set to the world's time, out of reach of any fault. Raises CannotGoOnError."""
        if self._connection is None:
            raise RuntimeError("the simulated database is closed")
        self.stop_if_gone()
        moment = self._clock().astimezone(UTC).isoformat()
        self._connection.fault = None
        if moment != self._time:
            self._connection.look(f"SET simulation.now = '{moment}'")
            self._time = moment
        return self._connection

    def stop_if_gone(self) -> None:
        """A server that was killed is no fault of the world: nothing follows from it. Raises CannotGoOnError."""
        if self._connection is not None and (self._connection.closed or self._connection.broken):
            raise CannotGoOnError(
                "the server of the simulated company's database has gone away; taken up again, the run gets another"
            )

    @contextlib.contextmanager
    def __call__(self, *, use: SessionUse, within: timedelta) -> Iterator[SimulatedConnection]:
        """For the adapter. Raises psycopg.OperationalError while the database is down."""
        del use, within  # the simulated replica is never behind, and its time is not the machine's
        connection = self.connection
        fault = self.fault_now()
        if fault is not None and fault.kind == "down":
            raise psycopg.OperationalError("connection refused: the database is down")
        connection.fault = fault
        try:
            yield connection
        finally:
            connection.fault = None

    def take_touched_jobs(self) -> bool:
        """Whether jobs of pg_cron may be others than the last time this was asked."""
        connection = self._connection
        if connection is None or not connection.jobs_touched:
            return False
        connection.jobs_touched = False
        return True

    def fault_now(self) -> DatabaseFault | None:
        """The fault that holds at this moment; of several the one ordered last."""
        now = self._clock()
        for fault in reversed(self.faults):
            if fault.begins <= now < fault.ends:
                return fault
        return None
