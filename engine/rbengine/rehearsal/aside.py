"""A simulated company beside a live run: it answers for the adapters that are not live, at the real time.

It outlives the process that drives the run, as the real ones do: each call is in a log, and whoever takes the run up
leads a new company through it. What happens there by itself follows from the calls and their moments, and needs none.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from rbengine.host.driver import Turn
from rbengine.host.errors import CannotGoOnError
from rbengine.rehearsal.by_itself import ByItself
from rbengine.rehearsal.logged_calls import LoggedCalls
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.world_log import DoesNotRepeatError, Made, WorldLog
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Event, Started
from rbengine.runtime.state import RunState

LogOf = Callable[[str], WorldLog]
"""The log of the company beside a run."""


class SimulatedAside:
    """`host.live.aside.Aside`. A call takes no time of its own; the company lives on between two of them.

    The run that begins here is remembered where `remembers`; otherwise nothing done here is.
    """

    def __init__(self, stage: Stage, log_of: LogOf, *, remembers: bool) -> None:
        self._stage = stage
        self._by_itself = ByItself(stage)
        self._log_of = log_of
        self._remembers = remembers
        self._log: WorldLog | None = None
        self._calls = LoggedCalls(self._take_effect, stage.secrets, None)
        self._one = Lock()  # calls come from several threads, and the company is one

    def make(self, call: Perform, now: datetime) -> Event:
        """The end of the call. Raises CannotGoOnError, JournalError."""
        with self._one:
            # Of two calls side by side the later one may come first, and time never goes back.
            event, _ = self._calls.make(call, max(now, self._stage.clock.now()))
        return event

    def see(self, turn: Turn) -> None:
        """The newest turn; the first of a run begins its log."""
        if self._remembers and isinstance(turn.event, Started):
            log = self._log_of(turn.event.run)
            log.start_anew()
            self._remember(log)

    def resume(self, state: RunState) -> None:
        """Be again what the run left. Raises CannotGoOnError where that cannot be."""
        begun = state.begun
        if begun is None:
            return
        log = self._log_of(begun.run)
        if not log.is_there and state.numbers.call:
            raise CannotGoOnError(
                "the log of the simulated company beside it is missing, so the company cannot be what it was"
            )
        for entry in log.entries():
            if not isinstance(entry, Made):
                raise DoesNotRepeatError(entry)
            self._calls.repeat(entry)
        self._stage.secrets.forget_what_calls_gave()
        if self._remembers:
            self._remember(log)

    def close(self) -> None:
        """Let go of the log."""
        if self._log is not None:
            self._log.close()

    def _remember(self, log: WorldLog) -> None:
        self._log = log
        self._calls = LoggedCalls(self._take_effect, self._stage.secrets, log)

    def _take_effect(self, call: Perform, now: datetime) -> tuple[Event, timedelta]:
        self._by_itself.until(now)
        event = self._stage.calls.perform(call, now)
        self._stage.database.stop_if_gone()
        took = self._stage.company.take_latency()
        self._by_itself.look()
        return event, took
