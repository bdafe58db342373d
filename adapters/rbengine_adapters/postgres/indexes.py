"""Indexes built and dropped while everybody else goes on, and never left half done in silence."""

import contextlib
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.values import Datum

from rbengine_adapters.postgres.opening import milliseconds
from rbengine_adapters.postgres.refusals import lost, refusal_of

_LONGEST_NAME = 63  # bytes; PostgreSQL would cut a longer one

_COLUMN = re.compile(
    r'(?P<name>[a-z_][a-z0-9_$]*|"[^"]+")(?:\s+(?P<order>asc|desc))?(?:\s+nulls\s+(?P<nulls>first|last))?',
    re.IGNORECASE,
)

_TABLE = b"""
SELECT c.oid::int8, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass($1::text) AND c.relkind IN ('r', 'p', 'm')
"""

_INDEX = b"""
SELECT i.indisvalid,
       i.indrelid::int8,
       am.amname = 'btree' AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnatts = i.indnkeyatts AS plain,
       ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.place) AS columns,
       i.indoption::int2[],
       EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) AS building
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am am ON am.oid = c.relam
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2
"""

_DESCENDING, _NULLS_FIRST = 1, 2  # pg_index.indoption


class _Table(msgspec.Struct, frozen=True):
    number: int
    schema: str
    name: str


class _Index(msgspec.Struct, frozen=True):
    valid: bool
    table: int
    plain: bool
    columns: tuple[tuple[str, bool, bool], ...]
    building: bool


class IndexWish(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for."""

    table: str
    name: str
    columns: str = ""
    lock_timeout: timedelta
    timeout: timedelta


def create_index(connection: "psycopg.Connection[Any]", wish: IndexWish) -> Outcome:
    """Build it. Raises psycopg.Error only where nothing was left behind."""
    table, columns = _table(connection, wish), _columns(wish.columns)
    if isinstance(table, Refused):
        return table
    if isinstance(columns, Refused):
        return columns
    there = _index(connection, table.schema, wish.name)
    if there is not None:
        if there.building:
            return _conflict(f"the index {wish.name} is being built by somebody else")
        if there.valid:
            same = there.plain and there.table == table.number and there.columns == columns
            if same:
                return Succeeded(Datum("existed"))
            return _conflict(f"there is another index {wish.name}")
        if there.table != table.number:
            return _conflict(f"there is another, invalid index {wish.name}")
    parts = [
        sql.SQL("{} {} NULLS {}").format(
            sql.Identifier(name),
            sql.SQL("DESC" if descending else "ASC"),
            sql.SQL("FIRST" if nulls_first else "LAST"),
        )
        for name, descending, nulls_first in columns
    ]
    statement = sql.SQL("CREATE INDEX CONCURRENTLY {} ON {} ({})").format(
        sql.Identifier(wish.name),
        sql.Identifier(table.schema, table.name),
        sql.SQL(", ").join(parts),
    )
    with _limits(connection, wish):
        if there is not None:
            _drop(connection, table.schema, wish.name)
        try:
            connection.execute(statement.as_bytes(connection))
        except psycopg.Error as error:
            if lost(error, connection):
                raise
            return cleared(connection, table.schema, wish.name, refusal_of(error))
    return Succeeded(Datum("created"))


def drop_index(connection: "psycopg.Connection[Any]", wish: IndexWish) -> Outcome:
    """Drop it, if it is an index of the table. Raises psycopg.Error."""
    table = _table(connection, wish)
    if isinstance(table, Refused):
        return table
    there = _index(connection, table.schema, wish.name)
    if there is None:
        return Succeeded(Datum("gone"))
    if there.table != table.number:
        return _conflict(f"{wish.name} is an index of another table")
    if there.building:
        return _conflict(f"the index {wish.name} is being built by somebody else")
    with _limits(connection, wish):
        _drop(connection, table.schema, wish.name)
    return Succeeded(Datum("dropped"))


def cleared(connection: "psycopg.Connection[Any]", schema: str, name: str, why: Refused) -> Refused:
    """`why` it failed, after a look for the invalid index that a failed build leaves behind."""
    left = f"an invalid index {name} is left, which slows writes and helps no read: drop it"
    try:
        there = _index(connection, schema, name)
        if there is None or there.valid or there.building:
            return why
        _drop(connection, schema, name)
    except psycopg.Error:
        return Refused(why.kind, f"{why.text}; {left}")
    return Refused(why.kind, f"{why.text}; the unfinished index was dropped")


def schema_of(connection: "psycopg.Connection[Any]", table: str) -> str:
    """The schema of the table that is written so, in which its indexes are; empty where there is none."""
    row = connection.cursor().execute(_TABLE, (table,)).fetchone()
    return "" if row is None else str(row[1])


def is_unfinished(connection: "psycopg.Connection[Any]", schema: str, name: str) -> bool:
    """Whether there is an index of that name that helps nobody, and that nobody builds."""
    there = _index(connection, schema, name)
    return there is not None and not there.valid and not there.building


def _table(connection: "psycopg.Connection[Any]", wish: IndexWish) -> _Table | Refused:
    if not wish.name or len(wish.name.encode()) > _LONGEST_NAME:
        return Refused("invalid", f"an index has a name of 1 to {_LONGEST_NAME} bytes")
    try:
        row = connection.cursor().execute(_TABLE, (wish.table,)).fetchone()
    except psycopg.errors.InvalidName:
        row = None
    if row is None:
        return Refused("not_found", f"PostgreSQL: there is no table {wish.table}")
    return _Table(*row)


def _index(connection: "psycopg.Connection[Any]", schema: str, name: str) -> _Index | None:
    row = connection.cursor().execute(_INDEX, (schema, name)).fetchone()
    if row is None:
        return None
    valid, table, plain, names, options, building = row
    columns = tuple(
        (one, bool(bits & _DESCENDING), bool(bits & _NULLS_FIRST))
        for one, bits in zip(names, options, strict=False)
    )
    return _Index(valid, table, plain, columns, building)


def _columns(written: str) -> tuple[tuple[str, bool, bool], ...] | Refused:
    """(name, descending, nulls first) of each; PostgreSQL puts nulls first where it descends."""
    found: list[tuple[str, bool, bool]] = []
    for one in written.split(","):
        match = _COLUMN.fullmatch(one.strip())
        if match is None:
            text = f"`{one}` is no column of an index: write `name` or `name desc nulls last`"
            return Refused("invalid", text)
        name = match["name"]
        bare = name[1:-1] if name.startswith('"') else name.lower()
        descending = (match["order"] or "").lower() == "desc"
        nulls = (match["nulls"] or "").lower()
        found.append((bare, descending, nulls == "first" or (descending and not nulls)))
    return tuple(found)


@contextlib.contextmanager
def _limits(connection: "psycopg.Connection[Any]", wish: IndexWish) -> Iterator[None]:
    """The session's limits while it builds: there is no transaction that could keep them."""
    connection.execute(
        f"SET statement_timeout = {milliseconds(wish.timeout)}; "
        f"SET lock_timeout = {milliseconds(wish.lock_timeout)}".encode()
    )
    try:
        yield
    finally:
        if not connection.closed and not connection.broken:
            connection.execute(b"RESET statement_timeout; RESET lock_timeout")


def _drop(connection: "psycopg.Connection[Any]", schema: str, name: str) -> None:
    statement = sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(schema, name))
    connection.execute(statement.as_bytes(connection))


def _conflict(text: str) -> Refused:
    return Refused("conflict", f"PostgreSQL: {text}")
