"""The operations of PostgreSQL beside SQL keep their signature on whatever is a PostgreSQL."""

from datetime import timedelta

import pytest
from rbengine.contract.outcomes import Unsettled
from rbengine.contract.values import Value
from support.database_peer import DatabasePeer
from support.outcomes import kind_of, value_of
from support.postgres import (  # noqa: F401  # fixtures are found by their names
    START,
    Rehearsal,
    _worker_rehearsal,
    postgres_server,
    rehearsal_database,
)

BEGAN = START - timedelta(hours=1)
QUERY = START - timedelta(minutes=12)

INDEX: dict[str, Value] = {
    "table": "messages",
    "name": "messages_by_day",
    "columns": "conversation_id, created_at desc",
}


@pytest.fixture
def peer(rehearsal_database: Rehearsal) -> DatabasePeer:  # noqa: F811
    """One database."""
    return DatabasePeer(rehearsal_database)


def session(peer: DatabasePeer, **cells: Value) -> None:
    """A session of somebody else, running a statement."""
    usual: dict[str, Value] = {
        "pid": 4711,
        "backend_start": BEGAN,
        "query_start": QUERY,
        "state": "active",
        "query": "SELECT pg_sleep(9999)",
    }
    peer.rows("pg_stat_activity", {**usual, **cells})


def states(peer: DatabasePeer) -> list[Value]:
    """Of every session."""
    return [one["state"] for one in peer.read("SELECT state FROM pg_stat_activity ORDER BY pid")]


def cancel(peer: DatabasePeer, **other: Value) -> object:
    """How the call ends."""
    given = {"pid": 4711, "backend_start": BEGAN, "query_start": QUERY}
    return peer.call("postgres.cancel", **{**given, **other})


def terminate(peer: DatabasePeer, **other: Value) -> object:
    """How the call ends."""
    return peer.call("postgres.terminate", **{"pid": 4711, "backend_start": BEGAN, **other})


def test_cancel_ends_the_statement_and_leaves_the_session(peer: DatabasePeer) -> None:
    """Its client can go on."""
    session(peer)
    assert value_of(cancel(peer)) == "asked"
    assert states(peer) == ["idle"]


def test_who_waits_for_its_client_hears_no_cancel(peer: DatabasePeer) -> None:
    """It is asked and goes on; that it can be terminated is why there are two operations."""
    session(peer, wait_event="ClientWrite")
    assert value_of(cancel(peer)) == "asked"
    assert states(peer) == ["active"]
    assert value_of(terminate(peer)) == "asked"
    assert states(peer) == []


def test_a_statement_begun_since_is_left_alone(peer: DatabasePeer) -> None:
    """A second cancel must not end what nobody meant."""
    session(peer)
    later = QUERY - timedelta(minutes=1)
    assert value_of(cancel(peer, query_start=later)) == "gone"
    assert states(peer) == ["active"]


def test_an_idle_session_has_nothing_to_cancel(peer: DatabasePeer) -> None:
    """Its last statement is over."""
    session(peer, state="idle")
    assert value_of(cancel(peer)) == "gone"


def test_terminate_ends_the_session(peer: DatabasePeer) -> None:
    """With whatever it runs."""
    session(peer)
    assert value_of(terminate(peer)) == "asked"
    assert states(peer) == []


def test_a_number_that_was_given_again_is_another_session(peer: DatabasePeer) -> None:
    """Processes end while people decide."""
    session(peer, backend_start=START)
    assert value_of(terminate(peer)) == "gone"
    assert value_of(cancel(peer)) == "gone"
    assert states(peer) == ["active"]


def test_who_has_gone_is_gone(peer: DatabasePeer) -> None:
    """Twice is once."""
    assert value_of(terminate(peer)) == "gone"
    assert value_of(cancel(peer)) == "gone"


def test_processes_of_the_server_are_refused(peer: DatabasePeer) -> None:
    """pg_cron's launcher looks like an idle session, and nothing starts it again."""
    session(peer, state="idle", backend_type="pg_cron launcher")
    assert kind_of(terminate(peer)) == "conflict"
    assert kind_of(cancel(peer)) == "conflict"
    assert states(peer) == ["idle"]


def test_what_the_role_may_not_see_it_may_not_end(peer: DatabasePeer) -> None:
    """Without pg_monitor the columns of other people's sessions are null."""
    session(peer, backend_start=None)
    assert kind_of(terminate(peer)) == "unauthorized"


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
    import psycopg

    talk = "0b1d4f3e-3f3a-4d55-8a62-9f2f5f3f1a01"
    row = {"conversation_id": talk, "channel": "sms", "status": "sent", "created_at": START}
    peer.rows("conversations", {"id": talk})
    peer.rows("messages", row, row)
    with pytest.raises(psycopg.errors.UniqueViolation):
        peer.rehearsal.world.sessions.connection.execute(
            b"CREATE UNIQUE INDEX CONCURRENTLY messages_by_day ON messages (conversation_id, created_at DESC)"
        )


def test_a_build_that_fails_leaves_nothing_behind(peer: DatabasePeer) -> None:
    """Somebody holds the table: the attempt ends, and its unfinished index is dropped."""
    server = peer.rehearsal.world._server
    with server.connect(peer.rehearsal.world.name) as other:
        other.execute(b"BEGIN; LOCK TABLE messages IN SHARE ROW EXCLUSIVE MODE")
        outcome = peer.call(
            "postgres.create_index", **INDEX, lock_timeout=timedelta(milliseconds=50)
        )
    assert kind_of(outcome) == "unavailable"
    assert indexes(peer) == []


def test_an_unfinished_index_that_cannot_be_dropped_is_told(peer: DatabasePeer) -> None:
    """PostgreSQL waits for every writer of the table, before the index is valid and before it is dropped."""
    server = peer.rehearsal.world._server
    with server.connect(peer.rehearsal.world.name) as other:
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


def test_a_database_that_is_down_refuses(peer: DatabasePeer) -> None:
    """Nothing was sent, so nothing happened."""
    session(peer)
    peer.fault("down")
    for outcome in (cancel(peer), terminate(peer), peer.call("postgres.create_index", **INDEX)):
        assert kind_of(outcome) == "unavailable"


def test_a_connection_that_breaks_leaves_it_open(
    peer: DatabasePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server may have heard the call; the same call again tells."""
    import psycopg
    from rbengine_adapters.postgres import adapter

    session(peer)

    def breaks(*_: object) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(adapter, "terminate", breaks)
    assert isinstance(terminate(peer), Unsettled)


def test_an_operation_that_is_not_promised_is_a_defect(peer: DatabasePeer) -> None:
    """The host never calls one."""
    from rbengine.contract.adapter import Invocation

    for name in ("postgres", "cron"):
        wrong = Invocation(
            operation="nonsense", arguments={}, key="k", timeout=timedelta(1), now=START
        )
        with pytest.raises(ValueError, match="nonsense"):
            peer.adapter(name).perform(wrong)
