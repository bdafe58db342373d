"""The journal's file: one SQLite database, in a format that has a number.

Moments are whole microseconds since 1970, owners and what is waited for are JSON as the codec writes it.
"""

import sqlite3
from pathlib import Path

from rbengine.host.errors import JournalError

FORMAT = 2
"""Of the file, kept in `user_version`. A newer engine raises it, and brings older files up to it."""

_APPLICATION = 0x52426A31
"""`RBj1`, in the file's own header: another program's database is not taken for ours."""

_TABLES = """
CREATE TABLE run (
  number   INTEGER PRIMARY KEY,
  run      TEXT NOT NULL UNIQUE,
  incident TEXT NOT NULL,
  runbook  TEXT NOT NULL,
  inputs   BLOB NOT NULL,            -- digest of `sameness_of` its first line
  began    INTEGER NOT NULL,
  owner    TEXT,                     -- NULL: nobody drives it
  epoch    INTEGER NOT NULL,
  last     INTEGER NOT NULL,         -- number of the last line,
  at       INTEGER NOT NULL,         -- its moment,
  head     BLOB NOT NULL,            -- and the chain's head behind it
  outcome  TEXT NOT NULL DEFAULT '',
  waiting  TEXT,
  damaged  INTEGER NOT NULL DEFAULT 0,
  forgotten INTEGER NOT NULL DEFAULT 0,
  contested INTEGER NOT NULL DEFAULT 0  -- since format 2
) STRICT;
CREATE UNIQUE INDEX one_open ON run (runbook, inputs) WHERE outcome = '';
CREATE TABLE line (
  run    INTEGER NOT NULL REFERENCES run,
  seq    INTEGER NOT NULL,
  text   TEXT,                       -- NULL once it is forgotten
  digest BLOB,                       -- of the text, once that is forgotten
  head   BLOB NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT;
CREATE TABLE aside (run INTEGER NOT NULL REFERENCES run, seq INTEGER NOT NULL, text BLOB, head BLOB) STRICT;
CREATE TABLE text (digest BLOB PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE stands_on (
  run    INTEGER NOT NULL REFERENCES run,
  name   TEXT NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX stood_on ON stands_on (digest);
CREATE TABLE state (
  run    INTEGER PRIMARY KEY REFERENCES run,
  seq    INTEGER NOT NULL,
  text   TEXT NOT NULL,
  digest BLOB NOT NULL               -- a state that was damaged is not believed
) STRICT;
CREATE TABLE sent (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  run    INTEGER NOT NULL REFERENCES run,
  key    TEXT NOT NULL,
  event  TEXT,                       -- NULL once it is forgotten
  taken  INTEGER NOT NULL DEFAULT 0,
  UNIQUE (run, key)
) STRICT;
CREATE INDEX waiting_for_owner ON sent (run, number) WHERE taken = 0;
"""

_UPWARDS = {1: "ALTER TABLE run ADD COLUMN contested INTEGER NOT NULL DEFAULT 0"}
"""What brings a file of an older format to the next."""


def connect(file: Path) -> sqlite3.Connection:
    """A connection that commits nothing by itself and everything for good. Raises sqlite3.Error, JournalError."""
    connection = sqlite3.connect(
        file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    connection.text_factory = _readable
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL is a property of a connection, not of the file: without it the last intents may be lost with the
        # power, and a call that was made would be made again.
        connection.execute("PRAGMA synchronous = FULL")
        _make_or_check(connection, file)
    except BaseException:
        connection.close()
        raise
    return connection


_PATIENCE = 10.0
"""Seconds to wait for another process to end its transaction."""


def _readable(text: bytes) -> str:
    """Damaged bytes are read too: whoever looks at a digest must see that they are not what was written."""
    return text.decode("utf-8", "surrogateescape")


def _make_or_check(connection: sqlite3.Connection, file: Path) -> None:
    if _format_of(connection, file) == FORMAT:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _format_of(connection, file)  # somebody else may have made it meanwhile
        if not found:
            for statement in _TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        for older in range(found or FORMAT, FORMAT):
            connection.execute(_UPWARDS[older])
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _format_of(connection: sqlite3.Connection, file: Path) -> int:
    """The file's format, 0 for a new one. Raises JournalError where it is not ours or of a newer one."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != _APPLICATION and (number or application or tables):
        raise JournalError(
            "this is another program's database, not a journal of rbengine",
            place=str(file),
            way_out="let RBENGINE_STATE or the setting `state` name a folder of its own",
        )
    if number > FORMAT:
        raise JournalError(
            f"this journal was written by a newer rbengine: it has format {number}, this one knows {FORMAT}",
            place=str(file),
            notes=["nothing was read or changed"],
            way_out="use the newer rbengine, or let RBENGINE_STATE name another folder",
        )
    return int(number)
