"""A changing statement as a query that gives the rows it touched, before and after, on each version of PostgreSQL.

From 18 on RETURNING has both. Before it RETURNING has one, and the other is read beside it: all parts of one `WITH` see
the database as it was when the statement began, so the table read next to the change still holds the old rows. They are
found by the primary key. The transaction must be REPEATABLE READ then: a row that somebody changed since its beginning
ends the statement, instead of being overwritten in another state than was read.
"""

from collections.abc import Sequence
from typing import Any

from rbengine.contract.outcomes import Refused

from rbengine_adapters.postgres.statement import Analysis
from rbengine_adapters.postgres.tables import Table, quoted

BOTH_IMAGES = 180000
"""The first version whose RETURNING has the old row and the new one."""
_MERGE_RETURNS = 170000
_NO_MERGE = "before PostgreSQL 17 MERGE does not say which rows it changed: write UPDATE, or INSERT … ON CONFLICT"


class NotPlannedError(Exception):
    """This change cannot be planned or does not keep its bounds; `refusal` says why."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


def touching(sql: str, analysis: Analysis, table: Table, version: int) -> str:
    """`sql` as a query of (there was a row before, there is one now, the cells before…, the cells now…).

    `version` is the server's, as it numbers itself (150018). Raises NotPlannedError for what cannot be told exactly.
    """
    text = sql.rstrip().rstrip(";")
    if version >= BOTH_IMAGES:
        return (
            f"{text}\nRETURNING WITH (OLD AS rb_old, NEW AS rb_new) "
            "rb_old.tableoid IS NOT NULL, rb_new.tableoid IS NOT NULL, rb_old.*, rb_new.*"
        )
    target = quoted(analysis.target)
    none = ", ".join(["NULL"] * len(table.columns))
    if analysis.kind == "insert" and not analysis.on_conflict_update:
        return f"{text}\nRETURNING false, true, {none}, {target}.*"
    if analysis.kind == "delete":
        return f"{text}\nRETURNING true, false, {target}.*, {none}"
    if analysis.kind == "merge" and version < _MERGE_RETURNS:
        raise NotPlannedError(Refused("invalid", _NO_MERGE))
    reason = _untold(analysis, table)
    if reason:
        raise _not_planned(reason)
    did = "merge_action()" if analysis.kind == "merge" else "'UPDATE'"
    same = " AND ".join(f"rb_old.{one} = rb_new.{one}" for one in map(quoted, table.key))
    images = ", ".join(
        f"{row}.{one}" for row in ("rb_old", "rb_new") for one in map(quoted, table.columns)
    )
    return (
        f"WITH rb_new AS (\n{text}\nRETURNING {did} AS rb_did, {target}.*\n)\n"
        f"SELECT rb_old.tableoid IS NOT NULL, rb_new.rb_did <> 'DELETE', {images}\n"
        f"FROM rb_new LEFT JOIN {table.name} AS rb_old ON {same}"
    )


def keep_exact(rows: Sequence[Sequence[Any]], analysis: Analysis, table: Table) -> None:
    """See that each row before belongs to one row after, before 18. Raises NotPlannedError where one does not."""
    if analysis.kind == "update" and not all(row[0] for row in rows):
        raise _not_planned(
            f"a row of {table.name} whose primary key a trigger changes has no old row"
        )
    places = [2 + len(table.columns) + list(table.columns).index(one) for one in table.key]
    if analysis.kind != "delete" and table.key:
        keys = {tuple(str(row[one]) for one in places) for row in rows}
        if len(keys) != len(rows):
            raise _not_planned(
                f"rows of {table.name} with the same primary key cannot be told apart"
            )


def _untold(analysis: Analysis, table: Table) -> str:
    """Why the old rows could not be told from the new ones; empty where they can."""
    if not table.key:
        return f"a change of {table.name}, which has no primary key, cannot show what its rows held"
    moved = next((one for one in analysis.updated if one in table.key), None)
    if moved is not None:
        return (
            f"a change of the primary key `{moved}` cannot show what the row held: insert the new row and delete the "
            "old one"
        )
    if analysis.writes_in_with:
        return "a statement that also changes rows inside WITH cannot be planned: write two `sql` blocks"
    return ""


def _not_planned(reason: str) -> NotPlannedError:
    return NotPlannedError(Refused("invalid", f"before PostgreSQL 18 {reason}"))
