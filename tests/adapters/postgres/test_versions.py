"""The same change has the same plan, digest and undo on every version of PostgreSQL, or is refused in one sentence."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from rbengine.contract.changes import (
    Applied,
    ChangePlan,
    Planned,
    PlannedStatement,
    SqlStatement,
    Undone,
)
from rbengine.contract.outcomes import Refused
from rbengine.contract.values import Row
from rbengine.facts.postgres.server import Server
from rbengine_adapters.postgres import opening, planning, touched
from support.live_world import LiveRehearsal, made
from support.peer_postgres import RealPostgres
from support.postgres import SOON, Rehearsal, parameter, statement

SCHEMA = """
CREATE TYPE mood AS ENUM ('calm', 'wild');
CREATE TABLE owners (id int PRIMARY KEY, email text NOT NULL);
CREATE TABLE shops (
  id int PRIMARY KEY, owner_id int REFERENCES owners, name text NOT NULL, credit numeric(12,2) NOT NULL DEFAULT 0,
  m mood NOT NULL DEFAULT 'calm', tags text[], details jsonb, twice numeric GENERATED ALWAYS AS (credit * 2) STORED,
  touched timestamptz
);
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
CREATE TABLE loud (id int PRIMARY KEY, name text NOT NULL);
CREATE TRIGGER shouts BEFORE UPDATE ON loud FOR EACH ROW EXECUTE FUNCTION shout();
CREATE FUNCTION renumber() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.id := NEW.id + 100; RETURN NEW; END $$;
CREATE TABLE moving (id int PRIMARY KEY, name text NOT NULL);
CREATE TRIGGER moves BEFORE UPDATE ON moving FOR EACH ROW EXECUTE FUNCTION renumber();
CREATE TABLE parts (id int, day date, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE SCHEMA "Odd One";
CREATE TABLE "Odd One"."A table" ("The id" int PRIMARY KEY, "select" text);
CREATE TABLE heap (a int, b text);
INSERT INTO owners VALUES (1, 'a@x.test'), (2, 'b@x.test');
INSERT INTO shops (id, owner_id, name, credit, tags, details) VALUES
  (1, 1, 'Acme', 5, '{a,"b c"}', '{"n": 1.50}'), (2, 1, 'Beta', 7.5, NULL, NULL), (10, 2, 'Ceta', 0, '{}', 'null');
INSERT INTO loud VALUES (1, 'one'), (2, 'two');
INSERT INTO moving VALUES (1, 'one');
INSERT INTO parts VALUES (1, '2026-01-05', 'x'), (1, '2026-02-05', 'y'), (2, '2026-02-05', 'z');
INSERT INTO "Odd One"."A table" VALUES (1, 'x'), (2, 'y');
INSERT INTO heap VALUES (1, 'x'), (1, 'x');
"""

UPSERT = """INSERT INTO shops AS s (id, name, credit) VALUES (1, 'Again', 1), (11, 'New', 2)
ON CONFLICT (id) DO UPDATE SET credit = s.credit + excluded.credit"""

TOLD: dict[str, tuple[SqlStatement, ...]] = {
    "update": statement("UPDATE shops SET name = 'x', credit = 9 WHERE id < 5", at_least=2),
    "parameters": statement(
        "UPDATE shops SET m = $1, tags = $2 WHERE id = ANY($3)",
        parameter("mood", "wild"),
        parameter("text[]", ("q", None)),
        parameter("int4[]", (1, 10)),
        at_most=2,
    ),
    "an alias and FROM": statement(
        "UPDATE shops AS s SET name = o.email FROM owners o WHERE o.id = s.owner_id AND o.id = 1"
    ),
    "reads WITH": statement(
        "WITH big AS (SELECT id FROM shops WHERE credit > 1) UPDATE shops SET name = 'x' "
        "WHERE id IN (SELECT id FROM big);"
    ),
    "its old value": statement("UPDATE shops SET credit = credit * 2 WHERE true"),
    "may drift": statement(
        "UPDATE shops SET credit = credit + 1 WHERE id = 1", may_drift=("credit",)
    ),
    "nothing": statement("UPDATE shops SET name = 'x' WHERE id = 77"),
    "insert": statement("INSERT INTO shops (id, name, details) VALUES (3, 'C', '{\"a\": [1.0]}')"),
    "insert from": statement("INSERT INTO loud SELECT id + 20, name FROM shops"),
    "insert or leave": statement(
        "INSERT INTO owners VALUES (1, 'no'), (3, 'c') ON CONFLICT DO NOTHING"
    ),
    "insert or update": statement(UPSERT),
    "delete": statement("DELETE FROM shops WHERE name LIKE '%ta' AND id = 10"),
    "delete USING": statement(
        "DELETE FROM shops AS s USING owners o WHERE o.id = s.owner_id AND o.id = 1"
    ),
    "no key": statement("INSERT INTO heap VALUES (2, 'y')"),
    "delete without key": statement("DELETE FROM heap WHERE a = 1"),
    "a trigger sets more": statement("UPDATE loud SET name = 'x' WHERE id = 1"),
    "partitions": statement("UPDATE parts SET note = 'n' WHERE id = 1"),
    "strange names": statement('UPDATE "Odd One"."A table" SET "select" = NULL WHERE "The id" = 2'),
    "two, the second on the first": (
        *statement("UPDATE shops SET name = 'one' WHERE id = 1"),
        *statement("UPDATE shops SET name = 'two' WHERE name = 'one'", at_least=1),
    ),
    "inserted and changed": (
        *statement("INSERT INTO owners VALUES (9, 'z')"),
        *statement("UPDATE owners SET email = 'y' WHERE id = 9", at_least=1),
    ),
    "the same twice": statement("UPDATE shops SET touched = now() WHERE id = 1"),
}

MERGE = statement("""MERGE INTO shops s USING (VALUES (1, 'M'), (2, 'gone'), (4, 'D')) AS v(id, name) ON s.id = v.id
WHEN MATCHED AND v.name = 'gone' THEN DELETE
WHEN MATCHED THEN UPDATE SET name = v.name
WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name)""")

UNTOLD = {
    "moves a primary key": (statement("UPDATE shops SET id = 20 WHERE id = 10"), "of the primary key `id`"),
    "changes a table without one": (statement("UPDATE heap SET b = 'z' WHERE a = 1"), "no primary key"),
    "writes inside WITH": (
        statement("WITH a AS (DELETE FROM heap RETURNING a) UPDATE loud SET name = 'x' FROM a WHERE true"),
        "inside WITH",
    ),
    "a trigger moves the key": (statement("UPDATE moving SET name = 'x' WHERE true"), "a trigger changes"),
}  # fmt: skip


@pytest.fixture
def as_before_18(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on the server is asked as one that cannot tell both images."""

    def pretend() -> None:
        for module in (touched, planning, opening):
            monkeypatch.setattr(module, "BOTH_IMAGES", 990000)

    return pretend


@pytest.fixture(scope="module")
def on_18(postgres_server: Server) -> Iterator[Rehearsal]:
    """The schema above on the embedded server; nothing in it is changed for good."""
    one = Rehearsal(postgres_server, SCHEMA)
    yield one
    one.close()


@pytest.fixture(scope="module")
def on_another(each_postgres: RealPostgres) -> Iterator[LiveRehearsal]:
    """The same on a real PostgreSQL of an older version."""
    one = made(each_postgres, "versions", SCHEMA, each_postgres.dsn("versions"))
    yield one
    one.close()


def plan(bench: Rehearsal | LiveRehearsal, change: tuple[SqlStatement, ...]) -> ChangePlan:
    found = bench.database.plan(change, SOON)
    assert isinstance(found, Planned), found
    return found.plan


@pytest.mark.parametrize("name", [*TOLD, "merge"])
def test_a_plan_does_not_depend_on_how_it_was_found(
    on_18: Rehearsal, as_before_18: Callable[[], None], name: str
) -> None:
    """Two ways to ask one server: rows, images, their order, the digest and the undo are the same."""
    change = TOLD.get(name, MERGE)
    newer = plan(on_18, change)
    as_before_18()
    assert plan(on_18, change) == newer


@pytest.mark.peers
@pytest.mark.parametrize("name", TOLD)
def test_a_plan_is_the_same_on_every_version(
    on_18: Rehearsal, on_another: LiveRehearsal, name: str
) -> None:
    """What was approved in front of one is what the other does."""
    older, newer = plan(on_another, TOLD[name]), plan(on_18, TOLD[name])
    assert older.digest == newer.digest
    assert older.undo == newer.undo
    if name != "the same twice":  # its new value is the clock's
        assert older == newer
    else:
        assert [one.not_computed for one in older.parts if isinstance(one, PlannedStatement)] == [
            ("touched",)
        ]


@pytest.mark.parametrize("name", UNTOLD)
def test_what_an_older_version_cannot_tell_is_refused_before_anybody_is_asked(
    on_18: Rehearsal, as_before_18: Callable[[], None], name: str
) -> None:
    """Never half a picture. The newer one tells it."""
    change, reason = UNTOLD[name]
    plan(on_18, change)
    as_before_18()
    found = on_18.database.plan(change, SOON)
    assert isinstance(found, Refused)
    assert found.text.startswith("before PostgreSQL 18")
    assert reason in found.text


@pytest.mark.peers
@pytest.mark.parametrize("name", UNTOLD)
def test_older_ones_refuse_the_same(on_another: LiveRehearsal, name: str) -> None:
    """Really, not only as if."""
    change, reason = UNTOLD[name]
    found = on_another.database.plan(change, SOON)
    assert isinstance(found, Refused)
    assert reason in found.text


@pytest.mark.peers
def test_a_merge_is_told_from_17_on_and_refused_before(
    on_18: Rehearsal, on_another: LiveRehearsal, each_postgres: RealPostgres
) -> None:
    """Nothing of it is done where it cannot be shown; 14 has none at all."""
    if each_postgres.version >= 17:
        assert plan(on_another, MERGE) == plan(on_18, MERGE)
        return
    found = on_another.database.plan(MERGE, SOON)
    assert isinstance(found, Refused)
    assert found.text.startswith("before PostgreSQL 17 MERGE does not say which rows it changed")


def test_a_merge_is_taken_back_row_by_row(other_schema: Callable[[str], Rehearsal]) -> None:
    """Rows that it inserted, changed and deleted."""
    company = other_schema(SCHEMA)
    before = company.world.snapshot()
    done = company.database.apply(MERGE, plan(company, MERGE), "k", SOON)
    assert isinstance(done, Applied)
    assert done.rows == 3
    assert company.database.undo(done.images, "u", SOON) == Undone(rows=3)
    assert company.world.changes_since(before) == ()


@pytest.mark.peers
def test_what_somebody_commits_in_between_is_seen_and_not_overwritten(
    on_another: LiveRehearsal,
) -> None:
    """The statement meets a row in another state than was read: it is read again, and the plan shows what is there."""
    change = statement("UPDATE loud SET name = 'mine' WHERE id = 2", at_least=1)
    with on_another.connect() as other:
        other.execute("BEGIN; UPDATE loud SET name = 'theirs' WHERE id = 2")
        later = threading.Timer(0.2, lambda: other.execute("COMMIT"))
        later.start()
        found = plan(on_another, change)
        later.join()
        other.execute("UPDATE loud SET name = 'two' WHERE id = 2")
    part = found.parts[0]
    assert isinstance(part, PlannedStatement)
    (image,) = part.rows
    assert image.before.value == Row({"name": "THEIRS"})


@pytest.mark.peers
def test_a_key_that_was_used_while_it_was_waited_for_is_not_used_again(
    on_another: LiveRehearsal,
) -> None:
    """Whoever waited sees the other's marker, not the state from before it."""
    change = statement("UPDATE owners SET email = 'new' WHERE id = 1")
    approved = plan(on_another, change)
    found: list[object] = []
    both = [
        threading.Thread(target=lambda: found.append(on_another.database.apply(change, approved, "one key", SOON)))
        for _ in range(4)
    ]  # fmt: skip
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(found) == 4
    assert all(one == found[0] and isinstance(one, Applied) for one in found)
    with on_another.connect() as other:
        row = other.execute(
            "SELECT count(*) FROM rbengine_evidence.marker WHERE key = 'one key'"
        ).fetchone()
    assert row == (1,)
    assert on_another.database.settle("one key", timedelta(seconds=1)) == found[0]
    done = found[0]
    assert isinstance(done, Applied)
    assert on_another.database.undo(done.images, "back", SOON) == Undone(rows=1)
