"""The clocks a reader must know of: what escalates when, when the MTTR runs out, when a question ends."""

from collections.abc import Sequence
from datetime import datetime

from rbengine.report.durations import coarse
from rbengine.runtime.commands import Command, StartTimer, StopTimer
from rbengine.runtime.events import Event, TimerFired

_WORDS = {"escalation": "escalates in", "mttr": "MTTR in"}


class Clocks:
    """Timers of a run that are running, by number."""

    def __init__(self) -> None:
        self._running: dict[int, StartTimer] = {}

    def see(self, event: Event, commands: Sequence[Command]) -> None:
        """Follow one turn."""
        if isinstance(event, TimerFired):
            self._running.pop(event.timer, None)
        for command in commands:
            match command:
                case StartTimer():
                    self._running[command.timer] = command
                case StopTimer():
                    self._running.pop(command.timer, None)
                case _:
                    continue

    def told(self, now: datetime) -> str:
        """`escalates in 1h 59m · MTTR in 18m`: the next of each kind, nearest first; empty where none runs."""
        nearest: dict[str, datetime] = {}
        for timer in self._running.values():
            if timer.why in _WORDS and timer.due >= now:
                nearest[timer.why] = min(timer.due, nearest.get(timer.why, timer.due))
        ordered = sorted(nearest.items(), key=lambda one: (one[1], one[0]))
        return " · ".join(f"{_WORDS[why]} {coarse(due - now)}" for why, due in ordered)
