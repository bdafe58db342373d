"""Queries that can fail neither for want of a row nor for too many."""

import pytest
from rbengine.rehearsal.explore.single_row import gives_one_row


@pytest.mark.parametrize(
    ("sql", "one"),
    [
        ("SELECT count(*) FROM t WHERE a = $1", True),
        ("SELECT coalesce(sum((j ->> 'size')::bigint), 0)::bigint FROM s.t", True),
        ("SELECT count(*) FILTER (WHERE b), max(a) FROM t", True),
        ("SELECT count(*) FROM t GROUP BY a", False),
        ("SELECT count(*) FROM t LIMIT 0", False),
        ("SELECT count(*) FROM t HAVING count(*) > 1", False),
        ("SELECT count(*) OVER () FROM t", False),
        ("SELECT (SELECT count(*) FROM u) FROM t", False),
        ("SELECT unnest(array_agg(a)) FROM t", False),
        ("SELECT own_function(count(*)) FROM t", False),
        ("SELECT a FROM t WHERE id = $1", False),
        ("SELECT", False),
    ],
)
def test_a_query_that_counts_all_rows_gives_one(sql: str, one: bool) -> None:
    """Grouped, windowed, bounded, or made into rows again, it may give none or many."""
    assert gives_one_row(sql) is one
