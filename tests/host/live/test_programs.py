"""git as a live run starts it: alone, clean, for a while."""

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from rbengine.contract.adapter import Finished, NotAllowedError
from rbengine.host.live import programs


def running() -> list[bytes]:
    """What every process of this machine was started with."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            found.append(one.read_bytes())
    return found


def git(folder: Path, *arguments: str, seconds: float = 10, **environment: str) -> Finished:
    """One command."""
    return programs.run(
        "git", arguments, folder=str(folder), environment=environment, timeout=seconds
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An empty one."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


@pytest.mark.parametrize("name", ["sh", "/usr/bin/git", "../git", "git status", ""])
def test_no_other_program_is_started(tmp_path: Path, name: str) -> None:
    """Whatever it is called."""
    with pytest.raises(NotAllowedError):
        programs.run(name, ["x"], folder=str(tmp_path), environment={}, timeout=1)


def test_nothing_of_our_environment_leads_git_elsewhere(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No variable of git's, and no secret that we were started with."""
    for name in ("GIT_DIR", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "STRIPE_KEY", "GIT_TRACE"):
        monkeypatch.setenv(name, "/nowhere")
    git(checkout, "config", "alias.env", "!env")
    seen = git(checkout, "env", MINE="yes").out.decode("utf-8")
    assert "/nowhere" not in seen
    assert "MINE=yes" in seen
    assert "GIT_TERMINAL_PROMPT=0" in seen
    assert f"PATH={os.environ['PATH']}" in seen or "PATH=" in seen


def test_a_repositorys_hooks_are_not_run(checkout: Path) -> None:
    """They are programs of whoever could write into the checkout."""
    hook = checkout / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    names = {
        f"GIT_{who}_{what}": "x@y.z"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    done = git(checkout, "commit", "--allow-empty", "-q", "-m", "x", **names)
    assert done.status == 0, done.err
    assert not (checkout / "ran").exists()


def test_an_address_that_is_a_program_is_not_run(checkout: Path) -> None:
    """`ext::` runs whatever stands behind it."""
    done = git(checkout, "ls-remote", f"ext::sh -c touch% {checkout}/ran")
    assert done.status != 0
    assert b"not allowed" in done.err
    assert not (checkout / "ran").exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x.git", "git://127.0.0.1:1/x.git"])
def test_git_speaks_encrypted_or_with_folders(checkout: Path, address: str) -> None:
    """Nothing is pushed in the clear."""
    assert b"not allowed" in git(checkout, "ls-remote", address).err


def test_a_program_that_does_not_end_is_ended_with_what_it_started(checkout: Path) -> None:
    """Nothing is left behind that may still push."""
    git(checkout, "config", "alias.wait", "!sleep 31.7 & sleep 31.7")
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        git(checkout, "wait", seconds=0.3)
    assert time.monotonic() - began < 3
    while b"sleep\x0031.7\x00" in running():
        assert time.monotonic() - began < 3


def test_a_program_that_says_too_much_is_ended(checkout: Path) -> None:
    """On either way."""
    git(checkout, "config", "alias.shout", "!yes")
    with pytest.raises(OSError, match="says more than"):
        git(checkout, "shout")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """As the adapter expects it."""
    with pytest.raises(FileNotFoundError):
        git(tmp_path / "none", "status")


def test_how_it_ended_is_told(checkout: Path) -> None:
    """Status, both ways, and how long it took."""
    done = git(checkout, "rev-parse", "--verify", "--quiet", "HEAD")
    assert (done.status, done.out) == (1, b"")
    assert done.took.total_seconds() > 0
