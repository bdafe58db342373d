"""Folders of repositories do not outlive the processes that rehearse, however these end."""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rbengine.rehearsal.company.git import folders


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The machine's temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders._home_of.cache_clear()
    yield tmp_path
    folders._home_of.cache_clear()


def begun(then: Callable[[], object]) -> int:
    """A process that makes a folder of its own, says so, and does something else; its number."""
    mine, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            (Path(folders.new_folder()) / "app.git").mkdir()
            os.write(theirs, b".")
            then()
        finally:
            os._exit(0)
    os.close(theirs)
    assert os.read(mine, 1) == b"."
    os.close(mine)
    return child


def test_what_a_killed_process_left_is_removed_by_the_next(temporary: Path) -> None:
    """A crash matrix kills hundreds."""
    killed = begun(lambda: os.kill(os.getpid(), signal.SIGKILL))
    os.waitpid(killed, 0)
    (left,) = temporary.iterdir()
    made = Path(folders.new_folder())
    assert [*temporary.iterdir()] == [made.parent]
    assert made.parent != left


def test_what_belongs_to_a_process_that_lives_stays(temporary: Path) -> None:
    """Also one that is stopped, and a fork of this one has a home of its own."""
    made = Path(folders.new_folder())
    other = begun(signal.pause)
    try:
        folders._remove_left()
        assert made.is_dir()
        assert len([*temporary.iterdir()]) == 2
        assert len([*temporary.glob("*/*/app.git")]) == 1
    finally:
        os.kill(other, signal.SIGKILL)
        os.waitpid(other, 0)
    folders._remove_left()
    assert [*temporary.iterdir()] == [made.parent]


def test_only_folders_of_ours_are_looked_at(temporary: Path) -> None:
    """Everybody writes there; a link leads nowhere."""
    elsewhere = temporary / "elsewhere"
    (elsewhere / "kept").mkdir(parents=True)
    (temporary / "rbengine-repositories-link").symlink_to(elsewhere)
    folders._remove_left()
    assert (elsewhere / "kept").is_dir()
