"""Answers of two runs compared: the same thing was seen, though not at the same millisecond."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from rbengine.contract.changes import Applied, Drifted, Planned, PlannedStatement, Undone
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Json, Row, SecretReference, Value
from rbengine.host.recorded.held import Ended
from rbengine.runtime.events import Settled
from rbengine.runtime.wording import as_text

_A_WHILE = timedelta(seconds=5)
_MADE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{8,40}\b|\b[A-Za-z0-9_]*[0-9][A-Za-z0-9_]{9,}\b"
)
"""What somebody made up so that it is never twice the same."""
_COUNTED = frozenset({"version"})
"""Fields in which a vendor counts what it was told about something."""
_LINK = re.compile(r"(https://[^/\s]+/)\S*")


def alike(one: Value, other: Value) -> bool:
    """Whether two values are the same, but for moments that lie close together and names that were made up."""
    match one, other:
        case (Row(), Row()):
            return one.keys() == other.keys() and all(
                alike(one[name], other[name]) for name in one if name not in _COUNTED
            )
        case (tuple(), tuple()):
            return len(one) == len(other) and (all(map(alike, one, other)) or _permuted(one, other))
        case (datetime(), datetime()):
            return abs(one - other) <= _A_WHILE
        case (timedelta(), timedelta()):
            return abs(one - other) <= _A_WHILE
        case (str(), str()):
            return _plain(one) == _plain(other)
        case (SecretReference(), SecretReference()):
            return alike(one.name, other.name)
        case (Json(), Json()):
            return True
        case _:
            return one == other


def _permuted(one: tuple[Value, ...], other: tuple[Value, ...]) -> bool:
    """Whether they hold the same in another order, as texts with stand-ins come in another one."""
    left = [*other]
    for item in one:
        found = next((number for number, it in enumerate(left) if alike(item, it)), None)
        if found is None:
            return False
        del left[found]
    return True


def _plain(text: str) -> str:
    """Without what somebody made up, and without where a link leads that had to be replaced."""
    return _MADE.sub("", _LINK.sub(r"\1", text))


def told_apart(one: Value, other: Value, place: str = "") -> Iterator[str]:
    """In what two values are not alike: `status open then, paid in it`."""
    match one, other:
        case (Row(), Row()) if one.keys() == other.keys():
            for name in one.keys() - _COUNTED:
                yield from told_apart(one[name], other[name], f"{place} {name}".strip())
        case (tuple(), tuple()) if len(one) == len(other):
            for left, right in zip(one, other, strict=True):
                yield from told_apart(left, right, place)
        case (tuple(), tuple()):
            yield f"{place} {len(one)} items then, {len(other)} in it".strip()
        case _:
            if not alike(one, other):
                yield f"{place} {as_text(one)} then, {as_text(other)} in it".strip()


def same_answer(one: Ended, other: Ended) -> bool:
    """Whether two calls were answered the same."""
    if isinstance(one, Settled) or isinstance(other, Settled):
        return getattr(one, "verdict", None) == getattr(other, "verdict", None)
    match one.outcome, other.outcome:
        case Succeeded(value=left), Succeeded(value=right):
            return alike(left.value, right.value)
        case Refused(kind=left_kind), Refused(kind=right_kind):
            return left_kind == right_kind
        case Planned(plan=left_plan), Planned(plan=right_plan):
            return len(left_plan.parts) == len(right_plan.parts) and all(
                not isinstance(a, PlannedStatement)
                or (isinstance(b, PlannedStatement) and _same_images(a, b))
                for a, b in zip(left_plan.parts, right_plan.parts, strict=True)
            )
        case Applied(rows=left_rows, result=left_result), Applied(
            rows=right_rows, result=right_result
        ):
            return left_rows == right_rows and alike(left_result.value, right_result.value)
        case (Undone(rows=left_rows), Undone(rows=right_rows)):
            return left_rows == right_rows
        case Unsettled(text=left_text), Unsettled(text=right_text):
            return alike(left_text, right_text)
        case Drifted(), Drifted():
            return True
        case _:
            return False


def _same_images(one: PlannedStatement, other: PlannedStatement) -> bool:
    return one.count == other.count and all(
        alike(left.before.value, right.before.value)
        for left, right in zip(one.rows, other.rows, strict=False)
    )
