"""What pg_cron keeps from an ordinary role, and from a database that has none of it."""

import pytest
from support.database_peer import DatabasePeer
from support.live_world import LiveRehearsal
from support.outcomes import kind_of, rows_of, value_of
from support.peer_postgres import OWNER, Postgres15

pytestmark = pytest.mark.peers

JOB = {"name": "tidy", "schedule": "*/5 * * * *", "command": "SELECT 1"}


@pytest.fixture
def peer(cron_on_15: LiveRehearsal) -> DatabasePeer:
    """pg_cron itself."""
    cron_on_15.reset()
    return DatabasePeer(cron_on_15)


def test_who_may_schedule_need_not_be_allowed_to_alter(
    peer: DatabasePeer, postgres_15: Postgres15
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


def test_a_database_without_the_extension_has_no_jobs(company_on_15: LiveRehearsal) -> None:
    """Whatever tables of that name it has."""
    peer = DatabasePeer(company_on_15)
    assert kind_of(peer.call("cron.job", name="tidy")) == "not_found"
    assert kind_of(peer.call("cron.schedule", **JOB)) == "not_found"
