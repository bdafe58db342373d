"""One run on a stage, from its first event to its end, over crashes if the scenario orders them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from rbengine.contract.codec import to_line
from rbengine.contract.values import Value
from rbengine.host.driver import Driver, Observer, Saving, Turn
from rbengine.host.errors import CannotGoOnError
from rbengine.host.journal import Owner
from rbengine.host.memory_store import MemoryStore
from rbengine.host.pace import Pace
from rbengine.host.people import People
from rbengine.host.taking_up import taken_up
from rbengine.rehearsal.coverage import Coverage, coverage, followed
from rbengine.rehearsal.footprints import Footprint
from rbengine.rehearsal.letters import Letter
from rbengine.rehearsal.mishaps import TAKEN_UP_AFTER, CrashedError, Mishaps
from rbengine.rehearsal.performance import Performance
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.starting import first_on_stage
from rbengine.runtime.commands import Finish
from rbengine.runtime.events import Started
from rbengine.runtime.machine import advance, begin
from rbengine.runtime.saved import encode_state
from rbengine.runtime.state import RunState

OWNER = Owner(host="rehearsal", pid=0, began="")

_SAVING = Saving(encode=encode_state, every=25)


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run. `finish` is None where it could not go on: `stopped` says why."""

    started: Started
    finish: Finish | None
    stopped: str
    lines: tuple[str, ...]
    turns: tuple[Turn, ...]
    letters: tuple[Letter, ...]
    footprints: tuple[Footprint, ...]
    coverage: Coverage


class Player:
    """Plays runs on one stage; each is a run of its own, with its own incident."""

    def __init__(self, stage: Stage, engine: str) -> None:
        self._stage = stage
        self._engine = engine
        self._store = MemoryStore()

    def play(
        self,
        *,
        inputs: Mapping[str, Value],
        people: People,
        mishaps: Mishaps,
        observer: Observer | None = None,
        around: Sequence[tuple[datetime, Callable[[], None]]] = (),
        diagnose_only: bool = False,
        verify_only: bool = False,
        pace: Pace | None = None,
    ) -> Played:
        """Drive it to its end. `around` happens around it. Raises MissingInputError."""
        stage, store = self._stage, self._store
        runs = store.runs()
        started = first_on_stage(
            stage,
            # What is run again in the world it left is a new incident, and it begins then.
            began=stage.clock.now() if runs else stage.setting.began,
            others=runs,
            inputs=inputs,
            engine=self._engine,
            diagnose_only=diagnose_only,
            verify_only=verify_only,
        )
        plan, read = followed(stage.plan)
        performance = Performance(stage, people, observer, mishaps, pace)
        for moment, happen in around:
            performance.around(moment, happen)
        epoch = store.create(plan.id, started, to_line(stage.plan), OWNER)
        state: RunState | None = None
        finish: Finish | None = None
        stopped = ""
        while finish is None and not stopped:
            driver = Driver(
                run=started.run, epoch=epoch, store=store, world=performance.world,
                advance=advance, observer=performance.observe, saving=_SAVING,
            )  # fmt: skip
            try:
                finish = (
                    driver.begin(begin(plan), started)
                    if state is None
                    else driver.take_up(state, OWNER.host)
                )
            except CrashedError:
                performance.world.crash()
                stage.secrets.forget()
                stage.clock.move_to(stage.clock.now() + TAKEN_UP_AFTER)
                epoch = store.acquire(started.run, OWNER)
                found = taken_up(plan, store, started.run)
                state, finish = found.state, found.finish
                if finish is not None:
                    store.finish(started.run, epoch, finish.outcome)
            except CannotGoOnError as problem:
                stopped = str(problem)
        turns = tuple(performance.turns)
        return Played(
            started=started, finish=finish, stopped=stopped,
            lines=tuple(store.read(started.run)), turns=turns, letters=tuple(performance.letters),
            footprints=performance.footprints(), coverage=coverage(stage.book, turns, read),
        )  # fmt: skip
