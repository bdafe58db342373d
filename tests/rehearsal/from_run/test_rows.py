"""Rows as a run has read them: of its answers, of its conditions, of images; and made up where they were counted."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from rbengine.contract.changes import SqlParameter, SqlQuery
from rbengine.contract.values import Datum, Json, Row, Value
from rbengine.host.simulated_tables import Column, Reference, Table
from rbengine.rehearsal.from_run.changed import changed
from rbengine.rehearsal.from_run.facts import Sql
from rbengine.rehearsal.from_run.known import Cell, Must
from rbengine.rehearsal.from_run.rows import Rows
from rbengine.rehearsal.from_run.sayings import SAYINGS, machine
from rbengine.rehearsal.literals import Literals

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)


def column(type_: str, *values: str) -> Column:
    """A column that may be empty."""
    return Column(
        type_number=25,
        type=type_,
        is_list=False,
        required=False,
        always_filled=False,
        values=values,
    )


def table(name: str, /, *references: Reference, **columns: Column) -> Table:
    """A table with a key `id`, and a trigger for nothing."""
    return Table(
        name=name, number=1, schema="public", bare_name=name, bookkeeping=False,
        columns={"id": column("uuid"), **columns}, key=("id",), references=references,
        acts_on_delete=False, acts_on_truncate=False, has_children=False,
    )  # fmt: skip


OF_SHOP = Reference(table="shops", columns=("shop_id",), to_columns=("id",))
SCHEMA: Mapping[str, Table] = {
    one.name: one
    for one in (
        table("shops", name=column("text"), open=column("bool")),
        table(
            "mails", OF_SHOP, shop_id=column("uuid"), kind=column("text", "in", "out", "copy"),
            state=column("text", "sent", "failed", "queued"), at=column("timestamptz"), size=column("int4"),
            facts=column("jsonb"), seen=column("bool"),
        ),
    )
}  # fmt: skip


def query(sql: str, *parameters: Value, kind: str = "all") -> SqlQuery:
    """A statement as it was asked."""
    given = tuple(SqlParameter(name="p", type="text", value=Datum(one)) for one in parameters)
    return SqlQuery(kind=kind, sql=sql, parameters=given, at_most=9)  # type: ignore[arg-type]


def rows_of(rows: Rows) -> dict[str, list[dict[str, Value]]]:
    """What has to be said, by table."""
    found: dict[str, list[dict[str, Value]]] = {}
    rows.complete()
    for name, _, row in rows.finished():
        found.setdefault(name, []).append(row)
    return found


def read(
    sql: str, *answer: Row, parameters: tuple[Value, ...] = ()
) -> dict[str, list[dict[str, Value]]]:
    """What an answer to `sql` says of rows."""
    rows = Rows(SCHEMA, NOW)
    assert rows.read(query(sql, *parameters), answer, NOW)
    return rows_of(rows)


def test_columns_go_to_the_tables_that_they_are_of() -> None:
    """A join is a row of each, they belong together, and each has what it was asked by."""
    found = read(
        "SELECT m.id, s.name FROM mails m JOIN shops s ON s.id = m.shop_id WHERE m.kind = 'out' AND s.open",
        Row({"id": "1", "name": "Acme"}),
    )
    (shop,), (mail,) = found["shops"], found["mails"]
    assert (shop["name"], shop["open"]) == ("Acme", True)
    assert (mail["id"], mail["kind"], mail["shop_id"]) == ("1", "out", shop["id"])


def test_what_a_row_was_asked_by_is_in_it() -> None:
    """Nobody selects what they asked with."""
    found = read("SELECT name FROM shops WHERE id = $1", Row({"name": "n"}), parameters=("7",))
    assert found == {"shops": [{"name": "n", "id": "7"}]}


def test_two_readings_of_one_row_are_one_row() -> None:
    """What was known first stays: later it was changed."""
    rows = Rows(SCHEMA, NOW)
    rows.add("shops", {"id": "1", "name": "old"})
    rows.add("shops", {"id": "1", "name": "new", "open": True})
    assert rows_of(rows) == {"shops": [{"id": "1", "name": "old", "open": True}]}


def test_a_row_that_another_refers_to_is_there() -> None:
    """Though nobody read it."""
    found = read("SELECT id, shop_id FROM mails", Row({"id": "1", "shop_id": "2"}))
    assert found["shops"] == [{"id": "2"}]


def test_rows_that_were_only_counted_are_made_up() -> None:
    """As many, with what they were asked by; parts that were counted beside are among them, and the others are not."""
    sql = "SELECT count(*) AS n, count(*) FILTER (WHERE state = 'failed') AS bad FROM mails WHERE kind = 'out'"
    found = read(sql, Row({"n": 3, "bad": 1}))
    assert [one["state"] for one in found["mails"]] == ["failed", "sent", "sent"]
    assert {one["kind"] for one in found["mails"]} == {"out"}


def test_two_counts_of_the_same_rows_are_not_added_up() -> None:
    """Those of the last hour are among those of the day."""
    rows = Rows(SCHEMA, NOW)
    for hours, count in ((24, 3), (1, 2)):
        sql = f"SELECT count(*) AS n FROM mails WHERE at > now() - interval '{hours} hours'"
        assert rows.read(query(sql), (Row({"n": count}),), NOW)
    ages = [NOW - one["at"] for one in rows_of(rows)["mails"]]  # type: ignore[operator]
    assert sorted(age < timedelta(hours=1) for age in ages) == [False, True, True]


def test_a_sum_is_one_row_that_comes_to_it_and_counts_what_is_known() -> None:
    """How many there were nobody has read."""
    rows = Rows(SCHEMA, NOW)
    rows.add("mails", {"id": "1", "kind": "in", "size": 5})
    sql = "SELECT coalesce(sum(size), 0) FROM mails WHERE kind = 'in'"
    assert rows.read(query(sql, kind="value"), Decimal(95), NOW)
    assert [one["size"] for one in rows_of(rows)["mails"]] == [5, Decimal(90)]


def test_rows_that_an_answer_does_not_hold_do_not_meet_its_conditions() -> None:
    """What is known of them says so where it must."""
    rows = Rows(SCHEMA, NOW)
    rows.add("mails", {"id": "1", "kind": "in"})
    sql = "SELECT id FROM mails WHERE at > now() - interval '1 hour'"
    assert rows.read(query(sql), (), NOW)
    (row,) = rows_of(rows)["mails"]
    assert row["at"] <= NOW - timedelta(hours=1)  # type: ignore[operator]


def test_items_that_are_not_counted_have_a_row() -> None:
    """`NOT EXISTS` counts what there is no row of."""
    sql = "SELECT count(*) AS n FROM unnest($1) AS s(id) WHERE NOT EXISTS (SELECT 1 FROM mails m WHERE m.kind = s.id)"
    rows = Rows(SCHEMA, NOW)
    assert rows.read(query(sql, ("in", "out"), kind="value"), 1, NOW)
    assert rows_of(rows) == {"mails": [{"kind": "in"}]}


def test_a_field_of_a_document_is_in_it() -> None:
    """Sizes of files stand in their metadata."""
    found = read(
        "SELECT coalesce((facts ->> 'size')::bigint, 0) AS bytes FROM mails", Row({"bytes": 7})
    )
    assert found == {"mails": [{"facts": Json({"size": 7})}]}


@pytest.mark.parametrize(
    "sql",
    ["SELECT avg(size) AS n FROM mails", "SELECT relname FROM pg_class", "SELECT 1 UNION SELECT 2"],
)
def test_what_no_row_says_is_not_said(sql: str) -> None:
    """An average, and a table that no world may fill."""
    assert not Rows(SCHEMA, NOW).read(query(sql), (Row({"n": 3}),), NOW)


def test_a_row_that_is_shown_otherwise_was_changed_by_somebody() -> None:
    """By its key, counted from the moment at which it happens."""
    asked = query("SELECT id, state, at FROM mails WHERE kind = $1", "in")
    then = (Row({"id": "1", "state": "sent", "at": NOW}),)
    without = (Row({"id": "1", "state": "failed", "at": NOW - timedelta(hours=1)}),)
    later = NOW + timedelta(minutes=2)
    assert changed(Rows(SCHEMA, NOW), asked, then, without, later, later) == [
        Sql("UPDATE mails\nSET state = 'sent', at = now() - interval '120 seconds'\nWHERE id = '1'")
    ]


def test_a_row_that_is_shown_no_more_is_gone() -> None:
    """Or it no longer is as it was asked for, where that is a matter of time."""
    gone = (Row({"id": "1"}),)
    rows = Rows(SCHEMA, NOW)
    asked = query("SELECT id FROM mails WHERE kind = 'in'")
    assert changed(rows, asked, (), gone, NOW, NOW) == [Sql("DELETE FROM mails\nWHERE id = '1'")]
    asked = query("SELECT id FROM mails WHERE at < now() - interval '1 hour'")
    assert changed(rows, asked, (), gone, NOW, NOW) == [
        Sql("UPDATE mails\nSET at = now()\nWHERE id = '1'")
    ]


def test_what_must_hold_of_a_column_is_open_certain_or_not_so() -> None:
    """Bounds exclude each other; a moment between them is a round one."""
    recent = Cell((Must(">", NOW - timedelta(minutes=15)),))
    assert recent.says(Must("<", NOW - timedelta(hours=1))) is False
    assert recent.says(Must(">", NOW - timedelta(hours=1))) is True
    assert recent.says(Must("<", NOW - timedelta(minutes=5))) is None
    both = recent.and_(Must("<", NOW - timedelta(minutes=5)))
    assert both is not None
    assert both.value(None, NOW) == NOW - timedelta(minutes=10)


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
    """Its counters only grow; of one look the load tells."""

    def look(busy: int, all_: int) -> Row:
        return Row(
            {
                "cpu_busy_ms": busy, "cpu_ms": all_, "memory_bytes": 100, "load": Decimal("1.8"), "cores": 2,
                "memory_available_bytes": 40, "disk_bytes": 200, "disk_available_bytes": 20,
            }
        )  # fmt: skip

    first, last = look(10, 100), look(60, 200)
    assert machine(first, last)[1] == {"memory": 60, "disk": 90, "cpu": 50}
    assert machine(first, first)[1] == {"memory": 60, "disk": 90, "cpu": 90}


def test_moments_are_written_as_they_lay_before_or_after_the_run() -> None:
    """The scenario rehearses the same next year."""
    write = Literals(NOW)
    assert write.cell(NOW - timedelta(days=2)) == "= 2d ago"
    assert write.literal(NOW + timedelta(minutes=90)) == "90m from now"


def test_documents_are_written_as_records_and_in_cells_as_json() -> None:
    """A payment's metadata, a file's size."""
    write = Literals(NOW)
    assert write.literal(Json({"type": "credits", "not a name": 1})) == '{type: "credits"}'
    assert write.cell(Json({"size": Decimal(5)})) == '{"size":5}'


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
