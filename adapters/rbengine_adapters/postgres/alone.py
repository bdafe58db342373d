"""DDL that PostgreSQL runs only outside a transaction (`CREATE INDEX CONCURRENTLY`): begun, done, and the time between.

Its marker cannot be of the same transaction. So it is written before the statement as begun, and completed after it; a
marker that stayed begun says that a person must look.
"""

import contextlib
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import psycopg
from rbengine.contract.changes import Applied, ApplyOutcome, SqlStatement
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.postgres_values import sent_parameters

from rbengine_adapters.postgres.indexes import cleared, is_unfinished, schema_of
from rbengine_adapters.postgres.marker import (
    Begun,
    drop_marker,
    hold_key,
    read_marker,
    write_marker,
)
from rbengine_adapters.postgres.opening import milliseconds
from rbengine_adapters.postgres.refusals import lost, refusal_of
from rbengine_adapters.postgres.statement import analyse, built_index

_ALONE = re.compile(r"^\s*vacuum\b|\bconcurrently\b", re.IGNORECASE)
INTERRUPTED = (
    "the statement runs outside a transaction and was interrupted: look whether it took effect"
)


def runs_alone(statements: Sequence[SqlStatement]) -> bool:
    """Whether one of the statements cannot run in a transaction."""
    return any(_ALONE.search(one.sql) and analyse(one.sql).kind == "ddl" for one in statements)


def apply_alone(
    connection: "psycopg.Connection[Any]", statement: SqlStatement, key: str, timeout: timedelta
) -> ApplyOutcome:
    """Run `statement` by itself under `key`. Raises psycopg.Error only while nothing was begun."""
    earlier = _begin(connection, key)
    if earlier is not None:
        return earlier
    limit = milliseconds(timeout)
    try:
        connection.execute(f"SET statement_timeout = {limit}; SET lock_timeout = '1s'".encode())
        connection.cursor().execute(
            statement.sql.encode(), sent_parameters(connection, statement.parameters)
        )
        done = Applied(rows=0)
        unfinished = _left_before(connection, statement.sql)
        if unfinished is not None:
            drop_marker(connection, key)
            return unfinished
        connection.execute(b"BEGIN")
        drop_marker(connection, key)
        write_marker(connection, key, done)
        connection.execute(b"COMMIT")
    except psycopg.Error as error:
        if lost(error, connection):
            return Unsettled(INTERRUPTED)
        with contextlib.suppress(
            psycopg.OperationalError
        ):  # then it stays begun, and a person looks
            connection.execute(b"ROLLBACK")
            drop_marker(connection, key)
        return _cleared(connection, statement.sql, refusal_of(error))
    finally:
        if not lost_now(connection):
            connection.execute(b"RESET statement_timeout; RESET lock_timeout")
    return done


def _left_before(connection: "psycopg.Connection[Any]", sql: str) -> Refused | None:
    """Why a statement that PostgreSQL took did nothing: IF NOT EXISTS goes by the name, not by what is there."""
    built = built_index(sql)
    if built is None or not is_unfinished(connection, schema_of(connection, built[0]), built[1]):
        return None
    text = f"an invalid index {built[1]} was there already, which slows writes and helps no read: drop it first"
    return Refused("conflict", f"PostgreSQL: {text}")


def _cleared(connection: "psycopg.Connection[Any]", sql: str, why: Refused) -> Refused:
    """`why` it failed, and what became of the index that it had begun."""
    built = built_index(sql)
    if built is None or lost_now(connection):
        return why
    try:
        return cleared(connection, schema_of(connection, built[0]), built[1], why)
    except psycopg.Error:
        return why  # there is no such table


def lost_now(connection: "psycopg.Connection[Any]") -> bool:
    """Whether the connection is gone."""
    return connection.closed or connection.broken


def _begin(connection: "psycopg.Connection[Any]", key: str) -> ApplyOutcome | None:
    """Leave the marker of a beginning; or what is known of an earlier attempt."""
    connection.execute(b"BEGIN")
    try:
        hold_key(connection, key)
        earlier = read_marker(connection, key)
        if isinstance(earlier, Applied):
            return earlier
        if isinstance(earlier, Begun):
            return Unsettled(INTERRUPTED)
        if earlier is not None:
            return Refused("conflict", f"the key {key} belongs to another change")
        write_marker(connection, key, Begun())
        connection.execute(b"COMMIT")
        return None
    finally:
        if not lost_now(connection):
            connection.execute(b"ROLLBACK")
