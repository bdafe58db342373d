"""Files: rows of the project's database, which only the Storage API may take away."""

import pytest
from rbengine.contract.outcomes import Refused, Unsettled
from rbengine.host.errors import WorldError
from rbengine.rehearsal.company.faults import FaultKind
from rbengine.rehearsal.storage_files import StorageFiles
from support.outcomes import READ_FAULTS, kind_of, row_of, rows_of, value_of
from support.peers import Peer, SimulatedPeer
from support.postgres import (  # noqa: F401  # fixtures are found by their names
    Rehearsal,
    _worker_rehearsal,
    postgres_server,
    rehearsal_database,
)

FILES = ("a.png", "folder/b.png", "c d.txt")


@pytest.fixture
def peer(rehearsal_database: Rehearsal) -> Peer:  # noqa: F811
    """A project with two buckets, one of them with files."""
    made = SimulatedPeer()
    files = StorageFiles(lambda: rehearsal_database.world)
    made.company.files = lambda: files
    world = rehearsal_database.world
    world.insert_rows(
        "storage.buckets",
        [
            {"id": "photos", "name": "photos", "public": True, "file_size_limit": 5000},
            {"id": "temp files", "name": "temp files", "public": False},
        ],
    )
    world.insert_rows("storage.objects", [{"bucket_id": "photos", "name": one} for one in FILES])
    return made


def left(rehearsal_database: Rehearsal) -> list[object]:  # noqa: F811
    """The files that are still there."""
    rows = rehearsal_database.world.execute(
        "SELECT name FROM storage.objects ORDER BY name", reading=True
    )
    return [one["name"] for one in rows.rows]


def test_buckets_are_listed_with_their_limits(peer: Peer) -> None:
    """Absent where only the project's own limit holds."""
    found = rows_of(peer.call("supabase.buckets"))
    assert [tuple(one.values()) for one in found] == [
        ("photos", True, 5000),
        ("temp files", False, None),
    ]


@pytest.mark.parametrize("bucket", ["photos", "temp files"])
def test_uploads_are_stopped_and_let_in_again(peer: Peer, bucket: str) -> None:
    """What else the bucket is stays; twice is once."""
    before = rows_of(peer.call("supabase.buckets"))
    was = next(one for one in before if one["id"] == bucket)
    for limit in (1, 1, was["largest_file_bytes"]):
        outcome = peer.call("supabase.limit_uploads", bucket=bucket, largest_file_bytes=limit)
        assert row_of(outcome)["largest_file_bytes"] == limit
    assert rows_of(peer.call("supabase.buckets")) == before


def test_files_are_removed_and_those_that_are_not_there_are_passed_over(
    peer: Peer,
    rehearsal_database: Rehearsal,  # noqa: F811
) -> None:
    """So that the same call again does nothing."""
    for count in (2, 0):
        outcome = peer.call(
            "supabase.remove_files", bucket="photos", names=("a.png", "c d.txt", "none")
        )
        assert value_of(outcome) == count
    assert left(rehearsal_database) == ["folder/b.png"]


def test_sql_takes_no_file_away(peer: Peer, rehearsal_database: Rehearsal) -> None:  # noqa: F811
    """The bytes would be left behind: the vendor refuses it."""
    assert rows_of(peer.call("supabase.buckets"))
    with pytest.raises(WorldError, match="Use the Storage API instead"):
        rehearsal_database.world.execute("DELETE FROM storage.objects WHERE bucket_id = 'photos'")
    assert len(left(rehearsal_database)) == 3


@pytest.mark.parametrize(
    ("bucket", "kind"), [("none", "not_found"), ("../x", "invalid"), ("", "invalid")]
)
def test_a_bucket_that_is_not_there_is_refused(peer: Peer, bucket: str, kind: str) -> None:
    """Whatever path its name would lead to."""
    names = FILES
    assert kind_of(peer.call("supabase.remove_files", bucket=bucket, names=names)) == kind
    outcome = peer.call("supabase.limit_uploads", bucket=bucket, largest_file_bytes=1)
    assert kind_of(outcome) == kind


@pytest.mark.parametrize("count", [0, 1001])
def test_more_files_than_one_call_takes_are_refused(peer: Peer, count: int) -> None:
    """Before anything is removed."""
    names = tuple(str(one) for one in range(count))
    assert kind_of(peer.call("supabase.remove_files", bucket="photos", names=names)) == "invalid"


def test_a_limit_of_nothing_is_refused(peer: Peer) -> None:
    """It would mean: no limit."""
    outcome = peer.call("supabase.limit_uploads", bucket="photos", largest_file_bytes=0)
    assert kind_of(outcome) == "invalid"


def test_over_the_quota_nothing_can_be_removed(peer: Peer, rehearsal_database: Rehearsal) -> None:  # noqa: F811
    """Not even to get below it: another plan comes first."""
    peer.arrange("supabase.organization", restricted=True)
    outcome = peer.call("supabase.remove_files", bucket="photos", names=FILES)
    assert kind_of(outcome) == "conflict"
    assert len(left(rehearsal_database)) == 3
    peer.arrange("supabase.organization", plan="pro")
    outcome = peer.call("supabase.remove_files", bucket="photos", names=FILES)
    assert value_of(outcome) == 3


@pytest.mark.parametrize(("fault", "kind"), READ_FAULTS)
def test_a_list_that_fails_is_refused_with_its_kind(
    peer: Peer, fault: FaultKind, kind: str
) -> None:
    """It changed nothing."""
    peer.fault("supabase", fault)
    assert kind_of(peer.call("supabase.buckets")) == kind


@pytest.mark.parametrize(
    ("fault", "left_open"),
    [("rate_limited", False), ("unavailable", True), ("timeout", True), ("garbage_answer", True)],
)
def test_files_whose_removal_was_not_answered_are_left_open(
    peer: Peer, fault: FaultKind, left_open: bool
) -> None:
    """The same call again is safe, and tells."""
    peer.fault("supabase", fault)
    outcome = peer.call("supabase.remove_files", bucket="photos", names=FILES)
    assert isinstance(outcome, Unsettled if left_open else Refused)
