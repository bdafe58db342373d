"""Rows of the journal's file as values. Each function works inside a transaction of its caller."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from rbengine.contract.codec import from_line
from rbengine.host.chain import digest_of
from rbengine.host.journal import (
    FencedError,
    ForgottenError,
    NoSuchRunError,
    Owner,
    RunRecord,
    SavedState,
    Waiting,
)

_1970 = datetime(1970, 1, 1, tzinfo=UTC)

RECORDS = (
    "SELECT run, incident, runbook, began, owner, epoch, last, head, outcome, waiting, damaged, forgotten,"
    " contested, (SELECT iif(json_valid(text), json_extract(text, '$.event.environment.profile'), '')"
    " FROM line WHERE line.run = number AND seq = 1)"
    " FROM run"
)


class Position(NamedTuple):
    """Where a run stands."""

    number: int
    epoch: int
    last: int
    at: int
    head: bytes
    owner: str | None
    outcome: str
    forgotten: int


def micros(at: datetime) -> int:
    """Whole microseconds since 1970."""
    return (at - _1970) // timedelta(microseconds=1)


def moment(count: int) -> datetime:
    """The moment again."""
    return _1970 + timedelta(microseconds=count)


def found(connection: sqlite3.Connection, run: str) -> Position | None:
    """The run's position; None for a run that nobody knows."""
    row = connection.execute(
        "SELECT number, epoch, last, at, head, owner, outcome, forgotten FROM run WHERE run = ?",
        (run,),
    ).fetchone()
    return None if row is None else Position(*row)


def kept(connection: sqlite3.Connection, run: str) -> Position:
    """The run's position. Raises NoSuchRunError."""
    there = found(connection, run)
    if there is None:
        raise NoSuchRunError(run)
    return there


def whole(connection: sqlite3.Connection, run: str) -> Position:
    """The position of a run that still has its content. Raises ForgottenError too."""
    there = kept(connection, run)
    if there.forgotten:
        raise ForgottenError(run)
    return there


def owned(connection: sqlite3.Connection, run: str, epoch: int) -> Position:
    """The position of a run that is still ours. Raises FencedError."""
    # INVARIANT: this is asked in the transaction that writes, so nobody can take the run over in between.
    there = kept(connection, run)
    if there.epoch != epoch:
        raise FencedError(f"{run}: epoch {epoch} is over, {there.owner or 'nobody'} has it now")
    return there


def state_of(connection: sqlite3.Connection, number: int) -> SavedState | None:
    """The saved state of the run with this number; one that was damaged is none: the lines say the same."""
    row = connection.execute(
        "SELECT seq, text, digest FROM state WHERE run = ?", (number,)
    ).fetchone()
    if row is None or digest_of(row[1]) != row[2]:
        return None
    return SavedState(seq=row[0], text=row[1])


def keep_texts(connection: sqlite3.Connection, number: int, texts: Mapping[str, str]) -> None:
    """Let the run with this number stand on `texts`, by name; each is kept once for each digest."""
    for name, text in texts.items():
        digest = digest_of(text)
        connection.execute("INSERT INTO text VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, text))
        connection.execute("INSERT INTO stands_on VALUES (?, ?, ?)", (number, name, digest))


def record_of(row: tuple[Any, ...]) -> RunRecord:
    """A row of `RECORDS`."""
    (
        run,
        incident,
        runbook,
        began,
        owner,
        epoch,
        last,
        head,
        outcome,
        waiting,
        damaged,
        forgotten,
        contested,
        profile,
    ) = row
    return RunRecord(
        run=run,
        incident=incident,
        runbook=runbook,
        began=moment(began),
        owner=None if owner is None else from_line(owner, Owner),
        epoch=epoch,
        last=last,
        head=head.hex(),
        outcome=outcome,
        waiting=None if waiting is None else from_line(waiting, Waiting),
        damaged=damaged,
        forgotten=bool(forgotten),
        contested=bool(contested),
        profile=profile or "",
    )
