"""A database that cannot say where it is: nothing is sent to it, and every call is refused."""

from collections.abc import Sequence
from datetime import timedelta

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
from rbengine.contract.outcomes import Outcome, Refused


class UnprovenDatabase:
    """`contract.database.Database`."""

    def __init__(self, why: Refused) -> None:
        self._why = why

    def query(self, query: SqlQuery, timeout: timedelta) -> Outcome:  # noqa: ARG002
        return self._why

    def plan(self, statements: Sequence[SqlStatement], timeout: timedelta) -> PlanOutcome:  # noqa: ARG002
        return self._why

    def apply(
        self,
        statements: Sequence[SqlStatement],  # noqa: ARG002
        approved: ChangePlan,  # noqa: ARG002
        key: str,  # noqa: ARG002
        timeout: timedelta,  # noqa: ARG002
    ) -> ApplyOutcome:
        return self._why

    def settle(self, key: str, timeout: timedelta) -> Applied | None:  # noqa: ARG002
        raise ConnectionError(self._why.text)

    def undo(self, images: Sequence[RowImage], key: str, timeout: timedelta) -> UndoOutcome:  # noqa: ARG002
        return self._why

    def close(self) -> None:
        """There is nothing to give back."""
