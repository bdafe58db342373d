"""Which texts and parameters of a statement stand where a column's value does: compared with it, or assigned to it.

Only what is certain: a column whose table is not plain to see is passed over. The trees are sqlglot's, which is
imported when the first statement is looked at.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from rbengine.semantics.sql_presence import Relations, argument, relation_name
from rbengine.semantics.sql_shape import assignments, parsed

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.expressions import Expr as Node


class ValueOfColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A text (`text`, at `offset` to `end` with its quotes) or a parameter (`number`)."""

    schema: str
    table: str
    column: str
    assigned: bool
    text: str | None = None
    offset: int = 0
    end: int = 0
    number: int = 0


def values_of_columns(sql: str, relations: Relations) -> tuple[ValueOfColumn, ...]:
    """The values that stand beside columns of the relations that `sql` names."""
    tree = parsed(sql)
    return () if tree is None else tuple(_Finder(tree, relations).all())


class _Finder:
    def __init__(self, tree: "Node", relations: Relations) -> None:
        from sqlglot import exp

        self._tree = tree
        self._relations = relations
        self._parts = {("", one.alias) for one in tree.find_all(exp.CTE)}

    def all(self) -> Iterator[ValueOfColumn]:
        from sqlglot import exp

        for one in self._tree.find_all(exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ):
            if not _sets(one):
                yield from self._compared(one.this, [one.expression])
                yield from self._compared(one.expression, [one.this])
        for listed in self._tree.find_all(exp.In):
            yield from self._compared(listed.this, listed.expressions)
        for writing in self._tree.find_all(exp.Insert, exp.Update, exp.Merge):
            yield from self._assigned(writing)

    def _compared(self, column: "Node", values: "list[Node]") -> Iterator[ValueOfColumn]:
        from sqlglot import exp

        column = column.unnest()
        if isinstance(column, exp.Cast) and column.to.is_type("text", "varchar"):
            column = column.this.unnest()
        if not isinstance(column, exp.Column):
            return
        table = self._table_of(column)
        if table is not None:
            for value in values:
                yield from _found(value, table, column.name, assigned=False)

    def _assigned(self, tree: "Node") -> Iterator[ValueOfColumn]:
        from sqlglot import exp

        table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
        named = relation_name(table)
        columns = self._relations(*named)
        if columns is not None:
            for column, value, _ in assignments(tree, columns):
                yield from _found(value, named, column, assigned=True)

    def _table_of(self, column: "exp.Column") -> tuple[str, str] | None:
        """The one relation that `column` certainly is of."""
        from sqlglot import exp

        scope = column.find_ancestor(exp.Select, exp.Update, exp.Delete, exp.Merge, exp.Insert)
        while scope is not None:
            sources = self._sources(scope)
            if column.table:
                if column.table in sources:
                    return sources[column.table]
            elif None in sources.values():
                return None
            else:
                holding = [
                    one
                    for one in sources.values()
                    if one is not None and column.name in (self._relations(*one) or ())
                ]
                if holding:
                    return holding[0] if len(holding) == 1 else None
            scope = scope.find_ancestor(exp.Select, exp.Update, exp.Delete, exp.Merge, exp.Insert)
        return None

    def _sources(self, scope: "Node") -> Mapping[str, tuple[str, str] | None]:
        """By alias, the relations that the columns of `scope` are of; None for what is no relation of the schema."""
        from sqlglot import exp

        direct: list[Node] = []
        from_ = argument(scope, "from")
        if from_ is not None:
            direct.append(from_.this)
        direct += [one.this for one in scope.args.get("joins") or ()]
        using = scope.args.get("using")
        direct += using if isinstance(using, list) else [using] if using else []
        if not isinstance(scope, exp.Select):
            direct.append(scope.this.this if isinstance(scope.this, exp.Schema) else scope.this)
        sources: dict[str, tuple[str, str] | None] = {}
        for one in direct:
            named = None
            if isinstance(one, exp.Table) and isinstance(one.this, exp.Identifier):
                named = relation_name(one)
            sources[one.alias_or_name] = None if named in self._parts else named
        return sources


def _sets(node: "Node") -> bool:
    """Whether `column = value` is an assignment of an UPDATE."""
    from sqlglot import exp

    parent = node.parent
    return isinstance(parent, exp.Update | exp.OnConflict) and node.arg_key == "expressions"


def _found(
    value: "Node", table: tuple[str, str], column: str, *, assigned: bool
) -> Iterator[ValueOfColumn]:
    from sqlglot import exp

    schema, name = table
    match value:
        case exp.Literal() if value.is_string and "start" in value.meta:
            yield ValueOfColumn(
                schema=schema, table=name, column=column, assigned=assigned, text=value.name,
                offset=value.meta["start"], end=value.meta["end"] + 1,
            )  # fmt: skip
        case exp.Parameter():
            yield ValueOfColumn(
                schema=schema, table=name, column=column, assigned=assigned, number=int(value.name)
            )
        case exp.Paren() | exp.Cast() | exp.Any() | exp.All():
            yield from _found(value.this, table, column, assigned=assigned)
        case exp.Array() | exp.Tuple():
            for one in value.expressions:
                yield from _found(one, table, column, assigned=assigned)
        case exp.Coalesce():
            for one in (value.this, *value.expressions):
                yield from _found(one, table, column, assigned=assigned)
        case exp.Case():
            for one in (
                *(branch.args["true"] for branch in value.args["ifs"]),
                value.args.get("default"),
            ):
                if one is not None:
                    yield from _found(one, table, column, assigned=assigned)
        case _:
            pass
