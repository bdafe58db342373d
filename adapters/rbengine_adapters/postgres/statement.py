"""What a changing statement writes and reads, so that its rows can be shown before and after."""

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from rbengine.contract.changes import StatementKind

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.expressions import Expr as Node

# What gives another value each time it is asked. Their columns are shown as not computed.
_CHANGING = re.compile(
    r"\b(now|current_timestamp|current_date|current_time|localtime|localtimestamp|clock_timestamp|"
    r"statement_timestamp|transaction_timestamp|timeofday|random|random_normal|gen_random_uuid|uuidv4|uuidv7|"
    r"uuid|rand|nextval|next_value_for|txid_current|pg_current_xact_id)\b\s*(\(|$|[^\w.(])"
)


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """One INSERT, UPDATE, DELETE or MERGE. DDL has a kind and nothing else."""

    kind: StatementKind
    schema: str = ""
    table: str = ""
    target: str = ""
    """What the statement calls the table: its alias, else its name."""
    written: tuple[str, ...] = ()
    """Columns of the target that are set; for INSERT those that are named."""
    updated: tuple[str, ...] = ()
    """Columns that are set in rows which were there before."""
    read: frozenset[str] = frozenset()
    """Names of columns that any condition or new value reads from the target, as far as names tell."""
    not_computed: frozenset[str] = frozenset()
    """Written columns whose new value is another one each time."""
    own_columns: tuple[str, ...] = ()
    """Columns whose new value depends on their old one."""
    writes_in_with: bool = False
    on_conflict_update: bool = False
    look: str = ""
    """A SELECT of the rows it would touch; empty where that is not simply told."""
    problem: str = ""
    """Why it cannot be planned."""


@functools.lru_cache(
    maxsize=1024
)  # a run plans its statements again and again, and so do all rehearsals of one
def analyse(sql: str) -> Analysis:
    """Read one statement. What sqlglot does not understand has a `problem`, unless it is DDL."""
    import sqlglot
    import sqlglot.parser
    from sqlglot import exp

    sqlglot.parser.logger.disabled = True  # it warns about forms it does not know
    try:
        trees = sqlglot.parse(sql, read="postgres")
    except (sqlglot.errors.SqlglotError, RecursionError):
        return Analysis(kind="ddl", problem="this statement is not understood")
    found = [tree for tree in trees if tree is not None]
    if len(found) != 1:
        return Analysis(kind="ddl", problem="a change runs one statement at a time")
    tree = found[0]
    for name in tree.find_all(exp.Identifier):
        if not name.quoted:
            name.set("this", name.name.lower())
    if isinstance(tree, exp.Insert | exp.Update | exp.Delete | exp.Merge):
        return _changing(tree)
    if isinstance(tree, exp.Query | exp.Values):
        return Analysis(kind="select", problem="this only reads")
    return Analysis(kind="ddl")


def built_index(sql: str) -> tuple[str, str] | None:
    """The table, as it is written, and the name of the index that a CREATE INDEX builds; None for anything else."""
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(sql, read="postgres")
    except (sqlglot.errors.SqlglotError, RecursionError):
        return None
    if not isinstance(tree, exp.Create) or not isinstance(tree.this, exp.Index):
        return None
    table, name = tree.this.args.get("table"), tree.this.this
    if not isinstance(table, exp.Table) or not isinstance(name, exp.Identifier):
        return None
    return table.sql("postgres"), name.name if name.quoted else name.name.lower()


def is_constant(expression: str) -> bool:
    """Whether a column default, as PostgreSQL writes it back, gives the same value each time."""
    return not _CHANGING.search(expression.lower()) and "(" not in expression


def _changing(tree: "exp.Insert | exp.Update | exp.Delete | exp.Merge") -> Analysis:
    from sqlglot import exp

    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    own = {table.name, table.alias_or_name}
    writes = list(_writes(tree))
    conflict = tree.args.get("conflict")
    with_ = tree.args.get("with_") or tree.args.get("with")
    columns = (one for one in tree.find_all(exp.Column) if not one.table or one.table in own)
    kinds: dict[type, StatementKind] = {
        exp.Insert: "insert",
        exp.Update: "update",
        exp.Delete: "delete",
        exp.Merge: "merge",
    }
    return Analysis(
        kind=kinds[type(tree)],
        schema=table.db,
        table=table.name,
        target=table.alias_or_name,
        written=tuple(dict.fromkeys(name for name, _ in writes)),
        updated=tuple(dict.fromkeys(name for name, _ in _updates(tree))),
        read=frozenset(one.name for one in columns),
        not_computed=frozenset(
            name for name, value in writes if _CHANGING.search(value.sql("postgres").lower())
        ),
        own_columns=tuple(
            dict.fromkeys(name for name, value in writes if _reads(value, name, own))
        ),
        writes_in_with=with_ is not None
        and with_.find(exp.Insert, exp.Update, exp.Delete, exp.Merge) is not None,
        on_conflict_update=conflict is not None
        and "UPDATE" in str(conflict.args.get("action", "")),
        look=_look(tree),
        problem="leave out RETURNING: the rows of a change are in `.rows`"
        if tree.args.get("returning") is not None
        else "",
    )


def _look(tree: "exp.Insert | exp.Update | exp.Delete | exp.Merge") -> str:
    from sqlglot import exp

    others = ("with_", "with", "from_", "from", "using")
    if not isinstance(tree, exp.Update | exp.Delete) or any(tree.args.get(one) for one in others):
        return ""
    select = exp.select(exp.Star()).from_(tree.this.copy())
    where = tree.args.get("where")
    if where is not None:
        select = select.where(where.this.copy())
    return select.sql("postgres")


def _writes(tree: "Node") -> "Iterator[tuple[str, Node]]":
    """(column, new value) for everything that is set."""
    from sqlglot import exp

    if isinstance(tree, exp.Insert):
        names = (
            [one.name for one in tree.this.expressions] if isinstance(tree.this, exp.Schema) else []
        )
        rows = list(_rows(tree.expression))
        for row in rows:
            yield from zip(names, row, strict=False)
        if not rows:
            yield from ((name, exp.Null()) for name in names)
    elif isinstance(tree, exp.Merge):
        for when in tree.find_all(exp.When):
            then = when.args.get("then")
            if isinstance(then, exp.Insert) and then.this is not None:
                pairs = zip(then.this.expressions, then.expression.expressions, strict=False)
                yield from ((one.name, value) for one, value in pairs)
    yield from _updates(tree)


def _updates(tree: "Node") -> "Iterator[tuple[str, Node]]":
    """(column, new value) for what is set in rows that were there before."""
    from sqlglot import exp

    if isinstance(tree, exp.Update):
        yield from _set_list(tree.expressions)
    elif isinstance(tree, exp.Insert):
        conflict = tree.args.get("conflict")
        if conflict is not None:
            yield from _set_list(conflict.expressions)
    elif isinstance(tree, exp.Merge):
        for when in tree.find_all(exp.When):
            then = when.args.get("then")
            if isinstance(then, exp.Update):
                yield from _set_list(then.expressions)


def _set_list(items: "list[Node]") -> "Iterator[tuple[str, Node]]":
    from sqlglot import exp

    for item in items:
        if isinstance(item, exp.EQ) and isinstance(item.this, exp.Tuple):
            values = item.expression.expressions or [item.expression] * len(item.this.expressions)
            yield from (
                (one.name, value) for one, value in zip(item.this.expressions, values, strict=False)
            )
        elif isinstance(item, exp.EQ):
            yield item.this.name, item.expression


def _rows(source: "Node | None") -> "Iterator[list[Node]]":
    from sqlglot import exp

    if isinstance(source, exp.Values):
        for row in source.expressions:
            yield row.expressions if isinstance(row, exp.Tuple) else [row]
    elif isinstance(source, exp.Select):
        yield [one.unalias() for one in source.expressions]
    elif isinstance(source, exp.SetOperation):
        yield from _rows(source.left)
        yield from _rows(source.right)


def _reads(value: "Node", column: str, own: set[str]) -> bool:
    from sqlglot import exp

    return any(
        one.name == column and (not one.table or one.table in own)
        for one in value.find_all(exp.Column)
    )
