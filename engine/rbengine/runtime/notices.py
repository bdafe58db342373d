"""What a run shows of itself, as data: the screen, the timeline and the goldens are made of these."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rbengine.contract.changes import ChangePlan
from rbengine.contract.values import Datum
from rbengine.plan.program import SectionKind


class SectionEntered(msgspec.Struct, frozen=True, kw_only=True, tag="section"):
    kind: SectionKind
    finding: str = ""
    again: bool = False
    """A diagnosis read again."""


class StepEntered(msgspec.Struct, frozen=True, kw_only=True, tag="step"):
    label: str
    depth: int = 0


class Bound(msgspec.Struct, frozen=True, kw_only=True, tag="bound"):
    """A name got its value, from a call (`took` is how long) or from an expression (None)."""

    name: str
    value: Datum
    took: timedelta | None = None
    call: str = ""
    """As written, for calls."""
    attempt: int = 1


class CallFailed(msgspec.Struct, frozen=True, kw_only=True, tag="call failed"):
    """`retry_at`: when it is tried again, None for never."""

    call: str
    kind: str
    text: str
    attempt: int
    retry_at: datetime | None = None
    took: timedelta | None = None


class ConditionShown(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a finding, as written, with the values that decided it (`subscription.status` → "active")."""

    text: str
    verdict: Literal["holds", "does not hold", "not judged"]
    operands: tuple[tuple[str, Datum], ...] = ()
    alternative: bool = False
    """A line of an `either`."""


class FindingJudged(msgspec.Struct, frozen=True, kw_only=True, tag="finding"):
    name: str
    title: str
    verdict: Literal["found", "not found", "not judged"]
    conditions: tuple[ConditionShown, ...]
    missing: tuple[str, ...] = ()
    """For `not judged`: the names that are unknown."""


class DiagnosisStopped(msgspec.Struct, frozen=True, kw_only=True, tag="diagnosis stopped"):
    """A `check … else` of `diagnose` did not hold."""

    reason: str


class ResolveSkipped(msgspec.Struct, frozen=True, kw_only=True, tag="resolve skipped"):
    """The finding no longer holds when it is its turn."""

    finding: str


class ChangeShown(msgspec.Struct, frozen=True, kw_only=True, tag="change"):
    """A change with its plan. `again` when it is asked a second time because something moved."""

    label: str
    plan: ChangePlan
    approval: Literal["asked", "free"]
    by: tuple[str, ...] = ()
    again: bool = False


class ChangeDecided(msgspec.Struct, frozen=True, kw_only=True, tag="decided"):
    label: str
    verdict: Literal["approved", "refused", "unanswered"]
    person: str = ""
    role: str = ""


class ChangeDone(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    """`result` only for operations."""

    label: str
    rows: int
    took: timedelta
    result: Datum = Datum(None)


class ChangeTakenBack(msgspec.Struct, frozen=True, kw_only=True, tag="taken back"):
    label: str
    rows: int
    left: int
    """Rows that no longer held what was written, and were not touched."""


class InDoubt(msgspec.Struct, frozen=True, kw_only=True, tag="in doubt"):
    """`verdict` empty while it is being looked for."""

    label: str
    text: str
    verdict: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True, tag="told"):
    """A message went out (or did not: `failure`)."""

    kind: str
    to: tuple[str, ...]
    subject: str
    text: str
    failure: str = ""


class Escalated(msgspec.Struct, frozen=True, kw_only=True, tag="escalated"):
    """`cause`: the policy's clock, the playbook, a failure, or the MTTR."""

    to: tuple[str, ...]
    reason: str
    cause: Literal["clock", "playbook", "failure", "breach", "not judged", "verify"]
    impact: str = ""
    next: str = ""
    as_note: bool = False


class Breached(msgspec.Struct, frozen=True, kw_only=True, tag="breached"):
    """The MTTR ran out."""

    target: timedelta


class Asked(msgspec.Struct, frozen=True, kw_only=True, tag="asked"):
    question: int
    kind: str
    text: str
    by: tuple[str, ...]
    due: datetime


class WasAnswered(msgspec.Struct, frozen=True, kw_only=True, tag="was answered"):
    question: int
    text: str
    verdict: Literal["approved", "refused", "given", "unanswered", "withdrawn"]
    person: str = ""
    role: str = ""
    value: str = ""


class Noted(msgspec.Struct, frozen=True, kw_only=True, tag="noted"):
    text: str


class Skipped(msgspec.Struct, frozen=True, kw_only=True, tag="skipped"):
    """An item left to people."""

    item: str
    reason: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True, tag="waiting"):
    """A `wait`, or a `within` that is not there yet."""

    until: datetime
    text: str
    attempt: int = 0


class Verified(msgspec.Struct, frozen=True, kw_only=True, tag="verified"):
    text: str
    holds: bool


class StepFailed(msgspec.Struct, frozen=True, kw_only=True, tag="step failed"):
    """`handled` when an `on failure` took it."""

    label: str
    kind: str
    text: str
    handled: bool
    origin: tuple[str, int] = ("", 0)
    """File and line."""


class UndoOffered(msgspec.Struct, frozen=True, kw_only=True, tag="undo offered"):
    """Applied changes stand after a failure; newest first. `cannot`: those that have no undo, with why."""

    labels: tuple[str, ...]
    cannot: tuple[tuple[str, str], ...] = ()


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="run ended"):
    outcome: str
    reason: str
    took: timedelta
    """From the incident's start."""
    changes: int
    undone: int
    approvals: int
    escalations: int
    follow_ups: tuple[str, ...] = ()


Notice = (
    SectionEntered | StepEntered | Bound | CallFailed | FindingJudged | DiagnosisStopped | ResolveSkipped | ChangeShown
    | ChangeDecided | ChangeDone | ChangeTakenBack | InDoubt | Told | Escalated | Breached | Asked | WasAnswered | Noted
    | Skipped | Waiting | Verified | StepFailed | UndoOffered | Ended
)  # fmt: skip
