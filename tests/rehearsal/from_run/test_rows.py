"""Rows as a run has read them: of its answers, of its conditions, of images; and made up where only counted."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from rbengine.contract.changes import SqlParameter, SqlQuery
from rbengine.contract.types import Scalar
from rbengine.contract.values import Datum, Row, Value
from rbengine.rehearsal.from_run.rows import Tables
from rbengine.rehearsal.from_run.sayings import SAYINGS, machine
from rbengine.rehearsal.literals import Literals
from rbengine.semantics.sql_facts import ColumnFacts

TEXT = Scalar("text")
NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)


def read(sql: str, *rows: Row, columns: dict[str, str], **parameters: Value) -> Tables:
    """What an answer to `sql` says; `columns` are `table.column` by name, empty for what is computed."""
    facts = tuple(
        ColumnFacts(name=name, type=TEXT, table=table or None, column=column or None)
        for name, place in columns.items()
        for table, _, column in [place.partition(".")]
    )
    given = tuple(
        SqlParameter(name=name, type="text", value=Datum(one)) for name, one in parameters.items()
    )
    found = Tables()
    found.read(
        SqlQuery(kind="all", sql=sql, parameters=given, at_most=9), facts, tuple(rows), "query t"
    )
    found.finish()
    return found


def test_columns_go_to_the_tables_that_they_are_of() -> None:
    """A join is a row of each, and what they are joined by is in both."""
    found = read(
        "SELECT a.id, b.name FROM a JOIN b ON b.id = a.b_id WHERE a.kind = 'x' AND b.open AND NOT a.old",
        Row({"id": "1", "name": "Acme"}),
        columns={"id": "a.id", "name": "b.name"},
    )
    assert found.rows == {
        "a": [{"id": "1", "kind": "x", "old": False}],
        "b": [{"name": "Acme", "open": True}],
    }


def test_what_a_row_was_asked_by_is_in_it() -> None:
    """Nobody selects what they asked with."""
    sql = "SELECT name FROM a WHERE id = $1 AND shop = $2"
    found = read(sql, Row({"name": "n"}), columns={"name": "a.name"}, id="7", shop="s")
    assert found.rows == {"a": [{"name": "n", "id": "7", "shop": "s"}]}


def test_two_readings_of_one_row_are_one_row() -> None:
    """What was known first stays: later it was changed."""
    found = read(
        "SELECT id, a, b FROM t", Row({"id": "1", "a": "old"}), Row({"id": "1", "a": "new", "b": "x"}),
        columns={"id": "t.id", "a": "t.a", "b": "t.b"},
    )  # fmt: skip
    assert found.rows == {"t": [{"id": "1", "a": "old", "b": "x"}]}


def test_rows_that_were_only_counted_are_made_up() -> None:
    """As many, with what they were asked by; and it is said."""
    found = read("SELECT count(*) AS n FROM t WHERE kind = 'x'", Row({"n": 3}), columns={"n": ""})
    assert found.rows == {"t": [{"kind": "x"}] * 3}
    assert found.unsaid == ["rows of t are made up: only their number or a sum was read"]


def test_a_sum_is_one_row_that_comes_to_it() -> None:
    """How many there were nobody has read."""
    sql = "SELECT coalesce(sum(delta), 0) FROM t WHERE shop = $1"
    found = read(sql, Row({"coalesce": Decimal(95)}), columns={"coalesce": ""}, shop="s")
    assert found.rows == {"t": [{"shop": "s", "delta": Decimal(95)}]}


@pytest.mark.parametrize("sql", ["SELECT max(at) AS n FROM t", "SELECT count(*) AS n FROM t, u"])
def test_what_else_was_computed_no_row_says(sql: str) -> None:
    """It stands in a comment."""
    found = read(sql, Row({"n": 3}), columns={"n": ""})
    assert found.rows == {}
    assert found.unsaid == ["query t answered n 3: no row says that"]


def test_a_default_in_a_statement_is_not_taken_for_a_value() -> None:
    """`coalesce(d.status, …) AS status` is the column wherever that is present."""
    sql = "SELECT coalesce(d.status, 'unknown') AS status FROM runs d"
    found = read(sql, Row({"status": "failed"}), columns={"status": ""})
    assert found.rows == {"runs": [{"status": "failed"}]}


def test_requests_are_said_by_how_they_ended() -> None:
    """In the middle of the time that was asked about."""
    one = Row({"function": "hook", "calls": 5, "refused": 2, "failed": 1})
    asked = Row({"since": NOW - timedelta(minutes=10)})
    said = list(SAYINGS["supabase.function_traffic"](asked, one, NOW))
    assert [(given["status"], given["count"]) for _, given in said] == [
        (200, 2),
        (401, 2),
        (500, 1),
    ]
    assert {given["at"] for _, given in said} == {NOW - timedelta(minutes=5)}


def test_a_machine_is_as_busy_as_it_was_between_two_looks() -> None:
    """Its counters only grow; one look says nothing of the processor."""

    def look(busy: int, all_: int) -> Row:
        return Row(
            {
                "cpu_busy_ms": busy, "cpu_ms": all_, "memory_bytes": 100,
                "memory_available_bytes": 40, "disk_bytes": 200, "disk_available_bytes": 20,
            }
        )  # fmt: skip

    assert machine([]) is None
    assert machine([look(10, 100), look(60, 200)]) == (
        "supabase.machine", {"memory": 60, "disk": 90, "cpu": 50},
    )  # fmt: skip
    assert machine([look(10, 100)]) == ("supabase.machine", {"memory": 60, "disk": 90})


def test_moments_are_written_as_they_lay_before_or_after_the_run() -> None:
    """The scenario rehearses the same next year."""
    write = Literals(NOW)
    assert write.cell(NOW - timedelta(days=2)) == "= 2d ago"
    assert write.literal(NOW + timedelta(minutes=90)) == "90m from now"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a|b", "a\\|b"),
        ("", "''"),
        ("null", '= "null"'),
        (":business", '= ":business"'),
        ("= 40d ago", '= "= 40d ago"'),
        ("two\nrows", '= "two rows"'),
        (" padded", '= " padded"'),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_a_text_in_a_cell_stays_a_text(text: str, cell: str) -> None:
    """It is data: not a reference, no expression, not nothing, and not another row."""
    assert Literals(NOW).cell(text) == cell


def test_a_text_between_quotes_ends_where_they_end() -> None:
    """And begins no hole."""
    assert Literals(NOW).literal('say "{{ x }}"\n') == "\"say '( x )' \""
