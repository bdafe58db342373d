"""What PostgreSQL said about a project's statements, written down beside the playbooks.

`playbooks/schema.facts.json`: one line an entry, sorted, so that a change is read in a review. An entry is known by the
digest of schema, statement, parameter types and reading; an unchanged statement needs no server. It serves the checker
alone: what a statement may do when it is run is never decided from here.
"""

import contextlib
import hashlib
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import msgspec

from rbengine.contract.types import Type
from rbengine.semantics.sql_facts import Describer, SqlQuestion, SqlRefusal, StatementFacts

FACTS_VERSION = "3"
"""Counted up when the same statement would be described differently."""


class StatementEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One statement with its answer."""

    question: SqlQuestion
    reading: bool
    answer: StatementFacts | SqlRefusal


class TableEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One table's record type; None: there is no such table."""

    name: str
    record: Type | None


class FactsFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file. The digest is that of the schema and of whatever else every answer depends on."""

    digest: str
    statements: dict[str, StatementEntry]
    tables: dict[str, TableEntry]


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What was described since the file was read."""

    statements: dict[str, StatementEntry]
    tables: dict[str, TableEntry]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One entry that PostgreSQL answers differently today."""

    what: str
    """The statement's text, or `table NAME`."""
    written: StatementFacts | SqlRefusal | Type | None
    now: StatementFacts | SqlRefusal | Type | None


class CachedDescriber:
    """Answers from the file; asks `live` only for what is not there, and keeps it until `save`.

    `schema_sql` and `functions` (the project's functions that the policy allows) are what every answer depends on. A
    file that cannot be read, or was written for another schema, counts as empty.
    """

    def __init__(
        self,
        cache_path: Path,
        schema_sql: str,
        schema_name: str,
        live: Callable[[], Describer],
        functions: Collection[str] = (),
    ) -> None:
        self._path = cache_path
        self._schema_name = schema_name
        self._digest = facts_digest(schema_sql, functions)
        self._make_live = live
        self._live: Describer | None = None
        self._written = _read(cache_path)
        known = self._written if self._written and self._written.digest == self._digest else None
        self._statements = dict(known.statements) if known else {}
        self._tables = dict(known.tables) if known else {}
        self._used: set[str] = set()
        self._noted: set[str] = set()
        self._learned: set[str] = set()

    @property
    def missed(self) -> bool:
        """Whether something was asked that the file did not know."""
        return bool(self._learned)

    @property
    def digest(self) -> str:
        """Of all that the answers depend on besides their questions."""
        return self._digest

    def schema_name(self) -> str:
        """For notes: `playbooks/schema.sql`."""
        return self._schema_name

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        """From the file, or from the live describer."""
        key = _key(question, reading=reading)
        self._noted.add(key)
        entry = self._statements.get(key)
        if entry is None:
            answer = self._ask(key).describe(question, reading=reading)
            entry = StatementEntry(question=question, reading=reading, answer=answer)
            self._statements[key] = entry
        return entry.answer

    def table(self, name: str) -> Type | None:
        """From the file, or from the live describer."""
        self._noted.add(f"table {name}")
        entry = self._tables.get(name)
        if entry is None:
            entry = TableEntry(name=name, record=self._ask(f"table {name}").table(name))
            self._tables[name] = entry
        return entry.record

    def tables(self) -> tuple[str, ...]:
        """The tables that were described, sorted; the schema may have more."""
        return tuple(sorted(one for one, its in self._tables.items() if its.record is not None))

    def save(self, *, whole: bool) -> bool:
        """Write the file; False where it is the same already.

        `whole`: the whole project was checked, so that what was not used is dropped. After a part of it, it is kept.
        """
        self.note()
        keys = [k for k in self._statements if not whole or k in self._used]
        names = [n for n in self._tables if not whole or f"table {n}" in self._used]
        text = facts_text(
            self._digest,
            {key: self._statements[key] for key in keys},
            {name: self._tables[name] for name in names},
        )
        with contextlib.suppress(OSError):
            if self._path.read_bytes() == text:
                return False
        from rbengine.facts.atomic import replace_file  # 5 ms, and most commands write nothing

        replace_file(self._path, text)
        return True

    def unused(self) -> bool:
        """Whether `save(whole=True)` would drop something."""
        self.note()
        asked = {*self._statements, *(f"table {name}" for name in self._tables)}
        return not asked <= self._used

    def note(self) -> frozenset[str]:
        """The keys of what was asked since the last time."""
        noted = frozenset(self._noted)
        self._used |= noted
        self._noted.clear()
        return noted

    def use(self, keys: Iterable[str]) -> None:
        """These were asked at another time, and are still in use."""
        self._used.update(keys)

    def learned(self) -> Learned:
        """What the file did not know, since the last time."""
        learned = Learned(
            statements={
                key: self._statements[key] for key in self._learned if key in self._statements
            },
            tables={
                name: one for name, one in self._tables.items() if f"table {name}" in self._learned
            },
        )
        self._learned.clear()
        return learned

    def learn(self, learned: Learned) -> None:
        """What another process was told by PostgreSQL."""
        self._statements.update(learned.statements)
        self._tables.update(learned.tables)
        self._learned.update(learned.statements, (f"table {name}" for name in learned.tables))

    def forget_live(self) -> None:
        """The live describer belongs to the process that this one is a copy of; the next question makes another."""
        self._live = None
        self._learned.clear()

    def _ask(self, key: str) -> Describer:
        self._learned.add(key)
        if self._live is None:
            self._live = self._make_live()
        return self._live


def redescribe(
    cache_path: Path, schema_sql: str, live: Describer, functions: Collection[str] = ()
) -> tuple[Difference, ...]:
    """Describe everything in the file anew and say what differs; a file for another schema differs in its digest."""
    written = _read(cache_path)
    digest = facts_digest(schema_sql, functions)
    if written is None or written.digest != digest:
        return (Difference(what=f"the schema of {cache_path.name}", written=None, now=None),)
    return tuple(_differences(written, live))


def facts_digest(schema_sql: str, functions: Collection[str] = ()) -> str:
    """What every answer depends on besides its question."""
    parts = [FACTS_VERSION, schema_sql, *sorted(functions)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def facts_text(
    digest: str, statements: dict[str, StatementEntry], tables: dict[str, TableEntry]
) -> bytes:
    """The canonical bytes of the file: a line for each entry, in the order of their keys."""
    encoder = msgspec.json.Encoder(order="sorted")

    def lines(entries: Iterable[tuple[str, object]]) -> bytes:
        shown = (b"\n" + encoder.encode(key) + b":" + encoder.encode(one) for key, one in entries)
        return b"{" + b",".join(shown) + b"\n}"

    return (
        b'{"digest":' + encoder.encode(digest)
        + b',\n"statements":' + lines(sorted(statements.items()))
        + b',\n"tables":' + lines(sorted(tables.items()))
        + b"}\n"
    )  # fmt: skip


def _differences(written: FactsFile, live: Describer) -> Iterable[Difference]:
    for entry in written.statements.values():
        answer = live.describe(entry.question, reading=entry.reading)
        if answer != entry.answer:
            yield Difference(what=entry.question.sql, written=entry.answer, now=answer)
    for table in written.tables.values():
        record = live.table(table.name)
        if record != table.record:
            yield Difference(what=f"table {table.name}", written=table.record, now=record)


def _key(question: SqlQuestion, *, reading: bool) -> str:
    parts = ["query" if reading else "sql", *question.parameter_types, question.sql]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _read(path: Path) -> FactsFile | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=FactsFile)
    except (OSError, msgspec.MsgspecError):
        return None
