"""Which results of a reading statement are certainly present.

A column is present when it is a NOT NULL column that no outer join can miss, a count, a literal, or made of such.
What is not understood may be NULL. The trees are sqlglot's, which is imported when the first statement is looked at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.expressions import Expr as Node

Relations = Callable[[str, str], "Mapping[str, bool] | None"]
"""(schema or '', name) -> column name -> whether it is NOT NULL; None where there is no such relation."""


def present_results(
    tree: "Node",
    relations: Relations,
    outer: Mapping[str, Mapping[str, bool]] | None = None,
) -> tuple[bool, ...] | None:
    named = _named_results(tree, relations, outer or {})
    return None if named is None else tuple(present for _, present in named)


def inserted_rows(source: "Node | None") -> "Iterator[list[Node]]":
    from sqlglot import exp

    if isinstance(source, exp.Values):
        for row in source.expressions:
            yield row.expressions if isinstance(row, exp.Tuple) else [row]
    elif isinstance(source, exp.Select):
        yield [one.unalias() for one in source.expressions]
    elif isinstance(source, exp.SetOperation):
        yield from inserted_rows(source.left)
        yield from inserted_rows(source.right)


def relation_name(table: "Node") -> tuple[str, str]:
    from sqlglot import exp

    return (table.db, table.name) if isinstance(table, exp.Table) else ("", table.name)


def argument(tree: "Node", name: str) -> "Node | None":
    """`with` and `from` are called `with_` and `from_` since sqlglot 28."""
    return tree.args.get(f"{name}_") or tree.args.get(name)


class _Source(msgspec.Struct):
    """One relation of a FROM: its columns, and whether an outer join may have no row of it."""

    columns: Mapping[str, bool]
    weak: bool = False


def _named_results(
    tree: "Node", relations: Relations, outer: Mapping[str, Mapping[str, bool]]
) -> "list[tuple[str, bool]] | None":
    """(name, certainly present) of each result column of a query; `outer`: the WITH parts in sight."""
    from sqlglot import exp

    tree = tree.unnest() if isinstance(tree, exp.Subquery | exp.Paren) else tree
    parts = dict(outer)
    with_ = argument(tree, "with")
    for part in with_.expressions if with_ is not None else ():
        recursive = bool(with_ is not None and with_.args.get("recursive"))
        results = None if recursive else _part_results(part.this, relations, parts)
        names = [one.name for one in part.args["alias"].columns]
        if results is not None and names:
            results = [(n, present) for n, (_, present) in zip(names, results, strict=False)]
        parts[part.alias] = dict(results or ())
    if isinstance(tree, exp.SetOperation):
        left = _named_results(tree.left, relations, parts)
        right = _named_results(tree.right, relations, parts)
        if left is None or right is None or len(left) != len(right):
            return None
        return [(n, a and b) for (n, a), (_, b) in zip(left, right, strict=True)]
    if isinstance(tree, exp.Values):
        rows = list(inserted_rows(tree))
        return [
            (
                f"column{number}",
                all(_present(row[number - 1], {}, relations, parts) for row in rows),
            )
            for number in range(1, len(rows[0]) + 1)
        ]
    return _select_results(tree, relations, parts) if isinstance(tree, exp.Select) else None


def _part_results(
    part: "Node", relations: Relations, parts: Mapping[str, Mapping[str, bool]]
) -> "list[tuple[str, bool]] | None":
    from sqlglot import exp

    if not isinstance(part, exp.Insert | exp.Update | exp.Delete):
        return _named_results(part, relations, parts)
    returning = part.args.get("returning")
    table = part.this.this if isinstance(part.this, exp.Schema) else part.this
    columns = relations(*relation_name(table)) or {}
    sources = {table.alias_or_name: _Source(columns)}
    return _items(returning.expressions, sources, set(), relations, parts) if returning else None


def _select_results(
    tree: "exp.Select", relations: Relations, parts: Mapping[str, Mapping[str, bool]]
) -> "list[tuple[str, bool]] | None":
    from sqlglot import exp

    sources = _sources(tree, relations, parts)
    if sources is None:
        sources = {}
    group = tree.args.get("group")
    if group is not None and group.find(exp.Rollup, exp.Cube, exp.GroupingSets) is not None:
        sources = {name: _Source(one.columns, weak=True) for name, one in sources.items()}
    where = tree.args.get("where")
    proven = _proven(where.this) if where is not None else set()
    return _items(tree.expressions, sources, proven, relations, parts)


def _items(
    items: "Sequence[Node]",
    sources: Mapping[str, _Source],
    proven: set[tuple[str, str]],
    relations: Relations,
    parts: Mapping[str, Mapping[str, bool]],
) -> "list[tuple[str, bool]] | None":
    from sqlglot import exp

    results: list[tuple[str, bool]] = []
    for item in items:
        if isinstance(item, exp.Star) or (
            isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
        ):
            table = item.table if isinstance(item, exp.Column) else ""
            chosen = [s for n, s in sources.items() if not table or n == table]
            if not chosen or not all(one.columns for one in chosen):
                return None
            results += [(n, p and not s.weak) for s in chosen for n, p in s.columns.items()]
            continue
        value = item.unalias()
        present = _present(value, sources, relations, parts) or (
            isinstance(value, exp.Column)
            and ((value.table, value.name) in proven or ("", value.name) in proven)
        )
        results.append((item.alias_or_name, present))
    return results


def _sources(
    tree: "exp.Select", relations: Relations, parts: Mapping[str, Mapping[str, bool]]
) -> dict[str, _Source] | None:
    """The relations of the FROM in order, or None where a form is not understood."""
    from_ = argument(tree, "from")
    if from_ is None:
        return {}
    sources: dict[str, _Source] = {}
    if not _add_source(sources, from_.this, relations, parts, weak=False):
        return None
    for join in tree.args.get("joins") or ():
        if join.args.get("using") or join.method == "NATURAL":
            # the joined column belongs to both sides; `*` merges them
            return _all_weak(sources, join, relations, parts)
        if join.side in ("RIGHT", "FULL"):
            sources = {name: _Source(one.columns, weak=True) for name, one in sources.items()}
        weak = join.side in ("LEFT", "FULL")
        if not _add_source(sources, join.this, relations, parts, weak=weak):
            return None
    return sources


def _all_weak(
    sources: dict[str, _Source],
    join: "exp.Join",
    relations: Relations,
    parts: Mapping[str, Mapping[str, bool]],
) -> dict[str, _Source] | None:
    """`JOIN … USING` of two relations: inner keeps what is present; anything else is not followed."""
    if join.side or len(sources) != 1 or join.method == "NATURAL":
        return None
    before = next(iter(sources.values()))
    if not _add_source(sources, join.this, relations, parts, weak=False):
        return None
    after = list(sources.values())[-1]
    for one in join.args["using"]:
        after.columns = {n: p for n, p in after.columns.items() if n != one.name}
        if one.name not in before.columns:
            return None
    return sources


def _add_source(
    sources: dict[str, _Source],
    one: "Node",
    relations: Relations,
    parts: Mapping[str, Mapping[str, bool]],
    *,
    weak: bool,
) -> bool:
    from sqlglot import exp

    alias = one.alias_or_name
    if isinstance(one, exp.Table) and isinstance(one.this, exp.Identifier):
        if one.args.get("joins"):
            return False
        schema, name = relation_name(one)
        columns = parts.get(name) if not schema else None
        if columns is None:
            columns = relations(schema, name)
        sources[alias] = _Source(columns or {}, weak)
        return True
    if isinstance(one, exp.Lateral):
        one = one.this
    if isinstance(one, exp.Subquery) and isinstance(one.this, exp.Query):
        results = _named_results(one.this, relations, parts)
        sources[alias] = _Source(dict(results or ()), weak)
        return True
    if isinstance(one, exp.Unnest | exp.Values | exp.Table | exp.Func):
        sources[alias or f"#{len(sources)}"] = _Source({}, weak)
        return True
    return False


def _present(
    value: "Node",
    sources: Mapping[str, _Source],
    relations: Relations,
    parts: Mapping[str, Mapping[str, bool]],
) -> bool:
    """Whether an expression can never be NULL."""
    from sqlglot import exp

    def present(one: "Node | None") -> bool:
        return one is not None and _present(one, sources, relations, parts)

    match value:
        case exp.Null():
            return False
        case (
            exp.Literal() | exp.Boolean() | exp.Count() | exp.Exists() | exp.Is() | exp.RowNumber()
        ):
            return True
        case exp.CurrentTimestamp() | exp.CurrentDate() | exp.NullSafeEQ() | exp.NullSafeNEQ():
            return True
        case exp.Column():
            return _column_present(value, sources)
        case exp.Coalesce():
            return present(value.this) or any(present(one) for one in value.expressions)
        case exp.Paren() | exp.Cast() | exp.Neg() | exp.Not() | exp.Filter() if not isinstance(
            value, exp.TryCast
        ):
            return present(value.this) and (
                not isinstance(value, exp.Filter) or isinstance(value.this, exp.Count)
            )
        case exp.Window():
            return isinstance(value.this, exp.Count | exp.RowNumber)
        case exp.Case():
            branches = [one.args.get("true") for one in value.args["ifs"]]
            return present(value.args.get("default")) and all(present(one) for one in branches)
        case exp.Add() | exp.Sub() | exp.Mul() | exp.DPipe() | exp.And() | exp.Or():
            return present(value.left) and present(value.right)
        case exp.EQ() | exp.NEQ() | exp.LT() | exp.LTE() | exp.GT() | exp.GTE():
            return present(value.left) and present(value.right)
        case exp.AtTimeZone():
            return present(value.this) and present(value.args["zone"])
        case exp.Interval() | exp.Array():
            return True
        case _:
            return False


def _column_present(column: "exp.Column", sources: Mapping[str, _Source]) -> bool:
    if column.table:
        source = sources.get(column.table)
        return source is not None and not source.weak and source.columns.get(column.name, False)
    if not all(one.columns for one in sources.values()):
        return False  # it may belong to the one whose columns are not known
    holding = [one for one in sources.values() if column.name in one.columns]
    return len(holding) == 1 and not holding[0].weak and holding[0].columns[column.name]


def _proven(condition: "Node") -> set[tuple[str, str]]:
    """(table or '', column) that `… AND column IS NOT NULL AND …` proves present."""
    from sqlglot import exp

    condition = condition.unnest()
    if isinstance(condition, exp.And):
        return _proven(condition.left) | _proven(condition.right)
    test = condition
    negated = bool(test.args.get("negate"))
    if isinstance(test, exp.Not):
        test, negated = test.this.unnest(), True
    if (
        negated
        and isinstance(test, exp.Is)
        and isinstance(test.expression, exp.Null)
        and isinstance(test.this, exp.Column)
    ):
        return {(test.this.table, test.this.name)}
    return set()
