"""Templates are tidied away only when nobody works with them."""

import pytest
from rbengine.facts.postgres import schema
from rbengine.facts.postgres.server import Server, start_server


def small(number: int) -> str:
    return f"CREATE TABLE t{number} (id int PRIMARY KEY);"


def test_a_template_in_use_outlives_many_others(
    monkeypatch: pytest.MonkeyPatch, postgres_server: Server
) -> None:
    """Two processes with many schemas between them must not take each other's ground away."""
    monkeypatch.setattr(schema, "_KEPT", 1)
    mine = schema.schema_database(postgres_server, small(1))
    with start_server() as other:
        first = schema.schema_database(other, small(2))
        assert {mine, first} <= set(other.databases())
    schema.schema_database(postgres_server, small(3))
    assert mine in postgres_server.databases()
    assert first not in postgres_server.databases()
