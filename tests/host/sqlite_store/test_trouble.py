"""What goes wrong with files: each is told with a way out, and nothing that was written is lost."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from host.conformance_store import AT, ME, YOU, lives, started
from rbengine.contract.outcomes import Refused
from rbengine.contract.values import Datum
from rbengine.host.errors import JournalError
from rbengine.host.journal import DamagedError, FencedError, NoSuchRunError, SavedState
from rbengine.host.processes import may_live, this_process
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import ready_folder, state_folder
from rbengine.runtime.events import CallBegan, CallEnded

RUN = started().run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return ready_folder(tmp_path / "state")


@pytest.fixture
def store(file: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(file, lives)
    yield store
    store.close()


def written(store: SqliteStore, count: int = 5) -> int:
    """A run with `count` lines; its epoch."""
    epoch = store.create("RB-1", started(), "{}", ME)
    store.append(RUN, epoch, [CallBegan(at=AT, call=number) for number in range(2, count + 1)])
    return epoch


def spoil(file: Path, statement: str) -> None:
    """What a failing disk, or a person with an editor, does to the file."""
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(statement)
    connection.close()


# The folder ------------------------------------------------------------------------------------------------------


def test_nobody_else_can_read_a_journal(tmp_path: Path) -> None:
    """It holds what runs saw, in clear; the mask of the process that makes it must not matter."""
    before = os.umask(0)
    try:
        file = ready_folder(tmp_path / "a" / "state")
        store = SqliteStore(file)
        written(store)
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in file.parent.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert modes == {
        "journal.sqlite3": 0o600,
        "journal.sqlite3-wal": 0o600,
        "journal.sqlite3-shm": 0o600,
    }


def test_a_folder_that_others_may_open_is_not_used(tmp_path: Path) -> None:
    """It is theirs to close: a folder that somebody named may serve other things too."""
    tmp_path.chmod(0o755)
    with pytest.raises(JournalError, match="others on this machine") as told:
        ready_folder(tmp_path)
    assert told.value.way_out == f"chmod 700 {tmp_path}"


def test_where_runs_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment wins over the setting, the setting over the usual place."""
    monkeypatch.setenv("HOME", "/home/ada")
    assert state_folder(None, tmp_path, {}) == Path("/home/ada/.local/state/rbengine")
    assert state_folder(None, tmp_path, {"XDG_STATE_HOME": "/s"}) == Path("/s/rbengine")
    assert state_folder(None, tmp_path, {"XDG_STATE_HOME": "s"}) == Path(
        "/home/ada/.local/state/rbengine"
    )
    assert state_folder("runs", tmp_path, {"XDG_STATE_HOME": "/s"}) == tmp_path / "runs"
    assert state_folder("~/runs", tmp_path, {}) == Path("/home/ada/runs")
    assert state_folder("runs", tmp_path, {"RBENGINE_STATE": "/r"}) == Path("/r")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to read-only folders")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    """Before anything runs: what cannot be written down is not begun."""
    tmp_path.chmod(0o500)
    with pytest.raises(JournalError, match="cannot be kept here") as told:
        ready_folder(tmp_path / "state")
    assert "RBENGINE_STATE" in told.value.way_out


# The file --------------------------------------------------------------------------------------------------------


def test_a_journal_that_became_read_only_is_told_and_keeps_what_it_holds(
    store: SqliteStore, file: Path
) -> None:
    """SQLite's own word for it, whatever the reason: here the connection itself is forbidden to write."""
    epoch = written(store)
    store._file._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(JournalError, match="read-only") as told:
        store.append(RUN, epoch, [CallBegan(at=AT, call=9)])
    assert told.value.place == str(file)
    assert len(store.read(RUN)) == 5


def test_a_full_disk_loses_nothing_and_is_told(store: SqliteStore) -> None:
    """What was being written is not there, what was written before is, and there is room again later."""
    epoch = written(store)
    connection = store._file._connection
    connection.execute("PRAGMA max_page_count = 1")
    large = [CallEnded(at=AT, call=9, outcome=Refused("invalid", "x" * 100_000))] * 20
    with pytest.raises(JournalError, match="the disk is full") as told:
        store.append(RUN, epoch, large)
    assert "resume" in told.value.way_out
    assert len(store.read(RUN)) == 5
    connection.execute("PRAGMA max_page_count = 1000000")
    assert store.append(RUN, epoch, [CallBegan(at=AT, call=9)]) == 6
    assert store.audit(RUN).broken == 0


def test_a_newer_format_is_left_alone(store: SqliteStore, file: Path) -> None:
    """An old engine that wrote into it would take from the new one what only that understands."""
    written(store)
    store.close()
    spoil(file, "PRAGMA user_version = 3")
    with pytest.raises(JournalError, match="a newer rbengine: it has format 3, this one knows 2"):
        SqliteStore(file)


def test_an_older_format_is_brought_up(store: SqliteStore, file: Path) -> None:
    """Its runs go on."""
    epoch = written(store)
    store.close()
    spoil(file, "ALTER TABLE run DROP COLUMN contested")
    spoil(file, "PRAGMA user_version = 1")
    newer = SqliteStore(file, lives)
    assert newer.append(RUN, epoch, [CallBegan(at=AT, call=9)]) == 6
    assert not newer.record(RUN).contested
    newer.close()


def test_another_programs_database_is_left_alone(file: Path) -> None:
    """Somebody's RBENGINE_STATE may point anywhere."""
    spoil(file, "CREATE TABLE theirs (x)")
    with pytest.raises(JournalError, match="another program's database"):
        SqliteStore(file)


def test_a_file_that_is_no_database_is_left_alone(file: Path) -> None:
    """Its bytes may be all that is left of a journal."""
    file.write_bytes(b"not a database, but long enough to have a header" * 100)
    with pytest.raises(JournalError, match="no journal"):
        SqliteStore(file)
    assert file.read_bytes().startswith(b"not a database")


def test_every_commit_is_on_the_disk_when_it_returns(store: SqliteStore) -> None:
    """FULL belongs to the connection: the usual NORMAL would lose the last intents with the power."""
    connection = store._file._connection
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


# The chain -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE line SET text = replace(text, '\"call\":4', '\"call\":7') WHERE seq = 4",
        "UPDATE line SET text = CAST(x'ff00ff' AS TEXT) WHERE seq = 4",
        "DELETE FROM line WHERE seq = 4",
        "UPDATE line SET head = zeroblob(32) WHERE seq = 4",
    ],
)
def test_a_damaged_tail_is_set_aside_and_what_stands_before_it_is_kept(
    store: SqliteStore, file: Path, statement: str
) -> None:
    """Nobody takes such a run up by accident: what it did after the last whole line cannot be told."""
    written(store, 6)
    before = store.read(RUN)
    spoil(file, statement)
    assert store.audit(RUN).broken in (4, 5)
    with pytest.raises(DamagedError) as damaged:
        store.acquire(RUN, YOU)
    assert damaged.value.seq == 4
    assert list(store.read(RUN)) == list(before[:3])
    set_aside = dict(store.aside(RUN))
    assert set_aside[6] == before[5].encode()
    record = store.record(RUN)
    assert (record.damaged, record.last) == (4, 3)
    assert store.audit(RUN).broken == 0
    with pytest.raises(DamagedError):
        store.acquire(RUN, YOU)
    epoch = store.acquire(RUN, YOU, force=True)
    assert store.append(RUN, epoch, [CallBegan(at=AT, call=4)]) == 4
    assert store.record(RUN).damaged == 4


def test_lines_that_were_taken_from_the_end_are_missed(store: SqliteStore, file: Path) -> None:
    """The run's row knows how many there were, and what they came to."""
    written(store, 6)
    spoil(file, "DELETE FROM line WHERE seq > 4")
    assert store.audit(RUN).broken == 5
    with pytest.raises(DamagedError) as damaged:
        store.acquire(RUN, YOU)
    assert damaged.value.seq == 5


def test_a_saved_state_that_was_damaged_is_not_believed(store: SqliteStore, file: Path) -> None:
    """The lines say the same, only slower."""
    epoch = written(store)
    store.save_state(RUN, epoch, SavedState(seq=3, text="state"))
    spoil(file, "UPDATE state SET text = 'another'")
    assert store.latest_state(RUN) is None
    assert store.acquire(RUN, YOU) > epoch


def test_taking_up_looks_only_at_what_no_saved_state_covers(store: SqliteStore, file: Path) -> None:
    """Else a run of 100,000 lines would take long to take up; `audit` looks at all of them."""
    epoch = written(store)
    store.save_state(RUN, epoch, SavedState(seq=4, text="state"))
    spoil(file, "UPDATE line SET text = 'x' WHERE seq = 2")
    assert store.acquire(RUN, YOU) > epoch
    assert store.audit(RUN).broken == 2


def test_what_is_forgotten_stands_nowhere_in_the_files(store: SqliteStore, file: Path) -> None:
    """Neither in a free page nor in the write-ahead log."""
    started_with = started()
    inputs = {"customer": Datum("grace.hopper@example.com")}

    epoch = store.create("RB-1", msgspec.structs.replace(started_with, inputs=inputs), "{}", ME)
    store.save_state(RUN, epoch, SavedState(seq=1, text="grace.hopper@example.com"))
    store.save_state(RUN, epoch, SavedState(seq=1, text="nothing"))
    store.finish(RUN, epoch, "resolved")
    store.forget(RUN)
    left = b"".join(one.read_bytes() for one in file.parent.iterdir())
    assert b"grace.hopper" not in left


# Processes -------------------------------------------------------------------------------------------------------


def test_two_stores_on_one_file_fence_each_other(store: SqliteStore, file: Path) -> None:
    """Two processes: the epoch is looked at in the transaction that writes."""
    epoch = written(store)
    other = SqliteStore(file, lives)
    newer = other.acquire(RUN, YOU)
    with pytest.raises(FencedError):
        store.append(RUN, epoch, [CallBegan(at=AT, call=9)])
    assert other.append(RUN, newer, [CallBegan(at=AT, call=9)]) == 6
    other.close()


def test_many_threads_share_commits(store: SqliteStore) -> None:
    """Each has its lines in order, and one that is refused takes nobody else's with it."""
    runs = [f"RUN-2026-11-23-{number:03d}" for number in range(1, 9)]
    epochs = {run: store.create(f"RB-{run}", started(run), "{}", ME) for run in runs}
    refused: list[str] = []

    def work(run: str) -> None:
        for number in range(20):
            store.append(run, epochs[run], [CallBegan(at=AT, call=number)])
            try:
                store.append(run, 99, [CallBegan(at=AT, call=number)])
            except FencedError:
                refused.append(run)

    threads = [threading.Thread(target=work, args=(run,)) for run in runs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(refused) == sorted(runs * 20)
    assert [(one.last, store.audit(one.run).broken) for one in store.runs()] == [(21, 0)] * 8


_WRITES = """
import sys
from host.conformance_store import AT, started
from rbengine.host.processes import this_process
from rbengine.host.sqlite_store import SqliteStore
from rbengine.runtime.events import CallBegan
from pathlib import Path
store = SqliteStore(Path(sys.argv[1]))
epoch = store.create("RB-1", started(), "{}", this_process())
for number in range(1, 1_000_000):
    last = store.append(started().run, epoch, [CallBegan(at=AT, call=number)])
    sys.stdout.write(f"{last}\\n")
    sys.stdout.flush()
"""


def test_a_process_that_is_killed_leaves_every_line_it_was_told_of(file: Path) -> None:
    """And may be followed at once: its number is looked at, not a clock."""
    paths = os.pathsep.join(one for one in sys.path if one)
    with subprocess.Popen(
        [sys.executable, "-c", _WRITES, str(file)],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths},
    ) as child:  # fmt: skip
        assert child.stdout is not None
        for _ in range(50):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        told = [int(line) for line in child.stdout.read().split()]
    store = SqliteStore(file)
    record = store.record(RUN)
    assert record.owner is not None
    assert record.owner.pid == child.pid
    assert record.last >= max(told, default=50)
    assert store.audit(RUN).broken == 0
    assert store.acquire(RUN, this_process()) == 2
    store.close()


def test_who_still_exists_may_act() -> None:
    """A number that is used again is another process; one of another machine cannot be looked at."""

    me = this_process()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    stat_line = Path(f"/proc/{child.pid}/stat").read_text()
    tick = stat_line[stat_line.rindex(")") + 2 :].split()[19]
    began = f"{me.began.rpartition(' ')[0]} {tick}"
    theirs = msgspec.structs.replace(me, pid=child.pid, began=began)
    assert may_live(me)
    assert may_live(theirs)
    assert not may_live(msgspec.structs.replace(theirs, began=f"{began}1"))
    assert may_live(msgspec.structs.replace(theirs, host="another machine", pid=1))
    boot, namespace, _ = began.split(" ")
    assert not may_live(msgspec.structs.replace(theirs, began=f"another-boot {namespace} {tick}"))
    assert may_live(msgspec.structs.replace(theirs, began=f"{boot} pid:[1] {tick}"))
    child.kill()
    deadline = time.monotonic() + 10
    while may_live(theirs) and time.monotonic() < deadline:  # dead, and not yet buried by us
        time.sleep(0.01)
    assert not may_live(theirs)
    child.wait()
    assert not may_live(theirs)


def test_a_stopped_process_still_owns_its_run() -> None:
    """It may wake up and act: nobody takes its run without a person who was told so."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    me = this_process()
    stat_line = Path(f"/proc/{child.pid}/stat").read_text()
    tick = stat_line[stat_line.rindex(")") + 2 :].split()[19]
    child.send_signal(signal.SIGSTOP)

    began = f"{me.began.rpartition(' ')[0]} {tick}"
    assert may_live(msgspec.structs.replace(me, pid=child.pid, began=began))
    child.kill()
    child.wait()


def test_an_unknown_run_is_told_by_every_reader(store: SqliteStore) -> None:
    """A slip in an id is the caller's to report."""
    for ask in (store.audit, store.record, store.texts, store.forget, store.aside, store.inbox):
        with pytest.raises(NoSuchRunError):
            ask("RUN-2026-01-01-001")
