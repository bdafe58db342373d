"""Why there is no connection: PostgreSQL's library tells states of statements, and of connections only texts."""

import re

import psycopg
from psycopg import errors

_KNOWN: tuple[tuple[str, type[psycopg.Error]], ...] = (
    ("password authentication failed", errors.InvalidPassword),
    ("no password supplied", errors.InvalidPassword),
    ("authentication failed", errors.InvalidAuthorizationSpecification),
    ("no pg_hba.conf entry", errors.InvalidAuthorizationSpecification),
    ("pg_hba.conf rejects", errors.InvalidAuthorizationSpecification),
    (r'role "[^"]*" does not exist', errors.InvalidAuthorizationSpecification),
    ("is not permitted to log in", errors.InvalidAuthorizationSpecification),
    ("permission denied for database", errors.InsufficientPrivilege),
    (r'database "[^"]*" does not exist', errors.InvalidCatalogName),
    ("too many (clients|connections)", errors.TooManyConnections),
    ("remaining connection slots", errors.TooManyConnections),
    ("no more connections allowed", errors.TooManyConnections),
    ("the database system is", errors.CannotConnectNow),
)
"""The server's own sentences, in English. One in another language is a database that cannot be reached."""

_UNTRUSTED = re.compile(
    "certificate verify failed|server certificate for|does not support SSL|root certificate file"
)
_WAY_OUT = (
    "give the connection string `sslrootcert=FILE` with the authority that signs for it, or `sslmode=require` to do "
    "without proof of who answers"
)


def why_not_connected(error: psycopg.Error) -> psycopg.Error:
    """`error` of a connection that was not made, with the state that the server meant. It holds no password."""
    lines = (" ".join(one.split()) for one in str(error).splitlines())
    text = "; ".join(one for one in lines if one)
    if _UNTRUSTED.search(text):
        return errors.FeatureNotSupported(f"{text}: {_WAY_OUT}")
    for sentence, kind in _KNOWN:
        if re.search(sentence, text):
            return kind(text)
    return psycopg.OperationalError(text)
