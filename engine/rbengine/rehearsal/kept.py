"""Kept runs on a simulated company, which survives the process that drives them as a real one would.

The company is its texts, kept with the run, and what its own log says it has lived through.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from rbengine.contract.codec import from_line, to_line
from rbengine.contract.values import Value
from rbengine.host.driver import Observer, Turn
from rbengine.host.errors import CannotGoOnError
from rbengine.host.journal import JournalStore, RunRecord, Waiting, events_of
from rbengine.host.kept import Kept, KeptRuns, Presence
from rbengine.host.loopback import Attempts, loopback_only
from rbengine.host.pace import Done
from rbengine.host.people import AskedBefore, NobodyAnswers, People
from rbengine.host.secrets import AskAgain, nobody_knows
from rbengine.host.simulated import SimulatedWorld
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.rehearsal.direction import direct
from rbengine.rehearsal.kept_performance import KeptPerformance
from rbengine.rehearsal.mishaps import TAKEN_UP_AFTER, Mishaps
from rbengine.rehearsal.play import Played, Player
from rbengine.rehearsal.session import RehearsalSession
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.starting import first_on_stage
from rbengine.rehearsal.world_log import WorldLog
from rbengine.runtime.commands import AskPeople
from rbengine.runtime.events import Person, Started
from rbengine.runtime.fold import fold
from rbengine.runtime.state import RunState

SIMULATION = "simulation"
"""Among a run's texts: which world it runs in."""


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """What a company is set up from, beside its texts."""

    path: str
    """Of the runbook."""
    world: str | None
    people: Literal["scripted", "real"]
    seed: int = 0


class SimulatedRuns:
    """Begins runs in `store` and takes them up. `folder` holds the companies' logs."""

    def __init__(
        self,
        store: JournalStore,
        folder: Path,
        *,
        engine: str = "",
        letter: str = "",
        shared: bool = False,
        elsewhere: Callable[[], Sequence[RunRecord]] = tuple,
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`shared`: the folder's group may drive the runs of others. `letter`: as for `KeptRuns`, `elsewhere`: as for
        `LiveRuns`."""
        self._store = store
        self._runs = KeptRuns(store, letter=letter)
        self._shared = shared
        self._folder = folder
        self._engine = engine
        self._elsewhere = elsewhere
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

            @contextmanager
            def scene(first: Started) -> Iterator[_Scene]:
                with closing(self._log_of(first.run)) as log:
                    log.start_anew()
                    people = _people(stage, simulation)
                    yield _Scene(stage, people, log, presence, observer, self._real_now)

            return self._runs.begin(
                stage.plan,
                {**texts, SIMULATION: to_line(simulation)},
                lambda others: first_on_stage(
                    stage,
                    began=stage.setting.began,
                    others=(*others, *self._elsewhere()),
                    inputs={**stage.setting.values, **inputs},
                    engine=self._engine,
                ),
                scene,
            )

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

        `ask_again` is asked for secrets that went with the process that drove it before. Raises as `KeptRuns.take_up`.
        """

        @contextmanager
        def scene(first: Started) -> Iterator[_Scene]:
            with loopback_only() as attempts, closing(self._log_of(run)) as log:
                stage = _stage(session, simulation, first, attempts)
                stage.secrets.ask_again = ask_again
                people = _people(stage, simulation)
                if simulation.people == "scripted":
                    people = AskedBefore(people, self._asked(run))
                yield _Scene(stage, people, log, presence, observer, self._real_now)

        return self._runs.take_up(run, scene, force=force)

    def verify(
        self,
        run: str,
        session: RehearsalSession,
        simulation: Simulation,
        observer: Observer,
        ask_again: AskAgain = nobody_knows,
    ) -> Played:
        """The proof of the run's playbook once more, on its company as it is; nothing of it is kept."""
        begun = taken_up(plan_of(self._store, run), self._store, run).state.begun
        inputs = {} if begun is None else {name: one.value for name, one in begun.inputs.items()}
        with self.company(run, session, simulation, ask_again) as stage:
            return Player(stage, self._engine).play(
                inputs=inputs,
                people=NobodyAnswers(),
                mishaps=Mishaps(),
                observer=observer,
                verify_only=True,
            )

    @contextmanager
    def company(
        self,
        run: str,
        session: RehearsalSession,
        simulation: Simulation,
        ask_again: AskAgain = nobody_knows,
    ) -> Iterator[Stage]:
        """The company as the run left it, for whoever looks at it: nothing done to it is remembered.

        Raises CannotGoOnError where it cannot be what it was.
        """
        found = taken_up(plan_of(self._store, run), self._store, run)
        first = found.state.begun
        if first is None:
            raise CannotGoOnError("its journal has no first line")
        with loopback_only() as attempts:
            stage = _stage(session, simulation, first, attempts)
            stage.secrets.ask_again = ask_again
            log = self._log_of(run)
            performance = KeptPerformance(stage, NobodyAnswers(), None, log, None)
            _refuse_gap(performance.lead_through(log.entries()), found.state)
            stage.clock.move_to(found.state.now)
            yield stage

    def _asked(self, run: str) -> dict[int, datetime]:
        """When each question was first put: scripted people think from then on, whoever drives the run."""
        found: dict[int, datetime] = {}
        plan = plan_of(self._store, run)
        for event, commands, _ in fold(plan, events_of(self._store.read(run))):
            for one in commands:
                if isinstance(one, AskPeople):
                    found.setdefault(one.question, event.at)
        return found

    def _log_of(self, run: str) -> WorldLog:
        return log_of(self._folder, run, shared=self._shared)


class _Scene:
    """A `host.kept.Scene`: one company, and the log that makes it again."""

    def __init__(
        self,
        stage: Stage,
        people: People,
        log: WorldLog,
        presence: Presence,
        observer: Observer,
        real_now: Callable[[], datetime],
    ) -> None:
        self._stage = stage
        self._log = log
        self._presence = presence
        self._observer = observer
        self._real_now = real_now
        self._performance = KeptPerformance(stage, people, None, log, self)

    @property
    def world(self) -> SimulatedWorld:
        return self._performance.world

    def observe(self, turn: Turn) -> None:
        self._performance.observe(turn)
        self._presence.see(turn)
        self._observer(turn)

    def resume(self, state: RunState, waiting: Waiting | None) -> None:
        _refuse_gap(self._performance.lead_through(self._log.entries()), state)
        now = state.now + TAKEN_UP_AFTER
        if waiting is not None:
            # It goes on living while nobody drives it, as a real company would.
            now = self._real_now() - waiting.behind
        self._stage.clock.move_to(max(state.now, now))

    def letting_go(self) -> bool:
        """Never between a call and its intent: here a call takes no time."""
        return False

    def behind(self, moment: datetime) -> timedelta:
        return self._real_now() - moment

    def wait(self, now: datetime, until: datetime | None) -> Done | None:
        """Its world's `Pace`."""
        return self._presence.wait(now, until, quiet=self.world.only_by_the_clock())


def simulation_of(texts: Mapping[str, str]) -> Simulation | None:
    """What the company of a run is set up from; None for a run of another kind."""
    text = texts.get(SIMULATION)
    return None if text is None else from_line(text, Simulation)


def world_file(folder: Path, run: str) -> Path:
    """Where the company of `run` is remembered."""
    return folder / "worlds" / f"{run}.jsonl"


def log_of(folder: Path, run: str, *, shared: bool) -> WorldLog:
    """What the simulated company of `run` remembers, or the one beside it."""
    return WorldLog(world_file(folder, run), shared=shared)


def _stage(
    session: RehearsalSession, simulation: Simulation, first: Started, attempts: Attempts
) -> Stage:
    return session.open_world(
        simulation.path,
        simulation.world,
        attempts=attempts,
        started=first.began,
        operator=first.operator,
    )


def _people(stage: Stage, simulation: Simulation) -> People:
    return direct(stage, None).people if simulation.people == "scripted" else NobodyAnswers()


def _refuse_gap(made: int, state: RunState) -> None:
    """A company that remembers no call at all, though some have ended, is not the run's."""
    lost = sum(one.of is not None for one in state.calls.values())
    if not made and state.numbers.call > len(state.calls) + lost:
        raise CannotGoOnError(
            "the simulated company's log is missing, so the company cannot be what it was"
        )
