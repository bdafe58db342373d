"""Journals in memory: for rehearsals, and the first to keep the contract of every store."""

from collections.abc import Sequence

import msgspec

from rbengine.contract.codec import to_line
from rbengine.host.journal import (
    AlreadyOpenError,
    FencedError,
    NoSuchRunError,
    RunExistsError,
    RunRecord,
    SavedState,
    Sent,
    Waiting,
    line_of,
)
from rbengine.runtime.events import Event, Started


class _Run:
    def __init__(self, record: RunRecord, plan: str, first: str, inputs: str) -> None:
        self.record = record
        self.plan = plan
        self.lines = [first]
        self.inputs = inputs
        self.state: SavedState | None = None
        self.sent: dict[str, Sent] = {}
        self.taken: set[int] = set()


class MemoryStore:
    """Keeps runs for as long as it lives. Lines are kept as text, so that nothing but text survives in them."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self._plans: dict[str, str] = {}

    def create(self, runbook: str, started: Started, plan: str, owner: str) -> int:
        if started.run in self._runs:
            raise RunExistsError(started.run)
        inputs = to_line(started.inputs)
        for other in self._runs.values():
            record = other.record
            if (record.runbook, record.outcome, other.inputs) == (runbook, "", inputs):
                raise AlreadyOpenError(record.run)
        plan = self._plans.setdefault(started.plan, plan)
        record = RunRecord(
            run=started.run, incident=started.incident, runbook=runbook,
            began=started.began, owner=owner, epoch=1, last=1,
        )  # fmt: skip
        self._runs[started.run] = _Run(record, plan, line_of(1, started), inputs)
        return 1

    def acquire(self, run: str, owner: str) -> int:
        kept = self._kept(run)
        epoch = kept.record.epoch + 1
        kept.record = msgspec.structs.replace(kept.record, owner=owner, epoch=epoch, waiting=None)
        return epoch

    def append(
        self, run: str, epoch: int, events: Sequence[Event], taken: Sequence[int] = ()
    ) -> int:
        kept = self._owned(run, epoch)
        last = kept.record.last
        lines = [line_of(last + number, event) for number, event in enumerate(events, start=1)]
        kept.lines.extend(lines)
        kept.taken.update(taken)
        kept.record = msgspec.structs.replace(kept.record, last=last + len(lines))
        return kept.record.last

    def send(self, run: str, event: Event, key: str) -> None:
        sent = self._kept(run).sent
        sent.setdefault(key, Sent(number=len(sent) + 1, event=event))

    def inbox(self, run: str) -> Sequence[Sent]:
        kept = self._kept(run)
        return tuple(one for one in kept.sent.values() if one.number not in kept.taken)

    def park(self, run: str, epoch: int, waiting: Waiting) -> None:
        kept = self._owned(run, epoch)
        kept.record = msgspec.structs.replace(kept.record, waiting=waiting)

    def read(self, run: str, after: int = 0) -> Sequence[str]:
        return tuple(self._kept(run).lines[after:])

    def save_state(self, run: str, epoch: int, state: SavedState) -> None:
        self._owned(run, epoch).state = state

    def latest_state(self, run: str) -> SavedState | None:
        return self._kept(run).state

    def plan(self, run: str) -> str:
        return self._kept(run).plan

    def finish(self, run: str, epoch: int, outcome: str) -> None:
        kept = self._owned(run, epoch)
        kept.record = msgspec.structs.replace(kept.record, outcome=outcome)

    def runs(self) -> tuple[RunRecord, ...]:
        return tuple(self._runs[run].record for run in sorted(self._runs))

    def _kept(self, run: str) -> _Run:
        kept = self._runs.get(run)
        if kept is None:
            raise NoSuchRunError(run)
        return kept

    def _owned(self, run: str, epoch: int) -> _Run:
        kept = self._kept(run)
        if kept.record.epoch != epoch:
            raise FencedError(f"{run}: epoch {epoch} is over, {kept.record.owner} has it now")
        return kept
