"""The marker row: written in the transaction of a change, it is the evidence that the change took effect."""

from typing import Any

import msgspec
import psycopg
from rbengine.contract.changes import Applied, Undone
from rbengine.contract.codec import from_line, to_line
from rbengine.contract.postgres_values import Sent

_TEXT = 25  # the type number of `text`

MARKER_TABLE = "rbengine_marker"


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """Something that cannot be of one transaction was begun; whether it took effect is not known from here."""


Evidence = Applied | Undone | Begun


def marker_ddl() -> str:
    """The statement that makes the table of markers; once for each database that playbooks change."""
    return (
        f"CREATE TABLE IF NOT EXISTS {MARKER_TABLE} (\n"
        "  key        text PRIMARY KEY,\n"
        "  done       text NOT NULL,\n"
        "  applied_at timestamptz NOT NULL DEFAULT now()\n"
        ")"
    )


def hold_key(connection: "psycopg.Connection[Any]", key: str) -> None:
    """Wait until nobody else works with `key`, and keep it to the end of the transaction.

    So a look that finds no marker is proof: whoever was about to write one has ended.
    """
    connection.cursor().execute(
        b"SELECT pg_advisory_xact_lock(hashtextextended('rbengine ' || $1, 0))", (Sent(key, _TEXT),)
    )


def read_marker(connection: "psycopg.Connection[Any]", key: str) -> Evidence | None:
    """What was done under `key`, or None."""
    cursor = connection.cursor()
    cursor.execute(f"SELECT done FROM {MARKER_TABLE} WHERE key = $1".encode(), (Sent(key, _TEXT),))
    row = cursor.fetchone()
    return None if row is None else from_line(row[0], Evidence)  # type: ignore[arg-type]  # a union is no class


def write_marker(connection: "psycopg.Connection[Any]", key: str, done: Evidence) -> None:
    """Leave the evidence, in the same transaction."""
    connection.cursor().execute(
        f"INSERT INTO {MARKER_TABLE} (key, done) VALUES ($1, $2)".encode(),
        (Sent(key, _TEXT), Sent(to_line(done), _TEXT)),
    )


def drop_marker(connection: "psycopg.Connection[Any]", key: str) -> None:
    """Take the evidence away: what was begun did not happen, or is about to be written down as done."""
    connection.cursor().execute(
        f"DELETE FROM {MARKER_TABLE} WHERE key = $1".encode(), (Sent(key, _TEXT),)
    )
