"""Which database this is, as it says itself, and whether the roles are what the settings promise."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import psycopg
from rbengine.contract.adapter import Sessions, SessionUse, Whereabouts
from rbengine.contract.outcomes import Refused

from rbengine_adapters.postgres.opening import begin, roll_back
from rbengine_adapters.postgres.refusals import refusal_of

_WHO = b"""
SELECT current_user::text, d.datname::text, d.oid::int8, current_setting('server_version'), clock_timestamp(),
       pg_is_in_recovery(), host(inet_server_addr()), inet_server_port(),
       has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
FROM pg_catalog.pg_database d WHERE d.datname = current_database()
"""

_SYSTEM = b"SELECT system_identifier::text FROM pg_catalog.pg_control_system()"

# An extension may open its own tables to everybody, as pg_cron does with its list of runs.
_MAY_WRITE = b"""
SELECT c.oid::regclass::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND has_schema_privilege(n.oid, 'USAGE')
  AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend p
                  WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = c.oid AND p.deptype = 'e')
ORDER BY 1 LIMIT 1
"""


class _Here(msgspec.Struct, frozen=True):
    role: str
    database: str
    number: int
    version: str
    clock: datetime
    standby: bool
    address: str | None
    port: int | None
    system: str = ""
    """Empty where the role may not ask."""

    def may_be(self, other: "_Here") -> bool:
        """Whether both can be one database, or one and a standby of it."""
        unknown = not self.system or not other.system
        return self.number == other.number and (unknown or self.system == other.system)

    def named(self) -> str:
        """For people: which database of which cluster."""
        return (
            f"{self.database} ({self.number}) of {self.system or 'a cluster that it may not name'}"
        )

    def place(self) -> str:
        """The system identifier, or what stands for it: no proof where a cluster is put up anew at the same place."""
        where = f"{self.address}:{self.port}" if self.address else "this machine"
        return self.system or f"database {self.number} at {where}"


_OTHERS: tuple[tuple[SessionUse, str], ...] = (
    ("read", "read_dsn"),
    ("replica", "replica_dsn"),
    ("alone", "direct_dsn"),
)


def locate(sessions: Sessions, timeout: timedelta) -> Whereabouts | Refused:
    """Ask the database that is changed, and compare what is read with it. Failures are outcomes."""
    try:
        main, _ = _look(sessions, "change", timeout)
        for use, setting in _OTHERS:
            try:
                found, writes = _look(sessions, use, timeout)
            except psycopg.Error as error:
                # A replica that is down must not stop a run that may do without it: who needs it will hear so.
                if use != "read" and refusal_of(error).kind in ("unavailable", "invalid"):
                    continue
                raise
            if not found.may_be(main):
                return Refused(
                    "conflict",
                    f"`postgres.{setting}` leads to another database than `postgres.dsn`: {found.named()}, "
                    f"and not {main.named()}",
                )
            if use == "read" and found.role != main.role and writes and not found.standby:
                return Refused(
                    "conflict",
                    f"the role {found.role} of `postgres.read_dsn` may change {writes}: it must be able to read only",
                )
    except psycopg.Error as error:
        return refusal_of(error)
    facts = {"postgres.system": main.place(), "postgres.database": main.database}
    version = f"{main.version}, a standby" if main.standby else main.version
    return Whereabouts(facts=facts, version=version, clock=main.clock)


def _look(sessions: Sessions, use: SessionUse, timeout: timedelta) -> tuple[_Here, str]:
    """Where a session for `use` is, and a table that it may write; empty where there is none. Raises psycopg.Error."""
    with sessions(use=use, within=timeout) as connection:
        begin(connection, "read", timeout)
        try:
            *who, may_ask = _row(connection, _WHO)
            here = _Here(*who)
            system = _row(connection, _SYSTEM)[0] if may_ask else ""
            writes = connection.execute(_MAY_WRITE).fetchone() if use == "read" else None
        finally:
            roll_back(connection)
    return msgspec.structs.replace(here, system=system), "" if writes is None else writes[0]


def _row(connection: "psycopg.Connection[Any]", query: bytes) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    if row is None:
        raise psycopg.DataError("the database does not say which one it is")
    return tuple(row)
