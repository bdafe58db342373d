"""Whether a database has our table of markers, and how it gets one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql
from rbengine.contract.adapter import Sessions
from rbengine.contract.database import OWN_SCHEMA, Setup
from rbengine.contract.outcomes import Refused

from rbengine_adapters.postgres.marker import MARKER_TABLE, marker_ddl
from rbengine_adapters.postgres.opening import Aim, begin, roll_back
from rbengine_adapters.postgres.refusals import refusal_of

# What is in a schema that may not be used cannot be asked by its name.
_LOOK = f"""
SELECT current_user::text, c.oid IS NOT NULL,
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
         AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'DELETE')
FROM (SELECT) AS one
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = '{OWN_SCHEMA}'
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = '{MARKER_TABLE.rpartition(".")[2]}'
""".encode()


def look(sessions: Sessions, timeout: timedelta) -> Setup | Refused:
    """What is there for the role that changes, and what is missing."""
    return _in_transaction(sessions, "read", timeout, _found)


def set_up(sessions: Sessions, timeout: timedelta) -> Setup | Refused:
    """Make what is missing, as that role; what is there then."""

    def work(connection: "psycopg.Connection[Any]") -> Setup:
        connection.execute(marker_ddl().encode())
        made = _found(connection)
        connection.execute(b"COMMIT")
        return made

    return _in_transaction(sessions, "change", timeout, work)


def _in_transaction(
    sessions: Sessions,
    aim: Aim,
    timeout: timedelta,
    work: "Callable[[psycopg.Connection[Any]], Setup]",
) -> Setup | Refused:
    try:
        with sessions(use="change", within=timeout) as connection:
            begin(connection, aim, timeout)
            try:
                return work(connection)
            finally:
                roll_back(connection)
    except psycopg.Error as error:
        return refusal_of(error)


def _found(connection: "psycopg.Connection[Any]") -> Setup:
    row = connection.execute(_LOOK).fetchone()
    if row is None:
        raise psycopg.DataError("the database does not say what it has")
    role, there, open_ = row
    name = sql.Identifier(role).as_string(connection)
    return Setup(
        state="ready" if open_ else "closed" if there else "missing",
        role=role,
        statements=marker_ddl(),
        grants=(
            f"GRANT USAGE ON SCHEMA {OWN_SCHEMA} TO {name};\n"
            f"GRANT SELECT, INSERT, DELETE ON {MARKER_TABLE} TO {name};"
        ),
    )
