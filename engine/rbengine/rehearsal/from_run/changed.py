"""What somebody else did to rows between two looks: the answer was this, and without them it is that."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from rbengine.contract.changes import PlannedStatement, SqlQuery
from rbengine.contract.values import Json, Row, Value
from rbengine.rehearsal.from_run.alike import alike
from rbengine.rehearsal.from_run.facts import Sql
from rbengine.rehearsal.from_run.known import Anything, Known, joined, listed
from rbengine.rehearsal.from_run.objects import Line
from rbengine.rehearsal.from_run.predicates import All, Conditions, Is, Predicate, Some
from rbengine.rehearsal.from_run.reading import Reading
from rbengine.rehearsal.from_run.rows import Rows, answers_of
from rbengine.rehearsal.from_run.statement import Statement, conjuncts, statement
from rbengine.runtime.wording import as_text


def changed(
    rows: Rows, query: SqlQuery, then: Value, without: Value, asked: datetime, at: datetime
) -> list[Line | Sql]:
    """What happens `at` and turns the answer `without` into `then`, as far as rows that are there change or go."""
    parsed = statement(query.sql)
    if parsed is None or not parsed.tables:
        return []
    work = _Changed(rows, parsed, query, asked, at)
    if parsed.tables[0].table in CATALOGUES:
        return [
            Sql(one) for one in CATALOGUES[parsed.tables[0].table](work.constants(), then, without)
        ]
    first, second = answers_of(query, then), answers_of(query, without)
    found = work.counted(first, second) if parsed.computed else work.shown(first, second)
    return [*work.lines, *map(Sql, found)]


def changed_images(
    then: PlannedStatement, without: PlannedStatement, at: datetime
) -> list[Line | Sql]:
    """The same for the rows that a change was going to touch."""
    found = []
    before = {repr(one.key.value): one.before.value for one in without.rows}
    for image in then.rows:
        old, new, key = before.get(repr(image.key.value)), image.before.value, image.key.value
        if isinstance(old, Row) and isinstance(new, Row) and isinstance(key, Row) and key:
            sets = {name: one for name, one in new.items() if not alike(one, old.get(name))}
            if sets:
                found.append(_update(image.table, sets, dict(key), at))
    return [Sql(one) for one in found]


def done_by_others(part: PlannedStatement, at: datetime) -> list[Line | Sql]:
    """Somebody else did `at` what a change was about to do."""
    found: list[Line | Sql] = []
    for image in part.rows:
        old, new, key = image.before.value, image.after.value, image.key.value
        if isinstance(old, Row) and isinstance(new, Row) and isinstance(key, Row) and key:
            sets = {name: one for name, one in new.items() if one != old.get(name)}
            found += [Sql(_update(image.table, sets, dict(key), at))] if sets else []
    return found


class _Changed:
    def __init__(
        self, rows: Rows, parsed: Statement, query: SqlQuery, asked: datetime, at: datetime
    ) -> None:
        self._rows = rows
        self._parsed = parsed
        self._at = at
        self.lines: list[Line] = []
        """What no statement does to the server's own lists."""
        tables = parsed.tables
        alone = tables[0].alias if len(tables) == 1 else ""
        self._tables = {one.alias: one.table for one in tables}
        self._reading = Reading(rows, parsed, query, asked)
        self._read = Conditions([one.value.value for one in query.parameters], asked, alone)
        self._base = [
            self._read.holds(one)
            for _, condition in parsed.conditions
            for one in conjuncts(condition)
        ]

    def constants(self) -> dict[str, Value]:
        """What columns are compared with."""
        return {
            one.column: one.must.value
            for predicate in self._base
            for one in _parts(predicate)
            if one.must.operator in ("=", "in")
        }

    def shown(self, then: Sequence[Row], without: Sequence[Row]) -> list[str]:
        """Rows that are shown with other values, and such as are shown no more."""
        left = [one for one in without if not any(alike(one, other) for other in then)]
        new = [one for one in then if not any(alike(one, other) for other in without)]
        found: list[str] = []
        for row in new:
            pair = max(left, key=lambda one: _common(one, row), default=None)
            if pair is not None and (_common(pair, row) or len(new) == len(left) == 1):
                left.remove(pair)
                found += self._updates(row, pair)
            else:
                found += self._others(row)
        for row in left:
            found += self._gone(row)
        return found

    def _others(self, row: Row) -> list[str]:
        """A row that was known with other values and is shown now."""
        joint = self._reading.rows_of(row) or {}
        found = []
        for alias, cells in joint.items():
            values = {name: cell.known for name, cell in cells.items()
                      if not isinstance(cell.known, Anything)}  # fmt: skip
            for known in self._rows.known.get(self._tables[alias], []):
                same = {
                    name: one for name, one in values.items()
                    if isinstance(one, str) and known.cell(name).known == one
                }  # fmt: skip
                sets = {name: one for name, one in values.items() if name not in same}
                if (
                    same
                    and sets
                    and joined(known.cells, cells) is None
                    and self._scanned(known, values)
                ):
                    break
                if same and sets and joined(known.cells, cells) is None:
                    found.append(_update(self._tables[alias], sets, same, self._at))
                    break
        return found

    def counted(self, then: Sequence[Row], without: Sequence[Row]) -> list[str]:
        """Values of single rows inside what was computed, moved by as much as the answer is another one."""
        from sqlglot import exp

        if len(then) != 1 or len(without) != 1:
            return []
        found: list[str] = []
        for name, node in self._parsed.answer:
            new, old = then[0].get(name), without[0].get(name)
            inside = node.find(exp.Subquery)
            if isinstance(new, int) and isinstance(old, int) and new != old:
                if inside is not None:
                    found += _moved(inside.this, new - old)
                elif new < old:
                    found += self._fewer(old - new)
        return found

    def _fewer(self, count: int) -> list[str]:
        """So many of the rows that are counted do not meet the conditions any more, or are gone."""
        if len(self._tables) != 1:
            return []
        ((alias, table),) = self._tables.items()
        matching = [
            one for one in self._rows.known.get(table, [])
            if all(_may(predicate, one.cells) for predicate in self._base)
        ]  # fmt: skip
        found = []
        for one in matching[:count]:
            where = {
                name: cell.known for name, cell in one.cells.items()
                if isinstance(cell.known, str | int | bool)
            }  # fmt: skip
            found += self._out(alias, where)
        return list(dict.fromkeys(found))

    def _updates(self, row: Row, old: Row) -> list[str]:
        sets: dict[str, dict[str, Value]] = {}
        where: dict[str, dict[str, Value]] = {}
        for name, node in self._parsed.answer:
            same = alike(row.get(name), old.get(name))
            for one in _parts(self._read.equal(node, row.get(name))):
                into = where if same else sets
                value = None if one.must.operator == "null" else one.must.value
                into.setdefault(one.alias, {})[one.column] = value
        self._also(where)
        return [
            _update(self._tables[alias], values, where.get(alias, {}), self._at)
            for alias, values in sets.items()
            if where.get(alias)
        ]

    def _scanned(self, known: Known, now: Mapping[str, Value]) -> bool:
        """Whether it is that a table was read from end to end."""
        if known.table != "pg_stat_user_tables":
            return False
        grown = []
        for name in ("seq_tup_read", "seq_scan"):
            before, after = known.cell(name).known, now.get(name)
            grown.append(
                (after if isinstance(after, int) else 0)
                - (before if isinstance(before, int) else 0)
            )
        table = f"{as_text(now.get('schemaname'))}.{as_text(now.get('relname'))}"
        self.lines.append(
            Line("postgres.scanned", {"table": table, "rows": grown[0], "times": max(grown[1], 1)})
        )
        return True

    def _gone(self, row: Row) -> list[str]:
        where: dict[str, dict[str, Value]] = {}
        for name, node in self._parsed.answer:
            for one in _parts(self._read.equal(node, row.get(name))):
                if one.must.operator == "=":
                    where.setdefault(one.alias, {})[one.column] = one.must.value
        alias = self._parsed.tables[0].alias
        self._also(where)
        return self._out(alias, where.get(alias, {}))

    def _out(self, alias: str, where: Mapping[str, Value]) -> list[str]:
        """The row is seen no more: what is asked about is another value, else the row is gone."""
        table = self._tables[alias]
        for predicate in self._base:
            parts = predicate.parts if isinstance(predicate, Some) else (predicate,)
            for one in parts:
                bound = isinstance(one, Is) and one.must.operator in ("<", "<=", ">", ">=")
                if bound and isinstance(one, Is) and one.alias == alias:
                    value = self._at if isinstance(one.must.value, datetime) else one.must.value
                    if one.must.holds(value):
                        continue
                    rest = {name: other for name, other in where.items() if name != one.column}
                    return [_update(table, {one.column: value}, rest, self._at)] if rest else []
        pid = where.get("pid")
        if table == "pg_stat_activity" and pid is not None:
            self.lines.append(Line("postgres.session_ends", {"pid": pid}))
            return []
        return [f"DELETE FROM {table}\nWHERE {_where(where)}"] if where else []

    def _also(self, where: dict[str, dict[str, Value]]) -> None:
        for predicate in self._base:
            for one in _parts(predicate):
                if one.must.operator == "=":
                    where.setdefault(one.alias, {}).setdefault(one.column, one.must.value)


def _publication(asked: Mapping[str, Value], then: Value, without: Value) -> list[str]:
    verb = "ADD" if then and not without else "DROP"
    name, table = as_text(asked.get("pubname")), as_text(asked.get("tablename"))
    return [f"ALTER PUBLICATION {name} {verb} TABLE {table}"]


def _policies(asked: Mapping[str, Value], then: Value, without: Value) -> list[str]:
    """Whose policy it is stands in no answer where several tables were asked about: it is the first's."""
    table = as_text(listed(asked.get("tablename"))[0])
    new, old = _by_name(then), _by_name(without)
    gone = [
        f"DROP POLICY {name} ON {table}"
        for name in old
        if name not in new or old[name] != new[name]
    ]
    made = [
        f"CREATE POLICY {name} ON {table} FOR {as_text(row.get('command'))}"
        + ("" if row.get("condition") is None else f" USING {as_text(row['condition'])}")
        for name, row in new.items() if old.get(name) != row
    ]  # fmt: skip
    return [*gone, *made]


def _by_name(value: Value) -> dict[str, Row]:
    return {
        str(one["name"]): one for one in listed(value) if isinstance(one, Row) and "name" in one
    }


CATALOGUES: Mapping[str, Callable[[Mapping[str, Value], Value, Value], list[str]]] = {
    "pg_publication_tables": _publication,
    "pg_policies": _policies,
}
"""PostgreSQL's own lists, that only statements of the schema change."""


def _parts(predicate: Predicate) -> list[Is]:
    match predicate:
        case Is():
            return [predicate]
        case All(parts=parts):
            return [inner for one in parts for inner in _parts(one)]
        case _:
            return []


def _may(predicate: Predicate, cells: Any) -> bool:
    return all(
        one.column not in cells or cells[one.column].says(one.must) is not False
        for one in _parts(predicate)
    )


def _common(one: Row, other: Row) -> int:
    """How much two rows of an answer have in common."""
    return sum(
        value is not None and not isinstance(value, bool) and alike(value, other.get(name))
        for name, value in one.items()
    )


def _moved(select: Any, by: int) -> list[str]:
    from sqlglot import exp

    table, where = select.args["from_"].this, select.args.get("where")
    column = select.expressions[0].find(exp.Column)
    if where is None or column is None or not isinstance(table, exp.Table):
        return []
    sign = "+" if by > 0 else "-"
    return [
        f"UPDATE {table.name} SET {column.name} = {column.name}::int {sign} {abs(by)}\n"
        f"WHERE {where.this.sql(dialect='postgres')}"
    ]


def _update(table: str, sets: Mapping[str, Value], where: Mapping[str, Value], at: datetime) -> str:
    values = ", ".join(f"{name} = {_sql(one, at)}" for name, one in sets.items())
    return f"UPDATE {table}\nSET {values}\nWHERE {_where(where)}"


def _where(where: Mapping[str, Value]) -> str:
    """By its key where it has one, else by everything that is known."""
    keys = {"id": where["id"]} if where.get("id") is not None else where
    shown = {
        name: one for name, one in keys.items()
        if one is not None and not isinstance(one, datetime | timedelta | Json | Row | tuple | Anything)
    }  # fmt: skip
    return " AND ".join(
        f"{name} = {_sql(one, datetime.max)}" for name, one in (shown or keys).items()
    )


def _sql(value: Value, at: datetime) -> str:
    """As a literal of SQL, moments counted from `at`."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case datetime():
            seconds = int((value - at).total_seconds())
            if not seconds:
                return "now()"
            return f"now() {'+' if seconds > 0 else '-'} interval '{abs(seconds)} seconds'"
        case timedelta():
            return f"interval '{int(value.total_seconds())} seconds'"
        case date():
            return f"'{value.isoformat()}'"
        case _:
            return "'" + str(value).replace("'", "''") + "'"
