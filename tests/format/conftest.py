"""The embedded PostgreSQL for these tests."""

from support.postgres import postgres_server  # noqa: F401  # a fixture is found by its name
