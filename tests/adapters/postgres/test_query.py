"""Reading: what a query answers, and how it is refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from rbengine.contract.changes import SqlParameter, SqlQuery
from rbengine.contract.outcomes import Refused, Succeeded
from rbengine.contract.values import Datum, Json, Row, Value
from support.live_world import LiveRehearsal
from support.postgres import SOON, START, Rehearsal, parameter

Bench = Rehearsal | LiveRehearsal
ACME = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"


def _query(sql: str, *parameters: SqlParameter, kind: str = "all", at_most: int = 100) -> SqlQuery:
    return SqlQuery(kind=kind, sql=sql, parameters=parameters, at_most=at_most)


def _value(rehearsal: Bench, sql: str, *parameters: SqlParameter) -> Value:
    found = rehearsal.database.query(_query(sql, *parameters, kind="value"), SOON)
    assert isinstance(found, Succeeded), found
    return found.value.value


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT 1.50::numeric AS a", Decimal("1.50")),
        ("SELECT 0.1::float8 AS a", Decimal("0.1")),
        ("SELECT true AS a", True),
        ("SELECT 9007199254740993::int8 AS a", 9007199254740993),
        ("SELECT 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid AS a", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("SELECT '2026-03-01 12:00+02'::timestamptz AS a", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("SELECT '2026-03-01 12:00'::timestamp AS a", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("SELECT '2026-03-01'::date AS a", date(2026, 3, 1)),
        ("SELECT interval '1 day 02:00' AS a", timedelta(days=1, hours=2)),
        ("""SELECT '{"a": 1.10, "b": [null, "x"]}'::jsonb AS a""", Json({"a": Decimal("1.10"), "b": [None, "x"]})),
        ("SELECT ARRAY['a', NULL, 'b'] AS a", ("a", None, "b")),
        ("SELECT '\\xff00'::bytea AS a", b"\xff\x00"),
        ("SELECT '[1,5)'::int4range AS a", "[1,5)"),
        ("SELECT '10:30'::time AS a", "10:30:00"),
        ("SELECT NULL::int AS a", None),
    ],
)  # fmt: skip
def test_answers_are_values_of_the_language(bench: Bench, sql: str, value: Value) -> None:
    """No floats, no naive times, no driver classes."""
    found = _value(bench, sql)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("text", "a 'quote', a \\ and an é"),
        ("int8", -5),
        ("numeric", Decimal("12.340")),
        ("bool", False),
        ("uuid", ACME),
        ("timestamptz", START),
        ("date", date(2026, 2, 3)),
        ("interval", timedelta(days=40, hours=1, microseconds=5)),
        ("interval", -timedelta(microseconds=5)),
        ("jsonb", Json({"a": [Decimal("1.5"), True, None], "é": "x"})),
        ("text[]", ('a"b', "c\\d", "e,{f}", "", "NULL")),
        ("uuid[]", (ACME,)),
        ("timestamptz[]", (START, None)),
        ("bytea", b"\x00\x01"),
        ("text", None),
        ("text[]", ()),
    ],
)
def test_parameters_come_back_as_they_were_sent(bench: Bench, type_: str, value: Value) -> None:
    """What a playbook binds is what PostgreSQL sees, with exactly its type."""
    it = parameter(type_, value)
    assert _value(bench, f"SELECT $1::{type_} AS a", it) == value
    shown = _value(bench, "SELECT pg_typeof($1)::text AS a", it)
    names = {"int8": "bigint", "bool": "boolean", "timestamptz": "timestamp with time zone",
             "timestamptz[]": "timestamp with time zone[]"}  # fmt: skip
    assert shown == names.get(type_, type_)


def test_how_many_rows_there_must_be(bench: Bench) -> None:
    """Never a silent cut: too few and too many are refusals."""
    database = bench.database
    three = "SELECT x FROM generate_series(1, 3) AS g(x)"
    none = "SELECT x FROM generate_series(1, 0) AS g(x)"

    def ask(sql: str, kind: str, at_most: int = 3) -> object:
        found = database.query(_query(sql, kind=kind, at_most=at_most), SOON)
        return found.value.value if isinstance(found, Succeeded) else found.kind  # type: ignore[union-attr]

    assert ask(three, "all") == (Row({"x": 1}), Row({"x": 2}), Row({"x": 3}))
    assert ask(three, "all", 2) == "too_many"
    assert ask(none, "all") == ()
    assert ask(three, "one") == "too_many"
    assert ask(none, "one") == "not_found"
    assert ask("SELECT 1 AS x, 2 AS y", "one") == Row({"x": 1, "y": 2})
    assert ask(three, "maybe") == "too_many"
    assert ask(none, "maybe") is None
    assert ask(none, "value") == "not_found"
    assert ask(three + " LIMIT 1", "value") == 1


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT nothing FROM businesses", "invalid"),
        ("SELECT 1 / 0 AS a", "invalid"),
        ("SELECT 'x'::uuid AS a", "invalid"),
        ("SELECT rolpassword FROM pg_authid", "unauthorized"),
        ("SELECT count(*) FROM generate_series(1, 100000000)", "timeout"),
        ("SELECT pg_sleep(1)", "invalid"),
        ("UPDATE businesses SET name = 'x'", "invalid"),
        ("SELECT '9999-99-99'::date AS a", "invalid"),
        ("SELECT 'infinity'::timestamptz AS a", "invalid"),
    ],
)
def test_a_failure_is_a_refusal_with_its_kind(bench: Bench, sql: str, kind: str) -> None:
    """The kind, not PostgreSQL's text, decides what a playbook does next."""
    found = bench.database.query(_query(sql), timedelta(milliseconds=300))
    assert isinstance(found, Refused), found
    assert found.kind == kind
    assert isinstance(bench.database.query(_query("SELECT 1 AS a"), SOON), Succeeded), (
        "the connection serves on"
    )


def test_a_query_is_refused_at_run_time_whatever_the_checker_said(
    bench: Bench,
) -> None:
    """The committed facts are for the checker; nothing that runs trusts them."""
    for sql in ("SELECT 1; DELETE FROM businesses", "SELECT pg_terminate_backend(1)", "COMMIT"):
        found = bench.database.query(_query(sql), SOON)
        assert isinstance(found, Refused)
        assert found.kind == "invalid"


def test_reading_as_somebody_else_ends_with_the_query(bench: Bench) -> None:
    """Row-level security is looked at as its user, and never stays on the session."""
    user, stranger = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    world, database = bench.world, bench.database
    world.insert_rows("businesses", [{"id": ACME}])
    world.insert_rows("auth.users", [{"id": user}])
    world.insert_rows("business_members", [{"business_id": ACME, "user_id": user}])
    world.insert_rows("messages", [{"channel": "sms"}])
    sql = "SELECT count(*) FROM messages"

    def seen_by(sub: str) -> Value:
        query = SqlQuery(
            kind="value", sql=sql, parameters=(), at_most=1, role="authenticated",
            claims=Datum(Row({"sub": sub})),
        )  # fmt: skip
        found = database.query(query, SOON)
        assert isinstance(found, Succeeded), found
        return found.value.value

    assert (seen_by(user), seen_by(stranger)) == (1, 0)
    assert _value(bench, sql) == 1
    assert _value(bench, "SELECT current_setting('request.jwt.claims', true) AS a") in (None, "")


def test_percent_signs_are_only_percent_signs(bench: Bench) -> None:
    """The driver's own placeholders must never be read into a playbook's LIKE."""
    assert _value(bench, "SELECT 'a%sb' LIKE 'a%' AS a") is True
