"""What must happen next. Commands are derived by the fold and never stored."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from rbengine.contract.changes import Action, ChangePlan, RowImage, SqlQuery, UndoPlan
from rbengine.contract.operations import Effect
from rbengine.contract.types import Type
from rbengine.contract.values import Datum
from rbengine.runtime.notices import Notice


class OperationRequest(msgspec.Struct, frozen=True, kw_only=True, tag="operation"):
    """Answered by CallEnded."""

    operation: str
    arguments: Datum
    """A Row."""
    effect: Effect


class QueryRequest(msgspec.Struct, frozen=True, kw_only=True, tag="query"):
    """Answered by CallEnded."""

    query: SqlQuery


class PlanRequest(msgspec.Struct, frozen=True, kw_only=True, tag="plan"):
    """Answered by ChangePlanned. `undo` is what the text says; derived is for the database to judge."""

    actions: tuple[Action, ...]
    undo: UndoPlan | None


class ApplyRequest(msgspec.Struct, frozen=True, kw_only=True, tag="apply"):
    """Answered by ChangeApplied."""

    actions: tuple[Action, ...]
    approved: ChangePlan


class UndoRequest(msgspec.Struct, frozen=True, kw_only=True, tag="undo"):
    """Answered by ChangeUndone. Either the images to put back, or the actions the text says."""

    images: tuple[RowImage, ...] = ()
    actions: tuple[Action, ...] = ()


class SettleRequest(msgspec.Struct, frozen=True, kw_only=True, tag="settle"):
    """Answered by Settled. `key` and request are those of the call in doubt, `asked` is when that was made."""

    request: "ApplyRequest | UndoRequest | OperationRequest"
    asked: datetime
    contested: bool = False
    """Whoever made it may still be at it: that nothing of it is found proves nothing."""
    barred: str = ""
    """Why it must not be sent again unasked, in words; empty where what allowed it still does."""


class LetterAction(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done and stands. `time` in the policy's zone; `by` is empty for what nobody had to approve."""

    time: str
    text: str
    by: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What an escalation tells; the host puts it into the form of the company's template.

    Empty means that nobody has said it: the template marks the gap, nothing is invented.
    """

    incident: str
    severity: str
    summary: str
    impact: tuple[str, ...]
    actions: tuple[LetterAction, ...]
    undone: int
    reason: str
    next: str


class NotifyRequest(msgspec.Struct, frozen=True, kw_only=True, tag="notify"):
    """Tell a contact through its channels. Answered by CallEnded. With a `letter` that is what is told."""

    contact: str
    about: Literal["escalation", "question", "breach"]
    subject: str
    text: str = ""
    letter: Letter | None = None
    lost: datetime | None = None
    """When it was begun by a process that ended over it: some ways may have been used, others not."""
    written: str = ""
    """The letter in words, as the intent holds it: whoever sends it again sends exactly this."""


Request = (
    OperationRequest | QueryRequest | PlanRequest | ApplyRequest | UndoRequest | SettleRequest | NotifyRequest
)  # fmt: skip


class Perform(msgspec.Struct, frozen=True, kw_only=True, tag="perform"):
    """Make this call. The host journals CallBegan before it and its end after it."""

    call: int
    request: Request
    key: str
    """Idempotency key: incident, place in the playbook, item; the same for every attempt."""
    timeout: timedelta
    attempt: int = 1


class StartTimer(msgspec.Struct, frozen=True, kw_only=True, tag="start timer"):
    timer: int
    due: datetime
    why: Literal["retry", "wait", "within", "question", "escalation", "mttr", "approval"]


class StopTimer(msgspec.Struct, frozen=True, tag="stop timer"):
    timer: int


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    text: str
    value: Datum


class EvidenceAsked(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    type: Type
    text: str


class AskPeople(msgspec.Struct, frozen=True, kw_only=True, tag="ask"):
    """A question is open from now on until answered, withdrawn or due (the machine has its own timer)."""

    question: int
    kind: Literal["ask", "choose", "manual", "approve", "plan", "undo", "doubt"]
    """`plan`: approve a change's plan; `undo`: take applied changes back?; `doubt`: was it applied?"""
    text: str
    by: tuple[str, ...]
    due: datetime
    how_many: int = 1
    not_the_operator: bool = False
    plan: ChangePlan | None = None
    answer_type: Type | None = None
    choices: tuple[Choice, ...] = ()
    gives: tuple[EvidenceAsked, ...] = ()


class Withdraw(msgspec.Struct, frozen=True, tag="withdraw"):
    question: int


class Show(msgspec.Struct, frozen=True, tag="show"):
    """Something a reader should see. The same from a live fold and from a stored journal."""

    notice: Notice


RunOutcome = Literal["resolved", "handed over", "escalated", "failed", "cancelled", "diagnosed"]


class Finish(msgspec.Struct, frozen=True, kw_only=True, tag="finish"):
    """The run is over. `left_applied` counts changes that stand although the run did not resolve, `undoable` those
    of them that can be taken back."""

    outcome: RunOutcome
    reason: str
    left_applied: int = 0
    undoable: int = 0
    in_doubt: int = 0


Command = Perform | StartTimer | StopTimer | AskPeople | Withdraw | Show | Finish
