"""The databases of these tests: the embedded PostgreSQL as rehearsals use it, and real ones of other versions."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from support.live_world import BENCHES, SIMULATED, LiveRehearsal, made
from support.peer_postgres import RealPostgres
from support.postgres import (  # noqa: F401  # fixtures are found by their names
    Rehearsal,
    _worker_rehearsal,
    other_schema,
    postgres_server,
    rehearsal_database,
)

Bench = Rehearsal | LiveRehearsal


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest) -> Bench:
    """The company's database without a row, on each bench."""
    if request.param == SIMULATED:
        one: Bench = request.getfixturevalue("rehearsal_database")
    else:
        one = request.getfixturevalue("company_on")(request.param)
        one.reset()
    return one


@pytest.fixture(params=BENCHES)
def bench_with(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Bench]]:
    """Makes databases of other schemas on each bench, dropped after the test."""
    if request.param == SIMULATED:
        yield request.getfixturevalue("other_schema")
        return
    server: RealPostgres = request.getfixturevalue("real_postgres")(request.param)
    numbers, benches = count(1), []

    def make(schema_sql: str) -> Bench:
        name = f"other_{next(numbers)}"
        benches.append(made(server, name, schema_sql, server.dsn(name)))
        return benches[-1]

    yield make
    for one in benches:
        one.close()
