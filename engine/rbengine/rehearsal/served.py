"""A world that programs outside may use: its vendors over HTTP, its database, its webhooks at their time.

Time is given from outside and never goes back; whoever serves the world lets it run.
"""

import heapq
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from rbengine.rehearsal.company.webhooks import Delivery
from rbengine.rehearsal.stage import Stage

_NOT_PASSED_ON = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "keep-alive", "transfer-encoding"}
)
"""Headers about the connection to us, not about the request."""


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A vendor's answer. `took` is how long the vendor worked on it, in the world's time."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    took: timedelta


class ServedWorld:
    """One company, set up. Not for several threads at once."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._coming: list[tuple[datetime, int, Delivery]] = []
        self._numbers = 0
        self._take_deliveries()

    @property
    def providers(self) -> tuple[str, ...]:
        """Names by which vendors are asked, sorted."""
        return self._stage.company.providers

    @property
    def start(self) -> datetime:
        """When the world begins."""
        return self._stage.setting.start

    def database(self) -> str:
        """The name of its database, with the world's rows in it. Raises CannotGoOnError where none can be had."""
        return self._stage.database.get().name

    def move_to(self, moment: datetime) -> list[str]:
        """Let time come to `moment`: webhooks that were due are delivered to the company's program, and told."""
        told = []
        while self._coming and self._coming[0][0] <= moment:
            due, _, delivery = heapq.heappop(self._coming)
            self._stage.clock.move_to(due)
            company = self._stage.company
            kind = company.stripe.event(delivery.event)["type"]
            status = company.deliver(delivery)
            company.take_latency()
            self._take_deliveries()
            if status is not None:
                told.append(f"webhook {kind} {delivery.event}: {status}")
        self._stage.clock.move_to(moment)
        return told

    def ask(
        self, provider: str, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Served | None:
        """What the vendor answers to a request for `target` (path and query); None where no answer comes.

        Raises CannotBeSimulatedError for what no model knows.
        """
        import httpx

        company = self._stage.company
        passed = {name: one for name, one in headers.items() if name.lower() not in _NOT_PASSED_ON}
        try:
            found = company.client(provider).request(method, target, headers=passed, content=body)
        except httpx.ReadTimeout:
            company.take_latency()
            return None
        finally:
            self._take_deliveries()
        return Served(
            status=found.status_code,
            headers={name: one for name, one in found.headers.items() if name != "content-length"},
            content=found.content,
            took=company.take_latency(),
        )

    def _take_deliveries(self) -> None:
        for delivery in self._stage.company.due_events():
            moment = delivery.at + self._stage.handling_time(delivery.event)
            self._numbers += 1
            heapq.heappush(self._coming, (moment, self._numbers, delivery))
