"""The adapter of pg_cron keeps its signature."""

from datetime import timedelta

import pytest
from rbengine.contract.values import Value
from support.database_peer import DatabasePeer
from support.live_world import LiveRehearsal
from support.outcomes import kind_of, rows_of, value_of
from support.peer_postgres import OWNER
from support.postgres import (  # noqa: F401  # fixtures are found by their names
    START,
    Rehearsal,
    _worker_rehearsal,
    postgres_server,
    rehearsal_database,
)

MINUTE = timedelta(minutes=1)
JOB: dict[str, Value] = {"name": "tidy", "schedule": "*/5 * * * *", "command": "SELECT 1"}


LIVE = "pg_cron"
MINE: dict[str, Value] = {"username": OWNER, "nodeport": 5432}


@pytest.fixture
def pg_cron(cron_on_15: LiveRehearsal) -> DatabasePeer:
    """pg_cron itself."""
    cron_on_15.reset()
    return DatabasePeer(cron_on_15)


@pytest.fixture
def simulated(rehearsal_database: Rehearsal) -> DatabasePeer:  # noqa: F811
    """The stand-in of rehearsals."""
    return DatabasePeer(rehearsal_database)


def job(peer: DatabasePeer) -> dict[str, Value] | None:
    """What the adapter says of the job."""
    found = value_of(peer.call("cron.job", name="tidy"))
    return None if found is None else dict(found)  # type: ignore[call-overload]  # a record


def test_a_job_is_scheduled(peer: DatabasePeer) -> None:
    """And told as it stands."""
    number = value_of(peer.call("cron.schedule", **JOB))
    assert job(peer) == {"id": number, **JOB, "active": True}


def test_a_job_of_that_name_is_replaced(peer: DatabasePeer) -> None:
    """Twice is once; its number stays."""
    first = value_of(peer.call("cron.schedule", **JOB))
    assert value_of(peer.call("cron.schedule", **{**JOB, "command": "SELECT 2"})) == first
    assert job(peer) == {"id": first, **JOB, "command": "SELECT 2", "active": True}


def test_a_job_that_was_put_out_of_work_runs_again(peer: DatabasePeer) -> None:
    """An inactive job that is only given a schedule would go on doing nothing."""
    peer.rows(
        "cron.job", {"jobname": "tidy", "schedule": "x", "command": "x", "active": False, **MINE}
    )
    peer.call("cron.schedule", **JOB)
    found = job(peer)
    assert found is not None
    assert found["active"] is True


@pytest.mark.parametrize("schedule", ["every five minutes", "* * * *", "* * * * 8", ""])
def test_a_schedule_that_means_nothing_is_refused(peer: DatabasePeer, schedule: str) -> None:
    """By pg_cron itself."""
    assert kind_of(peer.call("cron.schedule", **{**JOB, "schedule": schedule})) == "invalid"
    assert job(peer) is None


@pytest.mark.parametrize("schedule", ["0 3 * * MON", "1,2 0-4 1 */2 *", "*/5 * * * * *"])
def test_what_pg_cron_reads_is_taken(peer: DatabasePeer, schedule: str) -> None:
    """Names of days, ranges, lists; and more than five fields, of which it leaves the last unread."""
    peer.call("cron.schedule", **{**JOB, "schedule": schedule})
    found = job(peer)
    assert found is not None
    assert found["schedule"] == schedule


def test_seconds_are_taken_by_newer_versions(peer: DatabasePeer) -> None:
    """The stand-in is a newer one; Debian's refuses them as any other schedule that means nothing."""
    outcome = peer.call("cron.schedule", **{**JOB, "schedule": "30 seconds"})
    if isinstance(peer.rehearsal, Rehearsal):
        value_of(outcome)
    else:
        assert kind_of(outcome) == "invalid"


def test_a_job_is_unscheduled(peer: DatabasePeer) -> None:
    """Twice is once."""
    peer.call("cron.schedule", **JOB)
    assert value_of(peer.call("cron.unschedule", name="tidy")) == "unscheduled"
    assert value_of(peer.call("cron.unschedule", name="tidy")) == "gone"
    assert job(peer) is None


def test_a_job_is_put_out_of_work_and_back(peer: DatabasePeer) -> None:
    """Its schedule and command stay."""
    peer.call("cron.schedule", **JOB)
    for active in (False, True):
        assert value_of(peer.call("cron.set_active", name="tidy", active=active)) is None
        found = job(peer)
        assert found is not None
        assert (found["active"], found["command"]) == (active, "SELECT 1")


def test_a_job_that_is_not_there_cannot_be_put_to_work(peer: DatabasePeer) -> None:
    """A slip in its name."""
    assert kind_of(peer.call("cron.set_active", name="tidy", active=True)) == "not_found"


def test_a_name_that_several_users_gave_is_nobodys(simulated: DatabasePeer) -> None:
    """Which of both is meant is not for us to guess."""
    simulated.rows("cron.job", {"jobname": "tidy"}, {"jobname": "tidy", "username": "other"})
    assert kind_of(simulated.call("cron.job", name="tidy")) == "conflict"
    assert kind_of(simulated.call("cron.unschedule", name="tidy")) == "conflict"
    assert kind_of(simulated.call("cron.set_active", name="tidy", active=True)) == "conflict"


def runs(peer: DatabasePeer, **other: Value) -> object:
    """How the question ends."""
    return peer.call("cron.runs", **{"name": "tidy", "since": START - 60 * MINUTE, **other})


def test_runs_are_told_newest_first(peer: DatabasePeer) -> None:
    """Those since the moment, with what the database said."""
    peer.rows(
        "cron.job",
        {"jobid": 7, "jobname": "tidy", **MINE},
        {"jobid": 8, "jobname": "other", **MINE},
    )
    peer.rows(
        "cron.job_run_details",
        {
            "jobid": 7,
            "runid": 1,
            "username": OWNER,
            "status": "succeeded",
            "start_time": START - 61 * MINUTE,
        },
        {
            "jobid": 7,
            "runid": 2,
            "username": OWNER,
            "status": "succeeded",
            "start_time": START - 60 * MINUTE,
        },
        {
            "jobid": 7,
            "runid": 3,
            "username": OWNER,
            "status": "failed",
            "return_message": "relation gone",
            "start_time": START - MINUTE,
            "end_time": START,
        },
        {"jobid": 8, "runid": 4, "username": OWNER, "status": "succeeded", "start_time": START},
    )
    found = rows_of(runs(peer))
    assert [one["id"] for one in found] == [3, 2]
    assert dict(found[0]) == {
        "id": 3,
        "status": "failed",
        "text": "relation gone",
        "started": START - MINUTE,
        "ended": START,
    }
    assert kind_of(runs(peer, at_most=1)) == "too_many"
    assert kind_of(runs(peer, at_most=0)) == "invalid"


def test_without_the_extension_nothing_is_found(simulated: DatabasePeer) -> None:
    """Tables of a former installation say nothing."""
    simulated.change("DELETE FROM pg_extension WHERE extname = 'pg_cron'")
    for outcome in (
        simulated.call("cron.job", name="tidy"),
        runs(simulated),
        simulated.call("cron.schedule", **JOB),
        simulated.call("cron.unschedule", name="tidy"),
        simulated.call("cron.set_active", name="tidy", active=True),
    ):
        assert kind_of(outcome) == "not_found"


def test_a_database_that_is_down_refuses(simulated: DatabasePeer) -> None:
    """Nothing was sent."""
    simulated.fault("down")
    assert kind_of(simulated.call("cron.job", name="tidy")) == "unavailable"
    assert kind_of(simulated.call("cron.schedule", **JOB)) == "unavailable"


def test_a_database_that_is_slow_is_too_late(simulated: DatabasePeer) -> None:
    """PostgreSQL ends the statement, so a change is certainly not made."""
    simulated.fault("slow")
    assert kind_of(simulated.call("cron.job", name="tidy")) == "timeout"
    assert kind_of(simulated.call("cron.schedule", **JOB)) == "timeout"
