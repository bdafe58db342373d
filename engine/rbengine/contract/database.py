"""What the PostgreSQL adapter offers to the host: reading, planning, changing, taking back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, Protocol

import msgspec

from rbengine.contract.changes import (
    Applied,
    ApplyOutcome,
    ChangePlan,
    PlanOutcome,
    RowImage,
    SqlQuery,
    SqlStatement,
    UndoOutcome,
)
from rbengine.contract.outcomes import Outcome

OWN_SCHEMA = "rbengine_evidence"
"""Where our own table stands: no part of anybody's schema. It is named like no role: a role finds the schema of its own
name before all others, and would make its tables there."""


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What a database has of what it needs before playbooks may change it."""

    state: Literal["missing", "closed", "ready"]
    """`closed`: it is there, and the role may not use it."""
    role: str
    """The role that changes."""
    statements: str
    """What makes it, one statement after the other."""
    grants: str
    """What opens it to the role, where somebody else has made it."""


class Database(Protocol):
    """One database, reached as an ordinary role. Every method ends its own transaction before it returns.

    Failures are outcomes; an exception is a defect.
    """

    def query(self, query: SqlQuery, timeout: timedelta) -> Outcome:
        """Read. A read-only transaction, rolled back."""
        ...

    def plan(self, statements: Sequence[SqlStatement], timeout: timedelta) -> PlanOutcome:
        """Do it in a transaction that is rolled back (`lock_timeout 1s`, constraints immediate), and say what happened.

        Refused with `conflict` where the row bounds do not hold, `invalid` where PostgreSQL refuses the statement.
        """
        ...

    def apply(
        self, statements: Sequence[SqlStatement], approved: ChangePlan, key: str, timeout: timedelta
    ) -> ApplyOutcome:
        """Do it in one transaction with a marker row for `key`; Drifted, with nothing done, where the digest is
        no longer that of `approved`. A key that has its marker already was applied before: the same answer again."""
        ...

    def settle(self, key: str, timeout: timedelta) -> Applied | None:
        """Whether `apply` with `key` took effect: what it did, from its marker row, or None: it did not.

        Raises ConnectionError where the database cannot tell.
        """
        ...

    def undo(self, images: Sequence[RowImage], key: str, timeout: timedelta) -> UndoOutcome:
        """Put back the rows that still hold what was written, newest first, in one transaction.

        It writes a marker row for `key` as `apply` does."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...
