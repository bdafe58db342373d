"""What PostgreSQL's error states mean for a run. The five-character SQLSTATE is the contract, never the text."""

import psycopg
from rbengine.contract.adapter import NotAllowedError
from rbengine.contract.outcomes import RefusalKind, Refused

# PostgreSQL 18, appendix A. A whole class is named by its first two characters; the exact state wins.
_KINDS: dict[str, RefusalKind] = {
    "08": "unavailable",  # connection exceptions
    "0A": "invalid",  # feature not supported
    "21": "invalid",  # a scalar subquery gave several rows
    "22": "invalid",  # data exceptions: wrong forms, overflow, division by zero
    "23": "conflict",  # integrity constraints
    "25": "invalid",  # transaction states: a write in a read-only transaction
    "25006": "invalid",
    "28": "unauthorized",  # invalid authorisation
    "2B": "conflict",  # dependent objects still exist
    "3D000": "unauthorized",  # no such database
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
    "P0": "conflict",  # RAISE in a trigger of the project
    "P0001": "conflict",
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
    kind = _KINDS.get(state) or _KINDS.get(state[:2]) or "unavailable"
    detail = error.diag.message_detail
    shown = f"{text} ({detail})" if detail and kind == "conflict" else text
    return Refused(kind, f"PostgreSQL: {shown}")


def lost(error: psycopg.Error, connection: psycopg.Connection | None) -> bool:
    """Whether the connection went away, so that what the server did last is not known from it."""
    if connection is not None and (connection.closed or connection.broken):
        return True
    return error.sqlstate is None and isinstance(error, psycopg.OperationalError)
