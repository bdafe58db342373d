"""One database for processes that come after each other, each a copy of the one that made it, and may be killed in it.

Making a database for each would cost more than all that these processes do.
"""

import os

import psycopg
from rbengine.facts.postgres.server import Server
from rbengine.host.clock import VirtualClock
from rbengine.host.simulated_database import SimulatedDatabase
from rbengine.rehearsal.session import RehearsalSession
from rbengine.rehearsal.world import USUAL_START

_SCHEMA = b"""
SELECT sum(n), sum(x) FROM (
  SELECT count(*) AS n, sum(xmin::text::bigint) AS x FROM pg_attribute UNION ALL
  SELECT count(*), sum(xmin::text::bigint) FROM pg_class UNION ALL
  SELECT count(*), sum(xmin::text::bigint) FROM pg_constraint UNION ALL
  SELECT count(*), sum(xmin::text::bigint) FROM pg_policy UNION ALL
  SELECT count(*), sum(xmin::text::bigint) FROM pg_proc UNION ALL
  SELECT count(*), sum(xmin::text::bigint) FROM pg_trigger UNION ALL
  SELECT count(*), sum(xmin::text::bigint) FROM pg_publication_rel
) AS all_of_it
"""
"""Another one after any statement that changed the schema."""


class LastingDatabase:
    """Of one session. Copies of this process `enter` it, one at a time."""

    def __init__(self, session: RehearsalSession) -> None:
        self._maker = os.getpid()
        self._in = 0
        self._worker = session._database
        self._worker.begin(VirtualClock(USUAL_START))
        self._worker.get()
        self._schema = self._look()
        self._database._connection.close()  # type: ignore[union-attr]  # just opened

    def enter(self) -> None:
        """Use it in this copy. What whoever was in it before has left goes when the next world is set up."""
        if os.getpid() in (self._maker, self._in):
            return
        self._in = os.getpid()
        self._worker.close = lambda: None  # type: ignore[method-assign]  # it is its maker's to drop
        database = self._database
        server = database._server = Server(database._server._socket_folder, -1)
        try:
            database._connect()
            if self._look() == self._schema:
                return
        except psycopg.errors.InvalidCatalogName:
            pass
        server.drop_database(database.name)
        server.create_database(database.name, database._template)
        database._connect()

    def leave(self) -> None:
        """Drop it; nothing where this is a copy."""
        if os.getpid() == self._maker:
            self._worker.close()

    @property
    def _database(self) -> SimulatedDatabase:
        database = self._worker._database
        assert database is not None
        return database

    def _look(self) -> object:
        connection = self._database._connection
        assert connection is not None
        return connection.execute(_SCHEMA).fetchone()
