"""Runs that survive the process that drives them, whatever they act on: begun here, taken up anywhere.

A run is its journal. What it acts on comes as a `Scene`: a simulated company that is made again from its log
(`rehearsal.kept`), or what is real and needs no making.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from rbengine.contract.codec import to_line
from rbengine.host.driver import Driver, Saving, Turn, World
from rbengine.host.errors import CannotGoOnError, JournalError, ParkedError
from rbengine.host.journal import (
    FencedError,
    JournalStore,
    RunExistsError,
    RunRecord,
    SavedState,
    Waiting,
    events_of,
)
from rbengine.host.letters import written
from rbengine.host.pace import Done
from rbengine.host.processes import this_process
from rbengine.host.taking_up import plan_of, taken_up
from rbengine.host.waiting import waiting_of
from rbengine.plan.program import Plan
from rbengine.runtime.commands import Finish
from rbengine.runtime.events import Moved, Person, Started
from rbengine.runtime.machine import advance, begin
from rbengine.runtime.moving import Difference, moved
from rbengine.runtime.saved import encode_state
from rbengine.runtime.state import RunState

_SAVING = Saving(encode=encode_state, every=25)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What came of driving a run for a while. `finish` is None where it was let go: `parked` says why."""

    run: str
    incident: str
    finish: Finish | None
    parked: str
    in_order: bool
    """False where it was let go because something is wrong with what it acts on."""
    head: str


class Presence(Protocol):
    """Who is there while a run is driven, and whether it is to be let go: a `Pace` that sees the run."""

    def see(self, turn: Turn) -> None:
        """The newest turn."""
        ...

    def wait(self, now: datetime, until: datetime | None, *, quiet: bool) -> Done | None:
        """As `Pace.wait`. `quiet`: the run waits for nothing but its timers. Raises ParkedError to let it go."""
        ...

    def letting_go(self) -> bool:
        """Whether `wait` is about to raise."""
        ...


class Scene(Protocol):
    """What one process has of the world that a kept run acts on."""

    @property
    def world(self) -> World:
        """What the driver drives."""
        ...

    def observe(self, turn: Turn) -> None:
        """Each turn, once it is written down and before anything of it is done."""
        ...

    def resume(self, state: RunState, waiting: Waiting | None) -> None:
        """Be there as the run left it, at the moment when it is taken up. Raises CannotGoOnError where that cannot be.

        `waiting` is what it waited for; None where its process was killed.
        """
        ...

    def letting_go(self) -> bool:
        """Whether the run is to be let go as soon as the calls under way have ended."""
        ...

    def behind(self, moment: datetime) -> timedelta:
        """How far `moment` of this world lies behind the real time; 0 where it is real itself."""
        ...


OpenScene = Callable[[Started], AbstractContextManager[Scene]]


class KeptRuns:
    """Begins runs in `store` and takes them up. `letter` is the project's template of an escalation, empty for the
    product's."""

    def __init__(self, store: JournalStore, *, letter: str = "") -> None:
        self._store = store
        self._letter = letter

    def begin(
        self,
        plan: Plan,
        texts: Mapping[str, str],
        first: Callable[[Sequence[RunRecord]], Started],
        scene: OpenScene,
    ) -> Kept:
        """Begin a run and drive it as far as it goes. `texts` are what it stands on, by name.

        `first` makes its first event (`host.starting.first_event`), with ids after those of the runs that it is given.
        Raises AlreadyOpenError, MissingInputError, JournalError.
        """
        started, epoch = self._made(plan, texts, first)
        with scene(started) as opened:
            driver = self._driver(started.run, epoch, opened)
            return self._driven(started, lambda: driver.begin(begin(plan), started))

    def take_up(self, run: str, scene: OpenScene, *, force: bool = False) -> Kept:
        """Drive the run on from where it stands. A run that is over is opened once more where something was sent to it
        since.

        Raises OwnedError, DamagedError, ForgottenError, NoSuchRunError, CannotGoOnError, JournalError.
        """
        before = self._store.record(run)
        epoch = self._store.acquire(run, this_process(), force=force)
        taken = self._store.record(run)
        try:
            return self._taken_up(before, epoch, scene, forced=taken.contested)
        except BaseException:
            # Whoever cannot write its first line has not taken it up: it waits as before, for `tick` too.
            with suppress(JournalError, FencedError):
                self._give_back(before, taken)
            raise

    def _taken_up(self, before: RunRecord, epoch: int, scene: OpenScene, *, forced: bool) -> Kept:
        store, run = self._store, before.run
        found = taken_up(plan_of(store, run), store, run)
        state, first = found.state, found.state.begun
        if first is None:
            raise CannotGoOnError("its journal has no first line")
        if before.outcome:
            store.reopen(run, epoch)
        if found.finish is not None and not store.inbox(run):  # its process died after the end
            store.finish(run, epoch, found.finish.outcome)
            return self._kept(first, found.finish, "", in_order=True)
        with scene(first) as opened:
            try:
                opened.resume(state, before.waiting)
            except CannotGoOnError as problem:
                behind = opened.behind(state.now)
                store.park(run, epoch, waiting_of(state, str(problem), behind))
                return self._let_go(first, problem)
            driver, host = self._driver(run, epoch, opened), this_process().host
            return self._driven(first, lambda: driver.take_up(state, host, forced=forced))

    def _give_back(self, before: RunRecord, taken: RunRecord) -> None:
        store, run = self._store, before.run
        if store.record(run).last != taken.last:
            return
        if before.outcome:
            store.finish(run, taken.epoch, before.outcome)
        elif before.waiting is not None:
            store.park(run, taken.epoch, before.waiting)

    def move(
        self, run: str, plan: Plan, texts: Mapping[str, str], person: Person
    ) -> Difference | None:
        """Let the run go on over `plan`, made of `texts`; the first difference where its journal does not fold over it.

        What it acts on stays what it began on. Raises OwnedError, DamagedError, JournalError.
        """
        store = self._store
        before = store.record(run)
        old = plan_of(store, run)
        epoch = store.acquire(run, this_process())
        state = moved(old, plan, events_of(store.read(run)))
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

    def _made(
        self,
        plan: Plan,
        texts: Mapping[str, str],
        first: Callable[[Sequence[RunRecord]], Started],
    ) -> tuple[Started, int]:
        """The run in the store. Two processes may want one id: the slower of them takes the next."""
        while True:
            started = first(self._store.runs())
            try:
                epoch = self._store.create(plan.id, started, to_line(plan), this_process(), texts)
            except RunExistsError:
                continue
            return started, epoch

    def _driver(self, run: str, epoch: int, scene: Scene) -> Driver[RunState]:
        return Driver(
            run=run, epoch=epoch, store=self._store, world=scene.world, advance=advance,
            observer=scene.observe, saving=_SAVING,
            waiting=lambda state, reason: waiting_of(
                state, reason, scene.behind(scene.world.now())
            ),
            letters=lambda request: written(
                request, self._letter, run, self._store.record(run).head
            ),
            letting_go=scene.letting_go,
        )  # fmt: skip

    def _driven(self, first: Started, drive: Callable[[], Finish]) -> Kept:
        try:
            finish = drive()
        except CannotGoOnError as problem:
            return self._let_go(first, problem)
        return self._kept(first, finish, "", in_order=True)

    def _let_go(self, first: Started, problem: CannotGoOnError) -> Kept:
        return self._kept(first, None, str(problem), in_order=isinstance(problem, ParkedError))

    def _kept(self, first: Started, finish: Finish | None, parked: str, *, in_order: bool) -> Kept:
        return Kept(
            run=first.run,
            incident=first.incident,
            finish=finish,
            parked=parked,
            in_order=in_order,
            head=self._store.record(first.run).head,
        )


def files_of(texts: Mapping[str, str]) -> dict[str, str]:
    """The files among a run's texts, by path: their names have a dot. The others say what the run acts on."""
    return {name: text for name, text in texts.items() if "." in name}
