"""The embedded PostgreSQL for the pages."""

from support.postgres import postgres_server  # noqa: F401  # a fixture is found by its name
