"""What tests say of a call's outcome."""

from rbengine.contract.outcomes import Outcome, RefusalKind, Refused, Succeeded
from rbengine.contract.values import Row, Value
from rbengine.rehearsal.company.faults import FaultKind

READ_FAULTS: tuple[tuple[FaultKind, RefusalKind], ...] = (
    ("unavailable", "unavailable"),
    ("rate_limited", "rate_limited"),
    ("timeout", "timeout"),
    ("lost_answer", "timeout"),
    ("garbage_answer", "unavailable"),
)
"""What each fault of a vendor is for a call that only reads."""


def value_of(outcome: Outcome | None) -> Value:
    """What a call that succeeded gave."""
    assert isinstance(outcome, Succeeded), outcome
    return outcome.value.value


def row_of(outcome: Outcome | None) -> Row:
    """The record that a call gave."""
    value = value_of(outcome)
    assert isinstance(value, Row), value
    return value


def rows_of(outcome: Outcome | None) -> list[Row]:
    """The list of records that a call gave."""
    value = value_of(outcome)
    assert isinstance(value, tuple), value
    rows = [one for one in value if isinstance(one, Row)]
    assert len(rows) == len(value)
    return rows


def kind_of(outcome: Outcome | None) -> str:
    """With what a call was refused."""
    assert isinstance(outcome, Refused), outcome
    return outcome.kind
