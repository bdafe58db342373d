"""Template databases by the digest of a schema's text: made once, used by every later process."""

import hashlib
from collections.abc import Callable, Sequence

import psycopg

from rbengine.facts.postgres.errors import SchemaError
from rbengine.facts.postgres.server import OWNER, Server

_LOAD_LIMIT = "60s"
_KEPT = 16  # templates; an edited schema leaves one behind each time


def schema_digest(schema_sql: str) -> str:
    """What a schema's text is known by, 32 hexadecimal digits."""
    return hashlib.sha256(schema_sql.encode()).hexdigest()[:32]


def schema_database(server: Server, schema_sql: str) -> str:
    """The name of a database that holds exactly this schema. Raises SchemaError.

    It is shared: prepare statements in it, change nothing. It must not be a template while anybody is connected.
    """
    name = f"schema_{schema_digest(schema_sql)}"

    def load(database: str) -> None:
        with server.connect(database, OWNER) as connection:
            load_schema(connection, schema_sql)

    template_database(server, name, load)
    return name


def template_database(server: Server, name: str, fill: Callable[[str], None]) -> None:
    """See to it that database `name` exists as long as this process does.

    Where it does not, make one, `fill` it and only then give it its name.
    """
    server.use(name)
    if name in server.databases():
        return
    with server.alone(f"template {name}"):
        existing = server.databases()
        if name in existing:
            return
        _drop_oldest(server, existing)
        making = f"making_{name}"
        server.drop_database(making)
        server.create_database(making)
        try:
            fill(making)
            server.maintenance.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"'.encode())
        except BaseException:
            server.drop_database(making)
            raise


def load_schema(connection: psycopg.Connection, schema_sql: str) -> None:
    """Run the schema's text, in one transaction. Raises SchemaError with PostgreSQL's sentence and place."""
    connection.execute(f"SET statement_timeout = '{_LOAD_LIMIT}'".encode())
    try:
        connection.execute(schema_sql.encode())
    except psycopg.Error as error:
        position = error.diag.statement_position
        raise SchemaError(
            error.diag.message_primary or str(error), int(position) - 1 if position else -1
        ) from error
    connection.execute(b"RESET statement_timeout")


def _drop_oldest(server: Server, existing: Sequence[str]) -> None:
    templates = [name for name in existing if name.startswith(("schema_", "rehearsal_"))]
    for name in templates[: max(0, len(templates) - _KEPT + 1)]:
        server.drop_unused(name)
