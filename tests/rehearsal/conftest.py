"""One embedded PostgreSQL for all rehearsals of a test process."""

from collections.abc import Iterator

import pytest
from rbengine.facts.postgres.server import Server, start_server
from rehearsal.theatre import close_kept


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with start_server() as running:
        yield running
        close_kept()
