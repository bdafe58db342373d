"""What a statement may be at all, decided on its words."""

import pytest
from rbengine.semantics.sql_facts import SqlRefusal
from rbengine.semantics.sql_rules import statement_kind


def _refusal(sql: str, *, reading: bool, types: tuple[str, ...] = ()) -> tuple[str, str]:
    found = statement_kind(sql, reading=reading, parameter_types=types)
    assert isinstance(found, SqlRefusal), f"accepted as {found}"
    return found.rule, sql[found.offset : found.offset + found.length]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM t",
        "VALUES (1), (2)",
        "TABLE t",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "(SELECT 1) UNION (SELECT 2)",
        "SELECT 'FOR UPDATE; DELETE FROM t' AS a -- ; DROP TABLE t",
        "SELECT lower(name), count(*) FROM t GROUP BY 1;",
        "SELECT x.a FROM unnest($1) AS x(a)",
        "SELECT x.a FROM unnest($1) x(a), lateral (SELECT 1) q(b)",
        "WITH a (x, y) AS (SELECT 1, 2), b (z) AS MATERIALIZED (SELECT 3) SELECT x FROM a, b",
        "SELECT CAST(a AS numeric(10, 2)), b::varchar(3), now() - interval '1 day' FROM t",
        "SELECT count(*) FILTER (WHERE a) OVER (PARTITION BY b) FROM t WHERE a IN (1, 2) AND EXISTS (SELECT 1)",
        "SELECT * FROM jsonb_to_recordset($1) AS r(a int, b text)",
    ],
)
def test_a_query_reads(sql: str) -> None:
    """These are what people write in diagnoses."""
    assert statement_kind(sql, reading=True) == "select"


@pytest.mark.parametrize(
    ("sql", "rule", "underlined"),
    [
        ("", "syntax", ""),
        ("SELECT 'open", "syntax", "'"),
        ("SELECT /* open", "syntax", "/"),
        ("SELECT 1; SELECT 2", "several", ";"),
        ("UPDATE t SET a = 1 WHERE b", "not_a_query", "UPDATE"),
        ("WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x", "not_a_query", "DELETE"),
        ("SELECT a INTO b FROM t", "not_a_query", "into".upper()),
        ("SELECT a FROM t FOR UPDATE", "locks", "FOR UPDATE"),
        ("SELECT a FROM (SELECT a FROM t FOR NO KEY UPDATE) x", "locks", "FOR NO"),
        ("COPY t TO PROGRAM 'x'", "not_a_query", "COPY"),
        ("EXPLAIN ANALYZE DELETE FROM t", "not_a_query", "EXPLAIN"),
        ("SET ROLE postgres", "not_a_query", "SET"),
        ("BEGIN", "transaction", "BEGIN"),
        ("PREPARE x AS SELECT 1", "transaction", "PREPARE"),
        ("SELECT pg_terminate_backend(pid) FROM pg_stat_activity", "function", "pg_terminate_backend"),
        ("SELECT pg_catalog.pg_sleep(1)", "function", "pg_catalog.pg_sleep"),
        ('SELECT "pg_sleep" (1)', "function", '"pg_sleep"'),
        ("SELECT U&\"\\0070g_sleep\"(1)", "function", 'U&"\\0070g_sleep"'),
        ("SELECT set_config('role', 'x', false)", "function", "set_config"),
        ("SELECT nextval('s')", "function", "nextval"),
        ("SELECT pg_read_file('/etc/passwd')", "function", "pg_read_file"),
        ("SELECT cron.unschedule('x')", "function", "cron.unschedule"),
        ("SELECT 1 FROM t WHERE a AND pg_notify('x', 'y') IS NULL", "function", "pg_notify"),
        ("SELECT 1 FROM a, dblink(b, c) AS (d int)", "function", "dblink"),
    ],
)  # fmt: skip
def test_a_query_that_does_more_is_refused_at_the_word_that_does(
    sql: str, rule: str, underlined: str
) -> None:
    """A read-only transaction is no guard: it still ends sessions and jobs."""
    assert _refusal(sql, reading=True) == (rule, underlined)


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("INSERT INTO t (a, b) VALUES ($1, lower($2))", "insert"),
        (
            "WITH x AS (INSERT INTO t (a) VALUES (1) RETURNING a) UPDATE u SET b = x.a FROM x",
            "update",
        ),
        ("delete from t where a", "delete"),
        ("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", "merge"),
        ("ALTER PUBLICATION p ADD TABLE public.t", "ddl"),
        ("CREATE INDEX CONCURRENTLY i ON t (lower(a), b)", "ddl"),
    ],
)
def test_a_change_changes(sql: str, kind: str) -> None:
    """The kind decides how it is planned."""
    assert statement_kind(sql, reading=False) == kind


@pytest.mark.parametrize(
    ("sql", "rule", "underlined"),
    [
        ("SELECT 1", "not_a_change", "SELECT"),
        ("WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x", "not_a_change", "SELECT"),
        ("TRUNCATE t", "not_a_change", "TRUNCATE"),
        ("DO $$ BEGIN END $$", "not_a_change", "DO"),
        ("CALL p()", "not_a_change", "CALL"),
        ("DROP TABLE t", "not_a_change", "DROP"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x'", "not_a_change", "CREATE"),
        ("ALTER SYSTEM SET fsync = off", "not_a_change", "ALTER"),
        ("COMMIT", "transaction", "COMMIT"),
        ("UPDATE t SET a = pg_sleep(1)", "function", "pg_sleep"),
    ],
)
def test_what_cannot_be_planned_is_no_change(sql: str, rule: str, underlined: str) -> None:
    """A change is planned row by row, in a transaction that can be rolled back."""
    assert _refusal(sql, reading=False) == (rule, underlined)


def test_a_function_of_the_project_needs_the_policy() -> None:
    """Nobody knows what it does but the project."""
    sql = "SELECT auth.uid() AS me"
    assert _refusal(sql, reading=True) == ("function", "auth.uid")
    assert statement_kind(sql, reading=True, functions=["auth.uid"]) == "select"


def test_a_list_in_brackets_gets_its_right_form() -> None:
    """`IN (:xs)` compares with the list itself and finds nothing."""
    sql = "SELECT a FROM t WHERE a NOT IN ($2) AND b IN ($1)"
    found = statement_kind(sql, reading=True, parameter_types=("text", "uuid[]"))
    assert isinstance(found, SqlRefusal)
    assert (found.rule, found.suggestion) == ("in_list", "<> ALL($2)")
    assert sql[found.offset : found.offset + found.length] == "NOT IN ($2)"
    assert statement_kind(sql, reading=True, parameter_types=("text", "uuid")) == "select"
