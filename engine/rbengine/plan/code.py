"""Instructions. Each stands at its program counter; unless it says otherwise the next one follows.

Frames: StepBegin, TryBegin, AtomicBegin, WithinBegin, EachBegin and CallProcedure push a frame on the fiber, the
matching end pops it. A failure unwinds frames, innermost first, until one takes it.
"""

from datetime import timedelta
from typing import Literal

import msgspec

from rbengine.contract.operations import Effect, Idempotency
from rbengine.contract.outcomes import RefusalKind
from rbengine.contract.types import Type
from rbengine.plan.expressions import Expr, NamedExpr


class Origin(msgspec.Struct, frozen=True, array_like=True):
    """Where in the text an instruction came from."""

    file: str
    line: int
    start: int
    end: int


class RetrySpec(msgspec.Struct, frozen=True, kw_only=True):
    """`times` more attempts after the first, `every` apart, each twice the last when `doubling`."""

    times: int
    every: timedelta
    doubling: bool = False


class OperationSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A call of an adapter: every declared parameter is there, defaults filled in, in declared order."""

    operation: str
    arguments: tuple[NamedExpr, ...]
    effect: Effect
    idempotency: Idempotency
    settles: bool = False
    secret_arguments: tuple[str, ...] = ()
    text: str = ""
    """As written, for screens: `stripe.latest_subscription(customer: account.stripe_customer_id)`."""


class SqlArgument(msgspec.Struct, frozen=True, kw_only=True):
    """`$n`: how it is written, its value, and the PostgreSQL type it is sent with."""

    name: str
    value: Expr
    type: str


class QuerySpec(msgspec.Struct, frozen=True, kw_only=True):
    kind: Literal["one", "maybe", "all", "value"]
    sql: str
    arguments: tuple[SqlArgument, ...]
    at_most: int
    timeout: timedelta | None = None
    replica: bool = False
    role: str | None = None
    claims: Expr | None = None
    table: str = ""
    """The first base table it reads, for screens."""


class RowBound(msgspec.Struct, frozen=True, kw_only=True):
    """None: no bound on that side."""

    at_least: Expr | None = None
    at_most: Expr | None = None


class SqlPart(msgspec.Struct, frozen=True, kw_only=True, tag="sql"):
    sql: str
    arguments: tuple[SqlArgument, ...]
    bound: RowBound
    may_drift: tuple[str, ...] = ()


class OperationPart(msgspec.Struct, frozen=True, kw_only=True, tag="operation"):
    call: OperationSpec


class EachPart(msgspec.Struct, frozen=True, kw_only=True, tag="each"):
    """Every item its own transaction, key and undo, unless `one_transaction`."""

    name: str
    items: Expr
    at_most: int
    parts: tuple["ChangePart", ...]
    one_transaction: bool = False


class IfPart(msgspec.Struct, frozen=True, kw_only=True, tag="if"):
    condition: Expr
    then: tuple["ChangePart", ...]
    otherwise: tuple["ChangePart", ...] = ()


ChangePart = SqlPart | OperationPart | EachPart | IfPart


class DerivedUndo(msgspec.Struct, frozen=True, tag="derived"):
    """The old values of the rows that still hold what was written."""


class WrittenUndo(msgspec.Struct, frozen=True, tag="written"):
    parts: tuple[ChangePart, ...]


class IrreversibleUndo(msgspec.Struct, frozen=True, tag="irreversible"):
    reason: Expr


class ChangeSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive SqlParts at the top are one transaction."""

    label: Expr
    place: str
    """Its place in the playbook, for keys: `resolve webhook_missed/Sync from Stripe/1`."""
    parts: tuple[ChangePart, ...]
    undo: DerivedUndo | WrittenUndo | IrreversibleUndo
    approve_by: tuple[str, ...] = ()
    never_free: bool = False
    """Reached only through `is absent` or an empty list: the policy's free allowance does not hold."""


class ChoiceSpec(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    text: Expr


class EvidenceSpec(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    type: Type
    text: Expr


class QuestionSpec(msgspec.Struct, frozen=True, kw_only=True):
    """`ask` and `choose` give one value; `manual` a value for each `gives`; `approve` none."""

    kind: Literal["ask", "choose", "manual", "approve"]
    text: Expr
    within: Expr
    by: tuple[str, ...]
    """Roles that may answer; never empty (the default is the policy's on-call role)."""
    type: Type | None = None
    choices: tuple[ChoiceSpec, ...] = ()
    source: Expr | None = None
    showing: Expr | None = None
    gives: tuple[EvidenceSpec, ...] = ()


class StepBegin(msgspec.Struct, frozen=True, kw_only=True, tag="step"):
    label: Expr
    timeout: timedelta | None = None
    retry: RetrySpec | None = None


class StepEnd(msgspec.Struct, frozen=True, tag="end step"):
    pass


class Let(msgspec.Struct, frozen=True, kw_only=True, tag="let"):
    name: str
    value: Expr


class Invoke(msgspec.Struct, frozen=True, kw_only=True, tag="invoke"):
    """Call an operation that is not inside a `change`. With `tried`, a refusal is bound as a Failure."""

    bind: str | None
    call: OperationSpec
    place: str
    tried: bool = False


class Read(msgspec.Struct, frozen=True, kw_only=True, tag="query"):
    bind: str | None
    query: QuerySpec
    tried: bool = False


class MakeChange(msgspec.Struct, frozen=True, kw_only=True, tag="change"):
    """Plan it, have it approved, apply it. Binds a Row {rows, result}."""

    bind: str | None
    change: ChangeSpec


class Jump(msgspec.Struct, frozen=True, tag="jump"):
    to: int


class JumpUnless(msgspec.Struct, frozen=True, kw_only=True, tag="unless"):
    condition: Expr
    to: int
    text: str = ""
    """The condition as written."""


class EachBegin(msgspec.Struct, frozen=True, kw_only=True, tag="each"):
    """Evaluate `items`; more than `at_most` fails with `too_many`. For each, bind `name` and run to EachEnd.

    `end` is the counter after EachEnd. With `collect`, the values given are bound as a list there.
    """

    name: str
    items: Expr
    at_most: int
    at_a_time: int
    end: int
    collect: str | None = None


class EachEnd(msgspec.Struct, frozen=True, tag="end each"):
    begin: int


class GiveItem(msgspec.Struct, frozen=True, tag="give"):
    """Add to the list of the loop around it, and go on with the next item."""

    value: Expr


class SkipItem(msgspec.Struct, frozen=True, tag="skip"):
    """Go on with the next item; the report lists this one under what is left to people."""

    reason: Expr


class WithinBegin(msgspec.Struct, frozen=True, kw_only=True, tag="within"):
    """Run the body at once, then every `every`, a last time at the end.

    `expired` is where the `else` begins, or None: then it fails with `timeout`. `done` is after it all.
    """

    duration: Expr
    every: Expr
    expired: int | None
    done: int
    until: int
    """The counter of its Until."""


class Until(msgspec.Struct, frozen=True, kw_only=True, tag="until"):
    condition: Expr
    begin: int
    text: str = ""


class Rediagnose(msgspec.Struct, frozen=True, kw_only=True, tag="rediagnose"):
    """Read the whole diagnosis again, in a scope of its own; bind whether it judged all findings and none holds."""

    bind: str


class Fork(msgspec.Struct, frozen=True, kw_only=True, tag="fork"):
    """One fiber for each entry; names they bind are visible after `join`. Any failure fails the fork when all ended."""

    entries: tuple[int, ...]
    join: int


class BranchEnd(msgspec.Struct, frozen=True, tag="end branch"):
    pass


class Sleep(msgspec.Struct, frozen=True, tag="sleep"):
    duration: Expr


class Pose(msgspec.Struct, frozen=True, kw_only=True, tag="pose"):
    """Ask people. Refused and unanswered are failures."""

    bind: str | None
    question: QuestionSpec


class EscalateTo(msgspec.Struct, frozen=True, kw_only=True, tag="escalate"):
    """Empty `to`: whom the policy names for this severity. Fulfils that rung."""

    reason: Expr
    to: tuple[str, ...] = ()
    impact: Expr | None = None
    next: Expr | None = None


class TakeNote(msgspec.Struct, frozen=True, tag="note"):
    text: Expr


class CheckThat(msgspec.Struct, frozen=True, kw_only=True, tag="check"):
    """Else: fails with kind `check` and this sentence; in `diagnose` it ends the diagnosis and goes to `otherwise`."""

    condition: Expr
    otherwise: Expr
    text: str = ""


class StopRun(msgspec.Struct, frozen=True, kw_only=True, tag="stop"):
    outcome: Literal["resolved", "handed over"]
    reason: Expr


class CallProcedure(msgspec.Struct, frozen=True, kw_only=True, tag="call"):
    """Run a procedure in a scope of its own; bind what it gives."""

    bind: str | None
    procedure: str
    arguments: tuple[NamedExpr, ...]
    tried: bool = False
    place: str = ""
    """Its place in the playbook: keys of changes inside are made of it and of theirs."""


class Return(msgspec.Struct, frozen=True, tag="return"):
    value: Expr | None = None


class FailureHandler(msgspec.Struct, frozen=True, kw_only=True):
    kinds: tuple[RefusalKind, ...]
    entry: int


class TryBegin(msgspec.Struct, frozen=True, kw_only=True, tag="try"):
    """`on failure`: a failure before TryEnd of a kind that a handler names goes on at its entry."""

    handlers: tuple[FailureHandler, ...]


class TryEnd(msgspec.Struct, frozen=True, tag="end try"):
    """Pop the frame and jump over the handlers. (A handler's code ends with a Jump to the same place.)"""

    to: int


class AtomicBegin(msgspec.Struct, frozen=True, tag="atomic"):
    """`all or nothing`: a failure inside unwinds what was applied inside, newest first."""


class AtomicEnd(msgspec.Struct, frozen=True, tag="end atomic"):
    pass


class Judge(msgspec.Struct, frozen=True, tag="judge"):
    """Judge finding number `finding` of the plan, now."""

    finding: int


class SectionEnd(msgspec.Struct, frozen=True, tag="end section"):
    pass


Instruction = (
    StepBegin | StepEnd | Let | Invoke | Read | MakeChange | Jump | JumpUnless | EachBegin | EachEnd | GiveItem
    | SkipItem | WithinBegin | Until | Rediagnose | Fork | BranchEnd | Sleep | Pose | EscalateTo | TakeNote
    | CheckThat | StopRun | CallProcedure | Return | TryBegin | TryEnd | AtomicBegin | AtomicEnd | Judge | SectionEnd
)  # fmt: skip
