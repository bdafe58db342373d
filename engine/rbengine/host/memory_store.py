"""Journals in memory: for rehearsals, and the first to keep the contract of every store."""

from collections.abc import Mapping, Sequence

import msgspec

from rbengine.host.chain import digest_of, first_head, next_head
from rbengine.host.journal import (
    AlreadyOpenError,
    Audit,
    FencedError,
    ForgottenError,
    Lives,
    NoSuchRunError,
    OwnedError,
    Owner,
    RunExistsError,
    RunRecord,
    SavedState,
    Sent,
    StillOpenError,
    Waiting,
    in_order,
    line_of,
    order_of,
    sameness_of,
)
from rbengine.runtime.events import Event, Resumed, Started

_NO_TEXTS: Mapping[str, str] = {}


class _Run:
    def __init__(
        self, record: RunRecord, plan: str, texts: Mapping[str, str], first: Started
    ) -> None:
        self.record = record
        self.plan = plan
        self.texts = dict(texts)
        self.lines = [line_of(1, first)]
        self.digests: list[bytes] = []
        """Of lines that were forgotten."""
        self.inputs = sameness_of(first)
        self.at = first.at
        self.state: SavedState | None = None
        self.sent: dict[str, Sent] = {}
        self.taken: set[int] = set()


class MemoryStore:
    """Keeps runs for as long as it lives. Lines are kept as text, so that nothing but text survives in them."""

    def __init__(self, lives: Lives = lambda owner: False) -> None:  # noqa: ARG005
        self._lives = lives
        self._runs: dict[str, _Run] = {}
        self._plans: dict[str, str] = {}

    def create(
        self,
        runbook: str,
        started: Started,
        plan: str,
        owner: Owner,
        texts: Mapping[str, str] = _NO_TEXTS,
    ) -> int:
        if started.run in self._runs:
            raise RunExistsError(started.run)
        inputs = sameness_of(started)
        self._refuse_second(runbook, inputs, started.run)
        plan = self._plans.setdefault(started.plan, plan)
        record = RunRecord(
            run=started.run, incident=started.incident, runbook=runbook,
            began=started.began, owner=owner, epoch=1, last=1, head="",
            profile=started.environment.profile,
        )  # fmt: skip
        self._runs[started.run] = _Run(record, plan, texts, started)
        return 1

    def set_damaged_aside(self, run: str) -> int:
        self._whole(run)
        return 0  # what is in memory alone is what was written

    def acquire(self, run: str, owner: Owner, *, force: bool = False) -> int:
        kept = self._whole(run)
        present = kept.record.owner
        lives = present is not None and present != owner and self._lives(present)
        if present is not None and lives and not force:
            raise OwnedError(run, present)
        epoch = kept.record.epoch + 1
        kept.record = msgspec.structs.replace(
            kept.record, owner=owner, epoch=epoch, waiting=None,
            contested=lives or kept.record.contested,
        )  # fmt: skip
        return epoch

    def append(
        self, run: str, epoch: int, events: Sequence[Event], taken: Sequence[int] = ()
    ) -> int:
        kept = self._owned(run, epoch)
        at = in_order(run, kept.at, events)
        last = kept.record.last
        lines = [line_of(last + number, event) for number, event in enumerate(events, start=1)]
        kept.lines.extend(lines)
        kept.at = at
        kept.taken.update(taken)
        told = any(isinstance(one, Resumed) for one in events)
        kept.record = msgspec.structs.replace(
            kept.record, last=last + len(lines), contested=kept.record.contested and not told
        )
        return kept.record.last

    def send(self, run: str, event: Event, key: str) -> None:
        sent = self._kept(run).sent
        sent.setdefault(key, Sent(number=len(sent) + 1, event=event))

    def inbox(self, run: str) -> Sequence[Sent]:
        kept = self._kept(run)
        return tuple(one for one in kept.sent.values() if one.number not in kept.taken)

    def park(self, run: str, epoch: int, waiting: Waiting) -> None:
        kept = self._owned(run, epoch)
        kept.record = msgspec.structs.replace(kept.record, waiting=waiting, owner=None)

    def read(self, run: str, after: int = 0) -> Sequence[str]:
        return tuple(self._whole(run).lines[after:])

    def save_state(self, run: str, epoch: int, state: SavedState) -> None:
        self._owned(run, epoch).state = state

    def latest_state(self, run: str) -> SavedState | None:
        return self._kept(run).state

    def plan(self, run: str) -> str:
        return self._whole(run).plan

    def texts(self, run: str) -> Mapping[str, str]:
        return self._whole(run).texts

    def move(self, run: str, epoch: int, plan: str, texts: Mapping[str, str]) -> None:
        kept = self._owned(run, epoch)
        kept.plan, kept.texts, kept.state = plan, dict(texts), None

    def finish(self, run: str, epoch: int, outcome: str) -> None:
        kept = self._owned(run, epoch)
        kept.record = msgspec.structs.replace(kept.record, outcome=outcome, owner=None)

    def reopen(self, run: str, epoch: int) -> None:
        kept = self._owned(run, epoch)
        self._refuse_second(kept.record.runbook, kept.inputs, run)
        kept.record = msgspec.structs.replace(kept.record, outcome="")

    def record(self, run: str) -> RunRecord:
        return msgspec.structs.replace(self._kept(run).record, head=self.audit(run).head)

    def runs(self) -> tuple[RunRecord, ...]:
        return tuple(self.record(run) for run in sorted(self._runs, key=order_of))

    def audit(self, run: str, noted: str = "") -> Audit:
        kept = self._kept(run)
        head, place = first_head(run), 0
        for seq, digest in enumerate(kept.digests or map(digest_of, kept.lines), start=1):
            head = next_head(head, digest)
            if noted and not place and head.hex().startswith(noted):
                place = seq
        return Audit(lines=kept.record.last, head=head.hex(), noted=place)

    def aside(self, run: str) -> Sequence[tuple[int, bytes]]:
        self._kept(run)
        return ()  # nothing damages what never leaves memory

    def forget(self, run: str) -> None:
        kept = self._kept(run)
        if not kept.record.outcome:
            raise StillOpenError(run)
        if kept.record.forgotten:
            return
        kept.digests = [digest_of(line) for line in kept.lines]
        kept.lines, kept.inputs, kept.plan, kept.texts = [], "", "", {}
        kept.state = None
        kept.sent.clear()
        kept.record = msgspec.structs.replace(kept.record, forgotten=True, profile="")

    def _refuse_second(self, runbook: str, inputs: str, run: str) -> None:
        for other in self._runs.values():
            record = other.record
            same = (record.runbook, record.outcome, other.inputs) == (runbook, "", inputs)
            if same and record.run != run:
                raise AlreadyOpenError(record.run)

    def _kept(self, run: str) -> _Run:
        kept = self._runs.get(run)
        if kept is None:
            raise NoSuchRunError(run)
        return kept

    def _whole(self, run: str) -> _Run:
        kept = self._kept(run)
        if kept.record.forgotten:
            raise ForgottenError(run)
        return kept

    def _owned(self, run: str, epoch: int) -> _Run:
        kept = self._kept(run)
        if kept.record.epoch != epoch:
            raise FencedError(f"{run}: epoch {epoch} is over, {kept.record.owner} has it now")
        return kept
