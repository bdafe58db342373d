"""Rows of tables that a run's reads are made of: those it was shown, and of those that were counted as many."""

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rbengine.contract.changes import PlannedStatement, RowImage, SqlQuery
from rbengine.contract.values import Json, Row, Value
from rbengine.host.simulated_tables import Column, Table, find_table
from rbengine.rehearsal.from_run.known import ANYTHING, Anything, Cell, Known, cell_of, joined
from rbengine.rehearsal.from_run.reading import Reading
from rbengine.rehearsal.from_run.statement import statement


class Rows:
    """Gathers rows. `schema`: the tables that a world may fill. Answers are given in the order of their time."""

    def __init__(self, schema: Mapping[str, Table], now: datetime) -> None:
        self._schema = schema
        self._now = now
        self.known: dict[str, list[Known]] = {}

    def copy(self) -> "Rows":
        """The same, to be tried further."""
        other = Rows(self._schema, self._now)
        other.known = {
            table: [Known(one.table, one.cells, one.at) for one in rows if not one.own]
            for table, rows in self.known.items()
        }
        return other

    def read(
        self, query: SqlQuery, value: Value, asked: datetime, since: datetime | None = None
    ) -> bool:
        """An answer to `query`, asked then; rows that are new are there `since`. Whether rows say it."""
        parsed = statement(query.sql)
        if parsed is None or not all(self.has(one.table) for one in parsed.tables):
            return False
        self.complete()
        return Reading(self, parsed, query, asked, since).explain(answers_of(query, value))

    def lacking(self, query: SqlQuery, asked: datetime) -> Iterator[tuple[str, Mapping[str, Cell]]]:
        """Rows of which there may be one where `query` counts the items without."""
        parsed = statement(query.sql)
        if parsed is not None and not parsed.tables:
            yield from Reading(self, parsed, query, asked).lacking()

    def planned(self, part: PlannedStatement) -> None:
        """Rows that a change was going to touch, as they were."""
        for image in part.rows:
            if isinstance(image.before.value, Row) and isinstance(image.key.value, Row):
                self.add(image.table, {**image.before.value, **image.key.value})

    def make(self, images: Sequence[RowImage]) -> None:
        """Rows that the run has made itself: others may be found by them."""
        for image in images:
            made, key = image.after.value, image.key.value
            if image.before.value is None and isinstance(made, Row) and self.has(image.table):
                fields = {**made, **(key if isinstance(key, Row) else {})}
                cells = {name: cell_of(one) for name, one in fields.items()}
                self.known.setdefault(image.table, []).append(Known(image.table, cells, own=True))

    def add(self, table: str, fields: Mapping[str, Value], since: datetime | None = None) -> None:
        """One row, or more about one that is known."""
        if self.has(table):
            cells = {
                name: cell_of(one) for name, one in fields.items() if not isinstance(one, Json)
            }
            if cells:
                self.put(table, cells, since=since)

    def put(
        self,
        table: str,
        cells: Mapping[str, Cell],
        *,
        taken: frozenset[int] = frozenset(),
        since: datetime | None = None,
        by: datetime | None = None,
    ) -> Known:
        """The row of which that is known, none of those `taken` (by `id`) nor one that came after `by`; where there is
        none a new one, there `since`."""
        best: tuple[int, Known, dict[str, Cell]] | None = None
        found = find_table(self._schema, table)
        key = () if found is None else found.key
        for one in self.known.setdefault(table, []):
            if one.at is not None and (by is None or one.at > by):
                continue
            if key and all(
                name in cells and not isinstance(cells[name].known, Anything)
                and cells[name].known == one.cell(name).known
                for name in key
            ):  # fmt: skip
                one.cells = _as_seen_first(one.cells, cells)
                return one
            if id(one) in taken:
                continue
            both = joined(one.cells, cells)
            if both is None:
                continue
            shared = sum(
                not isinstance(cell.known, Anything) and cell.known == one.cell(name).known
                for name, cell in cells.items()
            )
            if best is None or shared > best[0]:
                best = (shared, one, both)
        if best is None:
            row = Known(table, cells, since)
            self.known[table].append(row)
            return row
        best[1].cells = best[2]
        return best[1]

    def has(self, table: str) -> bool:
        """Whether a world may fill it."""
        return find_table(self._schema, table) is not None

    def columns(self, table: str) -> Mapping[str, Column]:
        """Those of a table, by name."""
        found = find_table(self._schema, table)
        return {} if found is None else found.columns

    def new_key(self, table: str, column: str) -> Value | Anything:
        """A value by which rows belong together where nobody knows theirs."""
        found = self.columns(table).get(column)
        if found is None or found.type != "uuid":
            return ANYTHING
        text = f"{table}.{column}.{len(self.known.get(table, ()))}"
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"

    def finished(self) -> Iterator[tuple[str, datetime | None, dict[str, Value]]]:
        """Each row with a value for whatever has to be said of it; those that others refer to come first."""
        for table in self._in_order():
            columns = self.columns(table)
            found: list[tuple[datetime | None, dict[str, Value]]] = []
            for row in (one for one in self.known[table] if not one.own):
                values: dict[str, Value] = {}
                for name, cell in row.cells.items():
                    value = cell.value(columns.get(name), self._now)
                    if not isinstance(value, Anything):
                        values[name] = value
                found.append((row.at, values))
            self._number(table, [values for _, values in found])
            yield from ((table, at, values) for at, values in found)

    def _number(self, table: str, rows: Sequence[dict[str, Value]]) -> None:
        """Where some rows have a number for a key, those made up beside them have others."""
        found = find_table(self._schema, table)
        if found is None or len(found.key) != 1:
            return
        (key,) = found.key
        known = [one[key] for one in rows if isinstance(one.get(key), int)]
        following = itertools.count(
            max((one for one in known if isinstance(one, int)), default=0) + 1
        )
        for row in rows:
            if known and key not in row:
                row[key] = next(following)

    def complete(self) -> None:
        """Add rows of which is only known that others refer to them."""
        waiting = list(self.known)
        while waiting:
            table = waiting.pop()
            found = find_table(self._schema, table)
            for row in [] if found is None else [*self.known[table]]:
                for reference in () if found is None else found.references:
                    cells = {
                        theirs: row.cell(ours)
                        for ours, theirs in zip(
                            reference.columns, reference.to_columns, strict=True
                        )
                    }
                    keys = [one.known for one in cells.values()]
                    other = self._as_written(reference.table)
                    if any(one is None or isinstance(one, Anything) for one in keys) or any(
                        all(one.cell(name).known == cell.known for name, cell in cells.items())
                        for one in self.known.get(other, ())
                    ):
                        continue
                    known = dict(zip(cells, keys, strict=True))
                    self.put(
                        other,
                        {
                            name: cell_of(one)
                            for name, one in known.items()
                            if not isinstance(one, Anything)
                        },
                    )
                    waiting.append(other)

    def _as_written(self, table: str) -> str:
        """As rows of it are kept: `public.` is not written."""
        found = self._schema.get(table)
        if found is None:
            return table
        return found.bare_name if found.schema == "public" else f"{found.schema}.{found.bare_name}"

    def _in_order(self) -> list[str]:
        done: dict[str, None] = {}

        def visit(table: str, above: tuple[str, ...]) -> None:
            found = find_table(self._schema, table)
            for reference in () if found is None else found.references:
                other = self._as_written(reference.table)
                if other not in above and other not in done:
                    visit(other, (*above, other))
            done[table] = None

        for table in self.known:
            visit(table, (table,))
        return [one for one in done if one in self.known]


def _as_seen_first(one: Mapping[str, Cell], more: Mapping[str, Cell]) -> dict[str, Cell]:
    """What is known of one row with what was seen of it later, as far as that was no other then."""
    found = dict(one)
    for name, cell in more.items():
        found = joined(found, {name: cell}) or found
    return found


def answers_of(query: SqlQuery, value: Value) -> Sequence[Row]:
    """Its rows, whatever kind of answer it is."""
    parsed = statement(query.sql)
    if query.kind == "value" and parsed is not None:
        return (Row({parsed.answer[0][0]: value}),)
    items = value if isinstance(value, tuple) else (value,)
    return [one for one in items if isinstance(one, Row)]
