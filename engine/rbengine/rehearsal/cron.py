"""pg_cron at work in a simulated company: each active job runs at its times, and its runs stand where the extension
writes them.

A job's command is SQL of the world's database, or a call of one of the project's functions by pg_net, which is made
as the extension makes it: the run has succeeded when the call is queued, and what was answered is another table's row.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from rbengine.contract.values import Value
from rbengine.host.errors import WorldError
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.company.exchange import CannotBeSimulatedError
from rbengine.rehearsal.cron_times import NoScheduleError, Schedule, read_schedule
from rbengine.rehearsal.worker_database import WorkerDatabase

if TYPE_CHECKING:
    from rbengine.host.simulated_database import SimulatedDatabase

MOST_RUNS = 5_000
"""Of all jobs in one run of a playbook: seventeen days of one every five minutes. More would go on for ever."""

_TABLE, _RUNS, _ANSWERS = "cron.job", "cron.job_run_details", "net._http_response"
_JOBS = f"""
SELECT jobid, schedule, command, database, username, coalesce(jobname, 'job ' || jobid) AS jobname
FROM {_TABLE}
WHERE active AND EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
ORDER BY jobid
"""
_CALL = re.compile(r"\bnet\.http_(get|post|delete)\b", re.IGNORECASE)
_FUNCTION = re.compile(r"/functions/v1/([\w-]+)")
_BODY = re.compile(r"\bbody\s*:=\s*(?:'((?:[^']|'')*)'|(\S))", re.IGNORECASE)
_READS = re.compile(r"\s*(select|with|values|table)\b", re.IGNORECASE)


class _Job(msgspec.Struct, frozen=True):
    number: int
    name: str
    command: str
    owner: tuple[str, str]
    """Database and role, as a run's row says them."""
    schedule: Schedule


class CronJobs:
    """The jobs of one run's world. Each time that something touched them they are read anew."""

    def __init__(
        self, database: WorkerDatabase, company: Company, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._company = company
        self._now = now
        self._touched = True
        self._until = now()
        """Up to then everything that was due has been run."""
        self._round = 0
        self._made = 0

    def due_work(self) -> tuple[tuple[datetime, Callable[[], None]], ...]:
        """What runs next, where that is not known yet: when, and what lets it happen."""
        database = self._database.in_use()
        if database is None or not database.has_table(_TABLE):
            return ()
        if database.sessions.take_touched_jobs() or self._touched:
            self._touched = False
            self._round += 1
            # What is due at this very moment may not have been run yet.
            after = max(self._until, self._now() - timedelta.resolution)
            times = [(one.schedule.next_after(after), one) for one in _jobs(database)]
            due = min((at for at, _ in times if at is not None), default=None)
            if due is not None:
                theirs = [one for at, one in times if at == due]
                return ((due, partial(self._run, self._round, theirs)),)
        return ()

    def _run(self, at_round: int, jobs: list[_Job]) -> None:
        if at_round != self._round:
            return  # they were read anew since, and something else is due
        self._touched = True
        self._until = self._now()
        database = self._database.get()
        fault = database.sessions.fault_now()
        if not self._company.scheduler_runs or (fault is not None and fault.kind == "down"):
            return
        for job in jobs:
            self._made += 1
            if self._made > MOST_RUNS:
                raise CannotBeSimulatedError(
                    f"the job {job.name}: jobs have run {MOST_RUNS} times in this run"
                )
            self._run_one(database, job)

    def _run_one(self, database: "SimulatedDatabase", job: _Job) -> None:
        began = self._now()
        try:
            said = self._done(database, job)
            status = "succeeded"
        except _FailedError as failure:
            status, said = "failed", f"ERROR:  {failure}"
        if not database.has_table(_RUNS):
            return
        row: dict[str, Value] = {
            "jobid": job.number, "database": job.owner[0], "username": job.owner[1], "command": job.command,
            "status": status, "return_message": said, "start_time": began, "end_time": began,
        }  # fmt: skip
        database.insert_rows(_RUNS, [row])

    def _done(self, database: "SimulatedDatabase", job: _Job) -> str:
        """What the run says when it is over. Raises _FailedError."""
        if _CALL.search(job.command) is not None:
            self._call(database, job)
            return "1 row"
        reads = _READS.match(job.command) is not None
        try:
            done = database.execute(job.command.strip().removesuffix(";"), reading=reads)
        except WorldError as error:
            if error.__cause__ is None:  # refused before any server saw it
                raise CannotBeSimulatedError(f"the job {job.name}: {error}") from error
            raise _FailedError(str(error)) from error
        return f"{done.count} row{'' if done.count == 1 else 's'}"

    def _call(self, database: "SimulatedDatabase", job: _Job) -> None:
        """Call the function, and keep what it answers."""
        import httpx

        found = _FUNCTION.search(job.command)
        if found is None:
            raise CannotBeSimulatedError(
                f"the job {job.name}: it calls something that is no function of the project"
            )
        given = _BODY.search(job.command)
        if given is not None and given[2]:
            raise CannotBeSimulatedError(
                f"the job {job.name}: its body is made by an expression; a rehearsal reads a literal"
            )
        body = given[1].replace("''", "'") if given is not None else "{}"
        row: dict[str, Value] = {"created": self._now(), "timed_out": False}
        client = self._company.client("supabase_project")
        try:
            answer = self._company.by_itself(
                lambda: client.post(f"/functions/v1/{found[1]}", content=body, timeout=5.0)
            )
            row |= {"status_code": answer.status_code, "content": answer.text}
        except httpx.ReadTimeout:
            row |= {"timed_out": True, "error_msg": "Timeout of 5000 ms reached"}
        except httpx.TransportError as error:
            row |= {"error_msg": str(error)}
        if database.has_table(_ANSWERS):
            number = self._company.ground.number("net/request")
            database.insert_rows(_ANSWERS, [{"id": number, **row}])


class _FailedError(Exception):
    """A run failed, with what the database said."""


def _jobs(database: "SimulatedDatabase") -> list[_Job]:
    """Those that are active. A schedule that cannot be read is never due: pg_cron itself refuses it."""
    found: list[_Job] = []
    for row in database.execute(_JOBS, reading=True).rows:
        try:
            schedule = read_schedule(str(row["schedule"]))
        except NoScheduleError:
            continue
        number = row["jobid"]
        if isinstance(number, int):
            owner = str(row["database"]), str(row["username"])
            found.append(_Job(number, str(row["jobname"]), str(row["command"]), owner, schedule))
    return found
