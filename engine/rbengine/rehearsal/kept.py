"""Runs on a simulated company that survive the process that drives them: begun here, taken up anywhere.

The run is its journal. The company is its texts, kept with the run, and what its own log says it has lived through.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from rbengine.contract.codec import from_line, to_line
from rbengine.contract.values import Value
from rbengine.host.driver import Driver, Observer, Saving, Turn
from rbengine.host.errors import CannotGoOnError, ParkedError
from rbengine.host.journal import JournalStore, RunExistsError, SavedState, events_of
from rbengine.host.loopback import loopback_only
from rbengine.host.pace import Said
from rbengine.host.people import Acknowledgement, AskedBefore, NobodyAnswers, People
from rbengine.host.processes import this_process
from rbengine.host.secrets import AskAgain, nobody_knows
from rbengine.host.simulated import SimulatedWorld
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.host.waiting import waiting_of
from rbengine.plan.program import Plan
from rbengine.rehearsal.direction import direct
from rbengine.rehearsal.kept_performance import KeptPerformance
from rbengine.rehearsal.mishaps import TAKEN_UP_AFTER, Mishaps
from rbengine.rehearsal.play import Played, Player
from rbengine.rehearsal.session import RehearsalSession
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.starting import first_event
from rbengine.rehearsal.world_log import WorldLog
from rbengine.runtime.commands import AskPeople, Finish
from rbengine.runtime.events import Moved, Person, Started
from rbengine.runtime.fold import fold
from rbengine.runtime.machine import advance, begin
from rbengine.runtime.moving import Difference, moved
from rbengine.runtime.saved import encode_state
from rbengine.runtime.state import RunState

SIMULATION = "simulation"
"""Among a run's texts: which world it runs in. The others are files, whose names have a dot."""

_SAVING = Saving(encode=encode_state, every=25)


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """What a company is set up from, beside its texts."""

    path: str
    """Of the runbook."""
    world: str | None
    people: Literal["scripted", "real"]
    seed: int = 0


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What came of driving a run for a while. `finish` is None where it was let go: `parked` says why."""

    run: str
    incident: str
    finish: Finish | None
    parked: str
    in_order: bool
    """False where it was let go because something is wrong with its company."""
    head: str


class Presence(Protocol):
    """Who is there while a run is driven, and whether it is to be let go: a `Pace` that sees the run."""

    def see(self, turn: Turn) -> None:
        """The newest turn."""
        ...

    def wait(
        self, now: datetime, until: datetime | None, *, quiet: bool
    ) -> Said | Acknowledgement | None:
        """As `Pace.wait`. `quiet`: the run waits for nothing but its timers. Raises ParkedError to let it go."""
        ...


class KeptRuns:
    """Begins runs in `store` and takes them up. `folder` holds the companies' logs."""

    def __init__(
        self,
        store: JournalStore,
        folder: Path,
        *,
        engine: str = "",
        shared: bool = False,
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`shared`: the folder's group may drive the runs of others."""
        self._store = store
        self._shared = shared
        self._folder = folder
        self._engine = engine
        self._real_now = real_now

    def begin(
        self,
        session: RehearsalSession,
        simulation: Simulation,
        texts: Mapping[str, str],
        *,
        inputs: Mapping[str, Value],
        started: datetime | None,
        operator: Person,
        presence: Presence,
        observer: Observer,
    ) -> Kept:
        """Begin a run and drive it as far as it goes. `texts` are what it stands on, by path.

        `inputs` win over the world's. Raises AlreadyOpenError, CannotBePlannedError, CannotRehearseError,
        MissingInputError, JournalError.
        """
        with loopback_only() as attempts:
            stage = session.open_world(
                simulation.path,
                simulation.world,
                attempts=attempts,
                started=started,
                operator=operator,
            )
            first, epoch = self._made(stage, {**stage.setting.values, **inputs}, simulation, texts)
            return self._drive(stage, simulation, first, epoch, presence, observer, None)

    def take_up(
        self,
        run: str,
        session: RehearsalSession,
        simulation: Simulation,
        *,
        presence: Presence,
        observer: Observer,
        force: bool = False,
        ask_again: AskAgain = nobody_knows,
    ) -> Kept:
        """Drive the run on from where it stands. `session` is one of the run's own texts.

        `ask_again` is asked for secrets that went with the process that drove it before.
        A run that is over is opened once more where something was sent to it since.

        Raises OwnedError, DamagedError, ForgottenError, NoSuchRunError, CannotGoOnError where its company cannot be
        what it was, JournalError.
        """
        before = self._store.record(run)
        epoch = self._store.acquire(run, this_process(), force=force)
        found = taken_up(plan_of(self._store, run), self._store, run)
        first = found.state.begun
        if first is None:
            raise CannotGoOnError("its journal has no first line")
        if before.outcome:
            self._store.reopen(run, epoch)
        if found.finish is not None and not self._store.inbox(
            run
        ):  # its process died after the end
            self._store.finish(run, epoch, found.finish.outcome)
            return self._kept(first, found.finish, "", in_order=True)
        with loopback_only() as attempts:
            stage = session.open_world(
                simulation.path,
                simulation.world,
                attempts=attempts,
                started=first.began,
                operator=first.operator,
            )
            stage.secrets.ask_again = ask_again
            state = found.state
            now = state.now + TAKEN_UP_AFTER
            if before.waiting is not None:
                # It goes on living while nobody drives it, as a real company would.
                now = self._real_now() - before.waiting.behind
            moment = max(state.now, now)
            return self._drive(stage, simulation, first, epoch, presence, observer, (state, moment))

    def move(
        self, run: str, plan: Plan, texts: Mapping[str, str], person: Person, *, force: bool = False
    ) -> Difference | None:
        """Let the run go on over `plan`, made of `texts`; the first difference where its journal does not fold over it.

        Its company stays the one that it began in. Raises OwnedError, DamagedError, JournalError.
        """
        store = self._store
        before = store.record(run)
        old = plan_of(store, run)
        epoch = store.acquire(run, this_process(), force=force)
        events = events_of(store.read(run))
        state = moved(old, plan, events)
        if isinstance(state, Difference):
            if before.waiting is not None:
                store.park(run, epoch, before.waiting)
            return state
        store.move(run, epoch, to_line(plan), {**store.texts(run), **texts})
        line = Moved(at=state.now, person=person, plan=plan.digest)
        last = store.append(run, epoch, [line])
        store.save_state(run, epoch, SavedState(seq=last, text=encode_state(state)))
        if before.waiting is not None:
            store.park(run, epoch, before.waiting)
        return None

    def verify(
        self, run: str, session: RehearsalSession, simulation: Simulation, observer: Observer
    ) -> Played:
        """The proof of the run's playbook once more, on its company as it is; nothing of it is kept."""
        begun = taken_up(plan_of(self._store, run), self._store, run).state.begun
        inputs = {} if begun is None else {name: one.value for name, one in begun.inputs.items()}
        with self.company(run, session, simulation) as stage:
            return Player(stage, self._engine).play(
                inputs=inputs,
                people=NobodyAnswers(),
                mishaps=Mishaps(),
                observer=observer,
                verify_only=True,
            )

    @contextmanager
    def company(
        self, run: str, session: RehearsalSession, simulation: Simulation
    ) -> Iterator[Stage]:
        """The company as the run left it, for whoever looks at it: nothing done to it is remembered.

        Raises CannotGoOnError where it cannot be what it was.
        """
        found = taken_up(plan_of(self._store, run), self._store, run)
        first = found.state.begun
        if first is None:
            raise CannotGoOnError("its journal has no first line")
        with loopback_only() as attempts:
            stage = session.open_world(
                simulation.path,
                simulation.world,
                attempts=attempts,
                started=first.began,
                operator=first.operator,
            )
            log = self._log_of(run)
            performance = KeptPerformance(stage, NobodyAnswers(), None, log, None, run, str)
            _refuse_gap(performance.lead_through(log.entries()), found.state)
            stage.clock.move_to(found.state.now)
            yield stage

    def _made(
        self,
        stage: Stage,
        inputs: Mapping[str, Value],
        simulation: Simulation,
        texts: Mapping[str, str],
    ) -> tuple[Started, int]:
        """The run in the store. Two processes may want one id: the slower of them takes the next."""
        kept = {**texts, SIMULATION: to_line(simulation)}
        while True:
            first = first_event(
                stage,
                began=stage.setting.began,
                others=self._store.runs(),
                inputs=inputs,
                engine=self._engine,
            )
            try:
                epoch = self._store.create(
                    stage.plan.id, first, to_line(stage.plan), this_process(), kept
                )
            except RunExistsError:
                continue
            return first, epoch

    def _drive(
        self,
        stage: Stage,
        simulation: Simulation,
        first: Started,
        epoch: int,
        presence: Presence,
        observer: Observer,
        from_here: tuple[RunState, datetime] | None,
    ) -> Kept:
        """From its beginning, or from a state and the moment at which it is taken up."""
        people: People = NobodyAnswers()
        if simulation.people == "scripted":
            people = direct(stage, None).people
            if from_here is not None:
                people = AskedBefore(people, self._asked(first.run, stage.plan))
        log = self._log_of(first.run)
        pace = _Pace(presence)

        def observed(turn: Turn) -> None:
            presence.see(turn)
            observer(turn)

        performance = KeptPerformance(
            stage,
            people,
            observed,
            log,
            pace,
            first.run,
            lambda: self._store.record(first.run).head,
        )
        pace.world = performance.world
        try:
            if from_here is None:
                log.start_anew()
            else:
                self._lead_through(performance, log, first.run, epoch, from_here[0])
                stage.clock.move_to(from_here[1])
            driver = Driver(
                run=first.run, epoch=epoch, store=self._store, world=performance.world,
                advance=advance, observer=performance.observe, saving=_SAVING,
                waiting=lambda state, reason: waiting_of(
                    state, reason, self._real_now() - stage.clock.now()
                ),
            )  # fmt: skip
            if from_here is None:
                finish = driver.begin(begin(stage.plan), first)
            else:
                finish = driver.take_up(from_here[0], this_process().host)
        except CannotGoOnError as problem:
            return self._kept(first, None, str(problem), in_order=isinstance(problem, ParkedError))
        finally:
            log.close()
        return self._kept(first, finish, "", in_order=True)

    def _asked(self, run: str, plan: Plan) -> dict[int, datetime]:
        """When each question was first put: scripted people think from then on, whoever drives the run."""
        found: dict[int, datetime] = {}
        for event, commands, _ in fold(plan, events_of(self._store.read(run))):
            for one in commands:
                if isinstance(one, AskPeople):
                    found.setdefault(one.question, event.at)
        return found

    def _log_of(self, run: str) -> WorldLog:
        return WorldLog(world_file(self._folder, run), shared=self._shared)

    def _lead_through(
        self, performance: KeptPerformance, log: WorldLog, run: str, epoch: int, state: RunState
    ) -> None:
        """Make the company what it was; a run whose company cannot be that is let go at once."""
        try:
            _refuse_gap(performance.lead_through(log.entries()), state)
        except CannotGoOnError as problem:
            behind = self._real_now() - state.now
            self._store.park(run, epoch, waiting_of(state, str(problem), behind))
            raise

    def _kept(self, first: Started, finish: Finish | None, parked: str, *, in_order: bool) -> Kept:
        return Kept(
            run=first.run,
            incident=first.incident,
            finish=finish,
            parked=parked,
            in_order=in_order,
            head=self._store.record(first.run).head,
        )


class _Pace:
    """`Presence` as the world wants it."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence
        self.world: SimulatedWorld | None = None

    def wait(self, now: datetime, until: datetime | None) -> Said | Acknowledgement | None:
        quiet = self.world is not None and self.world.only_by_the_clock()
        return self._presence.wait(now, until, quiet=quiet)


def simulation_of(texts: Mapping[str, str]) -> Simulation | None:
    """What the company of a run is set up from; None for a run of another kind."""
    text = texts.get(SIMULATION)
    return None if text is None else from_line(text, Simulation)


def files_of(texts: Mapping[str, str]) -> dict[str, str]:
    """The files among a run's texts, by path."""
    return {name: text for name, text in texts.items() if name != SIMULATION}


def world_file(folder: Path, run: str) -> Path:
    """Where the company of `run` is remembered."""
    return folder / "worlds" / f"{run}.jsonl"


def _refuse_gap(made: int, state: RunState) -> None:
    """A company that remembers no call at all, though some have ended, is not the run's."""
    lost = sum(one.of is not None for one in state.calls.values())
    if not made and state.numbers.call > len(state.calls) + lost:
        raise CannotGoOnError(
            "the simulated company's log is missing, so the company cannot be what it was"
        )
