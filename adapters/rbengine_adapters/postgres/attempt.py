"""One piece of work on a session of the project's database, and how it ended."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

import psycopg
from rbengine.contract.adapter import Sessions
from rbengine.contract.outcomes import Outcome, Succeeded, Unsettled

from rbengine_adapters.postgres.refusals import lost, refusal_of

Work: TypeAlias = "Callable[[psycopg.Connection[Any]], Outcome]"

_IDLE = psycopg.pq.TransactionStatus.IDLE


def in_transaction(sessions: Sessions, timeout: timedelta, work: Work, *, changes: bool) -> Outcome:
    """Do `work` in a transaction: committed where it succeeded and `changes`, else rolled back."""

    def inside(connection: "psycopg.Connection[Any]") -> Outcome:
        reading = "" if changes else " READ ONLY"
        connection.execute(
            f"BEGIN{reading}; SET LOCAL statement_timeout = {milliseconds(timeout)}; "
            "SET LOCAL lock_timeout = '1s'".encode()
        )
        try:
            outcome = work(connection)
            if changes and isinstance(outcome, Succeeded):
                connection.execute(b"COMMIT")
            return outcome
        finally:
            if not connection.closed and connection.info.transaction_status != _IDLE:
                with contextlib.suppress(psycopg.OperationalError):  # gone, and all of it with it
                    connection.execute(b"ROLLBACK")

    return on_session(sessions, inside, changes=changes)


def on_session(sessions: Sessions, work: Work, *, changes: bool) -> Outcome:
    """Do `work` on a session; a session that breaks leaves a change open, and a read undone."""
    connection: psycopg.Connection[Any] | None = None
    try:
        with sessions(replica=False) as connection:
            return work(connection)
    except psycopg.Error as error:
        if changes and connection is not None and lost(error, connection):
            return Unsettled("the connection broke before PostgreSQL had answered")
        return refusal_of(error)


def milliseconds(duration: timedelta) -> int:
    """As PostgreSQL's settings take it; at least one, for 0 would mean no limit."""
    return max(1, duration // timedelta(milliseconds=1))
