"""How a transaction begins. All that it needs it sets itself and only for itself: behind a pooler that hands out
sessions by the transaction nothing else would hold, and what one client leaves behind the next one finds."""

from datetime import timedelta
from typing import Any, Literal

import psycopg

from rbengine_adapters.postgres.touched import BOTH_IMAGES

Aim = Literal["read", "change", "plan"]
"""`plan` also applies: it must know what the rows held before."""

_IDLE = psycopg.pq.TransactionStatus.IDLE

# How values are written and statements read must not depend on what somebody set for the role or the database.
_ALWAYS = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, MDY'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL standard_conforming_strings = on",
    "SET LOCAL lock_timeout = '1s'",
)


def begin(connection: "psycopg.Connection[Any]", aim: Aim, timeout: timedelta) -> None:
    """Open a transaction in which no statement runs longer than `timeout`. Raises psycopg.Error."""
    if aim == "read":
        mode = "READ ONLY"
    elif aim == "plan" and connection.info.server_version < BOTH_IMAGES:
        mode = "ISOLATION LEVEL REPEATABLE READ"
    else:
        mode = "ISOLATION LEVEL READ COMMITTED"
    limit = f"SET LOCAL statement_timeout = {milliseconds(timeout)}"
    connection.execute("; ".join((f"BEGIN {mode}", limit, *_ALWAYS)).encode())


def roll_back(connection: "psycopg.Connection[Any]") -> None:
    """End the open transaction, if there is one. A connection that is gone has taken it along."""
    if connection.closed or connection.info.transaction_status == _IDLE:
        return
    try:
        connection.execute(b"ROLLBACK")
    except psycopg.OperationalError:
        connection.close()


def milliseconds(duration: timedelta) -> int:
    """As PostgreSQL's settings take it; at least one, for 0 would mean no limit."""
    return max(1, duration // timedelta(milliseconds=1))
