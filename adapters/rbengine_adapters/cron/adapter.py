"""pg_cron, live: each operation of the signature, by SQL on the project's database."""

from datetime import datetime
from typing import Any

import psycopg
from rbengine.contract.adapter import Adapter, Connections, Invocation
from rbengine.contract.outcomes import Outcome, Refused, Succeeded
from rbengine.contract.postgres_values import value_of
from rbengine.contract.values import Datum, Row, Value

from rbengine_adapters.postgres.attempt import in_transaction

_ENABLED = b"SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')"

_JOB = b"""
SELECT jobid, jobname, schedule, command, active FROM cron.job WHERE jobname = $1 ORDER BY jobid LIMIT 2
"""

_IDLE = b"SELECT FROM cron.job WHERE jobid = $1::int8 AND NOT active"

_RUNS = b"""
SELECT d.runid, d.status, d.return_message, d.start_time, d.end_time
FROM cron.job_run_details d JOIN cron.job j ON j.jobid = d.jobid
WHERE j.jobname = $1 AND d.start_time >= $2
ORDER BY d.start_time DESC, d.runid DESC
LIMIT $3::int8
"""

_JOB_FIELDS = ("id", "name", "schedule", "command", "active")
_RUN_FIELDS = ("id", "status", "text", "started", "ended")


def factory(connections: Connections) -> Adapter:
    """The adapter on the host's sessions."""
    return CronAdapter(connections)


class CronAdapter:
    """All operations. A job is known by its name, so doing one twice is doing it once."""

    def __init__(self, connections: Connections) -> None:
        self._sessions = connections.database()

    def perform(self, invocation: Invocation) -> Outcome:
        """Do the call. Raises ValueError for an operation that the signature does not have."""
        work = _WORK.get(invocation.operation)
        if work is None:
            raise ValueError(f"cron has no operation `{invocation.operation}`")

        def after_a_look(connection: "psycopg.Connection[Any]") -> Outcome:
            row = connection.execute(_ENABLED).fetchone()
            if row is None or not row[0]:
                return Refused("not_found", "pg_cron is not enabled in this database")
            return work(connection, invocation)

        changes = invocation.operation not in _READING
        return in_transaction(self._sessions, invocation.timeout, after_a_look, changes=changes)

    def settle(self, invocation: Invocation) -> Outcome | None:  # noqa: ARG002 - it is done again instead
        """None: a lost call is made again."""
        return None


def _job(connection: "psycopg.Connection[Any]", invocation: Invocation) -> Outcome:
    found = _named(connection, invocation)
    return found if isinstance(found, Refused) else Succeeded(Datum(found))


def _runs(connection: "psycopg.Connection[Any]", invocation: Invocation) -> Outcome:
    a = invocation.arguments
    name, since, at_most = str(a["name"]), a["since"], a["at_most"]
    if not isinstance(since, datetime) or not isinstance(at_most, int) or at_most < 1:
        return Refused("invalid", "`at_most` is at least 1")
    rows = connection.cursor().execute(_RUNS, (name, since, at_most + 1)).fetchall()
    if len(rows) > at_most:
        return Refused("too_many", f"{name} ran more than {at_most} times")
    return Succeeded(Datum(tuple(_record(_RUN_FIELDS, row) for row in rows)))


def _schedule(connection: "psycopg.Connection[Any]", invocation: Invocation) -> Outcome:
    a = invocation.arguments
    row = (
        connection.cursor()
        .execute(
            b"SELECT cron.schedule($1::text, $2::text, $3::text)",
            (a["name"], a["schedule"], a["command"]),
        )
        .fetchone()
    )
    number = row[0] if row is not None else None
    # Versions differ in whether a job that was put out of work comes back by this; who may schedule a job may not
    # always alter one, so it is altered only where it must be.
    found = connection.cursor().execute(_IDLE, (number,)).fetchone()
    if found is not None:
        _let_run(connection, number, active=True)
    return Succeeded(Datum(number))


def _unschedule(connection: "psycopg.Connection[Any]", invocation: Invocation) -> Outcome:
    found = _named(connection, invocation)
    if found is None:
        return Succeeded(Datum("gone"))
    if isinstance(found, Row):
        connection.cursor().execute(b"SELECT cron.unschedule($1::int8)", (found["id"],))
        return Succeeded(Datum("unscheduled"))
    return found


def _set_active(connection: "psycopg.Connection[Any]", invocation: Invocation) -> Outcome:
    found = _named(connection, invocation)
    if found is None:
        return Refused("not_found", f"there is no job {invocation.arguments['name']!s}")
    if isinstance(found, Row):
        _let_run(connection, found["id"], active=invocation.arguments["active"] is True)
        return Succeeded(Datum(None))
    return found


def _let_run(connection: "psycopg.Connection[Any]", number: Value, *, active: bool) -> None:
    connection.cursor().execute(
        b"SELECT cron.alter_job(job_id := $1::int8, active := $2::bool)", (number, active)
    )


def _named(connection: "psycopg.Connection[Any]", invocation: Invocation) -> Row | Refused | None:
    name = str(invocation.arguments["name"])
    rows = connection.cursor().execute(_JOB, (name,)).fetchall()
    if len(rows) > 1:
        return Refused("conflict", f"several users have a job {name}")
    return _record(_JOB_FIELDS, rows[0]) if rows else None


def _record(names: tuple[str, ...], cells: tuple[Any, ...]) -> Row:
    return Row({name: value_of(cell) for name, cell in zip(names, cells, strict=True)})


_WORK = {
    "job": _job,
    "runs": _runs,
    "schedule": _schedule,
    "set_active": _set_active,
    "unschedule": _unschedule,
}
_READING = frozenset({"job", "runs"})
