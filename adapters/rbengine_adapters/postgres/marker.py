"""The marker row: written in the transaction of a change, it is the evidence that the change took effect.

Its table stands in a schema of its own, so that no search path hides it and no grant on the project's tables opens it:
it holds what rows held before they were changed.
"""

from typing import Any

import msgspec
import psycopg
from rbengine.contract.changes import Applied, Undone
from rbengine.contract.codec import from_line, to_line
from rbengine.contract.database import OWN_SCHEMA
from rbengine.contract.outcomes import Refused
from rbengine.contract.postgres_values import Sent

from rbengine_adapters.postgres.touched import NotPlannedError

_TEXT = 25  # the type number of `text`

MARKER_TABLE = f"{OWN_SCHEMA}.marker"

NOT_SET_UP = Refused(
    "invalid",
    f"the table {MARKER_TABLE}, which keeps evidence of each change, is not in this database: "
    "`rbengine setup database --profile NAME` shows how it is made and makes it",
)


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """Something that cannot be of one transaction was begun; whether it took effect is not known from here."""


Evidence = Applied | Undone | Begun


def marker_ddl() -> str:
    """The statements that make the table of markers; once for each database that playbooks change."""
    return (
        f"CREATE SCHEMA IF NOT EXISTS {OWN_SCHEMA};\n"
        f"CREATE TABLE IF NOT EXISTS {MARKER_TABLE} (\n"
        "  key        text PRIMARY KEY,\n"
        "  done       text NOT NULL,\n"
        "  applied_at timestamptz NOT NULL DEFAULT now()\n"
        ");"
    )


def demand_table(connection: "psycopg.Connection[Any]") -> None:
    """Raise NotPlannedError where the table of markers is not there: what is approved must be possible."""
    _demand(connection.execute(_TABLE).fetchone())


def hold_key(connection: "psycopg.Connection[Any]", key: str) -> None:
    """Wait until nobody else works with `key`, and keep it to the end of the transaction.

    So a look that finds no marker is proof: whoever was about to write one has ended. Raises NotPlannedError where
    there is no table of markers.
    """
    _demand(connection.cursor().execute(_HOLD, (Sent(key, _TEXT),)).fetchone())


def read_marker(connection: "psycopg.Connection[Any]", key: str) -> Evidence | None:
    """What was done under `key`, or None."""
    cursor = connection.cursor()
    cursor.execute(f"SELECT done FROM {MARKER_TABLE} WHERE key = $1".encode(), (Sent(key, _TEXT),))
    row = cursor.fetchone()
    return None if row is None else from_line(row[0], Evidence)  # type: ignore[arg-type]  # a union is no class


def write_marker(connection: "psycopg.Connection[Any]", key: str, done: Evidence) -> None:
    """Leave the evidence, in the same transaction."""
    try:
        connection.cursor().execute(
            f"INSERT INTO {MARKER_TABLE} (key, done) VALUES ($1, $2)".encode(),
            (Sent(key, _TEXT), Sent(to_line(done), _TEXT)),
        )
    except psycopg.errors.UniqueViolation as late:
        # what this transaction sees is older than the marker, which was written while it waited for the key
        raise psycopg.errors.SerializationFailure(f"the key {key} was used meanwhile") from late


def drop_marker(connection: "psycopg.Connection[Any]", key: str) -> None:
    """Take the evidence away: what was begun did not happen, or is about to be written down as done."""
    connection.cursor().execute(
        f"DELETE FROM {MARKER_TABLE} WHERE key = $1".encode(), (Sent(key, _TEXT),)
    )


def _demand(row: tuple[Any, ...] | None) -> None:
    if row is None or row[0] is None:
        raise NotPlannedError(NOT_SET_UP)


_TABLE = f"SELECT to_regclass('{MARKER_TABLE}')::text".encode()
_HOLD = (
    f"SELECT to_regclass('{MARKER_TABLE}')::text, "
    "pg_advisory_xact_lock(hashtextextended('rbengine ' || $1, 0))".encode()
)
