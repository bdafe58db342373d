"""The facts beside the playbooks are what PostgreSQL says today."""

from pathlib import Path

from rbengine.facts.cache import redescribe
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.server import Server

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"


def test_the_committed_facts_are_described_anew_and_equal(postgres_server: Server) -> None:
    """A check trusts the file, so somebody must not: after a change `rbengine check playbooks/` writes it again."""
    schema = (PLAYBOOKS / "schema.sql").read_text(encoding="utf-8")
    describer = PostgresDescriber(postgres_server, schema, "playbooks/schema.sql")
    try:
        assert redescribe(PLAYBOOKS / "schema.facts.json", schema, describer) == ()
    finally:
        describer.close()
