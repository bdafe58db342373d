"""Kept runs of the small club, in processes that may be killed, and what is left of its company."""

import os
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from rbengine.facts.postgres.server import Server
from rbengine.host.driver import Turn
from rbengine.host.errors import ParkedError
from rbengine.host.pace import Said
from rbengine.host.people import Acknowledgement
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import ready_folder
from rbengine.host.waiting import waiting_of
from rbengine.rehearsal.kept import Kept, KeptRuns, Simulation, world_file
from rbengine.rehearsal.session import NOBODY
from rbengine.rehearsal.world_log import Made, WorldLog
from rbengine.runtime.commands import ApplyRequest, OperationRequest, UndoRequest
from rbengine.runtime.state import RunState
from rehearsal.theatre import RUNBOOK, Theatre

REAL = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
"""What the machine's clock says, in these tests."""

Boundary = Callable[[str], None]
"""Called before and behind each write of the journal and of the company's log."""

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[^\"' ,)}]*|\b17\d{8}\b|datetime\([^)]*\)\)?"
)


class Present:
    """`kept.Presence`: lets the run go where it needs people and these are `real`."""

    def __init__(self, *, real: bool) -> None:
        self._real = real
        self._state: RunState | None = None

    def see(self, turn: Turn) -> None:
        if isinstance(turn.state, RunState):
            self._state = turn.state

    def wait(
        self,
        now: datetime,
        until: datetime | None,
        *,
        quiet: bool,
    ) -> Said | Acknowledgement | None:
        is_due = until is not None and until <= now
        if (
            self._real
            and quiet
            and not is_due
            and self._state is not None
            and self._state.questions
        ):
            raise ParkedError(waiting_of(self._state, "").text)
        return None


class _WatchedStore(SqliteStore):
    def __init__(self, file: Path, boundary: Boundary) -> None:
        super().__init__(file)
        self._boundary = boundary

    def append(self, *arguments, **named):  # type: ignore[no-untyped-def]
        self._boundary("before a journal write")
        last = super().append(*arguments, **named)
        self._boundary("behind a journal write")
        return last


class Left(NamedTuple):
    """What a run left behind, without moments: a crash costs time."""

    rows: str
    objects: tuple[str, ...]
    letters: tuple[tuple[str, str], ...]
    effects: tuple[str, ...]
    """Keys of the changes and messages that were sent, sorted, each once: with its key one may be sent again."""
    outcome: str


class Club:
    """One state folder, and processes that drive runs in it."""

    def __init__(self, theatre: Theatre, folder: Path, *, people: str = "scripted") -> None:
        self.theatre = theatre
        self.folder = folder
        self.simulation = Simulation(path=RUNBOOK, world="waiting", people=people)  # type: ignore[arg-type]
        self.real_now = REAL

    def store(self, boundary: Boundary | None = None) -> SqliteStore:
        file = ready_folder(self.folder)
        return SqliteStore(file) if boundary is None else _WatchedStore(file, boundary)

    def runs(self, store: SqliteStore) -> KeptRuns:
        return KeptRuns(store, self.folder, engine="test", real_now=lambda: self.real_now)

    def begin(
        self, boundary: Boundary | None = None, server: Callable[[], Server] | None = None
    ) -> Kept:
        store = self.store(boundary)
        try:
            return self.runs(store).begin(
                self.theatre.session(server=server), self.simulation, {}, inputs={}, started=None,
                operator=NOBODY, presence=self.present(), observer=_nothing,
            )  # fmt: skip
        finally:
            store.close()

    def take_up(self, run: str, *, force: bool = False) -> Kept:
        store = self.store()
        try:
            return self.runs(store).take_up(
                run, self.theatre.session(), self.simulation,
                presence=self.present(), observer=_nothing, force=force,
            )  # fmt: skip
        finally:
            store.close()

    def present(self) -> Present:
        return Present(real=self.simulation.people == "real")

    def killed_at(self, number: int, server: Callable[[], Server]) -> bool:
        """Begin a run in a process that kills itself at the boundary `number`; whether it came that far."""
        child = os.fork()
        if child == 0:
            seen = [0]

            def boundary(_: str) -> None:
                seen[0] += 1
                if seen[0] == number:
                    os.kill(os.getpid(), signal.SIGKILL)

            try:
                watch_log(boundary)
                self.begin(boundary, server)
                os._exit(0)
            except BaseException:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)

    def left_by(self, run: str) -> Left:
        """Read from the company alone, made again from its log."""
        store = self.store()
        try:
            outcome = store.record(run).outcome
            session = self.theatre.session()
            with self.runs(store).company(run, session, self.simulation) as stage:
                database = stage.database.in_use()
                rows = "" if database is None else _masked(repr(database.snapshot().rows))
                return Left(
                    rows=rows,
                    objects=tuple(sorted(stage.company.snapshot().objects)),
                    letters=tuple((one.to, one.subject) for one in stage.company.mailbox),
                    effects=self._effects(run),
                    outcome=outcome,
                )
        finally:
            store.close()

    def _effects(self, run: str) -> tuple[str, ...]:
        keys = []
        for entry in WorldLog(world_file(self.folder, run)).entries():
            if not isinstance(entry, Made):
                continue
            request = entry.call.request
            changes = isinstance(request, ApplyRequest | UndoRequest) or (
                isinstance(request, OperationRequest) and request.effect != "observe"
            )
            if changes:
                keys.append(entry.call.key)
        return tuple(sorted(set(keys)))


def watch_log(boundary: Boundary) -> None:
    """Call `boundary` around every entry of a company's log, for good: in a process that ends by it."""
    add = WorldLog.add

    def watched(log: WorldLog, entry: object) -> None:
        boundary("before a call took effect")
        add(log, entry)  # type: ignore[arg-type]  # as it came
        boundary("behind a call that took effect")

    WorldLog.add = watched  # type: ignore[method-assign]  # the process is ours alone


def _masked(text: str) -> str:
    return _INSTANT.sub("<moment>", text)


def _nothing(_: Turn) -> None:
    """Nobody looks."""
