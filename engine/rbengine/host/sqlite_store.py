"""Journals in one SQLite file: for every run on this machine that must survive the process that drives it.

Whoever may write the file can forge a journal; the chain shows it to whoever has noted a head elsewhere.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from rbengine.contract.codec import from_line, to_line
from rbengine.host.chain import digest_of, first_head, next_head
from rbengine.host.journal import (
    AlreadyOpenError,
    Audit,
    DamagedError,
    Lives,
    OwnedError,
    Owner,
    RunExistsError,
    RunRecord,
    SavedState,
    Sent,
    Waiting,
    in_order,
    line_of,
    order_of,
    read_line,
    sameness_of,
)
from rbengine.host.processes import may_live
from rbengine.host.sqlite_chain import audit, forget, set_damaged_aside
from rbengine.host.sqlite_connection import SqliteConnection
from rbengine.host.sqlite_rows import (
    RECORDS,
    found,
    keep_texts,
    kept,
    micros,
    moment,
    owned,
    record_of,
    state_of,
    whole,
)
from rbengine.runtime.events import Event, Resumed, Started

_NO_TEXTS: Mapping[str, str] = {}
_PLAN = ""
"""The plan's name among the texts that a run stands on; files have longer ones."""


class SqliteStore:
    """A `JournalStore` on `file`, in a folder that `state_folder.ready_folder` has looked at. Raises JournalError."""

    def __init__(self, file: Path, lives: Lives = may_live) -> None:
        self._lives = lives
        self._file = SqliteConnection(file)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def create(
        self,
        runbook: str,
        started: Started,
        plan: str,
        owner: Owner,
        texts: Mapping[str, str] = _NO_TEXTS,
    ) -> int:
        line = line_of(1, started)
        head = next_head(first_head(started.run), digest_of(line))
        inputs = digest_of(sameness_of(started))

        def work(connection: sqlite3.Connection) -> int:
            if found(connection, started.run) is not None:
                raise RunExistsError(started.run)
            there = connection.execute(
                "SELECT run FROM run WHERE runbook = ? AND inputs = ? AND outcome = ''",
                (runbook, inputs),
            ).fetchone()
            if there is not None:
                raise AlreadyOpenError(there[0])
            number = connection.execute(
                "INSERT INTO run (run, incident, runbook, inputs, began, owner, epoch, last, at, head)"
                " VALUES (?, ?, ?, ?, ?, ?, 1, 1, ?, ?)",
                (
                    started.run, started.incident, runbook, inputs, micros(started.began), to_line(owner),
                    micros(started.at), head,
                ),
            ).lastrowid  # fmt: skip
            connection.execute(
                "INSERT INTO line (run, seq, text, head) VALUES (?, 1, ?, ?)", (number, line, head)
            )
            keep_texts(connection, int(number or 0), {_PLAN: plan, **texts})
            return 1

        return self._file.write(work)

    def set_damaged_aside(self, run: str) -> int:
        return self._file.write(lambda connection: set_damaged_aside(connection, run))

    def acquire(self, run: str, owner: Owner, *, force: bool = False) -> int:
        damaged = self.set_damaged_aside(run)
        if damaged and not force:
            raise DamagedError(run, damaged)

        def work(connection: sqlite3.Connection) -> int:
            there = whole(connection, run)
            present = None if there.owner is None else from_line(there.owner, Owner)
            lives = present is not None and present != owner and self._lives(present)
            if present is not None and lives and not force:
                raise OwnedError(run, present)
            connection.execute(
                "UPDATE run SET owner = ?, epoch = epoch + 1, waiting = NULL, contested = contested OR ?"
                " WHERE number = ?",
                (to_line(owner), lives, there.number),
            )
            return there.epoch + 1

        return self._file.write(work)

    def append(
        self, run: str, epoch: int, events: Sequence[Event], taken: Sequence[int] = ()
    ) -> int:
        def work(connection: sqlite3.Connection) -> int:
            there = owned(connection, run, epoch)
            at = in_order(run, moment(there.at), events)
            told = any(isinstance(one, Resumed) for one in events)
            seq, head = there.last, there.head
            for event in events:
                seq += 1
                line = line_of(seq, event)
                head = next_head(head, digest_of(line))
                connection.execute(
                    "INSERT INTO line (run, seq, text, head) VALUES (?, ?, ?, ?)",
                    (there.number, seq, line, head),
                )
            connection.execute(
                "UPDATE run SET last = ?, at = ?, head = ?, contested = contested AND NOT ? WHERE number = ?",
                (seq, micros(at), head, told, there.number),
            )
            for number in taken:
                connection.execute(
                    "UPDATE sent SET taken = 1 WHERE number = ? AND run = ?", (number, there.number)
                )
            return seq

        return self._file.write(work)

    def read(self, run: str, after: int = 0) -> Sequence[str]:
        def work(connection: sqlite3.Connection) -> Sequence[str]:
            rows = connection.execute(
                "SELECT text FROM line WHERE run = ? AND seq > ? ORDER BY seq",
                (whole(connection, run).number, after),
            )
            return tuple(text for (text,) in rows)

        return self._file.read(work)

    def send(self, run: str, event: Event, key: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO sent (run, key, event) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (kept(connection, run).number, key, line_of(0, event)),
            )

        self._file.write(work)

    def inbox(self, run: str) -> Sequence[Sent]:
        def work(connection: sqlite3.Connection) -> Sequence[Sent]:
            rows = connection.execute(
                "SELECT number, event FROM sent WHERE run = ? AND taken = 0 ORDER BY number",
                (kept(connection, run).number,),
            )
            return tuple(Sent(number=number, event=read_line(line).event) for number, line in rows)

        return self._file.read(work)

    def park(self, run: str, epoch: int, waiting: Waiting) -> None:
        self._update(run, epoch, "waiting = ?, owner = NULL", to_line(waiting))

    def save_state(self, run: str, epoch: int, state: SavedState) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO state (run, seq, text, digest) VALUES (?, ?, ?, ?)",
                (
                    owned(connection, run, epoch).number,
                    state.seq,
                    state.text,
                    digest_of(state.text),
                ),
            )

        self._file.write(work)

    def latest_state(self, run: str) -> SavedState | None:
        def work(connection: sqlite3.Connection) -> SavedState | None:
            return state_of(connection, kept(connection, run).number)

        return self._file.read(work)

    def plan(self, run: str) -> str:
        return self._standing_on(run)[_PLAN]

    def texts(self, run: str) -> Mapping[str, str]:
        return {name: text for name, text in self._standing_on(run).items() if name != _PLAN}

    def move(self, run: str, epoch: int, plan: str, texts: Mapping[str, str]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            number = owned(connection, run, epoch).number
            connection.execute("DELETE FROM stands_on WHERE run = ?", (number,))
            connection.execute("DELETE FROM state WHERE run = ?", (number,))
            keep_texts(connection, number, {_PLAN: plan, **texts})

        self._file.write(work)

    def finish(self, run: str, epoch: int, outcome: str) -> None:
        self._update(run, epoch, "outcome = ?, owner = NULL", outcome)

    def reopen(self, run: str, epoch: int) -> None:
        def work(connection: sqlite3.Connection) -> None:
            number = owned(connection, run, epoch).number
            other = connection.execute(
                "SELECT other.run FROM run JOIN run AS other USING (runbook, inputs)"
                " WHERE run.number = ? AND other.outcome = '' AND other.number <> run.number",
                (number,),
            ).fetchone()
            if other is not None:
                raise AlreadyOpenError(other[0])
            connection.execute("UPDATE run SET outcome = '' WHERE number = ?", (number,))

        self._file.write(work)

    def record(self, run: str) -> RunRecord:
        def work(connection: sqlite3.Connection) -> RunRecord:
            kept(connection, run)
            return record_of(connection.execute(f"{RECORDS} WHERE run = ?", (run,)).fetchone())

        return self._file.read(work)

    def runs(self) -> tuple[RunRecord, ...]:
        rows = self._file.read(lambda connection: connection.execute(RECORDS).fetchall())
        return tuple(sorted(map(record_of, rows), key=lambda one: order_of(one.run)))

    def audit(self, run: str, noted: str = "") -> Audit:
        return self._file.read(lambda connection: audit(connection, run, noted))

    def aside(self, run: str) -> Sequence[tuple[int, bytes]]:
        def work(connection: sqlite3.Connection) -> Sequence[tuple[int, bytes]]:
            return connection.execute(
                "SELECT seq, text FROM aside WHERE run = ? ORDER BY seq",
                (kept(connection, run).number,),
            ).fetchall()

        return self._file.read(work)

    def forget(self, run: str) -> None:
        self._file.write(lambda connection: forget(connection, run))
        self._file.fold_in()

    def _update(self, run: str, epoch: int, assignments: str, value: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            number = owned(connection, run, epoch).number
            connection.execute(f"UPDATE run SET {assignments} WHERE number = ?", (value, number))

        self._file.write(work)

    def _standing_on(self, run: str) -> dict[str, str]:
        def work(connection: sqlite3.Connection) -> dict[str, str]:
            return dict(
                connection.execute(
                    "SELECT name, text FROM stands_on JOIN text USING (digest) WHERE run = ?",
                    (whole(connection, run).number,),
                )
            )

        return self._file.read(work)
