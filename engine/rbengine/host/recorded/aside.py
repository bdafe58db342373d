"""A recording beside a live run: it answers for the adapters that are not live, as long after the incident's start."""

from collections.abc import Collection
from datetime import datetime
from threading import Lock

from rbengine.host.driver import Turn
from rbengine.host.recorded.answering import Answers
from rbengine.host.recorded.held import Held, only
from rbengine.runtime.commands import Perform
from rbengine.runtime.events import Event
from rbengine.runtime.state import RunState


class RecordedAside:
    """`host.live.aside.Aside` for `adapters`. Its changes are theirs; what the run changes live it does not know."""

    def __init__(self, held: Held, adapters: Collection[str]) -> None:
        self._answers = Answers(only(held, adapters))
        self._one = Lock()  # calls come from several threads

    def make(self, call: Perform, now: datetime) -> Event:
        """The recorded answer. Raises CannotGoOnError where the recording holds none."""
        with self._one:
            event, _ = self._answers.make(call, now)
        return event

    def resume(self, state: RunState) -> None:
        """A recording does not change; what the run has done of it, the first turn says."""

    def see(self, turn: Turn) -> None:
        """The newest turn; the first says how much later than the recorded run this one began."""
        with self._one:
            self._answers.see(turn)
