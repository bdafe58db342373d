"""A small schema, and a describer that knows it without any PostgreSQL: plain statements only."""

import re

from rbengine.contract.types import (
    BOOL,
    DECIMAL,
    INSTANT,
    INT,
    TEXT,
    UUID,
    Enum,
    FieldType,
    Record,
    Type,
    optional,
)
from rbengine.diagnostics import nearest
from rbengine.semantics.sql_facts import ColumnFacts, SqlQuestion, SqlRefusal, StatementFacts

TIER = Enum(("free", "starter", "pro"), "accounts.tier")
TABLES: dict[str, Record] = {
    "accounts": Record(
        (
            FieldType("id", UUID),
            FieldType("name", TEXT),
            FieldType("email", TEXT),
            FieldType("customer", optional(TEXT)),
            FieldType("tier", TIER),
            FieldType("frozen", BOOL),
            FieldType("credits", INT),
            FieldType("rate", DECIMAL),
            FieldType("seen_at", optional(INSTANT)),
        ),
        "accounts",
    ),
    "notes": Record((FieldType("text", TEXT),), "notes"),
}

_SELECT = re.compile(r"\s*SELECT\s+(.*?)(?:\s+FROM\s+(\w+)(.*))?$", re.S | re.I)
_COUNT = re.compile(r"count\(\*\)(?:\s+AS\s+(\w+))?", re.I)
_WRITE = re.compile(
    r"\s*(?:UPDATE\s+(\w+)\s+SET\s+(.*?)|DELETE\s+FROM\s+(\w+)|INSERT\s+INTO\s+(\w+).*?)(\s+WHERE\s+(.*))?$",
    re.S | re.I,
)
_ASSIGNED = re.compile(r"=\s*\$(\d+)(?=\s*(?:,|$|\s+WHERE))", re.I)


class TableDescriber:
    """Understands `SELECT columns FROM table`, `count(*)`, and one plain write."""

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        first = question.sql.split()[0].upper() if question.sql.split() else ""
        start = len(question.sql) - len(question.sql.lstrip())
        if reading and first != "SELECT":
            return SqlRefusal(
                reason="a query only reads", rule="not_a_query", offset=start, length=len(first)
            )
        if not reading and first == "SELECT":
            return SqlRefusal(
                reason="this changes nothing", rule="not_a_change", offset=start, length=len(first)
            )
        return self._select(question.sql) if reading else self._write(question.sql, first)

    def table(self, name: str) -> Type | None:
        return TABLES.get(name)

    def schema_name(self) -> str:
        return "schema.sql"

    def _select(self, sql: str) -> StatementFacts | SqlRefusal:
        match = _SELECT.match(sql)
        assert match is not None, sql
        table = TABLES.get(match[2] or "accounts")
        if table is None:
            return _unknown(match.start(2), match[2], tuple(TABLES), "relation")
        columns = []
        for item in match[1].split(","):
            written = item.strip()
            counted = _COUNT.fullmatch(written)
            if counted:
                columns.append(ColumnFacts(name=counted[1] or "count", type=INT))
                continue
            found = table.field(written)
            if found is None:
                offset = sql.index(written)
                return _unknown(offset, written, tuple(one.name for one in table.fields), "column")
            columns.append(ColumnFacts(name=written, type=found, table=table.name, column=written))
        return StatementFacts(kind="select", columns=tuple(columns))

    def _write(self, sql: str, first: str) -> StatementFacts | SqlRefusal:
        if first in ("CREATE", "ALTER"):
            return StatementFacts(kind="ddl", columns=(), transactional="CONCURRENTLY" not in sql)
        match = _WRITE.match(sql)
        assert match is not None, sql
        target = match[1] or match[3] or match[4]
        assigned = match[2] or ""
        kind = {"UPDATE": "update", "DELETE": "delete", "INSERT": "insert"}[first]
        return StatementFacts(
            kind=kind,  # type: ignore[arg-type]  # one of the three words above
            columns=(),
            target=target,
            has_where=first == "INSERT" or match[5] is not None,
            always_true_where=(match[6] or "").strip() == "true",
            writes_own_columns=re.search(r"(\w+)\s*=\s*\1\s*[+-]", assigned) is not None,
            has_primary_key=target != "notes",
            optional_parameters=tuple(int(one) for one in _ASSIGNED.findall(assigned)),
        )


def _unknown(offset: int, word: str, offered: tuple[str, ...], what: str) -> SqlRefusal:
    return SqlRefusal(
        reason=f'{what} "{word}" does not exist',
        rule="postgres",
        offset=offset,
        length=len(word),
        suggestion=nearest(word, offered),
        label=f"unknown {what}",
    )
