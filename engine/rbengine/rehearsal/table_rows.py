"""`expect table`: PostgreSQL itself compares, so that a cell is a literal of its column's type."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rbengine.contract.values import Row, Value
from rbengine.host.errors import WorldError
from rbengine.rehearsal.evaluation import Scope
from rbengine.rehearsal.misses import ROWS, Miss
from rbengine.rehearsal.sent import cell_value, unknown
from rbengine.runtime.wording import as_text
from rbengine.syntax.nodes import scenarios as tree

if TYPE_CHECKING:
    from rbengine.host.simulated_database import SimulatedDatabase

_MOST_SHOWN = 3  # rows of a table in a miss


class TableRows:
    """Compares tables of the simulated database with what a scenario expects of them."""

    def __init__(self, database: "Callable[[], SimulatedDatabase]", scope: Scope) -> None:
        self._database = database
        self._scope = scope

    def compare(self, node: tree.ExpectTable) -> Miss | None:
        """What is wrong with the rows, or None."""
        try:
            return self._compare(node)
        except WorldError as error:
            return Miss(
                code=ROWS, span=node.span, expected=_title(node), found=f"PostgreSQL: {error}"
            )

    def _compare(self, node: tree.ExpectTable) -> Miss | None:
        columns = [one.text for one in node.columns]
        chosen = self._select(node, columns, None)
        if node.manner == "absent":
            rows = node.rows or (None,)
            for row in rows:
                there = chosen if row is None else self._fitting(node, columns, row)
                if there:
                    return self._miss(node, "no such row", there)
            return None
        left = [_key(one) for one in chosen]
        for row in node.rows:
            fitting = [key for key in map(_key, self._fitting(node, columns, row)) if key in left]
            if not fitting:
                if len(node.rows) == len(chosen) == 1:
                    return self._cells(node, columns, row, chosen[0])
                return self._miss(node, as_text(self._shown(columns, row)), chosen)
            left.remove(fitting[0])
        if node.manner == "exactly" and left:
            return self._miss(node, f"{len(node.rows)} rows", chosen)
        return None

    def _fitting(
        self, node: tree.ExpectTable, columns: Sequence[str], row: tree.TableRow
    ) -> tuple[Row, ...]:
        return self._select(node, columns, row)

    def _select(
        self, node: tree.ExpectTable, columns: Sequence[str], row: tree.TableRow | None
    ) -> tuple[Row, ...]:
        """The chosen rows as texts; with `row` those of them whose cells are its cells."""
        conditions: list[str] = []
        values: list[Value] = []
        if node.where_column is not None and node.where_value is not None:
            conditions.append(f"{quoted(node.where_column.text)} IS NOT DISTINCT FROM ")
            values.append(cell_value(node.where_value, self._scope))
        if row is not None:
            for column, cell in zip(columns, row.cells, strict=True):
                conditions.append(f"{quoted(column)} IS NOT DISTINCT FROM ")
                values.append(cell_value(cell, self._scope))
        shown = (
            ", ".join(f"{quoted(one)}::text AS {quoted(one)}" for one in columns)
            or "rb_row::text AS row"
        )
        sql = f"SELECT ctid::text AS rb_place, {shown} FROM {table_name(node)} AS rb_row"
        if conditions:
            numbered = (f"{one}${place}" for place, one in enumerate(conditions, start=1))
            sql += " WHERE " + " AND ".join(numbered)
        return self._database().execute(sql, unknown(values), reading=True).rows

    def _shown(self, columns: Sequence[str], row: tree.TableRow) -> Row:
        return Row(
            {
                name: cell_value(cell, self._scope)
                for name, cell in zip(columns, row.cells, strict=True)
            }
        )

    def _cells(
        self, node: tree.ExpectTable, columns: Sequence[str], row: tree.TableRow, found: Row
    ) -> Miss:
        """One row against one: the cells that differ, without those that do not."""
        differing = [
            name
            for name, cell in zip(columns, row.cells, strict=True)
            if not self._select(node, [name], replace(row, cells=(cell,)))
        ]
        wanted = self._shown(columns, row)
        same = len(columns) - len(differing)
        told = f", and {same} {'cell' if same == 1 else 'cells'} as expected" if same else ""
        return Miss(
            code=ROWS, span=node.span,
            expected=f"{_title(node)}: {as_text(Row({name: wanted[name] for name in differing}))}",
            found=as_text(Row({name: found[name] for name in differing})) + told,
        )  # fmt: skip

    def _miss(self, node: tree.ExpectTable, expected: str, rows: Sequence[Row]) -> Miss:
        shown = [
            as_text(Row({name: one for name, one in row.items() if name != "rb_place"}))
            for row in rows[:_MOST_SHOWN]
        ]
        more = len(rows) - len(shown)
        found = "; ".join(shown) if shown else "no row"
        if more > 0:
            found += f"; and {more} more"
        return Miss(code=ROWS, span=node.span, expected=f"{_title(node)}: {expected}", found=found)


def _key(row: Row) -> Value:
    return row["rb_place"]


def _title(node: tree.ExpectTable) -> str:
    return f"table {node.table.text if node.schema is None else f'{node.schema.text}.{node.table.text}'}"


def table_name(node: tree.ExpectTable | tree.Table) -> str:
    """The table as SQL."""
    bare = quoted(node.table.text)
    return bare if node.schema is None else f"{quoted(node.schema.text)}.{bare}"


def quoted(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'
