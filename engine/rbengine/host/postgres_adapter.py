"""The PostgreSQL adapter on sessions that the host hands it. Found by name, like every adapter's live code."""

import importlib
from collections.abc import Callable, Collection

from rbengine.contract.adapter import Sessions
from rbengine.contract.database import Database
from rbengine.semantics.sql_rules import refused

_DATABASE = "rbengine_adapters.postgres.database"
_MARKER = "rbengine_adapters.postgres.marker"


def database_on(sessions: Sessions, functions: Collection[str]) -> Database:
    """The adapter at work. Each statement is judged again right before it is sent.

    `functions`: the project's own that its policy allows SQL to call.
    """
    make: Callable[..., Database] = importlib.import_module(_DATABASE).PostgresDatabase

    def guard(sql: str, reading: bool) -> str | None:
        problem = refused(sql, reading=reading, functions=functions)
        return None if problem is None else problem.reason

    return make(sessions, guard)


def bookkeeping_ddl() -> str:
    """What makes the adapter's own tables, which are no part of the company."""
    ddl: Callable[[], str] = importlib.import_module(_MARKER).marker_ddl
    return ddl()
