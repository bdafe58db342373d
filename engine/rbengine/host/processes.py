"""Processes as owners of runs: who this one is, and whether another one still exists.

A number alone says little, because numbers are used again: a process is its number, the boot it lives in, its
namespace of numbers and the tick at which it began.
"""

import os
import socket
from pathlib import Path

from rbengine.host.journal import Owner

_GONE = frozenset("XxZ")
"""States of a process that no longer acts: dead, or waiting to be buried."""


def this_process() -> Owner:
    """This process, as it is recorded."""
    pid = os.getpid()
    return Owner(
        host=socket.gethostname(), pid=pid, began=f"{_boot()} {_namespace()} {_stat(pid)[1]}"
    )


def may_live(owner: Owner) -> bool:
    """Whether `owner` may still act. What cannot be seen from here, on another machine or in another container, may."""
    here = this_process()
    if owner.host != here.host:
        return True
    boot, namespace, tick = owner.began.split(" ")
    here_boot, here_namespace, _ = here.began.split(" ")
    if boot != here_boot:
        return False  # this machine has been started again since
    if namespace != here_namespace:
        return True
    try:
        state, began = _stat(owner.pid)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return began == tick and state not in _GONE


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _namespace() -> str:
    return os.readlink("/proc/self/ns/pid")


def _stat(pid: int) -> tuple[str, str]:
    """State and starting tick. The name before them, in brackets, may hold anything, also brackets."""
    text = Path(f"/proc/{pid}/stat").read_bytes()
    fields = text[text.rindex(b")") + 2 :].split()
    return fields[0].decode("ascii"), fields[19].decode("ascii")
