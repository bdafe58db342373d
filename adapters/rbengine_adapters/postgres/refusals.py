"""What PostgreSQL's error states mean for a run. The five-character SQLSTATE is the contract, never the text."""

import psycopg
from rbengine.contract.adapter import NotAllowedError
from rbengine.contract.outcomes import RefusalKind, Refused

# PostgreSQL 18, appendix A. A whole class is named by its first two characters; the exact state wins.
BY_STATE: dict[str, RefusalKind] = {
    "01": "conflict",  # a warning that something has made an error
    "02": "conflict",  # the same of finding nothing: a function of the project asks for rows that are not there
    "03": "unavailable",  # SQL statement not yet complete
    "08": "unavailable",  # connection exceptions
    "09": "conflict",  # a trigger failed
    "0A": "invalid",  # feature not supported
    "0B": "invalid",  # transaction begun wrongly
    "0F": "invalid",  # locators
    "0L": "unauthorized",  # invalid grantor
    "0P": "unauthorized",  # invalid role
    "0Z": "conflict",  # diagnostics: in functions of the project
    "10": "invalid",  # XQuery
    "20": "conflict",  # CASE without a fitting branch: in functions of the project
    "21": "invalid",  # a scalar subquery gave several rows
    "22": "invalid",  # data exceptions: wrong forms, overflow, division by zero
    "23": "conflict",  # integrity constraints
    "24": "invalid",  # cursors
    "25": "invalid",  # transaction states: a write in a read-only transaction
    "26": "unavailable",  # a prepared statement is gone: somebody stands in between who should not
    "27": "conflict",  # a trigger has changed what the statement was to change
    "28": "unauthorized",  # invalid authorisation
    "2B": "conflict",  # dependent objects still exist
    "2D": "conflict",  # a function of the project ends the transaction
    "2F": "conflict",  # functions of the project
    "34": "invalid",  # cursors
    "38": "conflict",  # functions of the project
    "39": "conflict",
    "3B": "invalid",  # savepoints
    "3D": "unauthorized",  # no such database
    "3F": "invalid",  # no such schema
    "40": "unavailable",  # rolled back by the server: serialization failure, deadlock; may be repeated
    "42": "invalid",  # syntax and names
    "42501": "unauthorized",  # insufficient privilege
    "42710": "conflict",  # it exists already
    "42P07": "conflict",
    "44": "conflict",  # WITH CHECK OPTION
    "53": "unavailable",  # out of disk, memory, connections
    "54": "invalid",  # too complex
    "55": "conflict",  # not in the right state
    "55P03": "unavailable",  # somebody holds the lock; nothing happened
    "57": "unavailable",  # shut down, crashed, starting
    "57014": "timeout",  # statement_timeout
    "58": "unavailable",  # system errors
    "72": "unavailable",  # the snapshot is too old; may be repeated
    "F0": "unavailable",  # the server's own files
    "HV": "unavailable",  # foreign data wrappers: another database behind this one
    "P0": "conflict",  # RAISE in a trigger of the project
    "XX": "unavailable",  # internal
}


def refusal_of(error: psycopg.Error) -> Refused:
    """`error` as a refusal. Without a state the connection itself failed, or a value could not be read."""
    state = error.sqlstate
    text = error.diag.message_primary or " ".join(str(error).split())
    if isinstance(error.__cause__, NotAllowedError):
        return Refused("invalid", f"PostgreSQL: {text}")
    if state is None:
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return Refused("unavailable", f"PostgreSQL cannot be reached: {text}")
        return Refused("invalid", text)
    kind = BY_STATE.get(state) or BY_STATE.get(state[:2]) or "unavailable"
    detail = error.diag.message_detail
    shown = f"{text} ({detail})" if detail and kind == "conflict" else text
    return Refused(kind, f"PostgreSQL: {shown}")


def lost(error: psycopg.Error, connection: psycopg.Connection | None) -> bool:
    """Whether the connection went away, so that what the server did last is not known from it."""
    if connection is not None and (connection.closed or connection.broken):
        return True
    return error.sqlstate is None and isinstance(error, psycopg.OperationalError)
