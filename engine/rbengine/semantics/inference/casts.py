"""The way out of a statement that PostgreSQL refuses because a text was bound where it wants another type."""

import re
from collections.abc import Sequence

from rbengine.semantics.analysis import BoundParameter
from rbengine.semantics.sql_facts import SqlRefusal

_OPERATOR = re.compile(r"operator does not exist: (?P<left>.+) (?P<sign>\S+) (?P<right>.+)")
_COLUMN = re.compile(r'column ".*" is of type (?P<type>.+) but expression is of type text')
_BEFORE = re.compile(r"\$(\d+)\s*$")
_BEHIND = re.compile(r"\s*\$(\d+)")
_TEXT = "text"


def cast_for(refusal: SqlRefusal, sql: str, parameters: Sequence[BoundParameter]) -> str:
    """`:account::uuid` where that would do; empty where it would not.

    `sql` with `$n`, as the refusal's offset counts it.
    """
    if refusal.offset < 0:
        return ""
    operator = _OPERATOR.fullmatch(refusal.reason)
    if operator is not None:
        left, right = operator["left"], operator["right"]
        before = _BEFORE.search(sql[: refusal.offset])
        behind = _BEHIND.match(sql, refusal.offset + len(operator["sign"]))
        if right == _TEXT != left and behind is not None:
            return _cast(int(behind[1]), left, parameters)
        if left == _TEXT != right and before is not None:
            return _cast(int(before[1]), right, parameters)
    column = _COLUMN.fullmatch(refusal.reason)
    assigned = _BEHIND.match(sql, refusal.offset)
    if column is not None and assigned is not None:
        return _cast(int(assigned[1]), column["type"], parameters)
    return ""


def _cast(number: int, type_: str, parameters: Sequence[BoundParameter]) -> str:
    """Only what was sent as a text: everything else has a type of its own, and is wrong there."""
    one = parameters[number - 1]
    return f":{'.'.join(one.path)}::{type_}" if one.type == _TEXT else ""
