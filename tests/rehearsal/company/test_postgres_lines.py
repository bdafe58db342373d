"""World lines of the database server: its statistics grow and its sessions end while a run goes on."""

import pytest
from rbengine.rehearsal.company.builders import WorldLineError, builders
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.sent import unknown
from support.postgres import (  # noqa: F401  # fixtures are found by their names
    START,
    Rehearsal,
    _worker_rehearsal,
    postgres_server,
    rehearsal_database,
)


@pytest.fixture
def company(rehearsal_database: Rehearsal) -> Company:  # noqa: F811
    """A company whose database is the rehearsal's."""
    made = Company(lambda: START)
    world = rehearsal_database.world
    made.on_sql = lambda sql, values: world.execute(sql, unknown(values)).count
    return made


@pytest.mark.parametrize("name", ["messages", "public.messages"])
def test_a_scan_makes_the_counters_grow(
    company: Company,
    rehearsal_database: Rehearsal,  # noqa: F811
    name: str,
) -> None:
    """From nothing too: a table that was never scanned has no count."""
    rehearsal_database.world.insert_rows("pg_stat_user_tables", [{"relname": "messages"}])
    builders()["postgres.scanned"].apply(company, {"table": name, "rows": 500, "times": 2})
    (row,) = rehearsal_database.world.execute(
        "SELECT seq_scan, seq_tup_read FROM pg_stat_user_tables", reading=True
    ).rows
    assert dict(row) == {"seq_scan": 2, "seq_tup_read": 500}


def test_a_table_without_statistics_is_a_mistake_of_the_author(company: Company) -> None:
    """Nothing would grow, and the scenario would show what it does not mean."""
    with pytest.raises(WorldLineError, match="mesages"):
        builders()["postgres.scanned"].apply(company, {"table": "mesages", "rows": 1})


def test_a_session_ends(company: Company, rehearsal_database: Rehearsal) -> None:  # noqa: F811
    """One that is not there has ended."""
    rehearsal_database.world.insert_rows("pg_stat_activity", [{"pid": 7}, {"pid": 8}])
    for _ in range(2):
        builders()["postgres.session_ends"].apply(company, {"pid": 7})
    rows = rehearsal_database.world.execute("SELECT pid FROM pg_stat_activity", reading=True).rows
    assert [one["pid"] for one in rows] == [8]


def test_a_company_without_a_database_says_so() -> None:
    """Nothing happens in silence."""
    with pytest.raises(CannotBeSimulatedError):
        builders()["postgres.session_ends"].apply(Company(lambda: START), {"pid": 7})
