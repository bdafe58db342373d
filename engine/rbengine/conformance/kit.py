"""What an author gives to the kit, and the checks that come of it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial

import msgspec

from rbengine.conformance.bench import Bench, promised, signed
from rbengine.contract.outcomes import Outcome, RefusalKind
from rbengine.contract.values import Value

LATER = timedelta(hours=1)
"""When a lost call is looked after: every fault is over."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One call of one operation, and how it ends."""

    operation: str
    """Without the adapter's name."""
    arguments: Mapping[str, Value] = {}
    """What is given; the rest takes its defaults."""
    world: tuple[tuple[str, Mapping[str, Value]], ...] = ()
    """World lines that come before it: `("klaxon.service", {"name": "shop"})`."""
    before: Mapping[str, Value] | None = None
    """The arguments of the same operation, called with the same key before it."""
    refused: RefusalKind | None = None
    """With what it is refused; None: it succeeds."""
    count: int | None = None
    """How many entries its list has: more than the vendor puts into one answer, so that all are asked for."""

    def __str__(self) -> str:
        return self.operation if self.refused is None else f"{self.operation} {self.refused}"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that every adapter keeps. Calling it raises NonconformanceError where this one does not."""

    name: str
    work: Callable[[], None]

    def __call__(self) -> None:
        self.work()

    def __str__(self) -> str:
        return self.name


class Kit(msgspec.Struct, frozen=True, kw_only=True):
    """The kit for one adapter, installed with its simulator."""

    adapter: str
    cases: tuple[Case, ...]
    """At least one that succeeds for each operation."""
    settings: Mapping[str, str] = {}
    """Settings beside those of its simulator."""
    secret_settings: frozenset[str] = frozenset()
    """Names of settings that are secret: their values stand in no text."""
    vendor: str = ""
    """What faults are given for; the adapter's name where it is left out."""

    def checks(self) -> tuple[Check, ...]:
        """All of them, each with a name of its own. Nothing is loaded before they are called."""
        from rbengine.conformance import calls, hostile, promises

        found: list[Check] = []
        for checks in (promises.checks, calls.checks, hostile.checks):
            found += [Check(name=name, work=work) for name, work in checks(self)]
        return tuple(found)

    @property
    def faulty(self) -> str:
        """The vendor that faults are given for."""
        return self.vendor or self.adapter

    def successes(self) -> Iterator[Case]:
        """Cases that succeed, the first of each operation."""
        seen: set[str] = set()
        for case in self.cases:
            if case.refused is None and case.operation not in seen:
                seen.add(case.operation)
                yield case

    def bench(self, case: Case) -> Bench:
        """A new company in which the case's call can be made."""
        bench = Bench(settings=self.settings)
        for line, arguments in case.world:
            bench.arrange(line, **arguments)
        bench.company.begin()
        if case.before is not None:
            bench.make(self.full_name(case), case.before)
        return bench

    def call(self, bench: Bench, case: Case) -> Outcome:
        """Make the case's call."""
        return bench.make(self.full_name(case), case.arguments)

    def full_name(self, case: Case) -> str:
        """`klaxon.page`."""
        return f"{self.adapter}.{case.operation}"

    def changes(self, case: Case) -> bool:
        """Whether the signature says that the case's operation does more than look."""
        return promised(self.full_name(case)).effect != "observe"

    def declared(self, case: Case) -> frozenset[str]:
        """Every kind with which the case's operation may be refused."""
        return EVERY_CALL | frozenset(promised(self.full_name(case)).refusals)

    def lacking(self) -> tuple[str, ...]:
        """Operations of the signature without a case that succeeds."""
        have = {one.operation for one in self.successes()}
        return tuple(one.name for one in signed(self.adapter).operations if one.name not in have)


EVERY_CALL: frozenset[str] = frozenset(
    {"unavailable", "rate_limited", "timeout", "unauthorized", "invalid"}
)
"""What any call may be refused with, declared or not: `invalid` where its arguments or the settings are wrong."""

Named = tuple[str, Callable[[], None]]
"""A check's name and its work."""


def each(
    name: str, work: Callable[[Kit, Case], None], kit: Kit, cases: Iterator[Case]
) -> Iterator[Named]:
    """The check for each of the cases, numbered where an operation has several."""
    seen: dict[str, int] = {}
    for case in cases:
        number = seen[str(case)] = seen.get(str(case), 0) + 1
        which = f"{case} {number}" if number > 1 else str(case)
        yield f"{which}: {name}", partial(work, kit, case)
