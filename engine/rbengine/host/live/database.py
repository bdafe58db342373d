"""Sessions with a real PostgreSQL: a few connections that are kept, each handed out for one transaction at a time.

The pool is our own because psycopg's connects in the background: whoever waits for a connection there learns that
there was none in time, and not that the password is wrong.
"""

import contextlib
import select
import threading
import time
from collections.abc import Iterator
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
_CONNECT_LIMIT = (
    10.0  # seconds, for looking up and connecting, and for waiting until a connection is free
)

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
    def __call__(self, *, use: SessionUse) -> Iterator[Connection]:
        """A connection for `use`. Raises psycopg.Error, CannotGoOnError where the profile has no database."""
        pool = self._pool(use)
        connection = pool.take()
        try:
            if use == "alone":
                pool.see_that_it_is_one_session(connection)
            yield connection
        finally:
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

    def take(self) -> Connection:
        """One that answers, as far as can be told without asking it. Raises psycopg.OperationalError."""
        if not self._free.acquire(timeout=_CONNECT_LIMIT):
            raise psycopg.OperationalError(
                f"all {self._most} connections of this run were in use for {_CONNECT_LIMIT:.0f} s"
            )
        try:
            while (kept := self._newest()) is not None:
                if _answers(kept):
                    return kept
                kept.close()
            return self._connect()
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

    def _connect(self) -> Connection:
        until = time.monotonic() + _CONNECT_LIMIT
        parameters = self._place.parameters(self._reach, _CONNECT_LIMIT)
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


def _answers(connection: Connection) -> bool:
    """Whether nothing has come from the server since: what comes to who asks nothing is its good-bye."""
    if connection.closed or connection.broken:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)
