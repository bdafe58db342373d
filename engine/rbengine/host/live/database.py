"""Sessions with a real PostgreSQL: a few connections that are kept, each handed out for one transaction at a time.

The pool is our own because psycopg's connects in the background: whoever waits for a connection there learns that
there was none in time, and not that the password is wrong.
"""

import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg

from rbengine.contract.adapter import SessionUse
from rbengine.host.errors import CannotGoOnError
from rbengine.host.live.database_place import Place
from rbengine.host.live.database_trouble import why_not_connected
from rbengine.host.live.profile import LiveProfile
from rbengine.host.live.reach import Reach

_MOST = 8
"""Connections of one run to one place: enough for steps side by side, and far fewer than a database has."""
_CONNECT_LIMIT = 10.0
"""Seconds for waiting until a connection is free, looking up where it leads, and connecting."""
_GRACE = 10.0
"""Seconds that a server has for saying that a limit has passed, before nobody listens any more."""

_SETTINGS: dict[SessionUse, tuple[str, ...]] = {
    "change": ("postgres.dsn",),
    "read": ("postgres.read_dsn", "postgres.dsn"),
    "replica": ("postgres.replica_dsn", "postgres.read_dsn", "postgres.dsn"),
    "alone": ("postgres.direct_dsn", "postgres.dsn"),
}
"""The first of these settings that the profile has."""

_IDLE = psycopg.pq.TransactionStatus.IDLE

Connection = psycopg.Connection[Any]


class LiveSessions:
    """`contract.adapter.Sessions` for the databases of a profile. Nothing is connected to before it is needed."""

    def __init__(self, profile: LiveProfile, *, run: str = "", most: int = _MOST) -> None:
        """Raises CannotGoOnError for a connection string that cannot be used, by the name of its setting."""
        self._profile = profile
        self._name = f"rbengine {run}".strip()
        self._most = most
        self._reach = Reach((), profile.hosts)
        self._pools: dict[str, _Pool] = {}
        names = {name for order in _SETTINGS.values() for name in order}
        self._places = {
            name: Place(name, profile.settings[name])
            for name in sorted(names)
            if profile.settings.get(name)
        }
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def __call__(self, *, use: SessionUse, within: timedelta) -> Iterator[Connection]:
        """A connection for `use`. Raises psycopg.Error, CannotGoOnError where the profile has no database."""
        pool = self._pool(use)
        connection = pool.take(min(_CONNECT_LIMIT, within.total_seconds()))
        watch = _Watch(connection, within.total_seconds() + _GRACE)
        try:
            if use == "alone":
                pool.see_that_it_is_one_session(connection)
            yield connection
        except psycopg.OperationalError as error:
            if watch.over():
                text = f"no answer within {within.total_seconds():g} s, and none since"
                raise psycopg.errors.QueryCanceled(text) from error
            raise
        finally:
            watch.over()
            pool.give_back(connection)

    def close(self) -> None:
        """Give the connections back. What is handed out is closed when it comes back."""
        with self._lock:
            pools, self._pools = tuple(self._pools.values()), {}
        for pool in pools:
            pool.close()

    def _pool(self, use: SessionUse) -> "_Pool":
        setting = next((one for one in _SETTINGS[use] if one in self._places), None)
        if setting is None:
            raise CannotGoOnError(f"the profile {self._profile.name} has no `postgres.dsn`")
        with self._lock:
            if setting not in self._pools:
                place = self._places[setting]
                self._pools[setting] = _Pool(setting, place, self._reach, self._name, self._most)
            return self._pools[setting]


class _Pool:
    """Connections to one place."""

    def __init__(self, setting: str, place: Place, reach: Reach, name: str, most: int) -> None:
        self._setting = setting
        self._place = place
        self._reach = reach
        self._name = name
        self._most = most
        self._free = threading.BoundedSemaphore(most)
        self._kept: list[Connection] = []
        self._closed = False
        self._lock = threading.Lock()

    def take(self, seconds: float) -> Connection:
        """One that answers, as far as can be told without asking it. Raises psycopg.OperationalError."""
        until = time.monotonic() + seconds
        if not self._free.acquire(timeout=seconds):
            raise psycopg.OperationalError(
                f"all {self._most} connections of this run were in use for {seconds:g} s"
            )
        try:
            while (kept := self._newest()) is not None:
                if _answers(kept):
                    return kept
                kept.close()
            return self._connect(until)
        except BaseException:
            self._free.release()
            raise

    def give_back(self, connection: Connection) -> None:
        """Keep it for the next, or let it go where it is not as it was."""
        with self._lock:
            whole = not connection.closed and connection.info.transaction_status == _IDLE
            keep = whole and not self._closed
            if keep:
                self._kept.append(connection)
        if not keep:
            connection.close()
        self._free.release()

    def see_that_it_is_one_session(self, connection: Connection) -> None:
        """Raise psycopg.NotSupportedError where a pooler stands between: two statements may meet two sessions."""
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        if row is None or row[0] != connection.info.backend_pid:
            raise psycopg.errors.FeatureNotSupported(
                f"`{self._setting}` leads through a pooler, and this needs a session of its own: give the profile a "
                "`postgres.direct_dsn` that leads to the database itself"
            )

    def close(self) -> None:
        with self._lock:
            self._closed = True
            kept, self._kept = self._kept, []
        for connection in kept:
            connection.close()

    def _newest(self) -> Connection | None:
        with self._lock:
            return self._kept.pop() if self._kept else None

    def _connect(self, until: float) -> Connection:
        parameters = self._place.parameters(self._reach, until - time.monotonic())
        try:
            return psycopg.Connection.connect(
                **parameters,  # type: ignore[arg-type]  # all of them are texts
                application_name=self._name,
                connect_timeout=max(1, int(until - time.monotonic())),
                autocommit=True,
                cursor_factory=psycopg.RawCursor,
                prepare_threshold=None,
            )
        except psycopg.Error as error:
            raise why_not_connected(error) from None  # its frames hold the password


class _Watch:
    """Cuts a connection whose server says nothing any more: it keeps no limit then, and the library knows none."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._cut = False
        self._over = False
        self._timer = threading.Timer(seconds, self._cut_it)
        self._timer.daemon = True
        self._timer.start()

    def over(self) -> bool:
        """Watch no longer; whether it was cut."""
        self._timer.cancel()
        with self._lock:
            self._over = True
            return self._cut

    def _cut_it(self) -> None:
        with self._lock:
            if self._over or self._connection.closed:
                return
            self._cut = True
            # whoever waits for the answer hears that there will be none; one that is gone by itself has said so
            with (
                contextlib.suppress(OSError, psycopg.OperationalError),
                socket.socket(fileno=os.dup(self._connection.fileno())) as wire,
            ):
                wire.shutdown(socket.SHUT_RDWR)


def _answers(connection: Connection) -> bool:
    """Whether nothing has come from the server since: what comes to who asks nothing is its good-bye."""
    if connection.closed or connection.broken:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)
