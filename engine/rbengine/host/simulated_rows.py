"""Rows of a world: what its author left out is filled from the schema, the same every time."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg

from rbengine.contract.postgres_values import Sent, text_form
from rbengine.contract.values import Value
from rbengine.host.errors import WorldError
from rbengine.host.simulated_tables import Column, Table, find_table

_DEEPEST = 8  # rows that are made for the sake of others

_PLAIN = {
    "bool": "false",
    "bytea": "",
    "float4": "1",
    "float8": "1",
    "int2": "1",
    "int4": "1",
    "int8": "1",
    "interval": "0",
    "json": "{}",
    "jsonb": "{}",
    "numeric": "1",
}


class RowFiller:
    """Inserts rows into one simulated database. Counts its own rows, so that what it makes up is stable."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._counts: dict[str, int] = {}

    def insert(
        self, connection: "psycopg.Connection[Any]", table: str, rows: Sequence[Mapping[str, Value]],
        now: datetime,
    ) -> None:  # fmt: skip
        """Insert `rows`; a text is read as a literal of its column's type. Raises WorldError."""
        found = find_table(self._tables, table)
        if found is None:
            raise WorldError(f"the schema has no table `{table}`", table, 0)
        for number, row in enumerate(rows):
            unknown = next((name for name in row if name not in found.columns), None)
            if unknown is not None:
                raise WorldError(f"`{table}` has no column `{unknown}`", table, number, unknown)
            try:
                self._insert_one(connection, found, row, now, 0)
            except psycopg.Error as error:
                text = error.diag.message_primary or str(error)
                raise WorldError(text, table, number, error.diag.column_name) from error

    def _insert_one(
        self, connection: "psycopg.Connection[Any]", table: Table, given: Mapping[str, Value],
        now: datetime, depth: int,
    ) -> dict[str, Any]:  # fmt: skip
        number = self._counts[table.name] = self._counts.get(table.name, 0) + 1
        cells: dict[str, str | None] = {name: text_form(value) for name, value in given.items()}
        missing = [n for n, c in table.columns.items() if c.required and n not in cells]
        for reference in table.references:
            if any(name in missing for name in reference.columns):
                if depth == _DEEPEST:
                    raise WorldError(
                        f"`{table.name}` needs a row of `{reference.table}` that needs another in turn: "
                        "write them out", table.name, 0, reference.columns[0],
                    )  # fmt: skip
                target = self._target(connection, self._tables[reference.table], now, depth)
                for name, theirs in zip(reference.columns, reference.to_columns, strict=True):
                    cells.setdefault(name, target[theirs])
        for name in missing:
            cells.setdefault(name, _made_up(table, name, table.columns[name], number, now))
        return _insert(connection, table, cells)

    def _target(
        self, connection: "psycopg.Connection[Any]", table: Table, now: datetime, depth: int
    ) -> dict[str, str | None]:
        """The first row of `table` by its key, or a new one."""
        names = list(table.columns)
        shown = ", ".join(f"{_quoted(name)}::text" for name in names)
        order = ", ".join(map(_quoted, table.key)) or "ctid"
        row = (
            connection.cursor()
            .execute(f"SELECT {shown} FROM {table.name} ORDER BY {order} LIMIT 1".encode())
            .fetchone()
        )
        if row is not None:
            return dict(zip(names, row, strict=True))
        return self._insert_one(connection, table, {}, now, depth + 1)


def _insert(
    connection: "psycopg.Connection[Any]", table: Table, cells: Mapping[str, str | None]
) -> dict[str, Any]:
    names = list(cells)
    shown = ", ".join(f"{_quoted(name)}::text" for name in table.columns)
    if names:
        columns = ", ".join(map(_quoted, names))
        places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
        always = any(table.columns[name].always_filled for name in names)
        override = "OVERRIDING SYSTEM VALUE " if always else ""
        sql = f"INSERT INTO {table.name} ({columns}) {override}VALUES ({places}) RETURNING {shown}"
    else:
        sql = f"INSERT INTO {table.name} DEFAULT VALUES RETURNING {shown}"
    sent = [Sent(cells[name], table.columns[name].type_number) for name in names]
    row = connection.cursor().execute(sql.encode(), sent).fetchone()
    return dict(zip(table.columns, row or (), strict=True))


def _made_up(table: Table, name: str, column: Column, number: int, now: datetime) -> str:
    """A value for a column nobody spoke of: told by its type and name, never by chance."""
    if column.values:
        return column.values[0]
    if column.is_list:
        return "{}"
    if column.type == "uuid":
        digest = hashlib.md5(f"{table.name}.{name}.{number}".encode(), usedforsecurity=False)
        text = digest.hexdigest()
        return f"{text[:12]}4{text[13:16]}a{text[17:]}"
    if column.type in ("timestamptz", "timestamp", "date", "time", "timetz"):
        return now.isoformat()
    if column.type.endswith("range"):
        return "(,)"
    if column.type in _PLAIN:
        identifies = name in table.key and column.type in ("int2", "int4", "int8", "numeric")
        return str(number) if identifies else _PLAIN[column.type]
    if "email" in name:
        return f"{table.bare_name}{number}@example.test"
    return f"{name} {number}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


__all__ = ["RowFiller", "WorldError"]
