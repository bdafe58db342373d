"""Where a host's time comes from. Nothing below the host may ask for it."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Says what time it is, always aware and in UTC."""

    def now(self) -> datetime: ...


class VirtualClock:
    """Time that stands still until it is moved, and never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Jump to `moment`; one that has passed already leaves the clock where it is."""
        if moment > self._now:
            self._now = moment.astimezone(UTC)
