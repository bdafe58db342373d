"""An inventory written as SQL that the embedded server accepts, as `playbooks/schema.sql` is written by hand.

What an extension brings, the embedded server lacks: its tables and views are written as plain tables, its types as
`text`, its functions as stand-ins that say that they are none. What cannot be said at all is left out, and the file
says so.
"""

import os
import re
from collections.abc import Iterator, Sequence

import msgspec
import psycopg

from rbengine.facts.postgres.inventory import Column, Function, Inventory, NamedType, Rule, Table
from rbengine.facts.postgres.server import OWNER, Server

_VOLATILITY = {"i": "IMMUTABLE", "s": "STABLE", "v": "VOLATILE"}
_STANDS_IN = {"uuid_generate_v4": "SELECT pg_catalog.gen_random_uuid()"}
"""Functions of extensions that everybody has as a default, and what does the same without the extension."""

_RESERVED_NAMES = """
all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean
both case cast char character check coalesce collate collation column concurrently constraint create
cross current_catalog current_date current_role current_schema current_time current_timestamp
current_user dec decimal default deferrable desc distinct do else end except exists extract false
fetch float for foreign freeze from full grant greatest group grouping having ilike in initially
inner inout int integer intersect interval into is isnull join json json_array json_arrayagg
json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
lateral leading least left like limit localtime localtimestamp merge_action national natural nchar
none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
placing position precision primary real references returning right row select session_user setof
similar smallint some substring symmetric system_user table tablesample then time timestamp to
trailing treat trim true union unique user using values varchar variadic verbose when where window
with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
xmlserialize xmltable
"""
_RESERVED = frozenset(_RESERVED_NAMES.split())
"""Key words that are no name unless they are quoted."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_WIDTH = 118


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One statement. `instead` is tried where the server does not take it; `about` names it for the file."""

    part: str
    about: str
    sql: str
    instead: str = ""


class Written(msgspec.Struct, frozen=True):
    """The text of a schema, and what had to be left out of it."""

    text: str
    left_out: tuple[str, ...]


def write_schema(inventory: Inventory, server: Server, heading: Sequence[str] = ()) -> Written:
    """The schema as text, every statement of which the embedded `server` has taken. `heading`: comments on top."""
    accepted, left_out = _accepted(list(pieces_of(inventory)), server)
    rows = [f"-- {one}" for one in heading]
    part = ""
    for piece in accepted:
        if piece.part != part:
            part = piece.part
            rows += ["", f"-- {part} ".ljust(_WIDTH, "-"), ""]
        rows.append(piece.sql + ";")
        if piece.part == "Tables":
            rows.append("")
    if left_out:
        rows += [
            "",
            "-- Left out: the server that checks statements has no such thing ".ljust(_WIDTH, "-"),
            "",
        ]
        rows += [f"-- {one}" for one in left_out]
    text = "\n".join(rows).strip("\n")
    return Written(re.sub(r"\n{3,}", "\n\n", text) + "\n", tuple(left_out))


def pieces_of(inventory: Inventory) -> Iterator[Piece]:
    """Its statements, in an order in which nearly all of them can be run."""
    for schema in inventory.schemas:
        if schema != "public":
            yield Piece(
                part="Schemas", about=f"schema {schema}", sql=f"CREATE SCHEMA {quoted(schema)}"
            )
    for schema, role in inventory.schema_grants:
        sql = f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {role}"
        yield Piece(part="Schemas", about=sql, sql=sql)
    for one in inventory.types:
        yield _type(one)
    for schema, name in inventory.sequences:
        sql = f"CREATE SEQUENCE {full(schema, name)}"
        yield Piece(part="Types and sequences", about=f"sequence {schema}.{name}", sql=sql)
    for function in inventory.functions:
        yield _function(function)
    for table in inventory.tables:
        yield from _table(table)
    for table in inventory.tables:
        yield from _rules(table)
    for name, members in inventory.publications:
        if members:
            tables = ", ".join(full(*one.split(".", 1)) for one in members)
            sql = f"CREATE PUBLICATION {quoted(name)} FOR TABLE {tables}"
            yield Piece(part="Rules", about=f"publication {name}", sql=sql)


def _type(one: NamedType) -> Piece:
    name = full(one.schema, one.name)
    match one.kind:
        case "e":
            sql = f"CREATE TYPE {name} AS ENUM ({', '.join(map(literal, one.labels))})"
        case "d":
            sql = f"CREATE DOMAIN {name} AS {one.base}"
        case _:
            columns = ", ".join(f"{quoted(it.name)} {_type_of(it)}" for it in one.columns)
            sql = f"CREATE TYPE {name} AS ({columns})"
    return Piece(part="Types and sequences", about=f"type {one.schema}.{one.name}", sql=sql)


def _function(one: Function) -> Piece:
    stand_in = _stand_in(one)
    return Piece(
        part="Functions",
        about=f"function {one.schema}.{one.name}({one.arguments})",
        sql=one.body.strip().rstrip(";") or stand_in,
        instead=stand_in if one.body else "",
    )


def _stand_in(one: Function) -> str:
    """A function of the same signature, which does nothing but say that it is none."""
    kind = "PROCEDURE" if one.procedure else "FUNCTION"
    head = f"CREATE {kind} {full(one.schema, one.name)}({one.arguments})"
    if not one.procedure:
        head += f" RETURNS {one.result}"
    known = _STANDS_IN.get(one.name)
    if known is not None:
        return f"{head} LANGUAGE sql VOLATILE AS $$ {known} $$"
    traits = (
        "" if one.procedure else f" {_VOLATILITY[one.volatility]}{' STRICT' if one.strict else ''}"
    )
    if one.result == "trigger":
        # Before a row, one that acts on nothing else is told from one that may: the latter names a statement.
        acts = "" if one.changes_row_only else " PERFORM 1;"
        return (
            f"{head} LANGUAGE plpgsql{traits} AS $$ BEGIN{acts} RETURN coalesce(NEW, OLD); END $$"
        )
    text = literal(f"{one.schema}.{one.name} is a stand-in: its text is not part of this schema")
    return f"{head} LANGUAGE plpgsql{traits} AS $$ BEGIN RAISE EXCEPTION USING MESSAGE = {text}; END $$"


def _table(table: Table) -> Iterator[Piece]:
    about = f"table {table.schema}.{table.name}"
    name = full(table.schema, table.name)
    if table.view and not table.extension:
        kind = "MATERIALIZED VIEW" if table.kind == "m" else "VIEW"
        query = table.view.strip().rstrip(";")
        yield Piece(
            part="Views", about=f"view {table.schema}.{table.name}",
            sql=f"CREATE {kind} {name} AS\n{query}", instead=_plain_table(table),
        )  # fmt: skip
    elif table.parent:
        yield Piece(
            part="Views", about=about,
            sql=f"CREATE TABLE {name} PARTITION OF {table.parent} {table.bound}", instead=_plain_table(table),
        )  # fmt: skip
    else:
        yield Piece(
            part="Tables", about=about, sql=_whole_table(table), instead=_plain_table(table)
        )


def _whole_table(table: Table) -> str:
    rows = [_column(one) for one in table.columns]
    rows += [
        f"CONSTRAINT {quoted(one.name)} {one.definition}"
        for one in table.constraints
        if one.kind != "f"
    ]
    key = f" PARTITION BY {table.partition_key}" if table.partition_key else ""
    body = "".join(f"\n  {one}," for one in rows).removesuffix(",")
    return f"CREATE TABLE {full(table.schema, table.name)} ({body}\n){key}"


def _plain_table(table: Table) -> str:
    """Its columns alone, with the key: where a default or a rule speaks of something that is not there."""
    rows = [
        f"{quoted(one.name)} {_type_of(one)}{' NOT NULL' if one.not_null else ''}"
        for one in table.columns
    ]
    rows += [
        f"CONSTRAINT {quoted(one.name)} {one.definition}"
        for one in table.constraints
        if one.kind in {"p", "u"}
    ]
    body = "".join(f"\n  {one}," for one in rows).removesuffix(",")
    return f"CREATE TABLE {full(table.schema, table.name)} ({body}\n)"


def _column(one: Column) -> str:
    parts = [quoted(one.name), _type_of(one)]
    if one.generated:
        parts.append(
            f"GENERATED ALWAYS AS ({one.default}) {'STORED' if one.generated == 's' else 'VIRTUAL'}"
        )
    elif one.identity:
        parts.append(f"GENERATED {'ALWAYS' if one.identity == 'a' else 'BY DEFAULT'} AS IDENTITY")
    elif one.default and not one.extension:
        parts.append(f"DEFAULT {one.default}")
    if one.not_null and not one.identity:
        parts.append("NOT NULL")
    return " ".join(parts)


def _type_of(one: Column) -> str:
    """An extension's type is written as text: it is read and compared as one, and the server has no other."""
    if not one.extension:
        return one.type
    return "text[]" if one.type.endswith("[]") else "text"


def _rules(table: Table) -> Iterator[Piece]:
    name = full(table.schema, table.name)
    about = f"of {table.schema}.{table.name}"

    def rule(one: Rule, sql: str) -> Piece:
        return Piece(
            part="Rules",
            about=f"{one.kind if len(one.kind) > 1 else 'rule'} {one.name} {about}",
            sql=sql,
        )

    if table.kind in {"r", "p", "m"}:
        for one in table.indexes:
            yield rule(one, one.definition)
    for one in table.constraints:
        if one.kind == "f":
            yield rule(
                one, f"ALTER TABLE {name} ADD CONSTRAINT {quoted(one.name)} {one.definition}"
            )
    for one in table.triggers:
        if one.kind != "D":  # it is there, and switched off
            yield rule(one, one.definition)
    if table.row_security:
        sql = f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
        yield Piece(part="Rules", about=f"row level security {about}", sql=sql)
    if table.forced:
        sql = f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
        yield Piece(part="Rules", about=f"row level security {about}", sql=sql)
    for one in table.policies:
        yield rule(one, f"CREATE POLICY {quoted(one.name)} ON {name} {one.definition}")
    for role, privileges in table.grants:
        sql = f"GRANT {privileges} ON {name} TO {role}"
        yield Piece(part="Rules", about=sql, sql=sql)


def _accepted(pieces: list[Piece], server: Server) -> tuple[list[Piece], list[str]]:
    """The pieces that the server takes, in an order in which it takes them, and what is left out.

    What speaks of something that comes later is tried again after it; then what may stand instead is.
    """
    database = f"pulling_{os.getpid()}"
    server.drop_database(database)
    server.create_database(database)
    try:
        with server.connect(database, OWNER) as connection:
            taken: list[tuple[int, Piece]] = []
            reasons: dict[int, str] = {}
            waiting = list(enumerate(pieces))
            for instead in (False, True):
                if instead:
                    waiting = [(number, _instead(one)) for number, one in waiting]
                progress = True
                while waiting and progress:
                    refused = []
                    for number, one in waiting:
                        why = _run(connection, one.sql)
                        if why:
                            reasons[number] = why
                            refused.append((number, one))
                        else:
                            taken.append((number, one))
                    progress = len(refused) < len(waiting)
                    waiting = refused
    finally:
        server.drop_database(database)
    return [one for _, one in taken], [f"{one.about}: {reasons[number]}" for number, one in waiting]


def _instead(one: Piece) -> Piece:
    return msgspec.structs.replace(one, sql=one.instead) if one.instead else one


def _run(connection: "psycopg.Connection", sql: str) -> str:
    """Why the server does not take it; empty where it does."""
    try:
        connection.execute(sql.encode())
    except psycopg.Error as error:
        return (error.diag.message_primary or str(error)).splitlines()[0]
    return ""


def full(schema: str, name: str) -> str:
    """`schema.name`, quoted where it must be."""
    return f"{quoted(schema)}.{quoted(name)}"


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    if _PLAIN.fullmatch(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL takes it."""
    return "'" + text.replace("'", "''") + "'"
