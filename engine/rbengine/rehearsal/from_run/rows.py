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

    def read(
        self, query: SqlQuery, columns: Sequence[ColumnFacts], value: Value, text: str
    ) -> None:
        """An answer to a query. `text` is how the run names it."""
        items = value if isinstance(value, tuple) else (value,)
        if query.kind == "value" and columns:
            items = (Row({columns[0].name: value}),)
        rows = [one for one in items if isinstance(one, Row)]
        known = [one for one in columns if one.table is not None and one.column is not None]
        computed = [one.name for one in columns if one.column is None]
        conditions = _conditions(query.sql)
        for row in rows:
            found: dict[str, _Fields] = {}
            for one in known:
                if one.name in row:
                    found.setdefault(str(one.table), {})[str(one.column)] = row[one.name]
            if found:  # of a row that only was counted nothing is known
                _say(found, conditions, query)
            for table, fields in found.items():
                if any(field is not None for field in fields.values()):
                    self.add(table, fields)
        if rows and computed and not known:
            told = ", ".join(
                f"{name} {as_text(rows[0][name])}" for name in computed if name in rows[0]
            )
            self.unsaid.append(f"{text} answered {told}: no row says that")

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
    tables = {one.alias_or_name: _table_name(one) for one in tree.find_all(exp.Table)}
    only = next(iter(tables.values())) if len(tables) == 1 else ""
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
