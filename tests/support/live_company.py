"""A whole company for a live run: its vendors are asked over HTTP, its database is a real one that both share.

The vendors and the company's own program are those of a rehearsal; what they write goes into the real database. Time is
the run's clock; what nobody does anything in is left out of it.
"""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
from rbengine.contract.adapter import Finished, SessionUse
from rbengine.contract.changes import SqlParameter
from rbengine.contract.database import Database
from rbengine.contract.outcomes import Succeeded
from rbengine.contract.postgres_values import rows_of, sent_parameters
from rbengine.contract.values import Value
from rbengine.host.clock import Clock
from rbengine.host.driver import Turn
from rbengine.host.live.clock import RealClock
from rbengine.host.live.database import LiveSessions
from rbengine.host.loopback import Attempts
from rbengine.host.pace import Said
from rbengine.host.people import Acknowledgement, People, Reply
from rbengine.host.simulated_database import Executed
from rbengine.rehearsal.company.doors import _pushed
from rbengine.rehearsal.direction import direct
from rbengine.rehearsal.served import ServedWorld
from rbengine.rehearsal.session import RehearsalSession
from rbengine.rehearsal.stage import Stage
from rbengine.runtime.commands import AskPeople, NotifyRequest, Perform
from rbengine.runtime.events import CallEnded
from rbengine.runtime.state import RunState
from rbengine.syntax.nodes import scenarios as tree
from support.live_world import LiveRehearsal, LiveWorld

OWN_ROWS = ("cron.job", "cron.job_run_details")
"""Tables whose rows belong to somebody: pg_cron shows each role its own."""


class SkippingClock(RealClock):
    """The real clock, from which a test leaves out the time in which nothing would happen."""

    def __init__(self) -> None:
        super().__init__()
        self._skipped = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self._skipped

    def skip_to(self, moment: datetime) -> None:
        """It is `moment` now, where that has not come yet."""
        self._skipped += max(moment - self.now(), timedelta(0))


class SharedDatabase:
    """What a stage wants of its database, on a real one (`support.live_world`)."""

    def __init__(self, real: LiveRehearsal, owner: str) -> None:
        self._real = real
        self._owner = owner
        self._clock: Clock | None = None
        self.sessions = _NoFaults(real.sessions, lambda: self._world.connection, self._jobs)

    # As `rehearsal.worker_database.WorkerDatabase` ---------------------------------------------------------------

    def begin(self, clock: Clock) -> None:
        self._clock = clock

    def get(self) -> "SharedDatabase":
        return self

    def in_use(self) -> "SharedDatabase":
        return self

    def stop_if_gone(self) -> None:
        """It is there."""

    def adapter(self, functions: Collection[str]) -> Database:  # noqa: ARG002
        return self._real.database

    def close(self) -> None:
        """Whoever made it closes it."""

    # As `host.simulated_database.SimulatedDatabase` --------------------------------------------------------------

    def insert_rows(self, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        if table.startswith("pg_stat_"):
            return  # a real one says itself what it does
        if table in OWN_ROWS:
            rows = [{"username": self._owner, **one} for one in rows]
        self._world.insert_rows(table, rows)

    def execute(
        self, sql: str, parameters: Sequence[SqlParameter] = (), *, reading: bool = False
    ) -> Executed:
        del reading
        cursor = self._world.connection.cursor()
        cursor.execute(sql.encode(), sent_parameters(self._world.connection, parameters))
        rows = rows_of(cursor) if cursor.description is not None else ()
        return Executed(rows=rows, count=cursor.rowcount)

    def _jobs(self) -> object:
        return self.execute("SELECT * FROM cron.job ORDER BY jobid").rows

    def has_table(self, table: str) -> bool:
        return table in self._world.tables

    @property
    def _world(self) -> LiveWorld:
        return self._real.world


class _NoFaults:
    """The sessions, as a simulated database has them."""

    def __init__(
        self,
        sessions: LiveSessions,
        connection: "Callable[[], psycopg.Connection[Any]]",
        jobs: Callable[[], object],
    ) -> None:
        self._sessions = sessions
        self._connection = connection
        self._jobs = jobs
        self._last = jobs()

    def __call__(
        self, *, use: SessionUse, within: timedelta
    ) -> "AbstractContextManager[psycopg.Connection[Any]]":
        return self._sessions(use=use, within=within)

    @property
    def connection(self) -> "psycopg.Connection[Any]":
        """One for whatever has no transaction of its own."""
        return self._connection()

    def fault_now(self) -> None:
        """None: it is a real one."""

    def take_touched_jobs(self) -> bool:
        """Whether they are others than when this was last asked."""
        before, self._last = self._last, self._jobs()
        return before != self._last


class LiveCompany:
    """One scenario's company, its clock the run's. Not for scenarios with faults of the database."""

    def __init__(
        self,
        session: RehearsalSession,
        path: str,
        scenario: tree.Scenario,
        clock: SkippingClock,
    ) -> None:
        self.clock = clock
        self.stage: Stage = session.open_world(
            path, scenario.world.text, attempts=Attempts(), now=clock.now()
        )
        direction = direct(self.stage, scenario)
        self.people: People = direction.people
        self._around = sorted(direction.around, key=lambda one: one[0])
        self._served = ServedWorld(self.stage)
        self._lock = threading.Lock()

    @property
    def mails(self) -> list[str]:
        """The text of everything that the company's vendor has sent."""
        return [one.text for one in self._served.letters]

    def pushes(self, folder: str, push: Callable[[], Finished]) -> Finished:
        """Let somebody push from that checkout: the company's own pipeline sees it."""
        company = self.stage.company
        with self._lock:
            self._live_until(self.clock.now())
            name = company.git.of_folder(folder).name
            repository, before = company.git.repository(name), company.git.heads(name)
            done = push()
            for branch, sha in company.git.heads(name).items():
                if before.get(branch, sha) != sha:
                    company.git.pushed[f"{name}/{branch}"] = sha
                    _pushed(company, repository, before[branch], sha)
            self._served.look()
            return done

    @property
    def next_at(self) -> datetime | None:
        """When the next thing happens in it."""
        moments = (self._served.next_at(), self._around[0][0] if self._around else None)
        return min((one for one in moments if one is not None), default=None)

    def live_on(self) -> None:
        """Let everything happen that is due by now."""
        with self._lock:
            self._live_until(self.clock.now())

    def transport(self) -> "LiveCompany":
        """What its vendors are asked through (`support.fronts`)."""
        return self

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """A vendor's answer, at the run's time."""
        with self._lock:
            self._live_until(self.clock.now())
            company = self.stage.company
            try:
                return company.transport().handle_request(request)
            finally:
                company.take_latency()
                self._served.look()

    def _live_until(self, now: datetime) -> None:
        while self._around and self._around[0][0] <= now:
            moment, happen = self._around.pop(0)
            self._served.move_to(moment)
            happen()
        self._served.move_to(now)


class Attending:
    """`host.kept.Presence`: the scenario's people answer when their time has come."""

    def __init__(self, company: LiveCompany) -> None:
        self._company = company
        self._state: RunState | None = None
        self._coming: list[tuple[datetime, AskPeople | None, Reply | Acknowledgement]] = []
        self._notices: dict[int, NotifyRequest] = {}
        self._asked: set[int] = set()

    def see(self, turn: Turn) -> None:
        """The newest turn."""
        if isinstance(turn.state, RunState):
            self._state = turn.state
        now = turn.event.at
        for command in turn.commands:
            if isinstance(command, AskPeople):
                for reply in self._company.people.asked(command, now):
                    self._coming.append((now + reply.after, command, reply))
            if isinstance(command, Perform) and isinstance(command.request, NotifyRequest):
                self._notices[command.call] = command.request
        event = turn.event
        if isinstance(event, CallEnded) and isinstance(event.outcome, Succeeded):
            notice = self._notices.get(event.call)
            if notice is not None:
                for one in self._company.people.told(notice, now):
                    self._coming.append((now + one.after, None, one))
        self._coming.sort(key=lambda one: one[0])

    def wait(
        self, now: datetime, until: datetime | None, *, quiet: bool
    ) -> Said | Acknowledgement | None:
        """Let the company live on, and leave out the time until something is due."""
        del quiet, until
        clock = self._company.clock
        self._company.live_on()
        while self._coming and self._coming[0][0] <= now:
            _, question, said = self._coming.pop(0)
            if isinstance(said, Acknowledgement):
                return said
            if question is not None:
                return Said(question=question, reply=said)
        due = self._due()
        if due is not None:
            clock.skip_to(due)
        return None

    def letting_go(self) -> bool:
        """Nobody stops it."""
        return False

    def _due(self) -> datetime | None:
        moments = [moment for moment, _, _ in self._coming[:1]]
        if self._company.next_at is not None:
            moments.append(self._company.next_at)
        if self._state is not None:
            moments += [one.due for one in self._state.timers.values()]
        return min(moments, default=None)
