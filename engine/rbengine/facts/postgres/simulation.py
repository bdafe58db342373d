"""Templates of rehearsal databases: the simulation schema, and the project's schema loaded on virtual time."""

from collections.abc import Callable
from pathlib import Path

import psycopg

from rbengine.facts.postgres.schema import load_schema, schema_digest, template_database
from rbengine.facts.postgres.server import OWNER, SUPERUSER, Server

SEARCH_PATH = "public, simulation, pg_catalog"
"""The project's tables are made in `public`; the simulation's names win over PostgreSQL's own."""
BOOKKEEPING = "rbengine: bookkeeping"
"""The comment on tables that belong to us and not to the company."""

_STAND_INS = {"cron.job": "cron.sql"}
"""A table of an extension that the server lacks, and the file with that extension's functions."""

_BEFORE_ALL_WORLDS = "2000-01-01 00:00:00+00"  # rows that the schema itself inserts


_FUNCTIONS_WITH_A_PATH = b"""
SELECT p.oid::regprocedure::text, substr(setting, 13)
FROM pg_catalog.pg_proc p, unnest(p.proconfig) AS setting
WHERE p.oid >= 16384 AND setting LIKE 'search_path=%' AND pg_has_role(p.proowner, 'USAGE')
ORDER BY 1
"""


def rehearsal_template(
    server: Server, schema_sql: str, bookkeeping_ddl: str, virtual: Callable[[str], str]
) -> str:
    """The name of a template whose copies are simulated databases. Raises SchemaError.

    `virtual` puts virtual time into the schema's text; `bookkeeping_ddl` makes the tables the engine itself writes.
    """
    simulation = _text("simulation.sql")
    stand_ins = {table: _text(file) for table, file in _STAND_INS.items()}
    texts = (simulation, *stand_ins.values(), schema_sql, bookkeeping_ddl)
    name = f"rehearsal_{schema_digest(chr(0).join(texts))}"

    def fill(database: str) -> None:
        with server.connect(database, SUPERUSER) as connection:
            connection.execute(simulation.encode())
        with server.connect(database, OWNER) as connection:
            connection.execute(f"SET search_path = {SEARCH_PATH}".encode())
            connection.execute(f"SET simulation.now = '{_BEFORE_ALL_WORLDS}'".encode())
            load_schema(connection, virtual(schema_sql))
            for table, functions in stand_ins.items():
                if _exists(connection, table):
                    connection.execute(functions.encode())
            _bring_functions_along(connection)
            before = _tables(connection)
            connection.execute(bookkeeping_ddl.encode())
            for table in sorted(_tables(connection) - before):
                connection.execute(f"COMMENT ON TABLE {table} IS '{BOOKKEEPING}'".encode())

        with server.connect(database, SUPERUSER) as connection:
            connection.execute(
                b"VACUUM"
            )  # an emptied table and a new one then look alike to the planner

    template_database(server, name, fill)
    return name


def _text(file: str) -> str:
    return Path(__file__).with_name(file).read_text(encoding="utf-8")


def _exists(connection: psycopg.Connection, table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (table,)).fetchone()
    return row is not None and bool(row[0])


def _bring_functions_along(connection: psycopg.Connection) -> None:
    """Functions that set their own search path, as careful ones do, would otherwise live in the machine's time."""
    found = connection.execute(_FUNCTIONS_WITH_A_PATH).fetchall()
    for function, path in found:
        parts = [part.strip() for part in path.split(",") if part.strip() not in ("", '""')]
        # PostgreSQL's own schema is looked into first unless it is named
        own = [] if "pg_catalog" in parts else ["pg_catalog"]
        shown = ", ".join(["simulation", *parts, *own])
        connection.execute(f"ALTER ROUTINE {function} SET search_path = {shown}".encode())


def _tables(connection: psycopg.Connection) -> set[str]:
    rows = connection.execute(
        b"SELECT oid::regclass::text FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p') AND oid >= 16384"
    ).fetchall()
    return {row[0] for row in rows}
