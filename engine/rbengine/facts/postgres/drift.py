"""Where a database is other than the schema that playbooks are checked against.

The file holds what the playbooks read and change, often less than the database: only its own tables are compared, what
else the database has is counted.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

import msgspec

from rbengine.facts.postgres.inventory import Column, Inventory, Table

_INDEX = re.compile(r"^CREATE (UNIQUE )?INDEX \S+ ON (?:ONLY )?")

Side = Literal["only in the file", "only in the database", "changed"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of one table that is not the same."""

    side: Side
    table: str
    """As the file calls it; empty for a type or a function."""
    what: str
    """`column tier`, `CHECK (…)`, `trigger audit`."""
    file: str = ""
    database: str = ""


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, table by table in the order of their names."""

    differences: tuple[Difference, ...]
    further: tuple[str, ...]
    """Tables and views of the compared schemas that the database alone has."""


def drift_of(file: Inventory, database: Inventory, functions: Collection[str] = ()) -> Drift:
    """What is other in `database` than in `file`; `functions` are the project's own that the policy allows."""
    theirs = {one.full_name: one for one in database.tables}
    found: list[Difference] = []
    ours = {**_types(file), **_functions(file, functions)}
    others = {**_types(database), **_functions(database, functions)}
    found += _compared("", ours, {name: others[name] for name in ours if name in others})
    for table in file.tables:
        other = theirs.pop(table.full_name, None)
        if other is None:
            found.append(Difference(side="only in the file", table=table.full_name, what="table"))
        else:
            platform = bool(table.extension or other.extension)
            found += _compared(
                table.full_name, dict(_parts(table, platform)), dict(_parts(other, platform))
            )
    schemas = {one.schema for one in file.tables}
    further = tuple(sorted(name for name, one in theirs.items() if one.schema in schemas))
    return Drift(differences=tuple(found), further=further)


def _compared(
    table: str, file: Mapping[str, str], database: Mapping[str, str]
) -> Iterator[Difference]:
    for what in (*file, *(one for one in database if one not in file)):
        ours, theirs = file.get(what), database.get(what)
        if ours == theirs:
            continue
        side: Side = "changed"
        if theirs is None:
            side = "only in the file"
        elif ours is None:
            side = "only in the database"
        yield Difference(side=side, table=table, what=what, file=ours or "", database=theirs or "")


def _functions(inventory: Inventory, allowed: Collection[str]) -> dict[str, str]:
    """What the allowed ones give, by their signature."""
    return {
        f"function {one.schema}.{one.name}({one.arguments})": one.result
        for one in inventory.functions
        if f"{one.schema}.{one.name}" in allowed or (one.schema == "public" and one.name in allowed)
    }


def _types(inventory: Inventory) -> dict[str, str]:
    """What each type of the project's own is made of."""
    return {
        f"type {one.schema}.{one.name}": ", ".join(one.labels)
        or one.base
        or ", ".join(f"{each.name} {_told(each)}" for each in one.columns)
        for one in inventory.types
    }


def _parts(table: Table, platform: bool) -> Iterator[tuple[str, str]]:
    """What makes a table what it is, each by a name that is the same on both sides.

    What a rule is called does not count where its words say it. Of a table that an extension brings only the columns
    count: everything else of it is the extension's own.
    """
    yield "kind", "view" if table.kind in {"v", "m"} and not platform else "table"
    for one in table.columns:
        yield f"column {one.name}", _told(one, platform)
    if platform:
        return
    for rule in table.constraints:
        yield _plain(rule.definition), ""
    for rule in table.indexes:
        unique = "unique " if rule.definition.startswith("CREATE UNIQUE") else ""
        yield f"{unique}index on {_plain(_INDEX.sub('', rule.definition))}", ""
    for rule in table.triggers:
        if rule.kind != "D":
            yield f"trigger {rule.name}", _plain(rule.definition)
    yield "row level security", "on" if table.row_security else "off"
    for rule in table.policies:
        yield f"policy {rule.name}", _plain(rule.definition)


def _told(one: Column, platform: bool = False) -> str:
    text = one.type
    if one.not_null:
        text += " NOT NULL"
    if platform:
        return text
    if one.generated:
        return f"{text} GENERATED ALWAYS AS ({one.default})"
    if one.identity:
        return f"{text} GENERATED {'ALWAYS' if one.identity == 'a' else 'BY DEFAULT'} AS IDENTITY"
    return f"{text} DEFAULT {one.default}" if one.default else text


def _plain(definition: str) -> str:
    """On one line."""
    return " ".join(definition.split())
