"""One piece of work on a session of the project's database, and how it ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

import psycopg
from rbengine.contract.adapter import Sessions, SessionUse
from rbengine.contract.outcomes import Outcome, Succeeded, Unsettled

from rbengine_adapters.postgres.opening import begin, roll_back
from rbengine_adapters.postgres.refusals import lost, refusal_of

Work: TypeAlias = "Callable[[psycopg.Connection[Any]], Outcome]"


def in_transaction(sessions: Sessions, timeout: timedelta, work: Work, *, changes: bool) -> Outcome:
    """Do `work` in a transaction: committed where it succeeded and `changes`, else rolled back."""

    def inside(connection: "psycopg.Connection[Any]") -> Outcome:
        begin(connection, "change" if changes else "read", timeout)
        try:
            outcome = work(connection)
            if changes and isinstance(outcome, Succeeded):
                connection.execute(b"COMMIT")
            return outcome
        finally:
            roll_back(connection)

    return _on(sessions, "change" if changes else "read", timeout, inside)


def by_itself(sessions: Sessions, timeout: timedelta, work: Work) -> Outcome:
    """Do `work`, which changes something, outside a transaction."""
    return _on(sessions, "alone", timeout, work)


def _on(sessions: Sessions, use: SessionUse, timeout: timedelta, work: Work) -> Outcome:
    """Do `work` on a session; a session that breaks leaves a change open, and a read undone."""
    connection: psycopg.Connection[Any] | None = None
    try:
        with sessions(use=use, within=timeout) as connection:
            return work(connection)
    except psycopg.Error as error:
        if use != "read" and connection is not None and lost(error, connection):
            return Unsettled("the connection broke before PostgreSQL had answered")
        return refusal_of(error)
