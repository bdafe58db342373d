"""What stands in the tables of a simulated database, read in one question and compared."""

import itertools
from collections.abc import Collection, Mapping, Sequence

import msgspec

from rbengine.contract.postgres_values import rows_of
from rbengine.contract.values import Row
from rbengine.host.simulated_sessions import SimulatedConnection
from rbengine.host.simulated_tables import Table

Rows = Mapping[object, Row]
"""The rows of one table by their keys."""

_IN_USE = """
PREPARE rb_in_use AS SELECT place FROM unnest('{%s}'::oid[]) WITH ORDINALITY AS t(number, place)
WHERE pg_catalog.pg_relation_size(number::regclass) > 0
"""
_REWIND = """
PREPARE rb_rewind AS SELECT pg_catalog.setval(seqrelid, seqstart, false)
FROM pg_catalog.pg_sequence WHERE pg_catalog.pg_sequence_last_value(seqrelid) IS NOT NULL
"""


class Snapshot(msgspec.Struct, frozen=True):
    """All rows of the company at one moment: table -> key of the row -> row."""

    rows: Mapping[str, Rows]


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """One row that is not what it was."""

    table: str
    key: Row
    """Its primary key; the whole row where the table has none."""
    before: Row | None
    """None: it is new."""
    after: Row | None
    """None: it is gone."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that differ."""
        before, after = self.before or Row({}), self.after or Row({})
        names = dict.fromkeys([*before, *after])
        return tuple(name for name in names if before.get(name) != after.get(name))


class Contents:
    """Reads the tables of one database.

    Only tables whose files hold anything are read, which the size of a file tells sooner than a plan for a statement
    about all of them. Tables that others inherit from are always read: their own files do not tell.
    """

    def __init__(self, connection: SimulatedConnection, tables: Mapping[str, Table]) -> None:
        self._connection = connection
        self._tables = list(tables.values())
        self._by_name = tables
        self._parents = frozenset(one.name for one in self._tables if one.has_children)
        self._expected: tuple[str, ...] = ()
        connection.look(_IN_USE % ",".join(str(one.number) for one in self._tables))
        connection.look(_REWIND)

    def read(self, *, bookkeeping: bool) -> dict[str, Rows]:
        """Every table that holds rows; without `bookkeeping` only those of the company."""
        used, found = self._look(self._expected)
        wanted = [
            name
            for name in sorted(used | self._parents)
            if bookkeeping or not self._by_name[name].bookkeeping
        ]
        missing = [name for name in wanted if name not in found]
        if missing:
            found |= self._look(missing)[1]
        self._expected = tuple(wanted)
        return {name: found[name] for name in wanted if found[name]}

    def used(self, compared: Mapping[str, Rows]) -> frozenset[str] | None:
        """The tables that may hold rows; None where those of `compared` hold anything else than it says."""
        used, found = self._look(compared)
        return None if found != compared else used | self._parents

    def rewind(self) -> frozenset[str]:
        """Put the sequences back to their start; the tables that hold rows all the same."""
        used, found = self._look(self._parents, "EXECUTE rb_rewind; ")
        return (used - self._parents) | {name for name, rows in found.items() if rows}

    def _look(
        self, names: Collection[str], first: str = ""
    ) -> tuple[frozenset[str], dict[str, Rows]]:
        """The tables whose files hold anything, and the rows of the tables `names`: one question for all."""
        selects = "".join(f"; SELECT * FROM {name}" for name in names)
        cursor = self._connection.look(f"{first}EXECUTE rb_in_use{selects}")
        if first:
            cursor.nextset()
        used = frozenset(self._tables[place - 1].name for (place,) in cursor.fetchall())
        found: dict[str, Rows] = {}
        for name in names:
            cursor.nextset()
            found[name] = _by_key(self._by_name[name], rows_of(cursor))
        return used, found


def changes(
    tables: Mapping[str, Table], before: Snapshot, after: Snapshot
) -> tuple[RowChange, ...]:
    """Every row that was inserted, updated or deleted between the two, in the order of table and key."""
    found: list[RowChange] = []
    for name in sorted({*before.rows, *after.rows}):
        old_rows, new_rows = before.rows.get(name, {}), after.rows.get(name, {})
        for key in sorted({*old_rows, *new_rows}, key=repr):
            old, new = old_rows.get(key), new_rows.get(key)
            if old != new:
                whole = old if old is not None else new
                columns = tables[name].key or tuple(tables[name].columns)
                shown = Row({one: whole[one] for one in columns}) if whole is not None else Row({})
                found.append(RowChange(table=name, key=shown, before=old, after=new))
    return tuple(found)


def _by_key(table: Table, rows: Sequence[Row]) -> Rows:
    """Rows by primary key; rows of a table without one by their whole content, equal ones counted."""
    found: dict[object, Row] = {}
    for row in rows:
        if table.key:
            found[tuple(repr(row[name]) for name in table.key)] = row
        else:
            content = repr(row)
            found[content, next(n for n in itertools.count() if (content, n) not in found)] = row
    return found
