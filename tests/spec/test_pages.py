"""The language reference is right: every block of it earns exactly the problems that it says."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from rbengine.facts.postgres.describe import PostgresDescriber
from rbengine.facts.postgres.server import Server
from support.spec import check_page, pages, schema


@pytest.fixture(scope="module")
def describer(postgres_server: Server) -> Iterator[PostgresDescriber]:
    made = PostgresDescriber(postgres_server, schema(), "schema.sql")
    yield made
    made.close()


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_page_says_what_the_checker_says(page: Path, describer: PostgresDescriber) -> None:
    """A reference that nobody runs describes a language that nobody speaks."""
    wrong = check_page(page, describer, zone_exists=available_timezones().__contains__)
    assert wrong == [], "\n".join(wrong)
