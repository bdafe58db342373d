"""What a reading statement is made of: the tables it reads, its conditions, and what each column of its answer is."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec


class Source(msgspec.Struct, frozen=True):
    """One thing that it reads from."""

    alias: str
    table: str
    """Empty where it reads lists among its parameters."""
    columns: tuple[str, ...] = ()
    """Of lists: what each is called."""
    lists: tuple[Any, ...] = ()
    may_lack: bool = False
    """On the weak side of an outer join."""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One `SELECT`, with those that stand inside it read into it. Expressions are sqlglot's."""

    sources: tuple[Source, ...]
    conditions: tuple[tuple[str, Any], ...]
    """Beside each the alias whose outer join it stands at; empty for those of all rows."""
    answer: tuple[tuple[str, Any], ...]
    """By name."""
    grouped: bool
    computed: bool
    """A row of the answer is made of many."""
    at_most: int | None
    distinct: bool
    """Rows of which the same is shown are shown once."""

    @property
    def tables(self) -> tuple[Source, ...]:
        """Without lists."""
        return tuple(one for one in self.sources if one.table)


@lru_cache(maxsize=256)
def statement(sql: str) -> Statement | None:
    """None where it is more than a `SELECT` from tables, lists and simple `SELECT`s."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(sql, dialect="postgres")
    except SqlglotError:
        return None
    if not isinstance(tree, exp.Select):
        return None
    return _read(tree, {one.alias: one.this for one in tree.ctes})


def conjuncts(node: Any) -> Iterator[Any]:
    """What all must hold."""
    from sqlglot import exp

    inner = node.this if isinstance(node, exp.Paren | exp.Where) else node
    if isinstance(inner, exp.And):
        for one in inner.flatten():
            yield from conjuncts(one)
    else:
        yield inner


def _read(tree: Any, inside: Mapping[str, Any]) -> Statement | None:
    from sqlglot import exp

    reader = _Reader(inside)
    beginning = tree.args.get("from_")
    parts = [] if beginning is None else [(beginning.this, False, None)]
    parts += [
        (one.this, one.side == "LEFT", one.args.get("on")) for one in tree.args.get("joins") or ()
    ]
    if not all(reader.source(*part) for part in parts):
        return None
    where, limit = tree.args.get("where"), tree.args.get("limit")
    if where is not None:
        reader.conditions.append(("", where.this))
    grouped = tree.args.get("group") is not None
    answer = tuple((one.alias_or_name or one.key, one.unalias()) for one in tree.expressions)
    number = None if limit is None else limit.expression
    return Statement(
        sources=tuple(reader.sources),
        conditions=tuple((alias, reader.meant(one)) for alias, one in reader.conditions),
        answer=tuple((name, reader.meant(one)) for name, one in answer),
        grouped=grouped,
        computed=grouped or any(_gathers(one) for _, one in answer),
        at_most=int(str(number.this)) if isinstance(number, exp.Literal) else None,
        distinct=tree.args.get("distinct") is not None,
    )


class _Reader:
    """Takes what a statement reads from, `inside` the statements that it names."""

    def __init__(self, inside: Mapping[str, Any]) -> None:
        self._inside = inside
        self.sources: list[Source] = []
        self.conditions: list[tuple[str, Any]] = []
        self._meant: dict[tuple[str, str], Any] = {}
        """Columns of statements inside, by what they are there."""

    def source(self, node: Any, may_lack: bool, on: Any) -> bool:
        """Whether it could be taken."""
        from sqlglot import exp

        below = self._inside.get(node.name) if isinstance(node, exp.Table) else None
        below = node.this if isinstance(node, exp.Subquery) else below
        match below or node:
            case exp.Select() as select:
                found = _read(select, self._inside)
                if found is None or found.computed or found.at_most is not None:
                    return False
                self.sources += found.sources
                self.conditions += found.conditions
                for name, expression in found.answer:
                    self._meant[node.alias_or_name, name] = expression
                    self._meant["", name] = expression
            case exp.Table():
                name = f"{node.db}.{node.name}" if node.db else str(node.name)
                self.sources.append(Source(node.alias_or_name, name, may_lack=may_lack))
            case exp.Unnest():
                columns = tuple(one.name for one in node.args["alias"].columns)
                self.sources.append(Source(node.alias, "", columns, tuple(node.expressions)))
            case _:
                return False
        if on is not None:
            self.conditions.append((self.sources[-1].alias if may_lack else "", on))
        return True

    def meant(self, node: Any) -> Any:
        """`node` with columns of statements inside as they are made there."""
        from sqlglot import exp

        if not self._meant:
            return node

        def put(one: Any) -> Any:
            found = self._meant.get((one.table, one.name)) if isinstance(one, exp.Column) else None
            return one if found is None else found.copy()

        return node.copy().transform(put)


def _gathers(node: Any) -> bool:
    """Whether it is made of many rows; what a window shows of others is not, nor what a statement inside gathers."""
    from sqlglot import exp

    def within(one: Any) -> bool:
        while one is not node:
            one = one.parent
            if isinstance(one, exp.Window | exp.Subquery):
                return True
        return False

    return any(not within(one) for one in node.find_all(exp.AggFunc))
