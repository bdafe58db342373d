"""One run played on a stage that outlives its process: what happens on it is logged, and led through again."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from rbengine.host.driver import Observer
from rbengine.host.pace import Pace
from rbengine.host.people import People
from rbengine.rehearsal.mishaps import Mishaps
from rbengine.rehearsal.performance import Performance
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.world_log import (
    DoesNotRepeatError,
    Happened,
    Made,
    WorldLog,
    digest_of_end,
)
from rbengine.runtime.commands import NotifyRequest, Perform
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
        head: Callable[[], str],
    ) -> None:
        """`head` gives the journal's head of this moment: it goes with every escalation."""
        self._log = log
        self._head = head
        self._again = False
        super().__init__(stage, people, observer, Mishaps(), pace)

    def lead_through(self, entries: Iterable[Made | Happened]) -> int:
        """Let everything that has happened happen again; how many calls that were. Raises DoesNotRepeatError.

        Secrets that calls gave are forgotten again: they stood in the memory of a process that is gone.
        """
        made = 0
        self._again = True
        for entry in entries:
            self._stage.clock.move_to(entry.at)
            if isinstance(entry, Made):
                made += 1
                event, took = super()._make(entry.call, entry.at)
                if digest_of_end(event, took) != entry.digest:
                    raise DoesNotRepeatError(entry)
            elif not self.world.happen():
                raise DoesNotRepeatError(entry)
        self._again = False
        self._stage.secrets.forget()
        return made

    def _make(self, call: Perform, now: datetime) -> tuple[Event, timedelta]:
        call = self._with_head(call)
        event, took = super()._make(call, now)
        self._log.add(Made(at=now, call=call, digest=digest_of_end(event, took)))
        return event, took

    def _with_head(self, call: Perform) -> Perform:
        """Whoever is told of an escalation holds a head that nobody who may write the journal can change."""
        request = call.request
        if not isinstance(request, NotifyRequest) or request.about != "escalation":
            return call
        text = f"{request.text}\n\nJournal head: {self._head()}".strip()
        return replace(call, request=replace(request, text=text))

    def _around(self, happen: Callable[[], None]) -> None:
        super()._around(happen)
        if not self._again:
            self._log.add(Happened(at=self._stage.clock.now()))
