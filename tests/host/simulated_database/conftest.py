"""The embedded PostgreSQL for these tests."""

from support.postgres import (  # noqa: F401  # fixtures are found by their names
    _worker_rehearsal,
    other_schema,
    postgres_server,
    rehearsal_database,
)
