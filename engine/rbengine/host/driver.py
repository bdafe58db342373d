"""The one loop that drives runs: take an event, advance, write it down, do what comes next.

A turn is written in one transaction before anything it commands is done, and the intent of every call
(`CallBegan`) is part of it: no call is ever made whose intent is not on record.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import msgspec

from rbengine.host.errors import CannotGoOnError
from rbengine.host.journal import JournalStore, SavedState, Waiting
from rbengine.runtime.commands import (
    AskPeople,
    Command,
    Finish,
    NotifyRequest,
    Perform,
    Show,
    StartTimer,
    StopTimer,
    Withdraw,
)
from rbengine.runtime.events import CallBegan, Closed, Event, Parked, Resumed

S = TypeVar("S")

Advance = Callable[[S, Event], tuple[S, Sequence[Command]]]


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One event, what it made the machine command, and the state after it."""

    event: Event
    commands: tuple[Command, ...]
    state: object
    """A RunState of the machine; `runtime.saved.encode_state` writes it down."""


Observer = Callable[[Turn], None]


class LookAgain(msgspec.Struct, frozen=True):
    """Nothing has happened to the run so far; something may have been sent to it."""


class World(Protocol):
    """What a run acts on: backends, time, people. The simulated one jumps, a local one waits."""

    def now(self) -> datetime:
        """The moment of whatever happens now."""
        ...

    def begin(self, call: Perform) -> None:
        """Make this call; its end comes out of `next`."""
        ...

    def start_timer(self, timer: StartTimer) -> None:
        """Let it come out of `next` when it is due; what is due already, at once."""
        ...

    def stop_timer(self, timer: StopTimer) -> None:
        """It never fires. One that has fired, or never was, is fine."""
        ...

    def ask(self, question: AskPeople) -> None:
        """Put it to people; answers come out of `next`."""
        ...

    def withdraw(self, question: Withdraw) -> None:
        """No answer to it is waited for any more."""
        ...

    def next(self) -> Event | LookAgain | None:
        """What happens next, waiting for it; None where nothing ever will. Raises CannotGoOnError.

        Where time really passes: LookAgain every now and then, so that what was sent from elsewhere is taken.
        """
        ...


class Saving(msgspec.Struct, Generic[S], frozen=True, kw_only=True):
    """How a driver writes states down, so that taking a run up need not read all of its journal."""

    encode: Callable[[S], str]
    every: int
    """Lines between two saved states, at least."""


class Driver(Generic[S]):
    """Drives one run over one world. Whoever has a newer epoch of the run stops it by `FencedError`."""

    def __init__(
        self,
        *,
        run: str,
        epoch: int,
        store: JournalStore,
        world: World,
        advance: Advance[S],
        observer: Observer | None = None,
        saving: Saving[S] | None = None,
        waiting: Callable[[S, str], Waiting] | None = None,
        letters: Callable[[NotifyRequest], str] | None = None,
        letting_go: Callable[[], bool] = lambda: False,
    ) -> None:
        """`waiting` says what a run that is let go waits for, by its state and the reason: it is then parked.

        `letters` puts the letter of an escalation into words, which then stand in its intent. Once the run is to be
        let go (`letting_go`) no further call is begun; whoever takes it up begins those that were due.
        """
        self._run = run
        self._epoch = epoch
        self._store = store
        self._world = world
        self._advance = advance
        self._observer = observer
        self._saving = saving
        self._saved = 0
        self._waiting = waiting
        self._letters = letters
        self._letting_go = letting_go
        self._taken: tuple[int, ...] = ()

    def begin(self, state: S, started: Event) -> Finish:
        """Drive a new run to its end; `started` stands in the store already."""
        return self._loop(state, started, written=True)

    def take_up(self, state: S, host: str, *, forced: bool = False) -> Finish:
        """Drive on from `state`, which is the fold of all lines of the store; the run must not be over."""
        resumed = Resumed(at=self._world.now(), host=host, epoch=self._epoch, forced=forced)
        return self._loop(state, resumed, written=False)

    def _loop(self, state: S, first: Event, *, written: bool) -> Finish:
        event: Event | None = first
        try:
            while event is not None:
                state, turns = self._turn(state, event, written=written)
                written = False
                finish = self._carry_out(turns)
                if finish is not None:
                    self._store.finish(self._run, self._epoch, finish.outcome)
                    return finish
                event = self._next()
            raise CannotGoOnError("the run waits for something that will never happen")
        except CannotGoOnError as problem:
            self._park(state, str(problem))
            raise

    def _next(self) -> Event | None:
        """What was sent from elsewhere comes first; it happens when it is taken."""
        while True:
            for one in self._store.inbox(self._run):
                self._taken = (one.number,)
                return msgspec.structs.replace(one.event, at=self._world.now())
            event = self._world.next()
            if not isinstance(event, LookAgain):
                return event

    def _park(self, state: S, reason: str) -> None:
        last = self._store.append(
            self._run, self._epoch, [Parked(at=self._world.now(), reason=reason)]
        )
        if self._waiting is None:
            return
        if self._saving is not None:  # whoever takes it up then reads no line but the last
            text = self._saving.encode(state)
            self._store.save_state(self._run, self._epoch, SavedState(seq=last - 1, text=text))
        self._store.park(self._run, self._epoch, self._waiting(state, reason))

    def _carry_out(self, turns: Sequence[Turn]) -> Finish | None:
        finish: Finish | None = None
        if self._observer is not None:
            for turn in turns:
                self._observer(turn)
        for turn in turns:
            for command in turn.commands:
                finish = self._do(command) or finish
        return finish

    def _turn(self, state: S, first: Event, *, written: bool) -> tuple[S, list[Turn]]:
        """Advance over `first` and over the intents and the end that follow from it; all are written together."""
        turns: list[Turn] = []
        waiting = deque([first])
        while waiting:
            event = waiting.popleft()
            state, given = self._advance(state, event)
            held = self._letting_go()
            commands = tuple(
                self._in_words(one) for one in given if not (held and isinstance(one, Perform))
            )
            turns.append(Turn(event=event, commands=commands, state=state))
            for command in commands:
                if isinstance(command, Perform):
                    waiting.append(self._intent(command))
                elif isinstance(command, Finish):
                    waiting.append(Closed(at=self._world.now(), outcome=command.outcome))
        new = [turn.event for turn in turns[1 if written else 0 :]]
        if new:
            last = self._store.append(self._run, self._epoch, new, self._taken)
            self._taken = ()
            due = self._saving is not None and last >= self._saved + self._saving.every
            # The end of a run is read from its last lines, so no state is saved behind them.
            if self._saving is not None and due and not isinstance(new[-1], Closed):
                self._saved = last
                text = self._saving.encode(state)
                self._store.save_state(self._run, self._epoch, SavedState(seq=last, text=text))
        return state, turns

    def _in_words(self, command: Command) -> Command:
        """The command as it is carried out: a letter that was not written so far is written now."""
        if self._letters is None or not isinstance(command, Perform):
            return command
        request = command.request
        if not isinstance(request, NotifyRequest) or request.letter is None or request.written:
            return command
        written = msgspec.structs.replace(request, written=self._letters(request))
        return msgspec.structs.replace(command, request=written)

    def _intent(self, call: Perform) -> CallBegan:
        written = call.request.written if isinstance(call.request, NotifyRequest) else ""
        return CallBegan(at=self._world.now(), call=call.call, written=written)

    def _do(self, command: Command) -> Finish | None:
        world = self._world
        match command:
            case Perform():
                world.begin(command)
            case StartTimer():
                world.start_timer(command)
            case StopTimer():
                world.stop_timer(command)
            case AskPeople():
                world.ask(command)
            case Withdraw():
                world.withdraw(command)
            case Show():
                return None
            case Finish():
                return command
        return None
