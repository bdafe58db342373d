"""The real time, as one process sees it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class RealClock:
    """Wall time that never goes back: where somebody sets it back, it goes on from where it was.

    A machine that slept has been away: the wall clock is ahead then, and is believed. `scale` lets a test live through
    hours in seconds; no setting reaches it.
    """

    def __init__(
        self,
        *,
        scale: float = 1.0,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._scale = scale
        self._wall = wall
        self._stopwatch = stopwatch
        self._began = wall()
        self._last = self._began
        self._counted = stopwatch()

    def now(self) -> datetime:
        """The moment, aware and in UTC."""
        counted = self._stopwatch()
        passed = timedelta(seconds=max(counted - self._counted, 0.0) * self._scale)
        self._counted = counted
        wall = self._began + (self._wall() - self._began) * self._scale
        self._last = max(wall, self._last + passed)
        return self._last

    def seconds(self, moment: datetime) -> float:
        """How long this process has to wait until `moment`; 0 where it has come."""
        return max((moment - self.now()).total_seconds(), 0.0) / self._scale

    def lasting(self, seconds: float) -> timedelta:
        """What passes on this clock while this process waits `seconds`."""
        return timedelta(seconds=seconds * self._scale)
