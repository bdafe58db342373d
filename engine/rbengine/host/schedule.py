"""What will happen on virtual time, in the order of time and, at one moment, of being scheduled."""

import heapq
from collections.abc import Iterable
from datetime import datetime
from typing import Generic, NewType, TypeVar

T = TypeVar("T")

Ticket = NewType("Ticket", int)


class Schedule(Generic[T]):
    """A queue ordered by (moment, sequence)."""

    def __init__(self) -> None:
        self._queue: list[tuple[datetime, Ticket]] = []
        self._waiting: dict[Ticket, T] = {}
        self._sequence = 0

    def add(self, moment: datetime, thing: T) -> Ticket:
        """Let `thing` happen at `moment`."""
        self._sequence += 1
        ticket = Ticket(self._sequence)
        self._waiting[ticket] = thing
        heapq.heappush(self._queue, (moment, ticket))
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """It will not happen; one that has happened is fine."""
        self._waiting.pop(ticket, None)

    def next_at(self) -> datetime | None:
        """When the next thing happens; None where nothing waits."""
        while self._queue and self._queue[0][1] not in self._waiting:
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def waiting(self) -> Iterable[Ticket]:
        """Tickets of everything that will happen, in no order."""
        return self._waiting.keys()

    def take(self) -> tuple[datetime, T] | None:
        """The next thing with its moment, taken out; None where nothing waits."""
        while self._queue:
            moment, ticket = heapq.heappop(self._queue)
            thing = self._waiting.pop(ticket, None)
            if thing is not None:
                return moment, thing
        return None
