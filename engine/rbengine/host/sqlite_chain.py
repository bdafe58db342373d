"""The chain over lines in the journal's file: checked, cut before what is damaged, kept over what is forgotten."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from rbengine.host.chain import digest_of, first_head, next_head
from rbengine.host.journal import Audit, StillOpenError, read_line
from rbengine.host.sqlite_rows import kept, micros, state_of


class _Link(NamedTuple):
    """One line in the chain: what it comes to, and whether that is the head written beside it."""

    seq: int
    head: bytes
    is_whole: bool


def audit(connection: sqlite3.Connection, run: str, noted: str) -> Audit:
    """The chain of `run`, computed anew from its first line. `noted` begins a head that somebody knows of it."""
    there = kept(connection, run)
    seq, head, broken, place = 0, first_head(run), 0, 0
    for link in _links(connection, there.number, 0, head):
        seq, head = link.seq, link.head
        if not link.is_whole:
            broken = broken or seq
        if noted and not place and head.hex().startswith(noted):
            place = seq
    if not broken and (seq != there.last or head != there.head):
        broken = seq + 1  # lines were taken away, or the run's own row was changed
    return Audit(lines=seq, head=head.hex(), broken=broken, noted=place)


def set_damaged_aside(connection: sqlite3.Connection, run: str) -> int:
    """Check the lines that no saved state covers; the first that is damaged and all behind it are set aside.

    The number of the first line that was set aside, 0 where none was, or where somebody has gone on with the run since.
    """
    there = kept(connection, run)
    if there.forgotten:
        return 0
    (already,) = connection.execute(
        "SELECT damaged FROM run WHERE number = ?", (there.number,)
    ).fetchone()
    state = state_of(connection, there.number)
    seq = 0 if state is None else state.seq
    head = first_head(run) if state is None else _head_at(connection, there.number, seq)
    if head is None:
        state, seq, head = None, 0, first_head(run)
    for link in _links(connection, there.number, seq, head):
        if not link.is_whole or link.seq != seq + 1:
            break
        seq, head = link.seq, link.head
    else:
        if seq == there.last and head == there.head:
            return int(already) if there.last < already else 0
    return _cut(connection, there.number, seq, head)


def _cut(connection: sqlite3.Connection, number: int, seq: int, head: bytes) -> int:
    """Set aside every line behind `seq`, as it is; the run ends there now."""
    first = seq + 1
    connection.execute(
        "INSERT INTO aside SELECT run, seq, CAST(text AS BLOB), head FROM line WHERE run = ? AND seq > ?",
        (number, seq),
    )
    connection.execute("DELETE FROM line WHERE run = ? AND seq > ?", (number, seq))
    connection.execute("DELETE FROM state WHERE run = ? AND seq > ?", (number, seq))
    row = connection.execute(
        "SELECT text FROM line WHERE run = ? AND seq = ?", (number, seq)
    ).fetchone()
    if row is not None:
        connection.execute(
            "UPDATE run SET at = ? WHERE number = ?", (micros(read_line(row[0]).event.at), number)
        )
    connection.execute(
        "UPDATE run SET last = ?, head = ?, damaged = ? WHERE number = ?",
        (seq, head, first, number),
    )
    return first


def forget(connection: sqlite3.Connection, run: str) -> None:
    """Replace the content of `run` by digests: its lines, what was sent to it, its saved state, its texts."""
    there = kept(connection, run)
    if not there.outcome:
        raise StillOpenError(run)
    if there.forgotten:
        return
    connection.execute("PRAGMA secure_delete = ON")  # overwritten, not only let go
    number = there.number
    lines = connection.execute("SELECT seq, text FROM line WHERE run = ?", (number,)).fetchall()
    connection.executemany(
        "UPDATE line SET text = NULL, digest = ? WHERE run = ? AND seq = ?",
        [(digest_of(text), number, seq) for seq, text in lines],
    )
    connection.execute("UPDATE sent SET event = NULL, taken = 1 WHERE run = ?", (number,))
    for table in ("state", "aside", "stands_on"):
        connection.execute(f"DELETE FROM {table} WHERE run = ?", (number,))
    connection.execute(
        "DELETE FROM text WHERE NOT EXISTS (SELECT 1 FROM stands_on WHERE stands_on.digest = text.digest)"
    )
    # The digest of few and guessable inputs would give them away.
    connection.execute(
        "UPDATE run SET forgotten = 1, waiting = NULL, inputs = randomblob(32) WHERE number = ?",
        (number,),
    )


def _links(connection: sqlite3.Connection, number: int, after: int, head: bytes) -> Iterator[_Link]:
    """Each line behind `after`, whose head is `head`."""
    rows = connection.execute(
        "SELECT seq, text, digest, head FROM line WHERE run = ? AND seq > ? ORDER BY seq",
        (number, after),
    )
    for seq, text, digest, written in rows:
        head = next_head(head, digest if text is None else digest_of(text))
        yield _Link(seq, head, head == written)


def _head_at(connection: sqlite3.Connection, number: int, seq: int) -> bytes | None:
    row = connection.execute(
        "SELECT head FROM line WHERE run = ? AND seq = ?", (number, seq)
    ).fetchone()
    return None if row is None else row[0]
