"""Changes: what is asked, what a plan shows before it is done, what was done, and how it is taken back."""

from typing import Literal

import msgspec

from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Datum

StatementKind = Literal["select", "insert", "update", "delete", "merge", "ddl"]


class SqlParameter(msgspec.Struct, frozen=True, kw_only=True):
    """`$n` of a statement, in order; `name` is how the playbook wrote it (`account.id`)."""

    name: str
    type: str
    """PostgreSQL's name of the type the value is sent with: `uuid`, `text[]`, `timestamptz`."""
    value: Datum


class SqlQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One reading statement and what its answer must be.

    Answer: `one` a Row, `maybe` a Row or absent, `all` a tuple of Rows, `value` the single column of the
    single row. No row for `one` and `value` is refused with `not_found`; a second one, and more than
    `at_most` rows, with `too_many`.
    """

    kind: Literal["one", "maybe", "all", "value"]
    sql: str
    """With `$1`, `$2`, …; sent by the extended protocol, so that a second statement is refused by the server."""
    parameters: tuple[SqlParameter, ...]
    at_most: int
    replica: bool = False
    role: str | None = None
    """Run as this role inside the transaction (`as authenticated`), claims beside it; always rolled back."""
    claims: Datum = Datum(None)


class SqlStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One changing statement. The rows it touches must number from `at_least` to `at_most` (None: no bound)."""

    sql: str
    parameters: tuple[SqlParameter, ...]
    at_least: int = 0
    at_most: int | None = None
    may_drift: tuple[str, ...] = ()
    """Columns whose old value may change between plan and application without asking again."""


class OperationAction(msgspec.Struct, frozen=True, kw_only=True, tag="operation"):
    """A changing operation with its arguments, secrets as references."""

    operation: str
    """Full name, `supabase.invoke`."""
    arguments: Datum
    """A Row."""


class SqlAction(msgspec.Struct, frozen=True, kw_only=True, tag="sql"):
    """Statements of one transaction, in order."""

    statements: tuple[SqlStatement, ...]


Action = SqlAction | OperationAction


class RowImage(msgspec.Struct, frozen=True, kw_only=True):
    """One row, before and after. Both Rows hold the same columns: those written, for INSERT and DELETE all."""

    table: str
    key: Datum
    """Row of the primary key's columns; empty where the table has none."""
    before: Datum = Datum(None)
    """None for a row that did not exist."""
    after: Datum = Datum(None)
    """None for a row that is gone."""


class PlannedStatement(msgspec.Struct, frozen=True, kw_only=True, tag="statement"):
    """What one statement will do, found by doing it in a transaction that was rolled back."""

    kind: StatementKind
    table: str
    rows: tuple[RowImage, ...]
    """At most the row bound + 1, in primary key order."""
    count: int
    not_computed: tuple[str, ...] = ()
    """Columns whose new value is not the same twice (`now()`): shown as such, never part of the digest."""


class PlannedOperation(msgspec.Struct, frozen=True, kw_only=True, tag="call"):
    """What one operation will do, in the provider's terms."""

    operation: str
    arguments: Datum
    text: str = ""


class UndoPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How it would be taken back."""

    kind: Literal["derived", "written", "irreversible"]
    text: str
    """For people: `put these 5 values back`, or the reason why it cannot be undone."""


class ChangePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a person approves. The approval is bound to `digest`.

    The digest covers statements, parameters, primary keys and the OLD values of the columns read or written
    (without those that `may drift`), never the new image: `now()` is not the same twice.
    """

    parts: tuple[PlannedStatement | PlannedOperation, ...]
    digest: str
    undo: UndoPlan
    rows: int
    """How many rows all statements touch together; 0 for operations."""


class Applied(msgspec.Struct, frozen=True, kw_only=True, tag="applied"):
    """What was done: enough to show it and to take it back."""

    rows: int
    images: tuple[RowImage, ...] = ()
    result: Datum = Datum(None)


class Drifted(msgspec.Struct, frozen=True, kw_only=True, tag="drifted"):
    """Nothing was done: what the plan saw has changed meanwhile. `plan` is what it would be now."""

    plan: ChangePlan


class Undone(msgspec.Struct, frozen=True, kw_only=True, tag="undone"):
    """Taken back; `left` are the rows that no longer held what we wrote and were not touched."""

    rows: int
    left: tuple[RowImage, ...] = ()


class Planned(msgspec.Struct, frozen=True, kw_only=True, tag="planned"):
    """The look before a change succeeded."""

    plan: ChangePlan


PlanOutcome = Planned | Refused | Unsettled
ApplyOutcome = Applied | Drifted | Refused | Unsettled
UndoOutcome = Undone | Refused | Unsettled
