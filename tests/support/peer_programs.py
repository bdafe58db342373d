"""Programs from other hands that suites are run against: found, started on a free port of loopback, ended by their id.

One that is missing is skipped by name. Where everything must be there (CI as root, who installs it) it fails instead.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest


def found(what: str, package: str, *candidates: str) -> Path:
    """The first of `candidates` (a path, or a program on the path) that is there; else `missing`."""
    paths = (shutil.which(one) for one in candidates)
    path = next((one for one in paths if one is not None), None)
    if path is None:
        missing(what, package)
    return Path(path)


def missing(what: str, package: str) -> NoReturn:
    """Skip the test by name, or fail it where nothing may be missing."""
    text = f"{what} is missing: install {package}"
    if os.environ.get("CI") == "true" and os.geteuid() == 0:
        pytest.fail(text)
    pytest.skip(text)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str],
    ready: Callable[[], bool],
    *,
    log: Path,
    user: int | None = None,
    environment: Mapping[str, str] | None = None,
    stop: int = 15,
    limit: float = 20.0,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs until the block is left. `ready` is asked until it says so.

    `user`: the number of the account it runs as, where we are root. `stop`: the signal that ends it.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",
            env=dict(environment or {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}),
            start_new_session=True, preexec_fn=partial(_ends_with_us, stop),
            **({"user": user, "extra_groups": []} if user is not None else {}),
        )  # fmt: skip
    try:
        until = time.monotonic() + limit
        while not ready():
            if process.poll() is not None or time.monotonic() > until:
                text = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                pytest.fail(f"{command[0]} does not start: {text}")
            time.sleep(0.02)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(stop)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ends_with_us(stop: int) -> None:
    """Let the kernel send `stop` to this program when the suite is killed (prctl, PR_SET_PDEATHSIG)."""
    _LIBC.prctl(1, stop)


_LIBC = ctypes.CDLL(None)  # loaded before anything is forked


def listens(port: int) -> bool:
    """Whether somebody takes connections at `port` of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
