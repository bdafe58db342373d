"""Doing a change inside a transaction and saying what it did: the same work for a plan and for its application."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import psycopg
from rbengine.contract.changes import (
    ChangePlan,
    PlannedStatement,
    RowImage,
    SqlStatement,
    UndoPlan,
)
from rbengine.contract.codec import to_line
from rbengine.contract.outcomes import Refused
from rbengine.contract.postgres_values import sent_parameters, value_of
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.postgres.statement import Analysis, analyse
from rbengine_adapters.postgres.tables import Table, read_table
from rbengine_adapters.postgres.touched import (
    BOTH_IMAGES,
    NotPlannedError,
    keep_exact,
    touching,
)


class _Found(msgspec.Struct, frozen=True):
    """What one statement did: its part of the plan, what an approval is bound to, and why it could not be undone."""

    part: PlannedStatement
    bound: tuple[str, ...]
    not_undone: str


Guard = Callable[[str, bool], str | None]
"""(statement, reading) -> why it may not run, or None."""


def perform(
    connection: "psycopg.Connection[Any]", statements: Sequence[SqlStatement], *, for_good: bool
) -> ChangePlan:
    """Run the statements in the open transaction and say what they did. Raises NotPlannedError, psycopg.Error.

    DDL is only looked at unless it is `for_good`: even rolled back it would have locked everybody out.
    """
    found = [_run(connection, one, for_good=for_good) for one in statements]
    connection.execute(b"SET CONSTRAINTS ALL IMMEDIATE")
    parts = tuple(one.part for one in found)
    rows = sum(one.part.count for one in found)
    return ChangePlan(
        parts=parts,
        digest=_digest(statements, found),
        undo=_undo(found, rows),
        rows=rows,
    )


def images(plan: ChangePlan) -> tuple[RowImage, ...]:
    """All rows of a plan, in the order they were touched."""
    return tuple(
        image for part in plan.parts if isinstance(part, PlannedStatement) for image in part.rows
    )


def _run(
    connection: "psycopg.Connection[Any]", statement: SqlStatement, *, for_good: bool
) -> _Found:
    analysis = analyse(statement.sql)
    if analysis.problem:
        raise NotPlannedError(Refused("invalid", analysis.problem))
    if analysis.kind == "ddl":
        return _run_ddl(connection, statement, for_good=for_good)
    table = read_table(connection, analysis.schema, analysis.table)
    if table is None or not table.plain:
        # PostgreSQL says it best when there is none; a view has no rows of its own to show
        if table is None:
            connection.cursor().execute(
                statement.sql.encode(), sent_parameters(connection, statement.parameters)
            )
        raise NotPlannedError(
            Refused("invalid", f"`{analysis.table}` is not a table: change the table behind it")
        )
    events = _events(analysis)
    if not for_good and any(one.acts_outside and one.events & events for one in table.triggers):
        return _look(connection, statement, analysis, table)
    version = connection.info.server_version
    cursor = connection.cursor()
    cursor.execute(
        touching(statement.sql, analysis, table, version).encode(),
        sent_parameters(connection, statement.parameters),
    )
    # a read-only view of all touched rows; a bound that is broken stops before they are read into images
    _keep_bounds(statement, cursor.rowcount)
    rows = cursor.fetchall()
    if version < BOTH_IMAGES:
        keep_exact(rows, analysis, table)
    return _describe(rows, statement, analysis, table)


def _look(
    connection: "psycopg.Connection[Any]", statement: SqlStatement, analysis: Analysis, table: Table
) -> _Found:
    """The rows that would be touched, where a trigger acts outside the database and nothing may be tried out."""
    if not analysis.look:
        raise NotPlannedError(
            Refused(
                "invalid",
                f"a trigger of {table.name} acts outside the database: it cannot be tried out",
            )
        )
    cursor = connection.cursor()
    cursor.execute(analysis.look.encode(), sent_parameters(connection, statement.parameters))
    _keep_bounds(statement, cursor.rowcount)
    columns = list(table.columns)
    kept = [row[: len(columns)] for row in cursor.fetchall()]
    gone = analysis.kind == "delete"
    rows = [(True, not gone, *row, *([None] * len(row) if gone else row)) for row in kept]
    found = _describe(rows, statement, analysis, table)
    part = msgspec.structs.replace(found.part, not_computed=() if gone else analysis.written)
    return _Found(part, found.bound, found.not_undone)


def _describe(
    fetched: Iterable[Sequence[Any]], statement: SqlStatement, analysis: Analysis, table: Table
) -> _Found:
    columns = tuple(table.columns)
    not_computed = _not_computed(analysis, table)
    found: list[tuple[RowImage, str]] = []
    for had_old, has_new, *cells in fetched:
        values = [value_of(cell) for cell in cells]
        old = dict(zip(columns, values[: len(columns)], strict=True)) if had_old else None
        new = dict(zip(columns, values[len(columns) :], strict=True)) if has_new else None
        image = _image(old, new, analysis, table)
        found.append((image, _bound_line(image, old, statement, analysis, table, not_computed)))
    found.sort(key=lambda one: _order(one[0]))
    shown = tuple(image for image, _ in found)
    return _Found(
        PlannedStatement(
            kind=analysis.kind,
            table=table.name,
            rows=shown,
            count=len(shown),
            not_computed=tuple(
                name
                for name in columns
                if name in not_computed and any(name in _cells(one) for one in shown)
            ),
        ),
        tuple(line for _, line in found),
        _not_undone(analysis, table),
    )


def _image(
    old: dict[str, Value] | None, new: dict[str, Value] | None, analysis: Analysis, table: Table
) -> RowImage:
    whole = old or new or {}
    if old is not None and new is not None:
        written = [
            name for name in whole if name in analysis.written or old[name] != new[name]
        ]  # a trigger may have set more
    else:
        written = list(whole)
    return RowImage(
        table=table.name,
        key=Datum(Row({name: whole[name] for name in table.key})),
        before=Datum(Row({name: old[name] for name in written}) if old is not None else None),
        after=Datum(Row({name: new[name] for name in written}) if new is not None else None),
    )


def _bound_line(
    image: RowImage, old: dict[str, Value] | None, statement: SqlStatement, analysis: Analysis,
    table: Table, not_computed: frozenset[str],
) -> str:  # fmt: skip
    """What an approval is bound to for one row: its key, and the old values it reads or writes."""
    if old is None:
        # of a new row only a key that is the same each time is known beforehand
        key = image.key.value
        known = (
            {}
            if not isinstance(key, Row)
            else {n: v for n, v in key.items() if n not in not_computed}
        )
        return to_line(Datum(Row(known)))
    fixed = analysis.read | frozenset(analysis.written)
    if analysis.kind == "delete":
        fixed = frozenset(table.columns)
    bound = {
        name: value
        for name, value in old.items()
        if (name in fixed or name in table.key) and name not in statement.may_drift
    }
    return to_line(Datum(Row(bound)))


def _not_computed(analysis: Analysis, table: Table) -> frozenset[str]:
    changing = set(analysis.not_computed)
    events = _events(analysis)
    if analysis.kind in ("insert", "merge"):
        changing |= {
            name
            for name, column in table.columns.items()
            if column.default_changes and name not in analysis.written
        }
    if any(one.events & events for one in table.triggers):
        changing |= set(table.columns) - set(analysis.written) - set(table.key)
    return frozenset(changing) if analysis.kind != "delete" else frozenset()


def _not_undone(analysis: Analysis, table: Table) -> str:
    """Why no undo can be derived; empty where it can."""
    events = _events(analysis)
    if not table.key:
        return f"{table.name} has no primary key"
    if analysis.own_columns:
        return f"the new value of {analysis.own_columns[0]} depends on its old one"
    if analysis.writes_in_with:
        return "it also changes rows inside WITH"
    if analysis.on_conflict_update:
        return "ON CONFLICT DO UPDATE changes rows that were there before"
    if any(one.writes and one.events & events for one in table.triggers):
        return f"a trigger of {table.name} changes more than the row"
    if "delete" in events and table.deletes_others:
        return f"deleting from {table.name} changes other tables too"
    if "update" in events and table.updates_others & set(analysis.written):
        return f"updating {table.name} changes other tables too"
    return ""


def _events(analysis: Analysis) -> frozenset[str]:
    if analysis.kind == "merge":
        return frozenset({"insert", "update", "delete"})
    both = {"update"} if analysis.on_conflict_update else set()
    return frozenset({analysis.kind} | both)


def _run_ddl(
    connection: "psycopg.Connection[Any]", statement: SqlStatement, *, for_good: bool
) -> _Found:
    if for_good:
        connection.cursor().execute(
            statement.sql.encode(), sent_parameters(connection, statement.parameters)
        )
    else:
        parsed = connection.pgconn.prepare(b"", statement.sql.encode())
        if parsed.status != psycopg.pq.ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(parsed)
    part = PlannedStatement(kind="ddl", table="", rows=(), count=0)
    return _Found(part, (), "a change of the schema is not taken back by itself")


def _keep_bounds(statement: SqlStatement, count: int) -> None:
    if count < statement.at_least:
        raise NotPlannedError(
            Refused(
                "conflict",
                f"{_rows(count)} would be touched, at least {statement.at_least} expected",
            )
        )
    if statement.at_most is not None and count > statement.at_most:
        raise NotPlannedError(
            Refused(
                "conflict", f"{_rows(count)} would be touched, at most {statement.at_most} expected"
            )
        )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _order(image: RowImage) -> tuple[tuple[bool, Any], ...]:
    """By primary key: numbers by size, everything else by its text."""
    key = image.key.value
    values = (
        key.values() if isinstance(key, Row) and key else (image.before.value, image.after.value)
    )
    return tuple(
        (False, one)
        if isinstance(one, int) and not isinstance(one, bool)
        else (True, to_line(Datum(one)))
        for one in values
    )


def _digest(statements: Sequence[SqlStatement], found: Sequence[_Found]) -> str:
    digest = hashlib.sha256()
    for statement, one in zip(statements, found, strict=True):
        digest.update(to_line(statement).encode() + b"\n")
        digest.update(f"{one.part.table}\n{one.part.count}\n".encode())
        for line in sorted(one.bound):
            digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _undo(found: Sequence[_Found], rows: int) -> UndoPlan:
    for one in found:
        if one.not_undone:
            return UndoPlan(kind="irreversible", text=one.not_undone)
    kinds = {one.part.kind for one in found}
    if kinds == {"insert"}:
        return UndoPlan(
            kind="derived", text=f"delete the {'new row' if rows == 1 else f'{rows} new rows'}"
        )
    if kinds == {"delete"}:
        return UndoPlan(
            kind="derived", text=f"put {'the row' if rows == 1 else f'{rows} rows'} back"
        )
    values = sum(len(_cells(image)) for one in found for image in one.part.rows)
    return UndoPlan(
        kind="derived", text=f"put {'this value' if values == 1 else f'these {values} values'} back"
    )


def _cells(image: RowImage) -> Row:
    value = image.before.value if image.before.value is not None else image.after.value
    return value if isinstance(value, Row) else Row({})
