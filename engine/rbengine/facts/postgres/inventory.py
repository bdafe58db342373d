"""What a database is made of, read from its catalogue: tables, types, rules; never a row, and never a function's body
unless it is asked for.

PostgreSQL 14 to 18. Everything is read in one read-only transaction, in an order that is the same each time.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg

from rbengine.facts.postgres import inventory_queries as queries
from rbengine.facts.postgres.catalog import only_changes_row

ROLES = ("anon", "authenticated", "service_role")
"""Roles whose grants and policies count: those of a hosted database that every embedded server has."""

_PLAIN = frozenset({"sql", "plpgsql"})


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column. Expressions are as PostgreSQL writes them back."""

    name: str
    type: str
    not_null: bool
    default: str = ""
    identity: str = ""
    """`a`: always, `d`: by default."""
    generated: str = ""
    """`s`: stored, `v`: virtual; then `default` is its expression."""
    extension: str = ""
    """Whose type it is."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A constraint, index, trigger or policy: its name, its kind and how it is written."""

    name: str
    kind: str
    definition: str


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table or view. `kind` is PostgreSQL's letter: r, p, f, v, m."""

    schema: str
    name: str
    kind: str
    columns: tuple[Column, ...] = ()
    constraints: tuple[Rule, ...] = ()
    """Kinds c, p, u, x, f."""
    indexes: tuple[Rule, ...] = ()
    triggers: tuple[Rule, ...] = ()
    policies: tuple[Rule, ...] = ()
    row_security: bool = False
    forced: bool = False
    view: str = ""
    extension: str = ""
    """Whose table it is."""
    parent: str = ""
    """Of a partition, and `bound` is its part."""
    bound: str = ""
    partition_key: str = ""
    grants: tuple[tuple[str, str], ...] = ()
    """(role, privileges) of `ROLES`."""

    @property
    def full_name(self) -> str:
        """`schema.name`, not quoted."""
        return f"{self.schema}.{self.name}"


class NamedType(msgspec.Struct, frozen=True, kw_only=True):
    """An enum (`e`: its labels), domain (`d`: `base` and its rules) or composite (`c`: its columns)."""

    schema: str
    name: str
    kind: str
    labels: tuple[str, ...] = ()
    base: str = ""
    columns: tuple[Column, ...] = ()


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """A function that the schema or the policy speaks of."""

    schema: str
    name: str
    arguments: str
    result: str
    volatility: str
    strict: bool
    procedure: bool = False
    body: str = ""
    """The whole statement that makes it; empty unless it was asked for and can be said."""
    changes_row_only: bool = False
    """A trigger's function whose text names no statement: before a row it only changes that row."""


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, each sorted by schema and name."""

    version: str
    schemas: tuple[str, ...]
    types: tuple[NamedType, ...]
    sequences: tuple[tuple[str, str], ...]
    functions: tuple[Function, ...]
    tables: tuple[Table, ...]
    publications: tuple[tuple[str, tuple[str, ...]], ...]
    """Name, and the tables in it."""
    schema_grants: tuple[tuple[str, str], ...]
    """(schema, role) that may use it."""


def take_inventory(
    connection: "psycopg.Connection[Any]",
    schemas: Collection[str] | None = None,
    *,
    functions: Collection[str] = (),
    bodies: bool = False,
) -> Inventory:
    """What stands in `schemas` (all but PostgreSQL's own by default), and what those need.

    `functions` are the project's own that the policy allows; `bodies`: with the text of functions, which may hold
    anything. `connection` is in autocommit. Raises psycopg.Error.
    """
    with _reading(connection) as cursor:
        return _Reader(cursor, schemas, functions, bodies).read()


@contextmanager
def _reading(
    connection: "psycopg.Connection[Any]",
) -> "Iterator[psycopg.RawCursor[tuple[Any, ...]]]":
    """One transaction that cannot write, in which every name is written whole."""
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute(b"SET LOCAL search_path = ''")
            cursor.execute(b"SET LOCAL statement_timeout = '60s'")
            cursor.execute(b"SET LOCAL lock_timeout = '2s'")
            yield cursor
        finally:
            if not connection.closed:
                cursor.execute(b"ROLLBACK")


class _Reader:
    def __init__(
        self,
        cursor: "psycopg.RawCursor[tuple[Any, ...]]",
        schemas: Collection[str] | None,
        functions: Collection[str],
        bodies: bool,
    ) -> None:
        self._cursor = cursor
        self._allowed = sorted(functions)
        self._bodies = bodies
        self._schemas = sorted(schemas) if schemas is not None else self._all_schemas()

    def read(self) -> Inventory:
        functions = tuple(self._functions())
        types = tuple(self._types())
        tables = tuple(self._tables())
        sequences = tuple((row[0], row[1]) for row in self._rows(queries.SEQUENCES))
        named = {one.schema for each in (functions, types, tables) for one in each}
        named |= {schema for schema, _ in sequences}
        shown = {one.full_name for one in tables}
        return Inventory(
            version=str(self._ask(queries.VERSION)[0][0]),
            schemas=tuple(sorted(named)),
            types=types,
            sequences=sequences,
            functions=functions,
            tables=tables,
            publications=tuple(
                (name, tuple(one for one in members if one in shown))
                for name, members in self._ask(queries.PUBLICATIONS)
            ),
            schema_grants=tuple(
                (schema, role)
                for schema, role in self._ask(queries.SCHEMA_GRANTS, list(ROLES))
                if schema in named
            ),
        )

    def _all_schemas(self) -> list[str]:
        return [row[0] for row in self._ask(queries.ALL_SCHEMAS)]

    def _tables(self) -> Iterator[Table]:
        columns = self._by_owner(queries.COLUMNS, _column)
        constraints = self._by_owner(queries.CONSTRAINTS, _rule)
        indexes = self._by_owner(queries.INDEXES, _rule)
        triggers = self._by_owner(queries.TRIGGERS, _rule)
        policies = self._by_owner(queries.POLICIES, _policy)
        grants: dict[int, list[tuple[str, str]]] = {}
        for owner, role, privileges in self._ask(queries.TABLE_GRANTS, self._schemas, list(ROLES)):
            grants.setdefault(owner, []).append((role, privileges))
        for row in self._rows(queries.TABLES):
            oid, schema, name, kind, secured, forced, bound, key, parent, view, extension = row
            yield Table(
                schema=schema,
                name=name,
                kind=kind,
                columns=columns.get(oid, ()),
                constraints=constraints.get(oid, ()),
                indexes=indexes.get(oid, ()),
                triggers=triggers.get(oid, ()),
                policies=policies.get(oid, ()),
                row_security=secured,
                forced=forced,
                view=view or "",
                extension=extension or "",
                parent=parent or "",
                bound=bound or "",
                partition_key=key or "",
                grants=tuple(grants.get(oid, ())),
            )

    def _types(self) -> Iterator[NamedType]:
        columns = self._by_owner(queries.COLUMNS, _column)
        for schema, name, kind, labels, base, owner in self._rows(queries.TYPES):
            yield NamedType(
                schema=schema,
                name=name,
                kind=kind,
                labels=tuple(labels or ()),
                base=base or "",
                columns=columns.get(owner, ()),
            )

    def _functions(self) -> Iterator[Function]:
        for row in self._ask(queries.FUNCTIONS, self._schemas, self._allowed):
            (
                schema, name, arguments, result, language, volatility, strict, kind, source, whole, extension,
            ) = row  # fmt: skip
            readable = language in _PLAIN and not extension
            yield Function(
                schema=schema,
                name=name,
                arguments=arguments,
                result=result or "",
                volatility=volatility,
                strict=strict,
                procedure=kind == "p",
                body=whole if self._bodies and readable else "",
                changes_row_only=readable and result == "trigger" and only_changes_row(source),
            )

    def _by_owner(self, query: str, made: Any) -> Mapping[int, Any]:
        found: dict[int, list[Any]] = {}
        for owner, *rest in self._rows(query):
            found.setdefault(owner, []).append(made(*rest))
        return {owner: tuple(each) for owner, each in found.items()}

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._ask(query, self._schemas)

    def _ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._cursor.execute(query.encode(), values or None).fetchall()


def _column(
    name: str,
    type_: str,
    not_null: bool,
    default: str | None,
    identity: str,
    generated: str,
    extension: str | None,
) -> Column:
    return Column(
        name=name,
        type=type_,
        not_null=not_null,
        default=default or "",
        identity=identity,
        generated=generated,
        extension=extension or "",
    )


def _rule(name: str, kind: str, definition: str) -> Rule:
    return Rule(name=name, kind=kind, definition=definition)


_COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}


def _policy(
    name: str,
    command: str,
    permissive: bool,
    roles: list[str],
    using: str | None,
    check: str | None,
) -> Rule:
    """How a policy is written behind its name and its table."""
    parts = [] if permissive else ["AS RESTRICTIVE"]
    parts += [f"FOR {_COMMANDS[command]}", f"TO {', '.join(roles) or 'PUBLIC'}"]
    parts += [f"USING ({using})"] if using else []
    parts += [f"WITH CHECK ({check})"] if check else []
    return Rule(name=name, kind="policy", definition=" ".join(parts))
