"""The tables of a simulated database, as its filling, resetting and comparing need them."""

from collections.abc import Mapping
from typing import Any

import msgspec
import psycopg

from rbengine.facts.postgres.catalog import closed_list
from rbengine.facts.postgres.simulation import BOOKKEEPING

_TABLES = b"""
SELECT n.nspname, c.relname, c.oid::regclass::text, obj_description(c.oid, 'pg_class') IS NOT DISTINCT FROM $1,
  (SELECT json_agg(json_build_array(a.attname, a.atttypid::int8, t.typname, t.typcategory, a.attnotnull,
            a.atthasdef OR a.attidentity <> '', a.attgenerated <> '' OR a.attidentity = 'a',
            (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
          ORDER BY a.attnum)
     FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  (SELECT json_agg(a.attname ORDER BY array_position(k.conkey, a.attnum))
     FROM pg_catalog.pg_constraint k
     JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)
    WHERE k.conrelid = c.oid AND k.contype = 'p'),
  (SELECT json_agg(json_build_array(k.confrelid::regclass::text,
            (SELECT json_agg(a.attname ORDER BY array_position(k.conkey, a.attnum)) FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum = ANY(k.conkey)),
            (SELECT json_agg(a.attname ORDER BY array_position(k.confkey, a.attnum)) FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = k.confrelid AND a.attnum = ANY(k.confkey))) ORDER BY k.conname)
     FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'),
  (SELECT json_agg(json_build_array(a.attname, pg_get_constraintdef(k.oid)) ORDER BY k.conname)
     FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
    WHERE k.conrelid = c.oid AND k.contype = 'c' AND cardinality(k.conkey) = 1),
  EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 8 <> 0),
  EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 32 <> 0),
  c.oid::int8, c.relhassubclass
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%'
ORDER BY n.nspname, c.relname
"""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column."""

    type_number: int
    type: str
    """Its name in `pg_type`."""
    is_list: bool
    required: bool
    """NOT NULL, and nothing fills it by itself."""
    always_filled: bool
    """Generated: it cannot be given."""
    values: tuple[str, ...]
    """A closed list of texts; empty where it is open."""


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """One foreign key."""

    table: str
    columns: tuple[str, ...]
    to_columns: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table."""

    name: str
    """As PostgreSQL writes it: quoted and qualified where that is needed."""
    number: int
    """In `pg_class`; that of the template's table too."""
    schema: str
    bare_name: str
    bookkeeping: bool
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    acts_on_delete: bool
    """A trigger of the project runs when a row goes."""
    acts_on_truncate: bool
    """A trigger of the project runs when all rows go at once."""
    has_children: bool
    """It has, or had, partitions or tables that inherit from it: what it shows may stand in their files."""


def read_tables(connection: "psycopg.Connection[Any]") -> dict[str, Table]:
    """All tables by the name PostgreSQL writes."""
    rows = connection.cursor().execute(_TABLES, (BOOKKEEPING,)).fetchall()
    return {row[2]: _table(row) for row in rows}


def find_table(tables: Mapping[str, Table], written: str) -> Table | None:
    """The table an author calls `name` or `schema.name`."""
    schema, _, bare = written.rpartition(".")
    order = [schema] if schema else ["public", "simulation"]
    for wanted in order:
        for one in tables.values():
            if one.schema == wanted and one.bare_name == bare:
                return one
    return None


def _table(row: tuple[Any, ...]) -> Table:
    schema, bare, name, bookkeeping, columns, key, references, checks = row[:8]
    acts_on_delete, acts_on_truncate, number, has_children = row[8:]
    closed = {
        column: values
        for column, definition in _listed(checks)
        if (values := closed_list(definition))
    }
    return Table(
        name=name,
        number=number,
        schema=schema,
        bare_name=bare,
        bookkeeping=bookkeeping,
        columns={
            column: Column(
                type_number=int(number),
                type=type_,
                is_list=category == "A",
                required=not_null and not filled,
                always_filled=always,
                values=closed.get(column, tuple(labels or ())),
            )
            for column, number, type_, category, not_null, filled, always, labels in _listed(
                columns
            )
        },
        key=tuple(_listed(key)),
        acts_on_delete=acts_on_delete,
        acts_on_truncate=acts_on_truncate,
        has_children=has_children,
        references=tuple(
            Reference(table=table, columns=tuple(own), to_columns=tuple(theirs))
            for table, own, theirs in _listed(references)
        ),
    )


def _listed(cell: Any) -> list[Any]:
    """A JSON list, whether psycopg gives it as such or our loader as `Json`."""
    found = getattr(cell, "content", cell)
    return list(found) if found is not None else []
