"""Webhooks on their way: what a vendor wants to tell the company's program, and when it tries again."""

from datetime import datetime, timedelta

import msgspec

from rbengine.rehearsal.company.exchange import Object

RETRY_AFTER = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=12),
)
"""Pauses between attempts, the last one repeated. The vendor promises only growing pauses for three days."""

GIVE_UP_AFTER = timedelta(days=3)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One webhook as the company's program receives it. `body` is the vendor's whole event object."""

    vendor: str
    id: str
    type: str
    at: datetime
    body: Object


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to deliver the event `event` at `at`. The host calls `Company.deliver` with it then."""

    event: str
    endpoint: str = ""
    """At which endpoint; empty where the world names none."""
    at: datetime
    first: datetime
    """When the first attempt was due: the vendor gives up three days later."""
    attempt: int = 1
    duplicate: bool = False
    """A second delivery of what may have been delivered already."""

    def again(self) -> "Delivery | None":
        """The next attempt after this one failed, or None where the vendor gives up."""
        pause = RETRY_AFTER[min(self.attempt, len(RETRY_AFTER)) - 1]
        at = self.at + pause
        if at - self.first > GIVE_UP_AFTER:
            return None
        return msgspec.structs.replace(self, at=at, attempt=self.attempt + 1)


class Outbox:
    """Deliveries that the host has not yet taken over into its schedule."""

    def __init__(self) -> None:
        self._waiting: list[Delivery] = []

    def add(self, delivery: Delivery) -> None:
        """Hand `delivery` to the host."""
        self._waiting.append(delivery)

    def take(self) -> tuple[Delivery, ...]:
        """All new deliveries, oldest first; each is handed out once."""
        taken = tuple(sorted(self._waiting, key=lambda one: one.at))
        self._waiting.clear()
        return taken
