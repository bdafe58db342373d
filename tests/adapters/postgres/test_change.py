"""Changing: planned by doing and rolling back, applied only as approved, taken back only where still ours."""

from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg
import pytest
from rbengine.contract.adapter import SessionUse
from rbengine.contract.changes import (
    Applied,
    ChangePlan,
    Drifted,
    Planned,
    PlannedStatement,
    SqlStatement,
    Undone,
)
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.contract.values import Row
from rbengine_adapters.postgres.database import PostgresDatabase
from support.live_world import LiveRehearsal
from support.postgres import SOON, START, Rehearsal, guard, parameter, statement

ACME = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
BETA = "7f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
RENAME = statement(
    "UPDATE businesses SET name = $1, updated_at = now() WHERE id = $2",
    parameter("text", "New"), parameter("uuid", ACME), at_least=1, at_most=1,
)  # fmt: skip

Change = tuple[SqlStatement, ...]
Bench = Rehearsal | LiveRehearsal


@pytest.fixture
def company(bench: Bench) -> Bench:
    """Two businesses."""
    rows = [
        {"id": BETA, "name": "Beta", "updated_at": START},
        {"id": ACME, "name": "Acme", "credit_balance": 5, "updated_at": START},
    ]
    bench.world.insert_rows("businesses", rows)
    return bench


def _plan(company: Bench, change: Change) -> ChangePlan:
    found = company.database.plan(change, SOON)
    assert isinstance(found, Planned), found
    return found.plan


def _refused(company: Bench, change: Change) -> str:
    found = company.database.plan(change, SOON)
    assert isinstance(found, Refused), found
    return f"{found.kind}: {found.text}"


def _apply(company: Bench, change: Change, plan: ChangePlan, key: str = "k") -> Applied:
    found = company.database.apply(change, plan, key, SOON)
    assert isinstance(found, Applied), found
    return found


def _is_now(company: Bench, moment: object) -> bool:
    return isinstance(moment, datetime) and abs(moment - company.clock()) <= company.tolerance


def _first(plan: ChangePlan) -> PlannedStatement:
    part = plan.parts[0]
    assert isinstance(part, PlannedStatement)
    return part


def test_a_plan_shows_the_rows_and_changes_nothing(company: Bench) -> None:
    """It is found by doing it in a transaction that is rolled back."""
    before = company.world.snapshot()
    part = _first(_plan(company, RENAME))
    assert (part.kind, part.table, part.count) == ("update", "businesses", 1)
    (image,) = part.rows
    assert image.key.value == Row({"id": ACME})
    assert image.before.value == Row({"name": "Acme", "updated_at": START})
    assert isinstance(image.after.value, Row)
    assert image.after.value["name"] == "New"
    assert _is_now(company, image.after.value["updated_at"])
    assert part.not_computed == ("updated_at",)
    assert company.world.changes_since(before) == ()


def test_rows_stand_in_the_order_of_their_keys(company: Bench) -> None:
    """Two plans of the same change read the same."""
    part = _first(
        _plan(company, statement("UPDATE businesses SET name = 'x' WHERE true", at_most=9))
    )
    assert [image.key.value for image in part.rows] == [Row({"id": ACME}), Row({"id": BETA})]


@pytest.mark.parametrize(
    ("sql", "undo"),
    [
        ("UPDATE businesses SET name = 'x' WHERE name = 'Acme'", "derived"),
        ("INSERT INTO incident_freezes (incident_id, business_id) SELECT 'i', id FROM businesses", "derived"),
        ("DELETE FROM messages WHERE true", "derived"),
        ("UPDATE businesses SET credit_balance = credit_balance + 1 WHERE true", "depends on its old one"),
        ("INSERT INTO credit_prices VALUES ('sms', '(,)', 1) ON CONFLICT (channel, valid) DO UPDATE SET credits = 2",
         "DO UPDATE"),
        ("INSERT INTO net._http_response (id) VALUES (1)", "no primary key"),
        ("DELETE FROM auth.users WHERE email = 'x'", "changes other tables"),
        ("ALTER TABLE messages ADD COLUMN more int", "schema"),
    ],
)  # fmt: skip
def test_an_undo_is_derived_only_where_it_is_exact(company: Bench, sql: str, undo: str) -> None:
    """Elsewhere the playbook must write one, or say that there is none."""
    plan = _plan(company, statement(sql)).undo
    assert plan.kind == ("derived" if undo == "derived" else "irreversible")
    assert undo == "derived" or undo in plan.text


def test_bounds_that_do_not_hold_are_refused_and_say_the_numbers(company: Bench) -> None:
    """`expect 1 row` is a promise of the author."""
    all_of_them = "UPDATE businesses SET name = 'x' WHERE true"
    assert _refused(company, statement(all_of_them, at_most=1)) == (
        "conflict: 2 rows would be touched, at most 1 expected"
    )
    nobody = "UPDATE businesses SET name = 'x' WHERE name = 'Nobody'"
    assert _refused(company, statement(nobody, at_least=1)) == (
        "conflict: 0 rows would be touched, at least 1 expected"
    )


@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        ("UPDATE businesses SET nmae = 'x' WHERE true", "invalid: PostgreSQL: column"),
        ("UPDATE nowhere SET a = 1 WHERE true", "invalid: PostgreSQL: relation"),
        ("UPDATE businesses SET is_frozen = true WHERE true", "conflict: PostgreSQL: new row for relation"),
        ("INSERT INTO messages (conversation_id, channel, direction, status) "
         "VALUES ('6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11', 'sms', 'inbound', 'sent')", "conflict: PostgreSQL: insert"),
        ("UPDATE businesses SET name = 'x' WHERE true RETURNING id", "invalid: leave out RETURNING"),
        ("SELECT 1", "invalid: this only reads"),
        ("TRUNCATE messages", "invalid: TRUNCATE cannot"),
        ("UPDATE businesses SET name = 'x' WHERE true; DELETE FROM messages", "invalid: one block"),
        ("COPY messages FROM PROGRAM 'true'", "invalid: COPY"),
        ("ALTER SYSTEM SET fsync = on", "invalid: ALTER"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_is_refused(company: Bench, sql: str, refusal: str) -> None:
    """Before anybody is asked to approve it."""
    assert _refused(company, statement(sql)).startswith(refusal)


def test_what_is_applied_is_what_was_approved(company: Bench) -> None:
    """The images say exactly what is in the rows now."""
    before = company.world.snapshot()
    plan = _plan(company, RENAME)
    company.clock.move(timedelta(minutes=3))
    done = _apply(company, RENAME, plan)
    (change,) = company.world.changes_since(before)
    assert (done.rows, change.columns) == (1, ("name", "updated_at"))
    assert change.after is not None
    assert _is_now(company, change.after["updated_at"])
    assert done.images[0].after.value == Row({name: change.after[name] for name in change.columns})


def test_a_row_that_moved_meanwhile_is_shown_and_not_touched(company: Bench) -> None:
    """An approval holds for the old values people saw."""
    plan = _plan(company, RENAME)
    company.world.execute("UPDATE businesses SET name = 'Else' WHERE name = 'Acme'")
    before = company.world.snapshot()
    found = company.database.apply(RENAME, plan, "k", SOON)
    assert isinstance(found, Drifted)
    assert _first(found.plan).rows[0].before.value == Row({"name": "Else", "updated_at": START})
    assert company.world.changes_since(before) == ()
    assert company.database.settle("k", SOON) is None
    assert _apply(company, RENAME, found.plan).rows == 1


def test_what_may_drift_and_what_is_not_read_do_not_ask_again(company: Bench) -> None:
    """A balance that moves with every message must not refuse a booking for ever."""
    book = "UPDATE businesses SET credit_balance = credit_balance + 500 WHERE name = 'Acme'"
    strict, free = statement(book), statement(book, may_drift=("credit_balance",))
    approved_strictly, approved_freely = _plan(company, strict), _plan(company, free)
    company.world.execute(
        "UPDATE businesses SET credit_balance = 3, owner_email = 'n@x.test' WHERE name = 'Acme'"
    )
    assert isinstance(company.database.apply(strict, approved_strictly, "a", SOON), Drifted)
    done = _apply(company, free, approved_freely, "b")
    assert done.images[0].after.value == Row({"credit_balance": 503})


def test_a_new_row_in_the_condition_is_drift(company: Bench) -> None:
    """Two rows were approved, not three."""
    everyone = statement("UPDATE businesses SET name = 'x' WHERE true")
    plan = _plan(company, everyone)
    company.world.insert_rows("businesses", [{"name": "Third"}])
    assert isinstance(company.database.apply(everyone, plan, "k", SOON), Drifted)


def test_a_key_is_applied_once(company: Bench) -> None:
    """After a crash nobody knows; asked again, the same answer comes and nothing is done twice."""
    plan = _plan(company, RENAME)
    assert company.database.settle("k", SOON) is None
    done = _apply(company, RENAME, plan)
    before = company.world.snapshot()
    assert _apply(company, RENAME, plan) == done
    assert company.database.settle("k", SOON) == done
    assert company.world.changes_since(before) == ()


def test_statements_of_one_change_stand_or_fall_together(company: Bench) -> None:
    """One transaction: a second statement that cannot be leaves nothing of the first."""
    good = statement("UPDATE businesses SET name = 'x' WHERE name = 'Acme'")
    bad = statement("UPDATE businesses SET name = '' WHERE name = 'Beta'")
    before = company.world.snapshot()
    assert isinstance(company.database.plan((*good, *bad), SOON), Refused)
    plan = _plan(company, (*good, *statement("DELETE FROM businesses WHERE name = 'Beta'")))
    assert [part.kind for part in plan.parts if isinstance(part, PlannedStatement)] == [
        "update",
        "delete",
    ]
    assert plan.rows == 2
    assert company.world.changes_since(before) == ()


def test_deferred_constraints_are_judged_in_the_plan(
    bench_with: Callable[[str], Bench],
) -> None:
    """What COMMIT would refuse must not be approved."""
    company = bench_with("""
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
    """)
    assert _refused(company, statement("INSERT INTO b VALUES (1, 7)")).startswith("conflict:")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE businesses SET name = 'x', credit_balance = 77, frozen_reason = NULL WHERE true",
        "INSERT INTO audit_logs (business_id, action, details, performed_by) "
        "SELECT id, 'a', '{\"n\": 1.50}', 'me' FROM businesses",
        "INSERT INTO incident_freezes (incident_id, business_id) SELECT 'i', id FROM businesses",
        "DELETE FROM businesses WHERE name = 'Acme'",
        "DELETE FROM audit_logs WHERE true",
    ],
)
def test_undo_leaves_the_company_as_it_was(company: Bench, sql: str) -> None:
    """Every value, also those that no statement named."""
    company.world.insert_rows("audit_logs", [{"action": "one", "details": '{"a": [1, 2.50]}'}])
    before = company.world.snapshot()
    done = _apply(company, statement(sql), _plan(company, statement(sql)))
    assert company.world.changes_since(before) != ()
    undone = company.database.undo(done.images, "u", SOON)
    assert undone == Undone(rows=done.rows)
    assert company.world.changes_since(before) == ()
    assert company.database.undo(done.images, "u", SOON) == undone, "its key was applied before"
    assert company.database.settle("u", SOON) == Applied(rows=done.rows)


def test_undo_does_not_touch_what_somebody_else_wrote_since(company: Bench) -> None:
    """Such rows are listed and put to a person."""
    everyone = statement("UPDATE businesses SET name = 'x', credit_balance = 1 WHERE true")
    done = _apply(company, everyone, _plan(company, everyone))
    company.world.execute("UPDATE businesses SET credit_balance = 2 WHERE id = '" + ACME + "'")
    found = company.database.undo(done.images, "u", SOON)
    assert isinstance(found, Undone)
    assert found.rows == 1
    assert [image.key.value for image in found.left] == [Row({"id": ACME})]
    names = company.world.execute("SELECT name FROM businesses ORDER BY id", reading=True).rows
    assert [row["name"] for row in names] == ["x", "Beta"]


def test_several_changes_of_one_row_are_taken_back_newest_first(company: Bench) -> None:
    """The older one's values stand under the newer one's."""
    before = company.world.snapshot()
    change = (
        *statement("UPDATE businesses SET name = 'one' WHERE name = 'Acme'"),
        *statement("UPDATE businesses SET name = 'two' WHERE name = 'one'"),
    )
    done = _apply(company, change, _plan(company, change))
    assert company.database.undo(done.images, "u", SOON) == Undone(rows=2)
    assert company.world.changes_since(before) == ()


def test_values_are_sent_as_the_enum_that_they_are_for(
    bench_with: Callable[[str], Bench],
) -> None:
    """PostgreSQL takes no text for an enum: the checker names its type, also of a list and in another schema."""
    company = bench_with("""
        CREATE SCHEMA people;
        CREATE TYPE people.mood AS ENUM ('calm', 'wild');
        CREATE TABLE people.guests (id int PRIMARY KEY, m people.mood NOT NULL);
        INSERT INTO people.guests VALUES (1, 'calm'), (2, 'wild');
    """)
    before = company.world.snapshot()
    change = statement(
        "UPDATE people.guests SET m = $1 WHERE m = ANY($2)",
        parameter("people.mood", "wild"), parameter("people.mood[]", ("calm",)), at_least=1, at_most=1,
    )  # fmt: skip
    plan = _plan(company, change)
    done = _apply(company, change, plan, "enums")
    assert company.database.undo(done.images, "undo enums", SOON) == Undone(rows=1)
    assert company.world.changes_since(before) == ()


def test_strange_names_and_types_are_planned_and_taken_back(
    bench_with: Callable[[str], Bench],
) -> None:
    """Quoted names, generated columns, JSON without equality, arrays, ranges and enums."""
    company = bench_with("""
        CREATE TYPE mood AS ENUM ('calm', 'wild "x"');
        CREATE SCHEMA "Odd One";
        CREATE TABLE "Odd One"."A table" (
          "The id" int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, j json NOT NULL, tags text[], spans tstzrange,
          m mood, f float8, p point, n numeric(8, 3), double int GENERATED ALWAYS AS ("The id" * 2) STORED
        );
    """)
    company.world.execute(
        """INSERT INTO "Odd One"."A table" (j, tags, spans, m, f, p, n) VALUES
        ('{"b":1, "a":[2.0]}', '{"x y",NULL,"q\\"z"}', '[2026-01-01,)', 'wild "x"', 0.1, '(1,2)', 1.500)"""
    )
    before = company.world.snapshot()
    for sql in (
        """UPDATE "Odd One"."A table" SET j = '{}', tags = NULL, spans = 'empty', m = 'calm',
        f = 2, p = '(3,4)', n = 2""",
        'DELETE FROM "Odd One"."A table" WHERE true',
    ):
        plan = _plan(company, statement(sql))
        assert plan.undo.kind == "derived"
        done = _apply(company, statement(sql), plan, sql)
        assert company.database.undo(done.images, f"undo {sql}", SOON) == Undone(rows=1)
        assert company.world.changes_since(before) == ()


def test_a_held_lock_is_unavailable_within_a_second(company: Bench) -> None:
    """A plan never waits for somebody else's open transaction."""
    with company.connect() as other:
        other.execute("BEGIN; SELECT 1 FROM businesses FOR UPDATE")
        assert _refused(company, RENAME).startswith(
            "unavailable: PostgreSQL: canceling statement due to lock timeout"
        )
        other.execute("ROLLBACK")
    assert isinstance(company.database.plan(RENAME, SOON), Planned)


def test_a_change_whose_commit_gets_no_answer_is_unsettled(rehearsal_database: Rehearsal) -> None:
    """Only the marker can tell; a fresh connection reads it."""
    company = rehearsal_database
    company.world.insert_rows("businesses", [{"id": ACME, "name": "Acme"}])
    plan = _plan(company, RENAME)
    sessions = company.world.sessions

    class Cut:
        """Loses the connection after COMMIT was sent."""

        def __call__(self, *, use: SessionUse, within: timedelta):
            return _cutting(sessions, use, within)

    found = PostgresDatabase(Cut(), guard).apply(RENAME, plan, "k", SOON)
    assert isinstance(found, Unsettled)
    settled = company.database.settle("k", SOON)
    assert isinstance(settled, Applied)
    assert settled.rows == 1


def _cutting(sessions, use, within):
    import contextlib

    @contextlib.contextmanager
    def hand_out():
        with sessions(use=use, within=within) as connection:
            real = connection.meet

            def meet(text: bytes) -> None:
                real(text)
                if text == b"COMMIT":
                    connection.meet = real
                    connection.pgconn.exec_(b"COMMIT")
                    raise psycopg.OperationalError("server closed the connection unexpectedly")

            connection.meet = meet
            yield connection

    return hand_out()
