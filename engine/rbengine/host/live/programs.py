"""Programs of this machine that adapters use: listed ones, without a shell, for a while, in a clean environment."""

import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta

from rbengine.contract.adapter import Finished, NotAllowedError

MOST_SAID = 32 * 2**20
"""Bytes that a program may write, on both ways together."""

_BEFORE: Mapping[str, tuple[str, ...]] = {
    "git": (
        "-c", f"core.hooksPath={os.devnull}",
        "-c", "core.fsmonitor=false",
        "-c", "protocol.ext.allow=never",
    ),
}  # fmt: skip
"""Every program that may be run, to the arguments before its own: no hook and no other program by a setting."""

_KEPT = ("HOME", "LANG", "PATH", "SSH_AUTH_SOCK", "TMPDIR", "USER", "XDG_CONFIG_HOME")
"""What of our own environment a program gets: where it and the keys of whoever runs us are."""

_ALWAYS: Mapping[str, str] = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "GIT_ALLOW_PROTOCOL": "file:https:ssh",
    "GIT_EDITOR": "true",
    "GIT_PAGER": "cat",
}
"""Nobody is there to ask."""

_PORTION = 65_536


def run(
    name: str,
    arguments: Sequence[str],
    *,
    folder: str,
    environment: Mapping[str, str],
    timeout: float,
) -> Finished:
    """Run it to its end. Raises NotAllowedError, OSError where it cannot be started or says too much, TimeoutError."""
    before = _BEFORE.get(name)
    if before is None:
        raise NotAllowedError(f"no adapter may run the program {name}")
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(2, f"there is no program {name} on this machine")
    kept = {one: os.environ[one] for one in _KEPT if one in os.environ}
    return to_its_end(
        [found, *before, *arguments],
        folder=folder,
        environment={**kept, **_ALWAYS, **environment},
        timeout=timeout,
    )


def to_its_end(
    words: Sequence[str],
    *,
    folder: str,
    environment: Mapping[str, str],
    timeout: float,
    most: int = MOST_SAID,
) -> Finished:
    """Run `words` with this environment and no other, until it ends; it may write `most` bytes.

    Raises OSError where it cannot be started or says too much, TimeoutError.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # it has no terminal to ask at, and is ended with all it started
    )
    try:
        out, err = _said(process, began + timeout, most)
        status = process.wait(max(0.001, began + timeout - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise TimeoutError("it did not end in time") from error
    finally:
        _let_go(process)
    took = timedelta(seconds=time.monotonic() - began)
    return Finished(status=status, out=out, err=err, took=took)


def _said(process: "subprocess.Popen[bytes]", until: float, most: int) -> tuple[bytes, bytes]:
    """Everything it writes until both ways are closed."""
    out, err = bytearray(), bytearray()
    with selectors.DefaultSelector() as waiting:
        for stream, kept in ((process.stdout, out), (process.stderr, err)):
            assert stream is not None, "both are pipes"
            waiting.register(stream, selectors.EVENT_READ, kept)
        while waiting.get_map():
            left = until - time.monotonic()
            ready = waiting.select(left) if left > 0 else []
            if not ready:
                raise TimeoutError("it did not end in time")
            for key, _ in ready:
                _take(waiting, key)
            if len(out) + len(err) > most:
                raise OSError(f"it says more than {most} bytes")
    return bytes(out), bytes(err)


def _take(waiting: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    stream = key.fileobj
    content = os.read(key.fd, _PORTION)
    if content:
        key.data.extend(content)
    else:
        waiting.unregister(stream)


def _let_go(process: "subprocess.Popen[bytes]") -> None:
    """End it, and all it started, where it has not ended by itself; close its pipes."""
    if process.returncode is None:  # its number is still its own
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for one in (process.stdout, process.stderr):
        if one is not None:
            one.close()
