"""Webhooks of vendors that other packages simulate: what they tell the company's program, each in its own manner."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from rbengine.contract.values import Row
from rbengine.rehearsal.company.faults import Faults
from rbengine.rehearsal.company.vendor import Vendor


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to tell the company's program something."""

    id: str
    """The event's own, the same for every attempt."""
    type: str
    subject: Row
    """What `event` is in the app's handler: the record that the adapter's signature names for this type."""
    at: datetime


@runtime_checkable
class Tells(Protocol):
    """What a vendor may offer beside `Vendor`: it sends webhooks."""

    name: str

    def webhooks(self) -> Sequence[Webhook]:
        """Attempts that are new since the last time this was asked, whenever they are due."""
        ...

    def answered(self, webhook: Webhook, status: int) -> Webhook | None:
        """What was answered (503: the program is down, 500: it failed); the next attempt, where there is one."""
        ...


Listens = Callable[[str, str, Row], int]
"""The company's program: vendor, type and subject to its HTTP status."""


class Told:
    """What the company's program is told by such vendors."""

    def __init__(
        self,
        vendors: Callable[[], Iterable[Vendor]],
        faults: Faults,
        by_itself: Callable[[Callable[[], int]], int],
    ) -> None:
        """`by_itself` lets the company's program work."""
        self._vendors = vendors
        self._faults = faults
        self._by_itself = by_itself
        self._tellers: tuple[Tells, ...] | None = None
        """None as long as the company has asked none of its vendors for anything."""
        self._again: list[tuple[Tells, Webhook]] = []
        self.on_webhook: Listens = _nobody_listens
        """The host sets it."""

    def due(self) -> tuple[tuple[Tells, Webhook], ...]:
        """Attempts that are new since the last time; the host calls `tell` with each when it is due."""
        if self._tellers is None:
            vendors = tuple(self._vendors())
            if not vendors:
                return ()
            self._tellers = tuple(one for one in vendors if isinstance(one, Tells))
        found, self._again = self._again, []
        for vendor in self._tellers:
            found += [(vendor, one) for one in vendor.webhooks()]
        return tuple(found)

    def tell(self, vendor: Tells, webhook: Webhook) -> None:
        """Make the attempt, twice under `duplicate`; the vendor says whether there is to be another."""
        status = self._attempt(vendor, webhook)
        if self._faults.duplicates(vendor.name, webhook.at):
            status = self._attempt(vendor, webhook)
        again = vendor.answered(webhook, status)
        if again is not None:
            self._again.append((vendor, again))

    def _attempt(self, vendor: Tells, webhook: Webhook) -> int:
        return self._by_itself(lambda: self.on_webhook(vendor.name, webhook.type, webhook.subject))


def _nobody_listens(vendor: str, type_: str, subject: Row) -> int:  # noqa: ARG001 - nobody reads it
    return 200
