"""What a statement's tree says: what it writes, to which rows, and which of its results may be NULL.

The tree is sqlglot's, imported when the first statement is looked at. Whatever is not understood counts as the careful
answer: a column may be NULL, a parameter may not.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from rbengine.semantics.sql_presence import (
    Relations,
    argument,
    inserted_rows,
    present_results,
    relation_name,
)

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.expressions import Expr as Node


class StatementShape(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a statement that a plan, an undo and the checker ask about."""

    target_schema: str = ""
    target: str = ""
    has_where: bool = True
    always_true_where: bool = False
    writes_own_columns: bool = False
    writes_in_with: bool = False
    on_conflict_update: bool = False
    written_columns: tuple[str, ...] = ()
    optional_parameters: tuple[int, ...] = ()
    not_null: tuple[bool, ...] | None = None
    """For each result column of a reading statement whether it is certainly present; None: not understood."""


def statement_shape(sql: str, relations: Relations) -> StatementShape | None:
    """The shape of one statement that PostgreSQL accepts, or None where sqlglot does not understand it."""
    tree = parsed(sql)
    if tree is None:
        return None
    from sqlglot import exp

    if isinstance(tree, exp.Insert | exp.Update | exp.Delete | exp.Merge):
        return _changing(tree, relations)
    if isinstance(tree, exp.Query | exp.Values):
        return StatementShape(
            not_null=present_results(tree, relations),
            optional_parameters=_optional_parameters(tree, ()),
        )
    return None


def columns_beside_instants(sql: str) -> tuple[tuple[str, str, str, int], ...]:
    """(schema, table, column, offset) of each column that is compared with a parameter or with the present moment.

    A column that names no table stands for one of each table of the statement.
    """
    tree = parsed(sql)
    if tree is None:
        return ()
    from sqlglot import exp

    tables = {one.alias_or_name: relation_name(one) for one in tree.find_all(exp.Table)}
    found: list[tuple[str, str, str, int]] = []
    for compared in tree.find_all(
        exp.EQ,
        exp.NEQ,
        exp.LT,
        exp.LTE,
        exp.GT,
        exp.GTE,
        exp.Between,
        exp.NullSafeEQ,
        exp.NullSafeNEQ,
    ):
        operands = [one for one in compared.args.values() if isinstance(one, exp.Expression)]
        columns = [one for one in operands if isinstance(_bare(one), exp.Column)]
        others = [one for one in operands if one not in columns]
        if not any(one.find(exp.Parameter, exp.CurrentTimestamp) for one in others):
            continue
        for operand in columns:
            column = operand if isinstance(operand, exp.Column) else operand.find(exp.Column)
            if not isinstance(column, exp.Column) or isinstance(operand, exp.Cast):
                continue
            named = [tables[column.table]] if column.table in tables else list(tables.values())
            offset = int(column.this.meta.get("start", -1))
            found += [(schema, name, column.name, offset) for schema, name in named]
    return tuple(found)


def parsed(sql: str) -> "Node | None":
    """The tree of one statement, unquoted names in lower case; None where sqlglot does not understand it."""
    import sqlglot
    import sqlglot.parser

    sqlglot.parser.logger.disabled = True  # it warns about forms it does not know
    try:
        tree = sqlglot.parse_one(sql, read="postgres")
    except (sqlglot.errors.SqlglotError, RecursionError):
        return None
    for name in tree.find_all(sqlglot.exp.Identifier):
        if not name.quoted:
            name.set("this", name.name.lower())
    return tree


# What is written ---------------------------------------------------------------------------------------------------


def _changing(
    tree: "exp.Insert | exp.Update | exp.Delete | exp.Merge", relations: Relations
) -> StatementShape:
    from sqlglot import exp

    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    schema, name = relation_name(table)
    columns = relations(schema, name) or {}
    writes = list(assignments(tree, columns))
    own = {name, table.alias_or_name}
    where = tree.args.get("where")
    bounded = isinstance(tree, exp.Insert | exp.Merge) or where is not None
    always = where is not None and _always_true(where.this, columns)
    conflict = tree.args.get("conflict")
    with_ = argument(tree, "with")
    inner = list(with_.find_all(exp.Insert, exp.Update, exp.Merge)) if with_ is not None else []
    everywhere = [*writes, *(one for part in inner for one in _part_assignments(part, relations))]
    optional = _optional_parameters(tree, everywhere)
    return StatementShape(
        target_schema=schema,
        target=name,
        has_where=bounded,
        always_true_where=always,
        writes_own_columns=any(_reads(value, column, own) for column, value, _ in writes),
        writes_in_with=with_ is not None
        and with_.find(exp.Insert, exp.Update, exp.Delete, exp.Merge) is not None,
        on_conflict_update=conflict is not None
        and "UPDATE" in str(conflict.args.get("action", "")),
        written_columns=tuple(dict.fromkeys(column for column, _, _ in writes)),
        optional_parameters=optional,
    )


def assignments(tree: "Node", columns: Mapping[str, bool]) -> "Iterator[tuple[str, Node, bool]]":
    """(column, what it is set to, whether an optional may stand there) of one INSERT, UPDATE or MERGE."""
    from sqlglot import exp

    if isinstance(tree, exp.Update):
        yield from _set_list(tree.expressions, columns)
    elif isinstance(tree, exp.Insert):
        names = (
            [one.name for one in tree.this.expressions]
            if isinstance(tree.this, exp.Schema)
            else list(columns)
        )
        for row in inserted_rows(tree.expression):
            yield from ((n, v, not columns.get(n, True)) for n, v in zip(names, row, strict=False))
        conflict = tree.args.get("conflict")
        if conflict is not None:
            yield from _set_list(conflict.expressions, columns)
    elif isinstance(tree, exp.Merge):
        for when in tree.find_all(exp.When):
            then = when.args.get("then")
            if isinstance(then, exp.Update):
                yield from _set_list(then.expressions, columns)
            elif isinstance(then, exp.Insert) and then.this is not None:
                pairs = zip(then.this.expressions, then.expression.expressions, strict=False)
                yield from ((n.name, v, not columns.get(n.name, True)) for n, v in pairs)


def _part_assignments(part: "Node", relations: Relations) -> "Iterator[tuple[str, Node, bool]]":
    from sqlglot import exp

    table = part.this.this if isinstance(part.this, exp.Schema) else part.this
    yield from assignments(part, relations(*relation_name(table)) or {})


def _set_list(
    items: "Sequence[Node]", columns: Mapping[str, bool]
) -> "Iterator[tuple[str, Node, bool]]":
    from sqlglot import exp

    for item in items:
        if not isinstance(item, exp.EQ):
            continue
        if isinstance(item.this, exp.Tuple):
            values = item.expression.expressions or [item.expression] * len(item.this.expressions)
            for one, value in zip(item.this.expressions, values, strict=False):
                yield one.name, value, not columns.get(one.name, True)
        else:
            yield item.this.name, item.expression, not columns.get(item.this.name, True)


def _reads(value: "Node", column: str, own: set[str]) -> bool:
    """Whether the new value of `column` depends on its old one."""
    from sqlglot import exp

    return any(
        one.name == column and (not one.table or one.table in own)
        for one in value.find_all(exp.Column)
    )


def _optional_parameters(
    tree: "Node", writes: "Sequence[tuple[str, Node, bool]]"
) -> tuple[int, ...]:
    """Parameters all of whose places take NULL: set to a nullable column, or beside IS NOT DISTINCT FROM."""
    from sqlglot import exp

    allowed = {id(_bare(value)) for _, value, nullable in writes if nullable}
    for one in tree.find_all(exp.NullSafeEQ, exp.NullSafeNEQ):
        allowed |= {id(_bare(one.this)), id(_bare(one.expression))}
    places: dict[int, bool] = {}
    for parameter in tree.find_all(exp.Parameter):
        number = int(parameter.name)
        places[number] = places.get(number, True) and id(parameter) in allowed
    return tuple(sorted(number for number, free in places.items() if free))


def _bare(expression: "Node") -> "Node":
    from sqlglot import exp

    while isinstance(expression, exp.Paren | exp.Cast):
        expression = expression.this
    return expression


def _always_true(condition: "Node", columns: Mapping[str, bool]) -> bool:
    from sqlglot import exp

    condition = condition.unnest()
    match condition:
        case exp.Boolean():
            return bool(condition.this)
        case exp.And():
            return _always_true(condition.left, columns) and _always_true(condition.right, columns)
        case exp.Or():
            return _always_true(condition.left, columns) or _always_true(condition.right, columns)
        case exp.Not():
            inner = condition.this.unnest()
            if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
                return _always_there(inner.this, columns)
            return isinstance(inner, exp.Boolean) and not inner.this
        case exp.Is() if condition.args.get("negate") and isinstance(
            condition.expression, exp.Null
        ):
            return _always_there(condition.this, columns)
        case exp.EQ() | exp.LTE() | exp.GTE() | exp.NullSafeEQ():
            return bool(condition.this == condition.expression)
        case exp.NEQ():
            left, right = condition.this, condition.expression
            return (
                isinstance(left, exp.Literal) and isinstance(right, exp.Literal) and left != right
            )
        case _:
            return False


def _always_there(one: "Node", columns: Mapping[str, bool]) -> bool:
    from sqlglot import exp

    return isinstance(one, exp.Literal) or (
        isinstance(one, exp.Column) and columns.get(one.name, False)
    )
