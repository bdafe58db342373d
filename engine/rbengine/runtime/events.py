"""What can happen to a run. A run is the fold of its events over its plan; each is one canonical JSON line.

These types are the journal's format. They only grow: a new field has a default, a new event a new tag.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from rbengine.contract.changes import Applied, ApplyOutcome, PlanOutcome, UndoOutcome
from rbengine.contract.outcomes import Outcome
from rbengine.contract.values import Datum
from rbengine.runtime.local_time import Offsets


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who did it, and in which role."""

    id: str
    name: str
    role: str
    email: str = ""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """What the run is bound to. `backends` says for each adapter: simulated, recorded or live."""

    profile: str
    backends: Mapping[str, str]
    world: str = ""
    """The world's sentence, in a rehearsal."""
    channels: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Contact to `kind:address, …`, for contacts whose channels the settings (or the world) give."""
    places: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Where live adapters said they were when the run began, by setting: `stripe.account`, `postgres.system`."""


class Started(msgspec.Struct, frozen=True, kw_only=True, tag="started"):
    """The first event of every run."""

    at: datetime
    run: str
    incident: str
    began: datetime
    """The incident's start: every clock counts from here, and it may lie before `at`."""
    operator: Person
    plan: str
    """The plan's digest."""
    inputs: Mapping[str, Datum]
    environment: Environment
    engine: str
    diagnose_only: bool = False
    verify_only: bool = False
    """Only the proof: the diagnosis for its values, then `verify`. Nobody is told of anything."""
    rehearsal: bool = False
    due_times: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    """When rungs are due whose time needs a calendar (`next business day`), by their number in the policy's
    severity, from 0, as text. The host knows zones and holidays; without it the machine counts weekdays in UTC."""
    offsets: Offsets = ()
    """The policy's zone around the incident, for the filters `local`, `date` and `time`; without them UTC."""


class CallBegan(msgspec.Struct, frozen=True, kw_only=True, tag="began"):
    """The intent, written before the call is made."""

    at: datetime
    call: int
    written: str = ""
    """Of an escalation in a run that is kept: the letter in words. A provider that is sent another one with the same
    key refuses it, so it is sent again as it stands here."""


class CallEnded(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """An operation, query or notification ended."""

    at: datetime
    call: int
    outcome: Outcome


class ChangePlanned(msgspec.Struct, frozen=True, kw_only=True, tag="planned"):
    """The look before a change ended."""

    at: datetime
    call: int
    outcome: PlanOutcome


class ChangeApplied(msgspec.Struct, frozen=True, kw_only=True, tag="applied"):
    """Applying a change ended. Unsettled means: in doubt."""

    at: datetime
    call: int
    outcome: ApplyOutcome


class ChangeUndone(msgspec.Struct, frozen=True, kw_only=True, tag="undone"):
    """Taking a change back ended."""

    at: datetime
    call: int
    outcome: UndoOutcome


class Settled(msgspec.Struct, frozen=True, kw_only=True, tag="settled"):
    """The look for a change in doubt ended. `verdict` `unclear` goes to a person."""

    at: datetime
    call: int
    verdict: Literal["applied", "not applied", "unclear"]
    evidence: str
    applied: Applied | None = None
    outcome: Outcome | None = None


class TimerFired(msgspec.Struct, frozen=True, kw_only=True, tag="timer"):
    at: datetime
    timer: int


class Approved(msgspec.Struct, frozen=True, kw_only=True, tag="approved"):
    """`digest` of the plan that was shown; empty for an `approve` without one."""

    digest: str = ""


class Declined(msgspec.Struct, frozen=True, kw_only=True, tag="declined"):
    reason: str = ""


class Gave(msgspec.Struct, frozen=True, kw_only=True, tag="gave"):
    """`ask` and `choose`: the key is `answer`; `manual`: one for each evidence."""

    values: Mapping[str, Datum]


class Answered(msgspec.Struct, frozen=True, kw_only=True, tag="answered"):
    at: datetime
    question: int
    person: Person
    answer: Approved | Declined | Gave


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True, tag="acknowledged"):
    """Somebody has the escalation."""

    at: datetime
    person: Person


class Cancelled(msgspec.Struct, frozen=True, kw_only=True, tag="cancelled"):
    at: datetime
    person: Person
    reason: str


class UndoOrdered(msgspec.Struct, frozen=True, kw_only=True, tag="undo"):
    """A run that is over is to take back what it left standing: every change above `above` in the ledger."""

    at: datetime
    person: Person
    above: int = 0


class Moved(msgspec.Struct, frozen=True, kw_only=True, tag="moved"):
    """A person moved the run to another text of its playbook, whose plan has this digest; all lines fold over it."""

    at: datetime
    person: Person
    plan: str


class Parked(msgspec.Struct, frozen=True, kw_only=True, tag="parked"):
    """The host let go of the run; nothing is lost. Has no effect on the state."""

    at: datetime
    reason: str


class Resumed(msgspec.Struct, frozen=True, kw_only=True, tag="resumed"):
    """A host took the run up: calls begun and not ended are now in doubt (changes) or repeated (reads)."""

    at: datetime
    host: str
    epoch: int
    forced: bool = False
    """It was taken from a process that may still finish the calls that it is in."""


class Closed(msgspec.Struct, frozen=True, kw_only=True, tag="closed"):
    """The last event: what the fold ended in, so that a reader need not fold to know."""

    at: datetime
    outcome: str


Event = (
    Started | CallBegan | CallEnded | ChangePlanned | ChangeApplied | ChangeUndone | Settled | TimerFired | Answered
    | Acknowledged | Cancelled | UndoOrdered | Moved | Parked | Resumed | Closed
)  # fmt: skip


class JournalLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a journal: `seq` counts from 1 without gaps."""

    seq: int
    event: Event
    v: int = 1
