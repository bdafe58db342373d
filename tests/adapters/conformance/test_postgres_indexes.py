"""Indexes are built and dropped beside everybody else's work, on whatever is a PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from rbengine.contract.values import Value
from support.database_peer import DatabasePeer
from support.live_world import LiveRehearsal
from support.outcomes import kind_of, value_of
from support.peer_postgres import VERSIONS as VERSIONS
from support.postgres import (  # noqa: F401  # fixtures are found by their names
    START,
    Rehearsal,
    _worker_rehearsal,
    postgres_server,
    rehearsal_database,
)

INDEX: dict[str, Value] = {
    "table": "messages",
    "name": "messages_by_day",
    "columns": "conversation_id, created_at desc",
}


LIVE = "real_database"


@pytest.fixture
def simulated(rehearsal_database: Rehearsal) -> DatabasePeer:  # noqa: F811
    """The database of rehearsals."""
    return DatabasePeer(rehearsal_database)


@pytest.fixture
def real_database(
    company_on: Callable[[int], LiveRehearsal],
) -> Iterator[Callable[[int], DatabasePeer]]:
    """A real PostgreSQL of that version."""
    companies: list[LiveRehearsal] = []

    def of(version: int) -> DatabasePeer:
        companies.append(company_on(version))
        companies[-1].reset()
        return DatabasePeer(companies[-1])

    yield of
    for one in companies:
        one.world.execute("DROP INDEX IF EXISTS messages_by_day")


def indexes(peer: DatabasePeer) -> list[Value]:
    """How the index of these tests is defined."""
    rows = peer.read("SELECT indexdef FROM pg_indexes WHERE indexname = 'messages_by_day'")
    return [one["indexdef"] for one in rows]


def test_an_index_is_built(peer: DatabasePeer) -> None:
    """Outside any transaction, or PostgreSQL would refuse."""
    assert value_of(peer.call("postgres.create_index", **INDEX)) == "created"
    assert indexes(peer) == [
        "CREATE INDEX messages_by_day ON public.messages USING btree (conversation_id, created_at DESC)"
    ]


def test_an_index_that_is_there_is_left_alone(peer: DatabasePeer) -> None:
    """Twice is once."""
    peer.call("postgres.create_index", **INDEX)
    assert value_of(peer.call("postgres.create_index", **INDEX)) == "existed"


@pytest.mark.parametrize(
    "other",
    [
        {"columns": "conversation_id"},
        {"columns": "conversation_id, created_at"},
        {"columns": "conversation_id, created_at desc nulls last"},
        {"table": "conversations", "columns": "id"},
    ],
    ids=["fewer", "order", "nulls", "table"],
)
def test_another_index_of_that_name_is_a_conflict(
    peer: DatabasePeer, other: dict[str, Value]
) -> None:
    """A name is no proof that the index helps."""
    peer.call("postgres.create_index", **INDEX)
    assert kind_of(peer.call("postgres.create_index", **{**INDEX, **other})) == "conflict"


def test_an_unfinished_index_is_built_anew(peer: DatabasePeer) -> None:
    """What an interrupted attempt left slows writes and helps nobody."""
    unfinished(peer)
    assert value_of(peer.call("postgres.create_index", **INDEX)) == "created"
    (row,) = peer.read(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'messages_by_day'::regclass"
    )
    assert row["indisvalid"] is True


def unfinished(peer: DatabasePeer) -> None:
    """A unique index over equal values fails at its end and stays, invalid."""
    talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
    row = {"conversation_id": talk, "channel": "sms", "status": "sent", "created_at": START}
    peer.rows("conversations", {"id": talk})
    peer.rows("messages", row, row)
    with pytest.raises(psycopg.errors.UniqueViolation), peer.rehearsal.connect() as other:
        other.execute(
            b"CREATE UNIQUE INDEX CONCURRENTLY messages_by_day ON messages (conversation_id, created_at DESC)"
        )


def test_a_build_that_fails_leaves_nothing_behind(peer: DatabasePeer) -> None:
    """Somebody holds the table: the attempt ends, and its unfinished index is dropped."""
    with peer.rehearsal.connect() as other:
        other.execute(b"BEGIN; LOCK TABLE messages IN SHARE ROW EXCLUSIVE MODE")
        outcome = peer.call(
            "postgres.create_index", **INDEX, lock_timeout=timedelta(milliseconds=50)
        )
    assert kind_of(outcome) == "unavailable"
    assert indexes(peer) == []


def test_an_unfinished_index_that_cannot_be_dropped_is_told(peer: DatabasePeer) -> None:
    """PostgreSQL waits for every writer of the table, before the index is valid and before it is dropped."""
    with peer.rehearsal.connect() as other:
        other.execute(
            b"BEGIN; SELECT count(*) FROM businesses; LOCK TABLE messages IN ROW EXCLUSIVE MODE"
        )
        outcome = peer.call(
            "postgres.create_index", **INDEX, lock_timeout=timedelta(milliseconds=50)
        )
        other.execute(b"ROLLBACK")
    assert kind_of(outcome) == "unavailable"
    assert "an invalid index messages_by_day is left" in str(outcome)
    assert value_of(peer.call("postgres.create_index", **INDEX)) == "created"


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"table": "nowhere"}, "not_found"),
        ({"table": ""}, "not_found"),
        ({"columns": ""}, "invalid"),
        ({"columns": "created_at); DROP TABLE messages; --"}, "invalid"),
        ({"columns": "no_such_column"}, "invalid"),
        ({"name": ""}, "invalid"),
        ({"name": "x" * 64}, "invalid"),
    ],
)
def test_what_cannot_be_built_is_refused(
    peer: DatabasePeer, wrong: dict[str, Value], kind: str
) -> None:
    """Before anything is locked."""
    assert kind_of(peer.call("postgres.create_index", **{**INDEX, **wrong})) == kind


def test_an_index_is_dropped_and_gone(peer: DatabasePeer) -> None:
    """It takes the building back; twice is once."""
    peer.call("postgres.create_index", **INDEX)
    wish = {"table": "messages", "name": "messages_by_day"}
    assert value_of(peer.call("postgres.drop_index", **wish)) == "dropped"
    assert value_of(peer.call("postgres.drop_index", **wish)) == "gone"
    assert indexes(peer) == []


def test_only_an_index_of_the_table_is_dropped(peer: DatabasePeer) -> None:
    """A slip in a name must not cost another table its index."""
    wrong = peer.call("postgres.drop_index", table="conversations", name="messages_created")
    assert kind_of(wrong) == "conflict"


def test_an_index_that_holds_a_constraint_is_not_dropped(peer: DatabasePeer) -> None:
    """PostgreSQL refuses it itself."""
    wrong = peer.call("postgres.drop_index", table="messages", name="messages_pkey")
    assert kind_of(wrong) == "conflict"
