"""What a statement's tree says about its rows."""

import pytest
from rbengine.semantics.sql_shape import statement_shape

TABLES = {
    "t": {"id": True, "name": True, "note": False, "amount": True},
    "u": {"id": True, "t_id": True, "extra": False},
}


def _shape(sql: str):
    found = statement_shape(sql, lambda schema, name: None if schema else TABLES.get(name))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sql", "present"),
    [
        ("SELECT id, note FROM t", (True, False)),
        ("SELECT * FROM t", (True, True, False, True)),
        ("SELECT t.*, u.extra FROM t JOIN u ON u.t_id = t.id", (True, True, False, True, False)),
        ("SELECT t.id, u.id AS uid FROM t LEFT JOIN u ON u.t_id = t.id", (True, False)),
        ("SELECT t.id, u.id AS uid FROM t RIGHT JOIN u ON u.t_id = t.id", (False, True)),
        ("SELECT t.id, u.id AS uid FROM t FULL JOIN u ON u.t_id = t.id", (False, False)),
        ("SELECT count(*), sum(amount), max(id) FROM t", (True, False, False)),
        ("SELECT coalesce(note, 'none'), coalesce(note, note) FROM t", (True, False)),
        ("SELECT 1 AS a, 'x' AS b, NULL AS c, true AS d", (True, True, False, True)),
        ("SELECT note FROM t WHERE note IS NOT NULL AND id > 1", (True,)),
        ("SELECT note FROM t WHERE note IS NOT NULL OR id > 1", (False,)),
        ("SELECT x.id, x.note FROM (SELECT id, note FROM t) x", (True, False)),
        ("WITH a AS (SELECT id AS i, lag(name) OVER () AS l FROM t) SELECT i, l FROM a", (True, False)),
        ("SELECT id FROM t UNION SELECT extra FROM u", (False,)),
        ("SELECT id FROM t UNION ALL SELECT t_id FROM u", (True,)),
        ("SELECT id, name FROM t GROUP BY ROLLUP (id, name)", (False, False)),
        ("SELECT (SELECT id FROM t) AS one", (False,)),
        ("SELECT CASE WHEN note = 'a' THEN 1 ELSE 2 END AS a, CASE WHEN true THEN 1 END AS b FROM t", (True, False)),
        ("SELECT amount + 1 AS a, name || note AS b FROM t", (True, False)),
        ("SELECT s.v FROM unnest($1) AS s(v)", (False,)),
        ("SELECT id FROM unknown_relation", (False,)),
        ("SELECT Name FROM T", (True,)),
        ("VALUES (1, NULL), (2, 'x')", (True, False)),
    ],
)  # fmt: skip
def test_a_result_is_present_only_where_that_is_certain(
    sql: str, present: tuple[bool, ...]
) -> None:
    """An author who is told `present` need not test for absence, so a wrong one breaks a run."""
    assert _shape(sql).not_null == present


@pytest.mark.parametrize(
    ("where", "always"),
    [
        ("true", True),
        ("1 = 1", True),
        ("id = id", True),
        ("id IS NOT NULL", True),
        ("note IS NOT NULL", False),
        ("NOT false", True),
        ("id = 1 OR true", True),
        ("id = 1 AND true", False),
        ("id = $1", False),
    ],
)
def test_a_condition_that_every_row_fulfils_is_none(where: str, always: bool) -> None:
    """It would pass for a WHERE and bound nothing."""
    shape = _shape(f"UPDATE t SET note = 'x' WHERE {where}")
    assert (shape.has_where, shape.always_true_where) == (True, always)


def test_a_missing_where_is_seen() -> None:
    """Every row would be changed."""
    assert not _shape("DELETE FROM t").has_where
    assert _shape("INSERT INTO t (id) VALUES (1)").has_where


@pytest.mark.parametrize(
    ("sql", "own"),
    [
        ("UPDATE t SET amount = amount + 1 WHERE id = 1", True),
        ("UPDATE t AS x SET amount = x.amount - u.extra FROM u WHERE x.id = u.t_id", True),
        ("UPDATE t SET amount = u.id FROM u WHERE t.id = u.t_id", False),
        ("UPDATE t SET note = name WHERE id = 1", False),
        ("UPDATE t SET (note, amount) = ('x', amount * 2) WHERE id = 1", True),
    ],
)
def test_a_value_made_of_its_old_one_is_seen(sql: str, own: bool) -> None:
    """A derived undo would also take back what others added meanwhile."""
    assert _shape(sql).writes_own_columns is own


def test_writes_inside_with_and_on_conflict_are_seen() -> None:
    """Neither can be undone from the rows the statement itself shows."""
    inner = _shape(
        "WITH a AS (DELETE FROM u RETURNING t_id) UPDATE t SET note = 'x' FROM a WHERE t.id = a.t_id"
    )
    conflict = _shape(
        "INSERT INTO t (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = 'b'"
    )
    nothing = _shape("INSERT INTO t (id, name) VALUES (1, 'a') ON CONFLICT DO NOTHING")
    assert inner.writes_in_with
    assert conflict.on_conflict_update
    assert not nothing.on_conflict_update


@pytest.mark.parametrize(
    ("sql", "optional"),
    [
        ("UPDATE t SET note = $1, name = $2 WHERE id = $3", (1,)),
        ("UPDATE t SET note = $1 WHERE name = $1", ()),
        ("UPDATE t SET note = $1::text WHERE note IS NOT DISTINCT FROM $2", (1, 2)),
        ("INSERT INTO t (id, note) VALUES ($1, $2)", (2,)),
        ("INSERT INTO t (id, note) SELECT $1, $2 FROM u WHERE id = $3", (2,)),
        ("UPDATE t SET note = coalesce($1, 'x')", ()),
        ("WITH a AS (INSERT INTO u (id, extra) VALUES (1, $1) RETURNING id) UPDATE t SET note = $2 FROM a", (1, 2)),
    ],
)  # fmt: skip
def test_an_optional_fits_where_absence_has_a_meaning(sql: str, optional: tuple[int, ...]) -> None:
    """`= NULL` is never true: elsewhere an absent value would silently match nothing."""
    assert _shape(sql).optional_parameters == optional
