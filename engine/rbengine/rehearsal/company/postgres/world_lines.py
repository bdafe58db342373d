"""What a world may say about the database server: statistics that grow, sessions that end by themselves, its
scheduler.

They are rows of `pg_stat_user_tables` and `pg_stat_activity`, which a world fills like any table.
"""

from collections.abc import Mapping
from typing import Any

from rbengine.contract.types import BOOL, INT, TEXT
from rbengine.rehearsal.company.builders import Builder, WorldLineError, builder, given, needed
from rbengine.rehearsal.company.company import Company

_SCANNED = """
UPDATE pg_stat_user_tables
SET seq_scan = coalesce(seq_scan, 0) + $1::int8, seq_tup_read = coalesce(seq_tup_read, 0) + $2::int8
WHERE schemaname || '.' || relname = $3 OR relname = $3
"""

_ENDED = "DELETE FROM pg_stat_activity WHERE pid = $1::int4"


def _scanned(company: Company, a: Mapping[str, Any]) -> None:
    if not company.on_sql(_SCANNED, (a["times"], a["rows"], a["table"])):
        raise WorldLineError(f"pg_stat_user_tables has no row of the table `{a['table']}`")


def _session_ends(company: Company, a: Mapping[str, Any]) -> None:
    company.on_sql(_ENDED, (a["pid"],))


def _scheduler(company: Company, a: Mapping[str, Any]) -> None:
    company.scheduler_runs = a["runs"]


POSTGRES: tuple[Builder, ...] = (
    builder(
        "postgres",
        "scanned",
        "A table was read from end to end: its row of `pg_stat_user_tables` grows.",
        _scanned,
        needed("table", TEXT, "which, `messages` or `public.messages`"),
        needed("rows", INT, "how many rows were read, in all"),
        given("times", INT, 1, "how many times"),
    ),
    builder(
        "postgres",
        "session_ends",
        "A session ends by itself: its row of `pg_stat_activity` goes.",
        _session_ends,
        needed("pid", INT, "its process"),
    ),
    builder(
        "postgres",
        "scheduler",
        "Whether pg_cron's scheduler runs. It does where nothing is said: each active job runs at its times.",
        _scheduler,
        needed("runs", BOOL, "false: no job is run"),
    ),
)
