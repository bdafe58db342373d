"""A recording beside a live run: it answers for the adapters that are not live, as long after the incident's start."""

from datetime import datetime, timedelta
from threading import Lock

from rbengine.host.driver import Turn
from rbengine.host.recorded.answering import Answers
from rbengine.host.recorded.held import Held
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Event, Started


class RecordedAside:
    """`host.live.aside.Aside`. Its changes are those of the recording; what the run changes live it does not know."""

    def __init__(self, held: Held) -> None:
        self._answers = Answers(held)
        self._first = held.recording.started.at
        self._later = timedelta(0)
        self._one = Lock()  # calls come from several threads

    def make(self, call: Perform, now: datetime) -> Event:
        """The recorded answer. Raises CannotGoOnError where the recording holds none."""
        with self._one:
            event, _ = self._answers.make(call, now - self._later)
        return event

    def see(self, turn: Turn) -> None:
        """The newest turn; the first says how much later than the recorded run this one began."""
        with self._one:
            if isinstance(turn.event, Started):
                self._later = turn.event.at - self._first
            self._answers.see(turn)
