"""Ending what another session does: only the session that was meant, only the statement that was meant."""

from datetime import datetime
from typing import Any

import psycopg
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum

_LOOK = b"""
SELECT backend_start, query_start, state, backend_type FROM pg_stat_activity WHERE pid = $1::int4
"""

_CANCEL = b"""
SELECT pg_cancel_backend(pid) FROM pg_stat_activity
WHERE pid = $1::int4 AND backend_start = $2 AND query_start = $3 AND state = 'active'
"""

_TERMINATE = b"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1::int4 AND backend_start = $2
"""

_CLIENT = "client backend"

_ASKED = Succeeded(Datum("asked"))
_GONE = Succeeded(Datum("gone"))


def cancel(
    connection: "psycopg.Connection[Any]", pid: int, began: datetime, query_began: datetime
) -> Outcome:
    """End the statement that the session began at `query_began`. Raises psycopg.Error."""
    found = _look(connection, pid, began)
    if isinstance(found, Refused | Succeeded):
        return found
    query_start, state = found
    if state != "active" or query_start != query_began:
        return _GONE
    return _told(connection, _CANCEL, (pid, began, query_began))


def terminate(connection: "psycopg.Connection[Any]", pid: int, began: datetime) -> Outcome:
    """End the session that began at `began`. Raises psycopg.Error."""
    found = _look(connection, pid, began)
    if isinstance(found, Refused | Succeeded):
        return found
    return _told(connection, _TERMINATE, (pid, began))


def _look(
    connection: "psycopg.Connection[Any]", pid: int, began: datetime
) -> Refused | Succeeded | tuple[datetime | None, str | None]:
    """When its statement began and its state; or why nothing is to be done."""
    row = connection.cursor().execute(_LOOK, (pid,)).fetchone()
    if row is None:
        return _GONE
    backend_start, query_start, state, backend_type = row
    if backend_start is None:
        text = f"this role may not see when session {pid} began: it needs the role pg_monitor"
        return Refused("unauthorized", f"PostgreSQL: {text}")
    if backend_start != began:
        return _GONE
    if backend_type != _CLIENT:
        return Refused("conflict", f"PostgreSQL: process {pid} is no client's: {backend_type}")
    return query_start, state


def _told(
    connection: "psycopg.Connection[Any]", sql: bytes, values: tuple[int | datetime, ...]
) -> Outcome:
    row = connection.cursor().execute(sql, values).fetchone()
    return _ASKED if row is not None and row[0] else _GONE
