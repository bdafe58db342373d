"""Where connections come from: the one thing that differs between a rehearsal and an incident."""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg


class LiveSessions:
    """One kept connection to the database, and one to its replica, made when first needed and again after a loss."""

    def __init__(
        self, conninfo: str, replica_conninfo: str | None = None, *, name: str = "rbengine"
    ) -> None:
        self._conninfo = {False: conninfo, True: replica_conninfo or conninfo}
        self._name = name
        self._kept: dict[bool, psycopg.Connection[Any]] = {}

    @contextlib.contextmanager
    def __call__(self, *, replica: bool) -> "Iterator[psycopg.Connection[Any]]":
        connection = self._kept.get(replica)
        if connection is None or connection.closed or connection.broken:
            connection = psycopg.connect(
                self._conninfo[replica], autocommit=True, cursor_factory=psycopg.RawCursor,
                application_name=self._name, options="-c timezone=UTC", connect_timeout=10,
                prepare_threshold=None,
            )  # fmt: skip
            self._kept[replica] = connection
        yield connection

    def close(self) -> None:
        """Give the connections back."""
        for connection in self._kept.values():
            connection.close()
        self._kept.clear()
