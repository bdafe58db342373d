"""Folders that repositories are made in: what a killed process left of them, a later one removes.

All of one process stand in one folder, its home, which it holds a lock on for as long as it lives. The kernel lets go
of the lock of a process that is gone, whatever ended it.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache

_PREFIX = "rbengine-repositories-"


def new_folder() -> str:
    """An empty folder; whoever asked for it removes it."""
    return tempfile.mkdtemp(dir=_home_of(os.getpid()))


@cache
def _home_of(process: int) -> str:
    """The home of this process. One that was forked off has another."""
    _remove_left()
    hidden = tempfile.mkdtemp(prefix=f".{_PREFIX}")
    _lock(hidden)
    folder, name = os.path.split(hidden)
    home = os.path.join(folder, name.removeprefix("."))
    os.rename(hidden, home)  # nobody takes it for one that was left before it is held
    atexit.register(_remove, home, process)
    return home


def _remove(home: str, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(home, ignore_errors=True)


def _remove_left() -> None:
    """Remove homes that nobody holds any more. Those of other users stay, as theirs to remove."""
    with os.scandir(tempfile.gettempdir()) as entries:
        found = [one.path for one in entries if one.name.startswith(_PREFIX)]
    for home in found:
        with suppress(OSError):  # held, another user's, or removed by somebody else just now
            held = _lock(home)
            try:
                shutil.rmtree(home, ignore_errors=True)
            finally:
                os.close(held)


def _lock(home: str) -> int:
    """Hold `home` until what this gives is closed, or this process ends. Raises OSError where another one does."""
    held = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise
    return held
