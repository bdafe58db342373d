"""Whole commands touch nothing real, whatever their environment says, and need no network at all."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.golden import ROOT

ELSEWHERE = "192.0.2.1"
RBENGINE = [sys.executable, "-m", "rbengine"]


class Listener:
    """A port of this machine that counts who comes: the guard lets loopback pass, so nothing else would tell."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.callers = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._server.accept()
            except OSError:
                return
            self.callers += 1
            caller.close()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    try:
        yield listener
    finally:
        listener.close()


def misleading(port: int) -> dict[str, str]:
    """All variables by which the libraries underneath are led somewhere."""
    here = f"http://127.0.0.1:{port}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY")
    return {
        **dict.fromkeys(names, here),
        **{name.lower(): here for name in names},
        "PGHOST": "127.0.0.1", "PGHOSTADDR": "127.0.0.1", "PGPORT": str(port), "PGSERVICE": "production",
        "PGDATABASE": "production", "PGUSER": "admin", "PGPASSWORD": "x", "PGSSLMODE": "verify-full",
        "PGREQUIREPEER": "nobody-at-all", "PGCHANNELBINDING": "require", "PGOPTIONS": "-c x=y",
        "DATABASE_URL": f"postgres://admin@127.0.0.1:{port}/production",
        "STRIPE_API_KEY": "sk_live_nothing", "STRIPE_API_BASE": here, "SUPABASE_URL": here,
        "RESEND_API_URL": here, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port),
        "GIT_PROXY_COMMAND": "false", "GIT_SSH_COMMAND": "false",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [["simulate", "rb011", "--jobs", "2"], ["exec", "rb011"], ["exec", "rb011", "--json"]],
)
def test_the_environment_leads_a_rehearsal_nowhere(command: list[str]) -> None:
    """Proxies, a production database, a live key: nobody is called, and all is as it is without them."""
    with listening() as listener:
        led = _run([*RBENGINE, *command], **misleading(listener.port))
        assert listener.callers == 0
    assert led.returncode == 0, led.stdout + led.stderr
    assert led.stdout == _run([*RBENGINE, *command]).stdout


def test_the_listener_would_tell() -> None:
    """Or the test above proved nothing."""
    with listening() as listener:
        socket.create_connection(("127.0.0.1", listener.port), timeout=5).close()
        for _ in range(100):
            if listener.callers:
                break
            threading.Event().wait(0.01)
        assert listener.callers == 1


@pytest.mark.slow
@pytest.mark.parametrize("command", [["simulate", "rb011", "--jobs", "2"], ["exec", "rb011"]])
def test_a_rehearsal_needs_no_network(tmp_path: Path, command: list[str]) -> None:
    """In a network namespace of its own, where not even loopback is up."""
    alone = _without_network()
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    inside = _run([*alone, *RBENGINE, *command], **environment)
    assert inside.returncode == 0, inside.stdout + inside.stderr
    assert inside.stdout == _run([*RBENGINE, *command]).stdout


def test_there_is_no_network_in_there() -> None:
    """Or the test above proved nothing."""
    script = f"import socket; socket.create_connection(('{ELSEWHERE}', 80), timeout=2)"
    tried = _run([*_without_network(), sys.executable, "-c", script])
    assert tried.returncode == 1
    assert "Network is unreachable" in tried.stderr


def _without_network() -> list[str]:
    """The words before a command that is to have no network. As root in CI there is no way around them."""
    # Root keeps its rights over files and users; others keep their own number, so that the database starts.
    words = (
        ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-current-user", "--net"]
    )
    why = "the program `unshare` is not there"
    if shutil.which("unshare"):
        tried = _run([*words, "true"])
        if tried.returncode == 0:
            return words
        why = f"this kernel makes no network namespace: {tried.stderr.strip()}"
    if os.environ.get("CI") and os.geteuid() == 0:
        pytest.fail(why)
    pytest.skip(why)


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "80", **environment},
    )  # fmt: skip
