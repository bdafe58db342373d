"""One connection to the journal's file, shared by the threads of a process: one of them writes, for all that wait.

Whoever comes while another thread commits leaves its work in a queue; the next one to get the connection does all of
it in one transaction. One run alone pays one commit for each write, many runs share them.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from rbengine.host.errors import JournalError
from rbengine.host.sqlite_schema import connect

T = TypeVar("T")

Work = Callable[[sqlite3.Connection], T]


class _Job(Generic[T]):
    """Work of one thread, and what came of it."""

    def __init__(self, work: Work[T]) -> None:
        self._work = work
        self._result: T | None = None
        self.error: BaseException | None = None
        self.done = False

    def run(self, connection: sqlite3.Connection) -> None:
        self._result = self._work(connection)

    def result(self) -> T:
        if self.error is not None:
            raise self.error
        return self._result  # type: ignore[return-value]  # `run` has set it


class SqliteConnection:
    """`file` is made where there is none. Raises JournalError. A forked process opens its own."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._turn = threading.Lock()
        self._queue: list[_Job[object]] = []
        self._queueing = threading.Lock()
        with self._in_words():
            self._connection = connect(file)

    def write(self, work: Work[T]) -> T:
        """Do `work` in a transaction that is committed when this returns; what it raises undoes it alone."""
        job = _Job(work)
        with self._queueing:
            self._queue.append(job)  # type: ignore[arg-type]  # what it gives is given back by its own thread
        with self._turn:
            if not job.done:
                with self._queueing:
                    jobs, self._queue = self._queue, []
                self._commit(jobs)
        return job.result()

    def read(self, work: Work[T]) -> T:
        """Do `work`, which reads one state of the file."""
        with self._turn, self._in_words():
            connection = self._connection
            connection.execute("BEGIN")
            try:
                return work(connection)
            finally:
                connection.execute("COMMIT")

    def fold_in(self) -> None:
        """Bring everything from the write-ahead log into the file: what was overwritten stands nowhere any more."""
        with self._turn, self._in_words():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close it. Twice is fine."""
        with self._turn:
            self._connection.close()

    def _commit(self, jobs: list[_Job[object]]) -> None:
        try:
            with self._in_words():
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    for job in jobs:
                        self._run(job, alone=len(jobs) == 1)
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
        except (
            Exception
        ) as error:  # nobody's work was committed: each of them is told, each in its thread
            for job in jobs:
                job.error = job.error or error
        finally:
            for job in jobs:
                job.done = True

    def _run(self, job: _Job[object], *, alone: bool) -> None:
        """One job of a batch; what it raises is its own, unless the file itself is in trouble."""
        connection = self._connection
        if alone:
            job.run(connection)
            return
        connection.execute("SAVEPOINT job")
        try:
            job.run(connection)
        except sqlite3.Error:
            raise
        except Exception as error:
            connection.execute("ROLLBACK TO job")
            job.error = error
        connection.execute("RELEASE job")

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _in_words(error, self._file) from error


def _in_words(error: sqlite3.Error, file: Path) -> JournalError:
    """What is wrong with the file, and the way out. In none of these cases has anything been lost."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    place = str(file)
    kept = "everything written before stands; what was being written now does not"
    match code:
        case sqlite3.SQLITE_FULL:
            return JournalError(
                "the disk is full: the journal cannot be written", place=place, notes=[kept],
                way_out="make room, then `rbengine resume` takes the run up where it stands",
            )  # fmt: skip
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return JournalError(
                "the journal cannot be written: its folder or file is read-only", place=place, notes=[kept],
                way_out="make both writable for you, or let RBENGINE_STATE name a folder that is",
            )  # fmt: skip
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return JournalError(
                "another process has been writing the journal for too long", place=place, notes=[kept],
                way_out="look for a stopped `rbengine` (`rbengine runs` names the owners), then try again",
            )  # fmt: skip
        case sqlite3.SQLITE_NOTADB:
            return JournalError(
                "this is no journal: the file's beginning is damaged", place=place,
                notes=["the file was not touched"],
                way_out="put a copy of it back, or move it away: a new one is made",
            )  # fmt: skip
        case sqlite3.SQLITE_CORRUPT:
            return JournalError(
                "the journal's file is damaged", place=place,
                notes=["the file was not touched", "runs in its whole parts can still be read: `rbengine show RUN`"],
                way_out="copy it with its `-wal` file before anything else, then put a good copy back",
            )  # fmt: skip
        case _:
            return JournalError(
                f"the journal cannot be used: {error}", place=place, notes=[kept],
                way_out="see that the disk works and that the file can be read and written",
            )  # fmt: skip
