"""What a schema's catalogue says of its relations and types, asked once and kept."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import psycopg

from rbengine.contract.types import Enum, FieldType, ListOf, Record, Type, optional
from rbengine.facts.postgres.types import language_type
from rbengine.semantics.sql_words import sql_words

_RELATIONS = """
SELECT c.oid::int8, n.nspname, c.relname, pg_table_is_visible(c.oid),
  (SELECT json_agg(json_build_array(a.attnum, a.attname, a.atttypid::int8, a.attnotnull) ORDER BY a.attnum)
     FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  (SELECT json_agg(json_build_array(k.conkey[1], pg_get_constraintdef(k.oid)))
     FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND cardinality(k.conkey) = 1),
  EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p'),
  (SELECT json_agg(json_build_array(t.tgtype, p.prosrc, l.lanname))
     FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'),
  (SELECT json_agg(json_build_array(k.confdeltype, k.confupdtype,
            (SELECT json_agg(a.attname) FROM pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum = ANY(k.confkey))))
     FROM pg_constraint k WHERE k.confrelid = c.oid AND k.contype = 'f')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND (n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')) = $1
ORDER BY pg_table_is_visible(c.oid) DESC, n.nspname, c.relname
"""

_TYPES = """
SELECT t.oid::int8, t.typname, t.typtype, t.typelem::int8, t.typbasetype::int8, t.typcategory,
  (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
FROM pg_type t
WHERE t.typtype IN ('b', 'd', 'e', 'r', 'm') AND (t.oid < 16384 OR t.typtype IN ('d', 'e') OR t.typelem <> 0)
"""

_TIMESTAMP = 1114  # pg_type.oid of `timestamp`, the same in every PostgreSQL
_BEFORE_ROW = 0b11  # pg_trigger.tgtype: bit 0 for each row, bit 1 before
_EVENTS = {"insert": 0b100, "delete": 0b1000, "update": 0b10000}
_ACTING = frozenset(
    {
        "insert",
        "update",
        "delete",
        "merge",
        "perform",
        "execute",
        "call",
        "notify",
        "copy",
        "select",
    }
)


class Trigger(msgspec.Struct, frozen=True):
    """One trigger of a table."""

    events: frozenset[str]
    writes: bool
    """It may change more than the row itself."""


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """One table or view."""

    schema: str
    name: str
    visible: bool
    """Its name alone finds it."""
    columns: Mapping[str, bool]
    """Name -> NOT NULL, in order."""
    numbers: Mapping[int, str]
    types: Mapping[str, Type]
    """Name -> type of the column, not optional."""
    zoneless: frozenset[str]
    """Columns of type `timestamp`: a wall time that does not say of which zone."""
    has_primary_key: bool
    triggers: tuple[Trigger, ...]
    deletes_others: bool
    """A foreign key elsewhere cascades, or is set to NULL, when a row goes."""
    updates_others: frozenset[str]
    """Columns whose change cascades."""

    def record(self) -> Record:
        """The record type of its rows."""
        fields = tuple(
            FieldType(name, type_ if self.columns[name] else optional(type_))
            for name, type_ in self.types.items()
        )
        return Record(fields, self.shown)

    @property
    def shown(self) -> str:
        """How a playbook calls it."""
        return self.name if self.visible else f"{self.schema}.{self.name}"


class Catalog:
    """Relations and types of one database. PostgreSQL's own relations are asked for when one is needed."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._type_rows: dict[int, tuple[Any, ...]] = {}
        self._relations: dict[tuple[str, str], Relation] = {}
        self._by_oid: dict[int, Relation] = {}
        self._own: list[Relation] = []
        self._system_known = False
        for row in connection.execute(_TYPES.encode()).fetchall():
            self._type_rows[row[0]] = row
        self._load(own=True)

    def type_of(self, oid: int) -> Type:
        """The language's type of a PostgreSQL type."""
        row = self._type_rows.get(oid)
        if row is None:
            return language_type("")
        _, name, kind, element, base, category, labels = row
        if kind == "e":
            return Enum(tuple(labels or ()), name)
        if kind == "d":
            return self.type_of(base)
        if category == "A" and element:
            return ListOf(self.type_of(element))
        return language_type(name)

    def enum_of(self, oid: int) -> tuple[str, tuple[str, ...]] | None:
        """(name to send a value with, its labels) of an enum or a list of one; None for other types."""
        row = self._type_rows.get(oid)
        if row is None:
            return None
        _, _, kind, element, _, category, labels = row
        if kind == "e":
            return self._sent_name(oid), tuple(labels or ())
        inner = self.enum_of(element) if category == "A" and element else None
        return None if inner is None else (f"{inner[0]}[]", inner[1])

    def labels_of(self, name: str) -> tuple[str, ...]:
        """The labels of the enum that PostgreSQL calls `name`."""
        for _, known, kind, _, _, _, labels in self._type_rows.values():
            if kind == "e" and known == name:
                return tuple(labels or ())
        return ()

    @property
    def has_enums(self) -> bool:
        """Whether the schema has any enum of its own."""
        return any(row[2] == "e" for row in self._type_rows.values())

    @property
    def has_zoneless_columns(self) -> bool:
        """Whether any table of the schema has a wall time without its zone."""
        return any(one.zoneless for one in self._own)

    @property
    def has_listed_columns(self) -> bool:
        """Whether the values of any column of the schema are listed."""
        return any(isinstance(type_, Enum) for one in self._own for type_ in one.types.values())

    def _sent_name(self, oid: int) -> str:
        row = self._connection.execute("SELECT format_type(%s::int8::oid, NULL)", (oid,)).fetchone()
        return str(row[0]) if row else ""

    def relation(self, schema: str, name: str) -> Relation | None:
        """The relation that `schema.name`, or the name alone, finds."""
        found = self._relations.get((schema, name))
        if found is None and not self._system_known:
            self._load(own=False)
            found = self._relations.get((schema, name))
        return found

    def relation_of(self, oid: int) -> Relation | None:
        """The relation with this number."""
        if oid and oid not in self._by_oid and not self._system_known:
            self._load(own=False)
        return self._by_oid.get(oid)

    def own_relations(self) -> tuple[Relation, ...]:
        """The project's relations, each once."""
        return tuple(self._own)

    def present_columns(self, schema: str, name: str) -> Mapping[str, bool] | None:
        """Name -> NOT NULL of a relation's columns; None where there is none."""
        found = self.relation(schema, name)
        return None if found is None else found.columns

    def _load(self, *, own: bool) -> None:
        cursor = psycopg.RawCursor(self._connection)
        for row in cursor.execute(_RELATIONS.encode(), (own,)).fetchall():
            relation = self._read(row)
            self._by_oid[row[0]] = relation
            if own:
                self._own.append(relation)
            self._relations[relation.schema, relation.name] = relation
            if relation.visible:
                self._relations.setdefault(("", relation.name), relation)
        self._system_known = self._system_known or not own

    def _read(self, row: tuple[Any, ...]) -> Relation:
        _, schema, name, visible, attributes, checks, has_key, triggers, references = row
        shown = name if visible else f"{schema}.{name}"
        numbers = {number: column for number, column, _, _ in attributes or ()}
        types = {column: self.type_of(type_) for _, column, type_, _ in attributes or ()}
        for number, definition in checks or ():
            values = closed_list(definition)
            if values:
                types[numbers[number]] = Enum(values, f"{shown}.{numbers[number]}")
        for column, type_ in types.items():
            if isinstance(type_, Enum) and not type_.name.startswith(shown):
                types[column] = Enum(type_.values, f"{shown}.{column}")
        return Relation(
            schema=schema,
            name=name,
            visible=visible,
            columns={column: present for _, column, _, present in attributes or ()},
            numbers=numbers,
            types=types,
            zoneless=frozenset(
                column for _, column, type_, _ in attributes or () if type_ == _TIMESTAMP
            ),
            has_primary_key=has_key,
            triggers=tuple(_trigger(*one) for one in triggers or ()),
            deletes_others=any(one[0] in "cnd" for one in references or ()),
            updates_others=frozenset(
                column for one in references or () if one[1] in "cnd" for column in one[2] or ()
            ),
        )


_LIST = re.compile(
    r"""CHECK \(\(+"?\w+"?\)?(?:::[\w ]+)? = ANY \(\(?ARRAY\[(?P<values>.*)\]\)?(?:::[\w ]+\[\])?\)\)\)"""
)
_VALUE = re.compile(r"\(?'((?:[^']|'')*)'::[\w \"]+?(?:\(\d+\))?\)?(?:::text)?(?:, |$)")


def closed_list(definition: str) -> tuple[str, ...]:
    """The texts of `CHECK (column IN (…))` as PostgreSQL writes it back; empty where the check is another one."""
    match = _LIST.fullmatch(definition)
    if match is None:
        return ()
    text, values, place = match["values"], [], 0
    while place < len(text):
        value = _VALUE.match(text, place)
        if value is None:
            return ()
        values.append(value[1].replace("''", "'"))
        place = value.end()
    return tuple(values)


def _trigger(kind: int, source: str, language: str) -> Trigger:
    """A trigger before each row whose body names no statement changes only the row; every other may act."""
    events = frozenset(name for name, bit in _EVENTS.items() if kind & bit)
    harmless = (
        kind & _BEFORE_ROW == _BEFORE_ROW and language == "plpgsql" and only_changes_row(source)
    )
    return Trigger(events, not harmless)


def only_changes_row(source: str) -> bool:
    """Whether the text of a trigger's function names no statement that acts."""
    return not any(word.name in _ACTING for word in sql_words(source) if word.kind == "word")
