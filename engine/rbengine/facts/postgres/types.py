"""PostgreSQL's types as the language's."""

from rbengine.contract.types import (
    BOOL,
    BYTES,
    DATE,
    DECIMAL,
    DURATION,
    INSTANT,
    INT,
    JSON,
    TEXT,
    UUID,
    ZONELESS,
    Type,
)

_BY_NAME: dict[str, Type] = {
    "bool": BOOL,
    "bytea": BYTES,
    "date": DATE,
    "float4": DECIMAL,
    "float8": DECIMAL,
    "int2": INT,
    "int4": INT,
    "int8": INT,
    "interval": DURATION,
    "json": JSON,
    "jsonb": JSON,
    "numeric": DECIMAL,
    "oid": INT,
    "timestamp": ZONELESS,
    "timestamptz": INSTANT,
    "uuid": UUID,
    "xid": INT,
}


def language_type(name: str) -> Type:
    """The language's type of a base type by its name in `pg_type`. All others are shown as text."""
    return _BY_NAME.get(name, TEXT)
