"""Emptying tables so that nothing tells them from new ones."""

from collections.abc import Collection, Mapping

import psycopg

from rbengine.host.simulated_sessions import SimulatedConnection
from rbengine.host.simulated_tables import Table


def empty(
    connection: SimulatedConnection,
    tables: Mapping[str, Table],
    names: Collection[str],
    kept: Collection[str],
) -> bool:
    """Empty the tables, none of `kept`; False where that cannot be done so that only a fresh database will do.

    VACUUM gives the files back to their first byte, so that even an unordered SELECT answers as in a fresh database. It
    takes 1 ms where TRUNCATE, which also needs every table that refers to these, takes 4 to 17. A fresh database takes
    60, so TRUNCATE is for tables whose rows a trigger guards.
    """
    if not names:
        return True
    order = _children_first(tables, names)
    if order is None or any(tables[name].acts_on_delete for name in names):
        order = _referring(tables, names)
        if any(name in kept or tables[name].acts_on_truncate for name in order):
            return False
        connection.look(f"TRUNCATE {', '.join(order)}")
    else:
        try:
            connection.look("; ".join(f"DELETE FROM {name}" for name in order))
        except psycopg.errors.IntegrityError:
            return False
    shown = ", ".join(order)
    connection.look(f"VACUUM (TRUNCATE, INDEX_CLEANUP ON, SKIP_DATABASE_STATS) {shown}")
    return True


def _referring(tables: Mapping[str, Table], names: Collection[str]) -> list[str]:
    """The tables with all that refer to them, and to those."""
    found = set(names)
    while True:
        more = {
            name
            for name, table in tables.items()
            if name not in found and any(one.table in found for one in table.references)
        }
        if not more:
            return sorted(found)
        found |= more


def _children_first(tables: Mapping[str, Table], names: Collection[str]) -> list[str] | None:
    """Tables that refer to others before those; None where they refer to each other in a ring."""
    left, order = sorted(names), []
    while left:
        free = [
            name
            for name in left
            if not any(
                reference.table == name
                for other in left
                if other != name
                for reference in tables[other].references
            )
        ]
        if not free:
            return None
        order += free
        left = [name for name in left if name not in free]
    return order
