"""Taking rows back: only those that still hold what was written."""

from collections.abc import Sequence
from typing import Any

import psycopg
from rbengine.contract.changes import RowImage, Undone
from rbengine.contract.postgres_values import Sent, text_form
from rbengine.contract.values import Row

from rbengine_adapters.postgres.tables import Table, quoted, read_table

# These have no equality; their text is the same exactly when they are.
_BY_TEXT = ("xml", "point", "line", "lseg", "box", "path", "polygon", "circle")


def take_back(connection: "psycopg.Connection[Any]", images: Sequence[RowImage]) -> Undone:
    """Undo the images in the open transaction, newest first. Raises psycopg.Error."""
    tables: dict[str, Table | None] = {}
    done, left = 0, []
    for image in reversed(images):
        if image.table not in tables:
            tables[image.table] = _table(connection, image.table)
        table = tables[image.table]
        if table is not None and _take_one_back(connection, image, table):
            done += 1
        else:
            left.append(image)
    return Undone(rows=done, left=tuple(left))


def _table(connection: "psycopg.Connection[Any]", written: str) -> Table | None:
    """`written` is as PostgreSQL wrote it: quoted where needed, so it is split by PostgreSQL."""
    row = connection.cursor().execute(b"SELECT parse_ident($1)", (Sent(written, 25),)).fetchone()
    parts = list(row[0]) if row else []
    return read_table(connection, parts[0] if len(parts) > 1 else "", parts[-1])


def _take_one_back(connection: "psycopg.Connection[Any]", image: RowImage, table: Table) -> bool:
    key, before, after = image.key.value, image.before.value, image.after.value
    if not isinstance(key, Row) or not key:
        return False
    statement = _Statement(table)
    if isinstance(before, Row) and isinstance(after, Row):
        settable = [name for name in before if not table.columns[name].generated]
        sets = ", ".join(f"{quoted(name)} = {statement.value(name, before)}" for name in settable)
        sql = f"UPDATE {table.name} SET {sets} WHERE {statement.same(key)} AND {statement.same(after)}"
    elif isinstance(after, Row):
        sql = f"DELETE FROM {table.name} WHERE {statement.same(key)} AND {statement.same(after)}"
    elif isinstance(before, Row):
        names = [name for name in before if not table.columns[name].generated]
        values = ", ".join(statement.value(name, before) for name in names)
        sql = (
            f"INSERT INTO {table.name} ({', '.join(map(quoted, names))}) OVERRIDING SYSTEM VALUE "
            f"VALUES ({values}) ON CONFLICT DO NOTHING"
        )
    else:
        return False
    return connection.cursor().execute(sql.encode(), statement.parameters).rowcount == 1


class _Statement:
    """The parameters of one statement as it is put together."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.parameters: list[Sent] = []

    def value(self, column: str, row: Row) -> str:
        """A place for `row[column]`, sent with the column's type."""
        number = self._table.columns[column].type_number
        self.parameters.append(Sent(text_form(row[column]), number))
        return f"${len(self.parameters)}"

    def same(self, row: Row) -> str:
        """The condition that the columns of `row` hold its values."""
        return " AND ".join(self._same(name, row) for name in row)

    def _same(self, column: str, row: Row) -> str:
        place, type_ = self.value(column, row), self._table.columns[column].type
        if type_ == "json":
            return f"{quoted(column)}::jsonb IS NOT DISTINCT FROM {place}::jsonb"
        if type_ in _BY_TEXT:
            return f"{quoted(column)}::text IS NOT DISTINCT FROM {place}::text"
        return f"{quoted(column)} IS NOT DISTINCT FROM {place}"
