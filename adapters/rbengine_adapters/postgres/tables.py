"""What the database says of a table that is to be changed."""

from collections.abc import Mapping
from typing import Any

import msgspec
import psycopg
from rbengine.contract.postgres_values import Sent

from rbengine_adapters.postgres.statement import is_constant

_TEXT = 25  # the type number of `text`

_TABLE = b"""
SELECT c.oid::regclass::text, c.relkind,
  (SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid::int8,
            pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity) ORDER BY a.attnum)
     FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  (SELECT json_agg(a.attname ORDER BY array_position(k.conkey, a.attnum))
     FROM pg_catalog.pg_constraint k
     JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)
    WHERE k.conrelid = c.oid AND k.contype = 'p'),
  (SELECT json_agg(json_build_array(t.tgtype, l.lanname, p.prosrc))
     FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
     JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'),
  (SELECT json_agg(json_build_array(k.confdeltype, k.confupdtype,
            (SELECT json_agg(a.attname) FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum = ANY(k.confkey))))
     FROM pg_catalog.pg_constraint k WHERE k.confrelid = c.oid AND k.contype = 'f')
FROM pg_catalog.pg_class c WHERE c.oid = to_regclass($1)
"""

_BEFORE_ROW = 0b11  # pg_trigger.tgtype: bit 0 for each row, bit 1 before
_EVENTS = {"insert": 0b100, "delete": 0b1000, "update": 0b10000}
_WRITING = (
    "insert",
    "update ",
    "delete",
    "merge",
    "perform",
    "execute",
    "call",
    "notify",
    "copy",
    "select",
)
_OUTSIDE = ("http", "net.", "dblink", "pg_background", "plpython", "plperl", "pg_notify")


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column."""

    type: str
    """With its modifiers: `numeric(12,2)`."""
    type_number: int
    default_changes: bool
    """What stands there when nothing is given is another value each time."""
    generated: bool
    """Computed by the table: never written."""


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """One trigger of the project."""

    events: frozenset[str]
    writes: bool
    """It may change more than the row itself."""
    acts_outside: bool
    """It may do what a rollback does not take back."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table as a change sees it."""

    name: str
    """As the database writes it, quoted and qualified where that is needed."""
    plain: bool
    """A table, not a view."""
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    """The primary key's columns; empty where there is none."""
    triggers: tuple[Trigger, ...]
    deletes_others: bool
    updates_others: frozenset[str]


def read_table(connection: "psycopg.Connection[Any]", schema: str, name: str) -> Table | None:
    """The table that `schema.name` or the name alone finds, or None."""
    wanted = ".".join(quoted(part) for part in (schema, name) if part)
    row = connection.cursor().execute(_TABLE, (Sent(wanted, _TEXT),)).fetchone()
    if row is None:
        return None
    shown, kind, *parts = row
    columns, key, triggers, references = (_content(part) for part in parts)
    return Table(
        name=shown,
        plain=kind in ("r", "p"),
        columns={
            column: Column(
                type=type_,
                type_number=int(number),
                default_changes=identity != ""
                or (default is not None and not is_constant(default)),
                generated=generated != "",
            )
            for column, type_, number, default, generated, identity in columns
        },
        key=tuple(key),
        triggers=tuple(
            _trigger(int(bits), language, source) for bits, language, source in triggers
        ),
        deletes_others=any(delete in "cnd" for delete, _, _ in references),
        updates_others=frozenset(
            column for _, update, names in references if update in "cnd" for column in names or ()
        ),
    )


def quoted(name: str) -> str:
    """A name as it stands in SQL, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _content(part: Any) -> Any:
    return [] if part is None else part.content


def _trigger(bits: int, language: str, source: str) -> Trigger:
    body = source.lower()
    harmless = (
        bits & _BEFORE_ROW == _BEFORE_ROW
        and language == "plpgsql"
        and not any(word in body for word in _WRITING)
    )
    return Trigger(
        events=frozenset(name for name, bit in _EVENTS.items() if bits & bit),
        writes=not harmless,
        acts_outside=language not in ("plpgsql", "sql") or any(word in body for word in _OUTSIDE),
    )
