"""One run played on a stage that outlives its process: what happens on it is logged, and led through again."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from rbengine.host.driver import Observer
from rbengine.host.pace import Pace
from rbengine.host.people import People
from rbengine.rehearsal.logged_calls import LoggedCalls
from rbengine.rehearsal.mishaps import Mishaps
from rbengine.rehearsal.performance import Performance
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.world_log import DoesNotRepeatError, Happened, Made, WorldLog
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Event


class KeptPerformance(Performance):
    """`Performance` with a log."""

    def __init__(
        self,
        stage: Stage,
        people: People,
        observer: Observer | None,
        log: WorldLog,
        pace: Pace | None,
    ) -> None:
        self._log = log
        self._calls = LoggedCalls(super()._make, stage.secrets, log)
        self._again = False
        super().__init__(stage, people, observer, Mishaps(), pace)

    def lead_through(self, entries: Iterable[Made | Happened]) -> int:
        """Let everything that has happened happen again; how many calls that were.

        Secrets that calls gave are forgotten again: they stood in the memory of a process that is gone.
        Raises DoesNotRepeatError, NeedsSecretError.
        """
        made = 0
        self._again = True
        for entry in entries:
            self._stage.clock.move_to(entry.at)
            if isinstance(entry, Made):
                made += 1
                self._calls.repeat(entry)
            elif not self.world.happen():
                raise DoesNotRepeatError(entry)
        self._again = False
        self._stage.secrets.forget_what_calls_gave()
        return made

    def _make(self, call: Perform, now: datetime) -> tuple[Event, timedelta]:
        return self._calls.make(call, now)

    def _watching(self, label: str) -> AbstractContextManager[None]:  # noqa: ARG002
        """Nobody expects anything of a kept run, so its rows are not looked through around each call."""
        return nullcontext()

    def _around(self, happen: Callable[[], None]) -> None:
        super()._around(happen)
        if not self._again:
            self._log.add(Happened(at=self._stage.clock.now()))
