"""A describer without a server: one table, and statements that are all accepted, but for those that say `nonsense`."""

from rbengine.contract.types import (
    BOOL,
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
from rbengine.semantics.sql_facts import ColumnFacts, SqlQuestion, SqlRefusal, StatementFacts

SHOPS = Record(
    (
        FieldType("id", UUID),
        FieldType("name", TEXT),
        FieldType("customer", optional(TEXT)),
        FieldType("state", Enum(("open", "closed"), "shops.state")),
        FieldType("orders", INT),
        FieldType("is_frozen", BOOL),
        FieldType("opened_at", optional(INSTANT)),
    ),
    "shops",
)


class OneTable:
    """Knows `shops`; a query gives all its columns."""

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        offset = question.sql.find("nonsense")
        if offset >= 0:
            return SqlRefusal(reason="nonsense", rule="postgres", offset=offset, length=8)
        columns = tuple(
            ColumnFacts(name=one.name, type=one.type, table="shops", column=one.name)
            for one in SHOPS.fields
        )
        return StatementFacts(
            kind="select" if reading else "update", columns=columns if reading else ()
        )

    def table(self, name: str) -> Type | None:
        return SHOPS if name == "shops" else None

    def schema_name(self) -> str:
        return "schema.sql"
