"""A text that is bound where PostgreSQL wants another type has a way out, and nothing else has it."""

import pytest
from rbengine.semantics.analysis import BoundParameter
from rbengine.semantics.inference.casts import cast_for
from rbengine.semantics.sql_facts import SqlRefusal

TEXT = BoundParameter(path=("row", "id"), type="text")
COUNT = BoundParameter(path=("n",), type="bigint")


@pytest.mark.parametrize(
    ("sql", "at", "reason", "cast"),
    [
        ("SELECT 1 FROM t WHERE id = $1", "=", "operator does not exist: uuid = text", ":row.id::uuid"),
        ("SELECT 1 FROM t WHERE $1=id", "=", "operator does not exist: text = uuid", ":row.id::uuid"),
        ("SELECT 1 FROM t WHERE a IS NOT DISTINCT FROM $1", "IS", "operator does not exist: uuid = text", ""),
        ("SELECT 1 FROM t WHERE id = lower($1)", "=", "operator does not exist: uuid = text", ""),
        ("SELECT 1 FROM t WHERE id = $2", "=", "operator does not exist: uuid = bigint", ""),
        (
            "UPDATE t SET born = $1", "$1",
            'column "born" is of type timestamp with time zone but expression is of type text',
            ":row.id::timestamp with time zone",
        ),
        ("UPDATE t SET born = $2", "$2", 'column "born" is of type date but expression is of type bigint', ""),
        ("SELECT x", "x", 'column "x" does not exist', ""),
    ],
)  # fmt: skip
def test_a_cast_is_offered_where_it_would_do(sql: str, at: str, reason: str, cast: str) -> None:
    """It names the parameter as it is written."""
    refusal = SqlRefusal(reason=reason, rule="postgres", offset=sql.rindex(at), length=len(at))
    assert cast_for(refusal, sql, (TEXT, COUNT)) == cast


def test_a_refusal_without_a_place_has_none() -> None:
    """Nobody knows which value it is about."""
    refusal = SqlRefusal(
        reason="operator does not exist: uuid = text", rule="postgres", offset=-1, length=1
    )
    assert cast_for(refusal, "SELECT $1", (TEXT,)) == ""
