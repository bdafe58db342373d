"""A simulated company beside a live run: it answers for the adapters that are not live, at the real time."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Lock

from rbengine.host.driver import Turn
from rbengine.host.schedule import Schedule
from rbengine.rehearsal.company.webhooks import Delivery
from rbengine.rehearsal.stage import Stage
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Event


class SimulatedAside:
    """`host.live.aside.Aside`. A call takes no time of its own; the company lives on between two of them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._around: Schedule[Callable[[], None]] = Schedule()
        self._one = Lock()  # calls come from several threads, and the company is one

    def make(self, call: Perform, now: datetime) -> Event:
        """The end of the call."""
        with self._one:
            self._live_until(now)
            event = self._stage.calls.perform(call, now)
            self._stage.company.take_latency()
            self._take_what_comes()
            return event

    def see(self, turn: Turn) -> None:
        """The company does not look at runs."""

    def _live_until(self, now: datetime) -> None:
        """Let everything happen that was due by now."""
        self._take_what_comes()
        while (due := self._around.next_at()) is not None and due <= now:
            taken = self._around.take()
            if taken is not None:
                moment, happen = taken
                self._stage.clock.move_to(moment)
                happen()
                self._take_what_comes()
        self._stage.clock.move_to(now)

    def _take_what_comes(self) -> None:
        company = self._stage.company
        for moment, happen in company.due_work():
            self._around.add(moment, happen)
        for one in company.due_events():
            moment = one.at + self._stage.handling_time(one.event)
            self._around.add(moment, partial(self._deliver, one))

    def _deliver(self, delivery: Delivery) -> None:
        self._stage.company.deliver(delivery)
