"""What goes wrong with a vendor, and when: windows of virtual time."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Literal, get_args

import msgspec

FaultKind = Literal[
    "unavailable",  # answers 503; nothing happens
    "rate_limited",  # answers 429 in the vendor's manner; nothing happens
    "timeout",  # the request is never taken in and never answered
    "slow",  # everything takes thirty times as long
    "lost_answer",  # it happens, but the answer never comes
    "garbage_answer",  # it happens, but the answer is not the vendor's
    "duplicate",  # each webhook is delivered twice
]

FAULT_KINDS: tuple[str, ...] = get_args(FaultKind)

SLOWDOWN = 30
"""How many times longer a request takes under `slow`."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` holds for `vendor` from `start` (included) to `end` (excluded; None: for good)."""

    vendor: str
    kind: FaultKind
    start: datetime
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at `at`."""
        return self.start <= at and (self.end is None or at < self.end)


class Faults:
    """All faults of a company. Where windows overlap, the one added last decides."""

    def __init__(
        self,
        vendors: Iterable[tuple[str, str]],
        others: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """`vendors`: names that faults are given for, with the vendor that has them; `others`: vendors that are
        looked for where those do not have the name."""
        self._vendors = dict(vendors)
        self._others = others
        self._faults: list[Fault] = []

    def add(
        self, vendor: str, kind: FaultKind, start: datetime, end: datetime | None = None
    ) -> Callable[[], None]:
        """Let `kind` hold for `vendor`, until `end` or until what is given is called.

        Raises ValueError for an unknown vendor or kind, or an empty window.
        """
        if vendor not in self._vendors:
            self._vendors.update((one, one) for one in self._others())
        if vendor not in self._vendors:
            raise ValueError(f"no vendor `{vendor}`; there are {', '.join(sorted(self._vendors))}")
        if kind not in FAULT_KINDS:
            raise ValueError(f"no fault `{kind}`; there are {', '.join(FAULT_KINDS)}")
        if end is not None and end <= start:
            raise ValueError("a fault must end after it began")
        fault = Fault(vendor=self._vendors[vendor], kind=kind, start=start, end=end)
        self._faults.append(fault)
        return partial(self._faults.remove, fault)

    def of_requests(self, vendor: str, at: datetime) -> FaultKind | None:
        """What is wrong with a request to `vendor` at `at`."""
        for fault in reversed(self._faults):
            if fault.vendor == vendor and fault.kind != "duplicate" and fault.holds(at):
                return fault.kind
        return None

    def duplicates(self, vendor: str, at: datetime) -> bool:
        """Whether webhooks of `vendor` made at `at` are delivered twice."""
        return any(
            one.vendor == vendor and one.kind == "duplicate" and one.holds(at)
            for one in self._faults
        )
