"""The PostgreSQL adapter on sessions that the host hands it. Found by name, like every adapter's live code."""

import importlib
from collections.abc import Callable, Collection
from datetime import timedelta

from rbengine.contract.adapter import Sessions
from rbengine.contract.database import Database, Setup
from rbengine.contract.outcomes import Refused
from rbengine.semantics.sql_rules import refused

_DATABASE = "rbengine_adapters.postgres.database"
_MARKER = "rbengine_adapters.postgres.marker"
_SETTING_UP = "rbengine_adapters.postgres.setting_up"
_LIMIT = timedelta(seconds=10)


def database_on(sessions: Sessions, functions: Collection[str]) -> Database:
    """The adapter at work. Each statement is judged again right before it is sent.

    `functions`: the project's own that its policy allows SQL to call.
    """
    make: Callable[..., Database] = importlib.import_module(_DATABASE).PostgresDatabase

    def guard(sql: str, reading: bool) -> str | None:
        problem = refused(sql, reading=reading, functions=functions)
        return None if problem is None else problem.reason

    return make(sessions, guard)


def setup_of(sessions: Sessions) -> Setup | Refused:
    """What the database has of what a first change needs."""
    look: Callable[..., Setup | Refused] = importlib.import_module(_SETTING_UP).look
    return look(sessions, _LIMIT)


def set_up(sessions: Sessions) -> Setup | Refused:
    """Make what it lacks."""
    make: Callable[..., Setup | Refused] = importlib.import_module(_SETTING_UP).set_up
    return make(sessions, _LIMIT)


def bookkeeping_ddl() -> str:
    """What makes the adapter's own tables, which are no part of the company."""
    ddl: Callable[[], str] = importlib.import_module(_MARKER).marker_ddl
    return ddl()
