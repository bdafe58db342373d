"""What goes wrong with a vendor, and when: windows of virtual time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
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
    "unreachable",  # no connection comes about; nothing happens
    # From here on: it is refused in the vendor's manner, and nothing happens.
    "unauthorized",
    "not_found",
    "conflict",
    "invalid",
]

FAULT_KINDS: tuple[str, ...] = get_args(FaultKind)

SaidNo = Literal["unauthorized", "not_found", "conflict", "invalid"]
"""Faults by which a vendor refuses a request for a reason of its own."""

SAID_NO: tuple[SaidNo, ...] = get_args(SaidNo)

REFUSES: Mapping[str, FaultKind] = {
    "unavailable": "unreachable",  # a vendor that answers 503 leaves open whether it did something
    "rate_limited": "rate_limited",
    **{one: one for one in SAID_NO},
}
"""The fault by which a call is refused with a kind."""

_ABOUT_WHAT_IS_DONE = frozenset({"lost_answer", "garbage_answer", "unreachable", *SAID_NO})
"""Faults that, tied to a call that changes something, spare what it looks at before."""

SLOWDOWN = 30
"""How many times longer a request takes under `slow`."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` holds for `vendor` from `start` (included) to `end` (excluded; None: for good)."""

    vendor: str
    kind: FaultKind
    start: datetime
    end: datetime | None = None
    of_change: bool = False
    """It is tied to a call that changes something."""

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at `at`."""
        return self.start <= at and (self.end is None or at < self.end)

    def spares(self, *, looks: bool) -> bool:
        """Whether a request that only `looks` comes through."""
        return looks and self.of_change and self.kind in _ABOUT_WHAT_IS_DONE


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
        self,
        vendor: str,
        kind: FaultKind,
        start: datetime,
        end: datetime | None = None,
        *,
        of_change: bool = False,
    ) -> Callable[[], None]:
        """Let `kind` hold for `vendor`, until `end` or until what is given is called.

        `of_change`: it is tied to a call that changes something, and meets the change.
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
        fault = Fault(
            vendor=self._vendors[vendor], kind=kind, start=start, end=end, of_change=of_change
        )
        self._faults.append(fault)
        return partial(self._faults.remove, fault)

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Until it is left nothing is wrong with anybody."""
        kept, self._faults = self._faults, []
        try:
            yield
        finally:
            self._faults = kept

    def of_requests(self, vendor: str, at: datetime, *, looks: bool = False) -> FaultKind | None:
        """What is wrong with a request to `vendor` at `at`. `looks`: it changes nothing."""
        for fault in reversed(self._faults):
            if fault.vendor != vendor or fault.kind == "duplicate" or not fault.holds(at):
                continue
            if not fault.spares(looks=looks):
                return fault.kind
        return None

    def duplicates(self, vendor: str, at: datetime) -> bool:
        """Whether webhooks of `vendor` made at `at` are delivered twice."""
        return any(
            one.vendor == vendor and one.kind == "duplicate" and one.holds(at)
            for one in self._faults
        )
