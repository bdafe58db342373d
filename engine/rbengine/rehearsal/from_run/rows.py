"""Rows of tables as a run has read them: columns of its answers, what its conditions say of them, images of changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rbengine.contract.changes import PlannedStatement, SqlQuery
from rbengine.contract.values import Json, Row, Value
from rbengine.runtime.wording import as_text
from rbengine.semantics.sql_facts import ColumnFacts

_Fields = dict[str, Value]


class Tables:
    """Gathers rows. What is known of a row first stays."""

    def __init__(self) -> None:
        self.rows: dict[str, list[_Fields]] = {}
        self.unsaid: list[str] = []
        """What answers held that no row says, in words."""
        self._made_up: dict[str, list[_Fields]] = {}
        """Rows of which only the number or a sum was read."""

    def read(
        self, query: SqlQuery, columns: Sequence[ColumnFacts], value: Value, text: str
    ) -> None:
        """An answer to a query. `text` is how the run names it."""
        items = value if isinstance(value, tuple) else (value,)
        if query.kind == "value" and columns:
            items = (Row({columns[0].name: value}),)
        rows = [one for one in items if isinstance(one, Row)]
        known = {
            one.name: (str(one.table), str(one.column))
            for one in columns
            if one.table is not None and one.column is not None
        }
        computed = [one.name for one in columns if one.column is None]
        if "coalesce" in query.sql.lower():
            known = {**_behind(query.sql), **known}
        conditions = _conditions(query.sql)
        for row in rows:
            found: dict[str, _Fields] = {}
            for name, (table, column) in known.items():
                if name in row:
                    found.setdefault(table, {})[column] = row[name]
            if found:  # of a row that only was counted nothing is known
                _say(found, conditions, query)
            for table, fields in found.items():
                if any(field is not None for field in fields.values()):
                    self.add(table, fields)
        if rows and computed and not known:
            made = _made_up(query, rows[0])
            if made is not None:
                self._made_up.setdefault(made[0], []).extend(made[1])
                return
            told = ", ".join(
                f"{name} {as_text(rows[0][name])}" for name in computed if name in rows[0]
            )
            self.unsaid.append(f"{text} answered {told}: no row says that")

    def finish(self) -> None:
        """Rows of which only the number or a sum was read are made up, where no row of their table was read."""
        for table, rows in self._made_up.items():
            if table not in self.rows and rows:
                self.rows[table] = rows
                self.unsaid.append(
                    f"rows of {table} are made up: only their number or a sum was read"
                )

    def planned(self, statement: PlannedStatement) -> None:
        """Rows that a change was going to touch, as they were."""
        for image in statement.rows:
            if isinstance(image.before.value, Row) and isinstance(image.key.value, Row):
                self.add(image.table, {**image.before.value, **image.key.value})

    def add(self, table: str, fields: Mapping[str, Value]) -> None:
        """One row, or more about one that is known."""
        fields = {name: one for name, one in fields.items() if not isinstance(one, Json)}
        if not fields:
            return
        listed = self.rows.setdefault(table, [])
        for known in listed:
            if _same(known, fields):
                for name, one in fields.items():
                    known.setdefault(name, one)
                return
        listed.append(dict(fields))


def _behind(sql: str) -> dict[str, tuple[str, str]]:
    """Result columns that are a column wherever that is present: `coalesce(d.status, 'unknown') AS status`."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(sql, dialect="postgres")
    except SqlglotError:
        return {}
    if not isinstance(tree, exp.Select):
        return {}
    tables, only = _tables_of(tree)
    found: dict[str, tuple[str, str]] = {}
    for projection in tree.expressions:
        inner = projection.unalias()
        if isinstance(inner, exp.Coalesce) and isinstance(inner.this, exp.Column):
            table, column = _place(inner.this, tables, only)
            if table:
                found[projection.alias_or_name] = (table, column)
    return found


def _tables_of(tree: Any) -> tuple[dict[str, str], str]:
    """Tables by the names that the statement gives them, and the only one."""
    from sqlglot import exp

    tables = {one.alias_or_name: _table_name(one) for one in tree.find_all(exp.Table)}
    return tables, next(iter(tables.values())) if len(tables) == 1 else ""


def _made_up(query: SqlQuery, answer: Row) -> tuple[str, list[_Fields]] | None:
    """Rows of one table that are as many, and come to the same sum; None where more was computed of them."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(query.sql, dialect="postgres")
    except SqlglotError:
        return None
    tables = [_table_name(one) for one in tree.find_all(exp.Table)]
    if not isinstance(tree, exp.Select) or len(tables) != 1 or tree.args.get("group"):
        return None
    count, sums = 0, _Fields()
    for projection in tree.expressions:
        value = answer.get(projection.alias_or_name or projection.key)
        inner = projection.unalias()
        inner = inner.this if isinstance(inner, exp.Coalesce) else inner
        match inner:
            case exp.Count() if isinstance(inner.this, exp.Star) and isinstance(value, int):
                count = value
            case exp.Sum() if isinstance(inner.this, exp.Column):
                sums[inner.this.name] = value
            case _:
                return None
    if not count and any(sums.values()):
        count = 1
    if count > _MOST_MADE_UP:
        return None
    found: dict[str, _Fields] = {tables[0]: {}}
    _say(found, _conditions(query.sql), query)
    nothing = dict.fromkeys(sums, 0)
    rows = [{**found[tables[0]], **(nothing if number else sums)} for number in range(count)]
    return tables[0], [one for one in rows if one]


_MOST_MADE_UP = 50


def _same(one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    """Whether both are of one row: by its id, else because they agree in whatever both say."""
    if "id" in one and "id" in other:
        return one["id"] == other["id"]
    shared = one.keys() & other.keys()
    return bool(shared) and all(one[name] == other[name] for name in shared)


_Condition = tuple[str, str, Any]
"""Table, column, and what it is equal to: a parameter's number, a value, or another table's column."""


def _conditions(sql: str) -> list[_Condition]:
    """What the statement says of the rows it answers with, where that is an equality."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(sql, dialect="postgres")
    except SqlglotError:
        return []
    if not isinstance(tree, exp.Select):
        return []
    tables, only = _tables_of(tree)
    found: list[_Condition] = []
    for clause in (
        tree.args.get("where"),
        *(one.args.get("on") for one in tree.args.get("joins") or ()),
    ):
        if clause is None:
            continue
        inner = clause.this if isinstance(clause, exp.Where) else clause
        for one in inner.flatten() if isinstance(inner, exp.And) else (inner,):
            found.extend(_equality(one, tables, only))
    return found


def _equality(node: Any, tables: Mapping[str, str], only: str) -> Iterator[_Condition]:
    from sqlglot import exp

    if isinstance(node, exp.Column):
        yield (*_place(node, tables, only), True)
        return
    if isinstance(node, exp.Not) and isinstance(node.this, exp.Column):
        yield (*_place(node.this, tables, only), False)
        return
    if not isinstance(node, exp.EQ):
        return
    for left, right in ((node.left, node.right), (node.right, node.left)):
        if not isinstance(left, exp.Column):
            continue
        match right:
            case exp.Parameter():
                yield (*_place(left, tables, only), ("$", int(str(right.this))))
            case exp.Literal() if right.is_string:
                yield (*_place(left, tables, only), str(right.this))
            case exp.Boolean():
                yield (*_place(left, tables, only), bool(right.this))
            case exp.Column():
                yield (*_place(left, tables, only), ("column", *_place(right, tables, only)))
            case _:
                continue


def _place(column: Any, tables: Mapping[str, str], only: str) -> tuple[str, str]:
    return tables.get(column.table, only) if column.table else only, column.name


def _table_name(table: Any) -> str:
    return f"{table.db}.{table.name}" if table.db else str(table.name)


def _say(found: dict[str, _Fields], conditions: Iterable[_Condition], query: SqlQuery) -> None:
    """Add what the conditions say to the rows that one row of the answer was made of."""
    joined = []
    for table, column, what in conditions:
        if not table:
            continue
        match what:
            case ("$", int() as number) if number <= len(query.parameters):
                value = query.parameters[number - 1].value.value
                if isinstance(value, str | bool | int):
                    found.setdefault(table, {}).setdefault(column, value)
            case ("column", str() as other, str() as name):
                joined.append((table, column, other, name))
            case str() | bool():
                found.setdefault(table, {}).setdefault(column, what)
            case _:
                continue
    for table, column, other, name in joined:
        value = found.get(other, {}).get(name)
        if value is not None:
            found.setdefault(table, {}).setdefault(column, value)
