"""`Database` on psycopg: the same code on the embedded PostgreSQL of a rehearsal and on a real one."""

import contextlib
import weakref
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import psycopg
from rbengine.contract.adapter import Sessions, SessionUse
from rbengine.contract.changes import (
    Applied,
    ApplyOutcome,
    ChangePlan,
    Drifted,
    Planned,
    PlanOutcome,
    RowImage,
    SqlQuery,
    SqlStatement,
    Undone,
    UndoOutcome,
)
from rbengine.contract.outcomes import Outcome, Refused, Succeeded, Unsettled
from rbengine.contract.postgres_values import (
    Sent,
    adapt,
    json_text,
    plain,
    rows_of,
    sent_parameters,
)
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.postgres.alone import INTERRUPTED, apply_alone, runs_alone
from rbengine_adapters.postgres.marker import (
    Begun,
    demand_table,
    hold_key,
    read_marker,
    write_marker,
)
from rbengine_adapters.postgres.opening import Aim, begin, milliseconds, roll_back
from rbengine_adapters.postgres.planning import Guard, images, perform
from rbengine_adapters.postgres.refusals import lost, refusal_of
from rbengine_adapters.postgres.touched import NotPlannedError
from rbengine_adapters.postgres.undo import take_back

_ATTEMPTS = 3
"""How often a transaction that somebody else's commit came before is begun, where that ends it (before 18)."""
_TEXT = 25  # the type number of `text`


Done = TypeVar("Done")


class PostgresDatabase:
    """Reads, plans, changes and takes back.

    `guard` judges every statement once more right before it is sent: nothing that the checker found earlier, or wrote
    into a file, decides what may run. `close` gives up the sessions where they can be given up.
    """

    def __init__(
        self, sessions: Sessions, guard: Guard, close: Callable[[], None] | None = None
    ) -> None:
        self._sessions = sessions
        self._guard = guard
        self._close = close
        self._adapted: weakref.WeakSet[psycopg.Connection[Any]] = weakref.WeakSet()

    def query(self, query: SqlQuery, timeout: timedelta) -> Outcome:
        """Read in a read-only transaction that is rolled back. A bound that does not hold is refused."""
        reason = self._guard(query.sql, True)
        if reason is not None:
            return Refused("invalid", reason)
        use: SessionUse = "replica" if query.replica else "read"
        try:
            with self._transaction(timeout, "read", use) as connection:
                _become(connection, query)
                return _answer(query, _read(connection, query))
        except psycopg.Error as error:
            return refusal_of(error)

    def plan(self, statements: Sequence[SqlStatement], timeout: timedelta) -> PlanOutcome:
        """Do it, describe it, roll it back."""
        refused = self._refused(statements)
        if refused is not None:
            return refused

        def work() -> Planned:
            with self._transaction(timeout, "plan") as connection:
                demand_table(connection)
                return Planned(plan=perform(connection, statements, for_good=False))

        try:
            return _persistently(work)
        except NotPlannedError as problem:
            return problem.refusal
        except psycopg.Error as error:
            return refusal_of(error)

    def apply(
        self, statements: Sequence[SqlStatement], approved: ChangePlan, key: str, timeout: timedelta
    ) -> ApplyOutcome:
        """Do it for good, if it is still what was approved. Evidence of it is written in the same transaction."""
        refused = self._refused(statements)
        if refused is not None:
            return refused
        if runs_alone(statements):
            return self._apply_alone(statements, key, timeout)

        def work(connection: "psycopg.Connection[Any]") -> Applied | Drifted | Refused:
            earlier = read_marker(connection, key)
            if earlier is not None:
                return earlier if isinstance(earlier, Applied) else _another(key)
            plan = perform(connection, statements, for_good=True)
            if plan.digest != approved.digest:
                return Drifted(plan=plan)
            done = Applied(rows=plan.rows, images=images(plan))
            write_marker(connection, key, done)
            return done

        return self._commit(key, timeout, "plan", work)

    def settle(self, key: str, timeout: timedelta) -> Applied | None:
        """What its marker says, of a change or of an undo. Raises ConnectionError where the database cannot tell."""
        try:
            with self._transaction(timeout, "change") as connection:
                connection.execute(f"SET LOCAL lock_timeout = {milliseconds(timeout)}".encode())
                hold_key(connection, key)
                found = read_marker(connection, key)
        except NotPlannedError as problem:
            raise ConnectionError(problem.refusal.text) from problem
        except psycopg.Error as error:
            raise ConnectionError(refusal_of(error).text) from error
        if isinstance(found, Begun):
            raise ConnectionError(INTERRUPTED)
        return Applied(rows=found.rows) if isinstance(found, Undone) else found

    def undo(self, images: Sequence[RowImage], key: str, timeout: timedelta) -> UndoOutcome:
        """Put back the rows that still hold what was written, newest first."""

        def work(connection: "psycopg.Connection[Any]") -> Undone | Refused:
            earlier = read_marker(connection, key)
            if earlier is not None:
                return earlier if isinstance(earlier, Undone) else _another(key)
            done = take_back(connection, images)
            connection.execute(b"SET CONSTRAINTS ALL IMMEDIATE")
            write_marker(connection, key, done)
            return done

        return self._commit(key, timeout, "change", work)

    def close(self) -> None:
        """Give the connections back."""
        if self._close is not None:
            self._close()

    def _apply_alone(
        self, statements: Sequence[SqlStatement], key: str, timeout: timedelta
    ) -> ApplyOutcome:
        if len(statements) != 1:
            return Refused(
                "invalid",
                "a statement that runs outside a transaction stands in a change of its own",
            )
        try:
            with self._session("alone", timeout) as connection:
                return apply_alone(connection, statements[0], key, timeout)
        except NotPlannedError as problem:
            return problem.refusal
        except psycopg.Error as error:
            return refusal_of(error)

    @contextlib.contextmanager
    def _session(self, use: SessionUse, timeout: timedelta) -> "Iterator[psycopg.Connection[Any]]":
        with self._sessions(use=use, within=timeout) as connection:
            if connection not in self._adapted:
                adapt(connection)
                self._adapted.add(connection)
            yield connection

    def _refused(self, statements: Sequence[SqlStatement]) -> Refused | None:
        for statement in statements:
            reason = self._guard(statement.sql, False)
            if reason is not None:
                return Refused("invalid", reason)
        return None

    def _commit(
        self,
        key: str,
        timeout: timedelta,
        aim: Aim,
        work: "Callable[[psycopg.Connection[Any]], Done]",
    ) -> "Done | Refused | Unsettled":
        """Run `work` under `key` and commit what it did; Drifted and Refused leave nothing behind."""
        committing = False
        connection: psycopg.Connection[Any] | None = None

        def once() -> Done:
            nonlocal committing, connection
            committing = False
            with self._transaction(timeout, aim) as connection:
                hold_key(connection, key)
                done = work(connection)
                if isinstance(done, Applied | Undone):
                    committing = True
                    connection.cursor().execute(b"COMMIT")
                return done

        try:
            return _persistently(once)
        except NotPlannedError as problem:
            return problem.refusal
        except psycopg.Error as error:
            if committing and lost(error, connection):
                return Unsettled("the connection broke while the change was being committed")
            return refusal_of(error)

    @contextlib.contextmanager
    def _transaction(
        self, timeout: timedelta, aim: Aim, use: SessionUse = "change"
    ) -> "Iterator[psycopg.Connection[Any]]":
        """An open transaction that is rolled back at the end, whatever happens, unless it was committed inside."""
        with self._session(use, timeout) as connection:
            begin(connection, aim, timeout)
            try:
                yield connection
            finally:
                roll_back(connection)


def _persistently(work: Callable[[], Done]) -> Done:
    """`work`, once more where PostgreSQL ended its transaction because somebody else's commit came before it."""
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(psycopg.errors.SerializationFailure):
            return work()
    return work()


def _become(connection: "psycopg.Connection[Any]", query: SqlQuery) -> None:
    """Read as another role, with its claims, to the end of this transaction only."""
    if query.role is None:
        return
    role = query.role.replace('"', '""')
    connection.execute(f'SET LOCAL ROLE "{role}"'.encode())
    claims = query.claims.value
    content = plain(claims) if isinstance(claims, Row) else {}
    connection.cursor().execute(
        b"SELECT set_config('request.jwt.claims', $1, true)",
        (Sent(json_text({**content, "role": query.role}), _TEXT),),
    )


def _read(connection: "psycopg.Connection[Any]", query: SqlQuery) -> tuple[Row, ...]:
    """The rows, at most one more than the bound, whatever the statement would give."""
    cursor = connection.cursor()
    cursor.execute(
        f"DECLARE rb_rows NO SCROLL CURSOR FOR {query.sql.rstrip().rstrip(';')}".encode(),
        sent_parameters(connection, query.parameters),
    )
    most = 2 if query.kind != "all" else query.at_most + 1
    cursor.execute(f"FETCH FORWARD {most} FROM rb_rows".encode())
    return rows_of(cursor)


def _answer(query: SqlQuery, rows: tuple[Row, ...]) -> Outcome:
    if query.kind == "all":
        if len(rows) > query.at_most:
            return Refused("too_many", f"more than {query.at_most} rows")
        return Succeeded(Datum(rows))
    if len(rows) > 1:
        return Refused("too_many", "more than one row where one was expected")
    if not rows:
        return (
            Succeeded(Datum(None))
            if query.kind == "maybe"
            else Refused("not_found", "no row where one was expected")
        )
    answer: Value = next(iter(rows[0].values())) if query.kind == "value" else rows[0]
    return Succeeded(Datum(answer))


def _another(key: str) -> Refused:
    return Refused("conflict", f"the key {key} belongs to another change")
