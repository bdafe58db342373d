"""What steps are made of."""

from typing import Literal

from rbengine.syntax.nodes.base import Block, Name, Node
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.expressions import (
    Argument,
    DurationLiteral,
    Expression,
    OperationCall,
    RecordLiteral,
    Template,
    TextLiteral,
)
from rbengine.syntax.nodes.types import TypeExpression

Body = tuple["Statement", ...]


class Retry(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`retry 3 times every 5s [doubling]`: three more attempts after the first."""

    times: int
    every: DurationLiteral
    doubling: bool


class Covers(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`covers RB-011/resolve/1.2, …`: places in the source document."""

    places: tuple[Name, ...]


class Step(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """A label over statements; not a scope. `timeout` bounds each call inside it."""

    label: Template
    timeout: DurationLiteral | None
    retry: Retry | None
    covers: Covers | None
    body: Body


class Bind(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`name = …`, once."""

    name: Name
    value: "BindValue"


class Perform(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """An operation, query, procedure, question or change whose result is not bound."""

    value: "OperationCall | ProcedureCall | Ask | Choose | Manual | Query | Try"


class ProcedureCall(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`call procedure(…)`."""

    procedure: Name
    arguments: tuple[Argument, ...]


class Try(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`try …`: present, absent or failed."""

    value: "OperationCall | ProcedureCall | Query"


QueryKind = Literal["one", "maybe", "all", "value"]


class Query(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`query all on replica at most 20 rows timeout 5s` and a block of SQL."""

    kind: QueryKind
    on_replica: bool
    at_most: int | None
    timeout: DurationLiteral | None
    role: Name | None
    claims: RecordLiteral | None
    sql: Block


class TextBlock(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`text` and a block: the text as it stands."""

    block: Block


class Question(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """What `ask`, `choose`, `manual` and `approve` share: `within D by role or role`."""

    within: Expression | None
    by: tuple[Name, ...]


class Ask(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`ask "…": type within D by role`."""

    text: Template
    type: TypeExpression
    to: Question


class Choice(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`name "text"` below a `choose`."""

    name: Name
    text: Template


class Choose(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Either `choices`, or `source` (`from xs`) with `showing` (in which `it` is the item)."""

    text: Template
    source: Expression | None
    showing: Expression | None
    to: Question
    choices: tuple[Choice, ...]


class Evidence(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`give name: type "question"` below a `manual`."""

    name: Name
    type: TypeExpression
    text: Template


class Manual(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Work for a person, with typed evidence."""

    text: Template
    to: Question
    gives: tuple[Evidence, ...]


class Approve(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`approve "…" by role`."""

    text: Template
    to: Question


class Escalate(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`escalate "why" [to contact]` with `impact` and `next`. It never ends a run."""

    reason: Template
    to: tuple[Name, ...]
    impact: Template | None
    next: Template | None


class Note(Node, frozen=True, kw_only=True, eq=False, gc=False):
    text: Template


class Check(Node, frozen=True, kw_only=True, eq=False, gc=False):
    condition: Expression
    otherwise: Template | None


class Stop(Node, frozen=True, kw_only=True, eq=False, gc=False):
    outcome: Literal["resolved", "handed over"]
    reason: Template


class Skip(Node, frozen=True, kw_only=True, eq=False, gc=False):
    reason: Template


class Give(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """The item of a list-making loop, or the result of a procedure."""

    value: Expression


class Branch(Node, frozen=True, kw_only=True, eq=False, gc=False):
    condition: Expression
    body: Body


class If(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`branches` has the `if` and every `else if`, at least one."""

    branches: tuple[Branch, ...]
    otherwise: Body | None


class Pattern(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """A text, or `present`, `absent`, `failed ["kind"]`."""

    state: Literal["value", "present", "absent", "failed"]
    text: str | None
    """The text, or the kind of failure."""


class When(Node, frozen=True, kw_only=True, eq=False, gc=False):
    patterns: tuple[Pattern, ...]
    body: Body


class Match(Node, frozen=True, kw_only=True, eq=False, gc=False):
    subject: Expression
    cases: tuple[When, ...]
    otherwise: Body | None


class ForEach(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`for each x in xs, at most N, 4 at a time`."""

    name: Name
    items: Expression
    at_most: int | None
    at_a_time: int | None
    body: Body


class Parallel(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Each child is a branch; reading only."""

    branches: Body


class Wait(Node, frozen=True, kw_only=True, eq=False, gc=False):
    duration: Expression


class NoFindingHolds(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`until no finding holds`: a fresh diagnosis finds nothing."""


class Within(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`within 10m checking every 30s … until condition [else …]`."""

    duration: Expression
    every: Expression
    body: Body
    until: Expression | NoFindingHolds
    otherwise: Body | None


class OnFailure(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`on failure KIND, KIND` over a block: what to do when a statement above it, in the same block, fails so."""

    kinds: tuple[Name, ...]
    body: Body


class AllOrNothing(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Around steps of a resolve: a failure inside unwinds what was applied inside, newest first."""

    body: Body


class Allow(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`allow W704 "why"`: accepts one warning on the statement below it."""

    code: Name
    reason: Template


class ErrorStatement(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Lines that could not be read; their problem was reported. `binds` are the names they would have bound."""

    binds: tuple[str, ...] = ()


BindValue = (
    Try | ProcedureCall | Query | TextBlock | Ask | Choose | Manual | Change | ForEach | OperationCall | Expression
)  # fmt: skip
"""An OperationCall is also an Expression; it may stand only at the top of a binding, `try`, or a statement."""

Statement = (
    Step | Bind | Perform | Change | Approve | Escalate | Note | Check | Stop | Skip | Give | If | Match
    | ForEach | Parallel | Wait | Within | OnFailure | AllOrNothing | Allow | ErrorStatement
)  # fmt: skip

__all__ = [
    "AllOrNothing", "Allow", "Approve", "Ask", "Bind", "BindValue", "Body", "Branch", "Change", "Check",
    "Choice", "Choose", "Covers", "ErrorStatement", "Escalate", "Evidence", "ForEach", "Give", "If", "Manual",
    "Match", "NoFindingHolds", "Note", "OnFailure", "Parallel", "Pattern", "Perform", "ProcedureCall", "Query",
    "QueryKind", "Question", "Retry", "Skip", "Statement", "Step", "Stop", "TextBlock", "TextLiteral", "Try",
    "Wait", "When", "Within",
]  # fmt: skip
