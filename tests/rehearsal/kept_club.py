"""Kept runs in processes that may be killed, and what is left of their company: the small club's, or a shipped one."""

import os
import re
import signal
import sqlite3
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from rbengine.facts.postgres.server import Server, start_server
from rbengine.host.driver import Turn
from rbengine.host.errors import ParkedError
from rbengine.host.journal import events_of
from rbengine.host.kept import Kept
from rbengine.host.pace import Said
from rbengine.host.people import Acknowledgement
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import ready_folder
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.host.waiting import waiting_of
from rbengine.plan.program import Plan
from rbengine.rehearsal.kept import SimulatedRuns, Simulation, world_file
from rbengine.rehearsal.session import NOBODY, RehearsalSession
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.world_log import Made, WorldLog
from rbengine.runtime.commands import (
    ApplyRequest,
    OperationRequest,
    SettleRequest,
    Show,
    UndoRequest,
)
from rbengine.runtime.events import Event
from rbengine.runtime.fold import fold
from rbengine.runtime.notices import (
    ChangeDecided,
    ChangeDone,
    ChangeTakenBack,
    Ended,
    Escalated,
    FindingJudged,
    StepFailed,
    Told,
    WasAnswered,
)
from rbengine.runtime.state import RunState
from rehearsal.theatre import RUNBOOK, Theatre

REAL = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
"""What the machine's clock says, in these tests."""

T = TypeVar("T")

Sessions = Callable[[Callable[[], Server] | None], RehearsalSession]
"""Where runs are played: with a server of their own where one is given, for a copy of the process that shares none."""

Boundary = Callable[[str], None]
"""Called before and behind each write of the journal and of the company's log."""

_NUMBERED = re.compile(r"'id': (?:[0-9]+|'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')(?=[,}])")
"""A row's own number or name, as the database gives it: when a plan is made again no sequence is rolled back, and a
name that is made up is another one. What refers to a row is looked at."""

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[^\"' ,)}]*|\b17\d{8}(?:\d{3})?\b|datetime\([^)]*\)\)?"
)

_COMMIT = re.compile(r"\b[0-9a-f]{40}\b")
"""Its moment counts in a commit's name. How often was pushed is seen by the effects."""
_VERSION = re.compile(r'"version":\d+')
"""A function that is set twice to what it is counts as deployed twice, and is the same function."""

_MESSAGES = ("escalation to ", "question to ", "email to ", "sms to ")
"""Decisions that nothing waits for: they are told of when their answer comes."""


class Present:
    """`host.kept.Presence`: lets the run go where it needs people and these are `real`."""

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
    """Every transaction of the journal is a boundary: a run that begins, lines, saved states, parking, the end."""

    def __init__(self, file: Path, boundary: Boundary) -> None:
        super().__init__(file)
        write = self._file.write

        def watched(work: Callable[[sqlite3.Connection], T]) -> T:
            boundary("before a journal write")
            written = write(work)
            boundary("behind a journal write")
            return written

        self._file.write = watched  # type: ignore[method-assign]  # the store is ours alone


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What a run left behind, without moments: a crash costs time."""

    rows: list[str]
    objects: list[str]
    """Of the vendors, with their content."""
    letters: list[str]
    """Mails and text messages, sorted: two of one moment may change places."""
    effects: list[str]
    """Keys of the changes and messages that were sent, sorted, each once: with its key one may be sent again."""
    decisions: list[str]
    outcome: str
    in_doubt: int

    def differences(self, other: "Left") -> list[str]:
        """Everything that one of the two has and the other has not, by field."""
        mine, its = msgspec.structs.asdict(self), msgspec.structs.asdict(other)
        found = []
        for name, value in mine.items():
            if isinstance(value, list):
                lost, more = (
                    Counter(value) - Counter(its[name]),
                    Counter(its[name]) - Counter(value),
                )
                found += [f"{name}: - {one}" for one in lost.elements()]
                found += [f"{name}: + {one}" for one in more.elements()]
                told = [
                    [one for one in both if not one.startswith(_MESSAGES)]
                    for both in (value, its[name])
                ]
                if not lost and not more and told[0] != told[1]:
                    found.append(f"{name}: in another order")
            elif value != its[name]:
                found.append(f"{name}: {value} -> {its[name]}")
        return found


class Club:
    """One state folder, and processes that drive runs in it."""

    def __init__(self, sessions: Sessions, folder: Path, simulation: Simulation) -> None:
        self.sessions = sessions
        self.folder = folder
        self.simulation = simulation
        self.real_now = REAL
        self._said = folder.parent / "child.txt"

    def store(self, boundary: Boundary | None = None) -> SqliteStore:
        file = ready_folder(self.folder)
        return SqliteStore(file) if boundary is None else _WatchedStore(file, boundary)

    def runs(self, store: SqliteStore) -> SimulatedRuns:
        return SimulatedRuns(store, self.folder, engine="test", real_now=lambda: self.real_now)

    def begin(
        self, boundary: Boundary | None = None, session: RehearsalSession | None = None
    ) -> Kept:
        store = self.store(boundary)
        try:
            return self.runs(store).begin(
                session or self.sessions(None), self.simulation, {}, inputs={}, started=None,
                operator=NOBODY, presence=self.present(), observer=_nothing,
            )  # fmt: skip
        finally:
            store.close()

    def take_up(
        self,
        run: str,
        *,
        force: bool = False,
        session: RehearsalSession | None = None,
        boundary: Boundary | None = None,
    ) -> Kept:
        store = self.store(boundary)
        try:
            return self.runs(store).take_up(
                run, session or self.sessions(None), self.simulation,
                presence=self.present(), observer=_nothing, force=force,
            )  # fmt: skip
        finally:
            store.close()

    def present(self) -> Present:
        return Present(real=self.simulation.people == "real")

    def killed_at(self, number: int) -> bool:
        """Begin a run in a process that kills itself at the boundary `number`; whether it came that far."""

        def begin() -> None:
            seen = [0]

            def boundary(_: str) -> None:
                seen[0] += 1
                if seen[0] == number:
                    os.kill(os.getpid(), signal.SIGKILL)

            with watched_log(boundary):
                self.begin(boundary, self.sessions(start_server))

        status = in_a_copy(begin, self._said)
        assert os.WIFSIGNALED(status) or status == 0, self._said.read_text()
        return os.WIFSIGNALED(status)

    def stopped_at(self, number: int) -> int:
        """Begin a run in a process that stops (SIGSTOP) at the boundary `number`: its number, once it stands still."""
        child = os.fork()
        if child == 0:
            seen = [0]

            def boundary(_: str) -> None:
                seen[0] += 1
                if seen[0] == number:
                    os.kill(os.getpid(), signal.SIGSTOP)

            try:
                with watched_log(boundary):
                    self.begin(boundary, self.sessions(start_server))
                os._exit(0)
            except BaseException as error:
                self._said.write_text(type(error).__name__)
                os._exit(1)
        assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
        return child

    def woken(self, child: int) -> str:
        """Wake a stopped process up and wait for its end: how it ended, empty for well."""
        os.kill(child, signal.SIGCONT)
        return "" if os.waitpid(child, 0)[1] == 0 else self._said.read_text()

    def boundaries(self, session: RehearsalSession) -> list[str]:
        """Where a run can be killed, in order. It is driven here, and stands in the folder then."""
        seen: list[str] = []
        with watched_log(seen.append):
            self.begin(seen.append, session)
        return seen

    def killed_again_at(self, number: int, run: str) -> bool:
        """Let a new process take the run up, and kill itself at its boundary `number`; whether it came that far."""

        def go_on() -> None:
            seen = [0]

            def boundary(_: str) -> None:
                seen[0] += 1
                if seen[0] == number:
                    os.kill(os.getpid(), signal.SIGKILL)

            with watched_log(boundary):
                self._go_on(run, self.sessions(start_server), boundary)

        status = in_a_copy(go_on, self._said)
        assert os.WIFSIGNALED(status) or status == 0, self._said.read_text()
        return os.WIFSIGNALED(status)

    def _go_on(self, run: str, session: RehearsalSession, boundary: Boundary | None = None) -> None:
        """Take it up, or begin it where none was made; nothing where it is over."""
        store = self.store()
        there = {one.run: one for one in store.runs()}
        store.close()
        if run not in there:
            self.begin(boundary, session)
        elif not there[run].outcome:
            self.take_up(run, session=session, boundary=boundary)

    def left_by_another(self, run: str) -> Left:
        """Let a new process take the run up, or begin it where none was made; what is left when it is over."""
        noted = self.folder.parent / "left.json"

        def go_on() -> None:
            session = self.sessions(start_server)
            opened: list[Stage] = []
            open_world = session.open_world

            def remembered(*arguments: Any, **named: Any) -> Stage:
                opened.append(open_world(*arguments, **named))
                return opened[-1]

            session.open_world = remembered  # type: ignore[method-assign]  # the process is ours alone
            with session:
                self._go_on(run, session)
                left = self.left_on(run, opened[-1]) if opened else self.left_by(run, session)
            noted.write_bytes(msgspec.json.encode(left))

        noted.unlink(missing_ok=True)
        assert in_a_copy(go_on, self._said) == 0, self._said.read_text()
        return msgspec.json.decode(noted.read_bytes(), type=Left)

    def left_by(self, run: str, session: RehearsalSession | None = None) -> Left:
        """Read from the journal and from the company alone, made again from its log."""
        if session is None:
            with self.sessions(None) as session:
                return self.left_by(run, session)
        store = self.store()
        try:
            with self.runs(store).company(run, session, self.simulation) as stage:
                return self.left_on(run, stage)
        finally:
            store.close()

    def left_on(self, run: str, stage: Stage) -> Left:
        """Read from the journal, and from the company as it stands on `stage`."""
        store = self.store()
        try:
            plan = plan_of(store, run)
            found = taken_up(plan, store, run)
            database = stage.database.in_use()
            rows = {} if database is None else database.snapshot().rows
            return Left(
                rows=[
                    _masked(f"{table} {row!r}") for table in rows for row in rows[table].values()
                ],
                objects=[
                    _masked(f"{name} {_canonical(content)}")
                    for name, content in stage.company._inside.objects()
                ],
                letters=sorted(
                    [
                        *(_masked(f"{one.to}: {one.subject}") for one in stage.company.mailbox),
                        *(_masked(f"{one.to}: {one.text}") for one in stage.company.texts),
                    ]
                ),
                effects=self._effects(run),
                decisions=decisions(plan, events_of(store.read(run))),
                outcome=store.record(run).outcome,
                in_doubt=0 if found.finish is None else found.finish.in_doubt,
            )
        finally:
            store.close()

    def _effects(self, run: str) -> list[str]:
        keys = []
        for entry in WorldLog(world_file(self.folder, run)).entries():
            if not isinstance(entry, Made):
                continue
            request = entry.call.request
            if isinstance(
                request, SettleRequest
            ):  # what has a key may be settled by sending it again
                request = request.request
            changes = isinstance(request, ApplyRequest | UndoRequest) or (
                isinstance(request, OperationRequest) and request.effect != "observe"
            )
            if changes:
                keys.append(entry.call.key)
        return sorted(set(keys))


def small_club(theatre: Theatre, folder: Path, people: Literal["scripted", "real"]) -> Club:
    """Of the small club's one runbook."""
    simulation = Simulation(path=RUNBOOK, world="waiting", people=people)
    return Club(lambda server: theatre.session(server=server), folder, simulation)


def in_a_copy(work: Callable[[], None], said: Path) -> int:
    """How a copy of this process ends that does `work` and then leaves at once: a status as `waitpid` gives it.

    What went wrong stands in `said` then. What it keeps in folders of its own stands beside that file.
    """
    child = os.fork()
    if child == 0:
        try:
            tempfile.tempdir = str(said.parent)
            work()
            os._exit(0)
        except BaseException:
            said.write_text("".join(traceback.format_exc().splitlines(keepends=True)[-6:]))
            os._exit(1)
    return os.waitpid(child, 0)[1]


def decisions(plan: Plan, events: Sequence[Event]) -> list[str]:
    """What was found, decided, done and said, in order, without moments: what a crash must not change."""
    told: list[str] = []
    for _, commands, _ in fold(plan, events):
        for command in commands:
            if not isinstance(command, Show):
                continue
            match command.notice:
                case FindingJudged(name=name, verdict=verdict):
                    told.append(f"{name} {verdict}")
                case ChangeDecided(label=label, verdict=verdict, person=person):
                    told.append(f"{label} {verdict} by {person}")
                case ChangeDone(label=label, rows=rows):
                    told.append(f"{label} done, {rows} rows")
                case ChangeTakenBack(label=label, rows=rows, left=left):
                    told.append(f"{label} taken back, {rows} rows, {left} left")
                case Told(kind=kind, to=to, subject=subject, failure=failure):
                    told.append(_masked(f"{kind} to {', '.join(to)}: {subject} {failure}"))
                case Escalated(to=to, cause=cause):
                    told.append(f"escalated to {', '.join(to)}: {cause}")
                case WasAnswered(text=text, verdict=verdict, value=value):
                    told.append(_masked(f"{text} {verdict} {value}"))
                case StepFailed(label=label, kind=kind, text=text):
                    told.append(_masked(f"{label} failed: {kind}: {text}"))
                case Ended(outcome=outcome, changes=changes, undone=undone, approvals=approvals):
                    told.append(
                        f"{outcome}: {changes} changes, {undone} undone, {approvals} approvals"
                    )
                case _:
                    continue
    return told


@contextmanager
def watched_log(boundary: Boundary) -> Iterator[None]:
    """Call `boundary` around every entry of a company's log."""
    add = WorldLog.add

    def watched(log: WorldLog, entry: object) -> None:
        boundary("before a call took effect")
        add(log, entry)  # type: ignore[arg-type]  # as it came
        boundary("behind a call that took effect")

    WorldLog.add = watched  # type: ignore[method-assign]  # put back below
    try:
        yield
    finally:
        WorldLog.add = add  # type: ignore[method-assign]  # as above


def _masked(text: str) -> str:
    return _NUMBERED.sub("'id': <number>", _INSTANT.sub("<moment>", text))


def _canonical(content: object) -> str:
    text = msgspec.json.encode(content, order="sorted").decode()
    return _VERSION.sub("<version>", _COMMIT.sub("<commit>", text))


def _nothing(_: Turn) -> None:
    """Nobody looks."""
