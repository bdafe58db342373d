"""A simulated company beside a live run: it answers for the adapters that are not live, at the real time."""

from datetime import datetime
from threading import Lock

from rbengine.host.driver import Turn
from rbengine.rehearsal.by_itself import ByItself
from rbengine.rehearsal.stage import Stage
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Event


class SimulatedAside:
    """`host.live.aside.Aside`. A call takes no time of its own; the company lives on between two of them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._by_itself = ByItself(stage)
        self._one = Lock()  # calls come from several threads, and the company is one

    def make(self, call: Perform, now: datetime) -> Event:
        """The end of the call."""
        with self._one:
            self._by_itself.until(now)
            event = self._stage.calls.perform(call, now)
            self._stage.company.take_latency()
            self._by_itself.look()
            return event

    def see(self, turn: Turn) -> None:
        """The company does not look at runs."""
