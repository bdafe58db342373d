"""Stops an embedded server when its last user is gone. Run by itself, as a small program; needs nothing but Python.

    python -I -S watcher.py FOLDER LINGER_SECONDS

Every process that uses the server holds a shared lock on `FOLDER/users`; the kernel gives it back however the process
ends. Whoever gets the exclusive lock knows that nobody is left. A process that comes while the server is being stopped
waits for its shared lock until it is gone, then starts a new one.
"""

import fcntl
import os
import signal
import sys
import time


def main(folder: str, linger: float) -> None:
    place = os.path.join(folder, "users")
    try:
        own = os.open(os.path.join(folder, "watcher"), os.O_RDWR)
        users = os.open(place, os.O_RDWR)
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return  # the folder is gone, or another watcher is on duty
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)  # sleeps in the kernel until the last user is gone
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(linger)  # the next command often follows at once
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        stop(os.path.join(folder, "data"))
        os.close(
            own
        )  # before `users`: whoever waits for that must see that nobody is on duty any more
        os.close(users)
        return


def stop(data: str) -> None:
    """Ask the server of `data` to stop, and wait until it is gone."""
    for request in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate: nothing in it must last
        pid = running(data)
        if pid is None:
            return
        os.kill(pid, request)
        for _ in range(500):
            if running(data) is None:
                return
            time.sleep(0.01)


def running(data: str) -> int | None:
    """The process of the server of `data`. A number that belongs to somebody else by now, or to a dead one, is none."""
    try:
        with open(os.path.join(data, "postmaster.pid"), encoding="ascii") as file:
            pid = int(file.readline())
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return pid if os.fsencode(data) in file.read() else None
    except (OSError, ValueError):
        return None


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
