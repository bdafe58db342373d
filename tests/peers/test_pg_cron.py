"""What pg_cron keeps from an ordinary role, and from a database that has none of it."""

from collections.abc import Callable

import pytest
from support.database_peer import DatabasePeer
from support.live_world import LiveRehearsal
from support.outcomes import kind_of, rows_of, value_of
from support.peer_postgres import DEBIANS, OWNER, RealPostgres

pytestmark = pytest.mark.peers

JOB = {"name": "tidy", "schedule": "*/5 * * * *", "command": "SELECT 1"}


@pytest.fixture
def peer(cron_on_15: LiveRehearsal) -> DatabasePeer:
    """pg_cron itself."""
    cron_on_15.reset()
    return DatabasePeer(cron_on_15)


def test_who_may_schedule_need_not_be_allowed_to_alter(
    peer: DatabasePeer, postgres_15: RealPostgres
) -> None:
    """Only a superuser may alter jobs unless somebody says otherwise: what is active already is left alone."""
    with postgres_15.connect(peer.rehearsal.world.name, "postgres") as admin:
        admin.execute(f"REVOKE EXECUTE ON FUNCTION cron.alter_job FROM {OWNER}")
        number = value_of(peer.call("cron.schedule", **JOB))
        again = value_of(peer.call("cron.schedule", **JOB))
        refused = peer.call("cron.set_active", name="tidy", active=False)
        admin.execute(f"GRANT EXECUTE ON FUNCTION cron.alter_job TO {OWNER}")
    assert number == again
    assert kind_of(refused) == "unauthorized"


def test_jobs_of_others_are_not_seen(peer: DatabasePeer) -> None:
    """Row security shows a role its own jobs and runs: who looks with the wrong one finds nothing."""
    theirs = {"jobid": 7, "jobname": "tidy", "username": "postgres", "nodeport": 5432}
    peer.rows("cron.job", theirs)
    peer.rows("cron.job_run_details", {"jobid": 7, "runid": 1, "username": "postgres"})
    assert value_of(peer.call("cron.job", name="tidy")) is None
    since = peer.rehearsal.clock()
    assert rows_of(peer.call("cron.runs", name="tidy", since=since)) == []
    assert value_of(peer.call("cron.unschedule", name="tidy")) == "gone"


def test_a_database_without_the_extension_has_no_jobs(
    company_on: Callable[[int], LiveRehearsal],
) -> None:
    """Whatever tables of that name it has."""
    peer = DatabasePeer(company_on(DEBIANS))
    assert kind_of(peer.call("cron.job", name="tidy")) == "not_found"
    assert kind_of(peer.call("cron.schedule", **JOB)) == "not_found"


def test_the_scheduler_is_nobodys_idle_session(
    peer: DatabasePeer, postgres_15: RealPostgres
) -> None:
    """It looks like one, and nothing starts it again."""
    asks = "SELECT pid, backend_start FROM pg_stat_activity WHERE backend_type = 'pg_cron launcher'"
    admin = postgres_15.maintenance
    row = admin.execute(asks).fetchone()
    assert row is not None, "the scheduler does not run"
    admin.execute(f"GRANT pg_monitor, pg_signal_backend TO {OWNER}")
    outcome = peer.call("postgres.terminate", pid=row[0], backend_start=row[1])
    admin.execute(f"REVOKE pg_monitor, pg_signal_backend FROM {OWNER}")
    assert kind_of(outcome) == "conflict"
    assert admin.execute(asks).fetchone() == row
