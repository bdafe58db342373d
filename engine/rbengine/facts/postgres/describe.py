"""PostgreSQL's own judgement of a statement, without running it."""

import re
from collections.abc import Collection, Iterator

from msgspec.structs import replace
from psycopg import pq

from rbengine.contract.changes import StatementKind
from rbengine.contract.types import Enum, ListOf, Type, optional
from rbengine.diagnostics.suggest import nearest
from rbengine.facts.postgres.catalog import Catalog, Relation
from rbengine.facts.postgres.schema import schema_database
from rbengine.facts.postgres.server import Server
from rbengine.semantics.sql_facts import (
    ColumnFacts,
    EnumParameter,
    ListedParameter,
    SqlQuestion,
    SqlRefusal,
    StatementFacts,
    UnlistedText,
    ZonelessColumn,
)
from rbengine.semantics.sql_rules import main_verb, statement_kind
from rbengine.semantics.sql_shape import (
    StatementShape,
    columns_beside_instants,
    statement_shape,
)
from rbengine.semantics.sql_values import values_of_columns
from rbengine.semantics.sql_words import SqlWord, sql_words, word_at

_UNDEFINED_COLUMN, _UNDEFINED_TABLE, _UNDEFINED_FUNCTION = "42703", "42P01", "42883"
_WRONG_TEXT = "22P02"
_TYPOGRAPHIC = "\u2018\u2019\u201a\u201c\u201d\u201e"
"""Quotes that a chat or a word processor put in the place of the straight ones."""
_NO_LABEL = re.compile(r'invalid input value for enum "?(?P<enum>[^":]+)"?: "(?P<text>.*)"')
_UNNAMED = "?column?"


class PostgresDescriber:
    """Asks the embedded PostgreSQL, in a database that holds the project's schema, as the ordinary role.

    `functions` are the project's own that the policy allows, `schema.name`. Raises SchemaError when it is made.
    """

    def __init__(
        self, server: Server, schema_sql: str, schema_name: str, functions: Collection[str] = ()
    ) -> None:
        self._schema_name = schema_name
        self._functions = frozenset(functions)
        self._connection = server.connect(schema_database(server, schema_sql))
        self._catalog = Catalog(self._connection)
        self._oids: dict[str, int] = {"unknown": 0}

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def schema_name(self) -> str:
        """For notes: `playbooks/schema.sql`."""
        return self._schema_name

    def table(self, name: str) -> Type | None:
        """The record type of the table `name` or `schema.name` of the schema."""
        schema, _, bare = name.rpartition(".")
        found = self._catalog.relation(schema, bare)
        return None if found is None else found.record()

    def tables(self) -> tuple[str, ...]:
        """Names of the schema's own tables and views, as a playbook writes them."""
        return tuple(sorted(one.shown for one in self._catalog.own_relations()))

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        """What the statement gives and does, or why it cannot be. Nothing is run."""
        kind = statement_kind(
            question.sql,
            reading=reading,
            parameter_types=question.parameter_types,
            functions=self._functions,
        )
        if isinstance(kind, SqlRefusal):
            return kind
        prepared = self._prepared(question)
        if isinstance(prepared, SqlRefusal):
            return prepared
        described, enums = prepared
        if kind == "ddl":
            return _ddl(question.sql)
        shape = statement_shape(question.sql, self._catalog.present_columns)
        if shape is None:
            return SqlRefusal(
                reason="PostgreSQL accepts this, but its form is not understood here: write it more plainly",
                rule="syntax", offset=main_verb(sql_words(question.sql)).offset,
                length=len(main_verb(sql_words(question.sql)).text),
            )  # fmt: skip
        if reading:
            columns = self._columns(described, shape)
            facts = self._badly_named(question.sql, columns) or StatementFacts(
                kind=kind, columns=columns, optional_parameters=shape.optional_parameters
            )
        else:
            facts = self._change(kind, shape)
        if isinstance(facts, SqlRefusal):
            return facts
        zoneless = self._zoneless(question.sql) if self._catalog.has_zoneless_columns else ()
        unlisted, listed = self._listed(question) if self._catalog.has_listed_columns else ((), ())
        return replace(
            facts,
            enum_parameters=enums,
            zoneless=zoneless,
            unlisted=unlisted,
            listed_parameters=listed,
        )

    def _prepared(
        self, question: SqlQuestion
    ) -> tuple[pq.abc.PGresult, tuple[EnumParameter, ...]] | SqlRefusal:
        """The result of PQdescribePrepared: PostgreSQL has parsed and analysed the statement, nothing else.

        A text where PostgreSQL has an enum is refused; then the texts are asked for again as what PostgreSQL takes
        them for, and sent as that where it is an enum.
        """
        oids = [self._oid(name) for name in question.parameter_types]
        raw = self._connection.pgconn
        prepared = raw.prepare(b"", question.sql.encode(), oids)
        if prepared.status == pq.ExecStatus.COMMAND_OK:
            return raw.describe_prepared(b""), ()
        refusal = self._refusal(question.sql, prepared)
        texts = [one in ("text", "text[]") for one in question.parameter_types]
        if not any(texts) or not self._catalog.has_enums:
            return refusal
        asked = [0 if text else oid for text, oid in zip(texts, oids, strict=True)]
        if raw.prepare(b"", question.sql.encode(), asked).status != pq.ExecStatus.COMMAND_OK:
            return refusal
        taken = raw.describe_prepared(b"")
        enums: list[EnumParameter] = []
        for index, text in enumerate(texts):
            enum = self._catalog.enum_of(taken.param_type(index)) if text else None
            if enum is not None:
                oids[index] = taken.param_type(index)
                enums.append(EnumParameter(number=index + 1, type=enum[0], values=enum[1]))
        if raw.prepare(b"", question.sql.encode(), oids).status != pq.ExecStatus.COMMAND_OK:
            return refusal
        return raw.describe_prepared(b""), tuple(enums)

    def _zoneless(self, sql: str) -> tuple[ZonelessColumn, ...]:
        """The columns without a zone that stand beside an instant, each place once."""
        found: dict[int, ZonelessColumn] = {}
        for schema, table, column, offset in columns_beside_instants(sql):
            relation = self._catalog.relation(schema, table)
            if relation is not None and column in relation.zoneless:
                found.setdefault(offset, ZonelessColumn(column=column, offset=offset))
        return tuple(found.values())

    def _listed(
        self, question: SqlQuestion
    ) -> tuple[tuple[UnlistedText, ...], tuple[ListedParameter, ...]]:
        """The texts that the lists of their columns do not have, and the texts to come that must be in one."""
        texts: dict[int, UnlistedText] = {}
        parameters: dict[ListedParameter, None] = {}
        for one in values_of_columns(question.sql, self._catalog.present_columns):
            relation = self._catalog.relation(one.schema, one.table)
            listed = relation.types.get(one.column) if relation is not None else None
            if not isinstance(listed, Enum):
                continue
            if one.text is None:
                if question.parameter_types[one.number - 1] in ("text", "text[]"):
                    parameter = ListedParameter(
                        number=one.number,
                        column=listed.name,
                        values=listed.values,
                        assigned=one.assigned,
                    )
                    parameters[parameter] = None
            elif one.text not in listed.values:
                texts[one.offset] = UnlistedText(
                    text=one.text,
                    column=listed.name,
                    values=listed.values,
                    offset=one.offset,
                    length=one.end - one.offset,
                )
        return tuple(texts.values()), tuple(parameters)

    def _oid(self, name: str) -> int:
        if name not in self._oids:
            row = self._connection.execute("SELECT to_regtype(%s)::oid::int8", (name,)).fetchone()
            self._oids[name] = int(row[0]) if row and row[0] else 0
        return self._oids[name]

    def _columns(
        self, described: pq.abc.PGresult, shape: StatementShape
    ) -> tuple[ColumnFacts, ...]:
        count = described.nfields
        present = shape.not_null if shape.not_null and len(shape.not_null) == count else None
        columns = []
        for index in range(count):
            relation = self._catalog.relation_of(described.ftable(index))
            base = relation.numbers.get(described.ftablecol(index)) if relation else None
            type_ = self._catalog.type_of(described.ftype(index))
            if relation is not None and base is not None:
                own = relation.types[base]
                type_ = own if isinstance(own, Enum) or not isinstance(type_, ListOf) else type_
            name = (described.fname(index) or b"").decode()
            columns.append(
                ColumnFacts(
                    name=name,
                    type=type_ if present is not None and present[index] else optional(type_),
                    table=relation.shown if relation is not None and base is not None else None,
                    column=base,
                )
            )
        return tuple(columns)

    def _badly_named(self, sql: str, columns: tuple[ColumnFacts, ...]) -> SqlRefusal | None:
        items = _select_items(sql)
        seen: dict[str, int] = {}
        for index, column in enumerate(columns):
            place = items[index] if len(items) == len(columns) else (0, 1)
            if column.name == _UNNAMED:
                return SqlRefusal(
                    reason="this result column has no name: write `AS name` behind it",
                    rule="unnamed_column", offset=place[0], length=place[1] - place[0], label="no name",
                )  # fmt: skip
            if column.name in seen:
                return SqlRefusal(
                    reason=f"two result columns are called `{column.name}`: give one another name with `AS`",
                    rule="doubled_column", offset=place[0], length=place[1] - place[0],
                    label=f"`{column.name}` again",
                )  # fmt: skip
            seen[column.name] = index
        return None

    def _change(self, kind: StatementKind, shape: StatementShape) -> StatementFacts:
        relation = self._catalog.relation(shape.target_schema, shape.target)
        events = {"merge": {"insert", "update", "delete"}}.get(kind, {kind})
        if shape.on_conflict_update:
            events = events | {"update"}
        return StatementFacts(
            kind=kind,
            columns=(),
            target=relation.shown if relation else shape.target,
            has_where=shape.has_where,
            always_true_where=shape.always_true_where,
            writes_own_columns=shape.writes_own_columns,
            has_primary_key=relation is not None and relation.has_primary_key,
            writes_in_with=shape.writes_in_with,
            on_conflict_update=shape.on_conflict_update,
            writing_triggers=relation is not None
            and any(one.writes and one.events & events for one in relation.triggers),
            cascades=relation is not None and _cascades(relation, shape, events),
            written_columns=shape.written_columns,
            optional_parameters=shape.optional_parameters,
        )

    def _refusal(self, sql: str, result: pq.abc.PGresult) -> SqlRefusal:
        def field(which: pq.DiagnosticField) -> str:
            return (result.error_field(which) or b"").decode(errors="replace")

        state, reason = (
            field(pq.DiagnosticField.SQLSTATE),
            field(pq.DiagnosticField.MESSAGE_PRIMARY),
        )
        position = field(pq.DiagnosticField.STATEMENT_POSITION)
        offset = int(position) - 1 if position else -1
        word = _last_part(sql, offset) if state == _UNDEFINED_COLUMN else word_at(sql, offset)
        enum = _NO_LABEL.match(reason) if state == _WRONG_TEXT else None
        if enum is not None:
            suggestion, label = self._label_of(enum["enum"], enum["text"])
        else:
            suggestion, label = self._advice(state, sql, word)
        return SqlRefusal(
            reason=reason,
            rule="postgres",
            offset=word.offset if word else offset,
            length=len(word.text) if word else 1,
            suggestion=suggestion,
            label=label,
        )

    def _label_of(self, enum: str, text: str) -> tuple[str | None, str]:
        """What to write instead of a text that the enum does not have."""
        labels = self._catalog.labels_of(enum)
        near = nearest(text, labels)
        return (None if near is None else f"'{near}'"), f"it is one of {', '.join(labels)}"

    def _advice(self, state: str, sql: str, word: SqlWord | None) -> tuple[str | None, str]:
        if word is None:
            return None, ""
        if word.text[0] in _TYPOGRAPHIC:
            return f"'{word.text.strip(_TYPOGRAPHIC)}'", "typographic quotes are letters to SQL"
        if state == _UNDEFINED_COLUMN:
            named = list(self._mentioned(sql))
            columns = {column for one in named for column in one.columns}
            where = " or ".join(f"`{one.shown}`" for one in named)
            return nearest(word.name, columns), f"not a column of {where}" if named else ""
        if state == _UNDEFINED_TABLE:
            return nearest(word.name, self.tables()), f"no table of {self._schema_name}"
        if state == _UNDEFINED_FUNCTION:
            return None, "no such function for these types"
        return None, ""

    def _mentioned(self, sql: str) -> Iterator[Relation]:
        seen: set[str] = set()
        for word in sql_words(sql):
            if word.kind not in ("word", "quoted") or word.name in seen:
                continue
            seen.add(word.name)
            for one in self._catalog.own_relations():
                if one.name == word.name:
                    yield one


def _ddl(sql: str) -> StatementFacts:
    """PostgreSQL has only parsed it: whether its names exist, its own look says when it is planned."""
    names = {word.name for word in sql_words(sql) if word.kind == "word"}
    alone = bool(names & {"concurrently", "vacuum"})
    return StatementFacts(kind="ddl", columns=(), transactional=not alone)


def _cascades(relation: Relation, shape: StatementShape, events: set[str]) -> bool:
    return ("delete" in events and relation.deletes_others) or (
        "update" in events and bool(relation.updates_others & set(shape.written_columns))
    )


def _last_part(sql: str, offset: int) -> SqlWord | None:
    """PostgreSQL points at `b` in `b.teir`; the slip is behind the last dot."""
    words = [word for word in sql_words(sql) if word.offset >= offset] if offset >= 0 else []
    index = 0
    while index + 2 < len(words) and words[index + 1].text == ".":
        index += 2
    return words[index] if words else None


def _select_items(sql: str) -> list[tuple[int, int]]:
    """(start, end) of each item of the outermost select list."""
    words = sql_words(sql)
    verb = main_verb(words)
    behind = [word for word in words if word.offset > verb.offset]
    if not verb.is_word("select"):
        return []
    if behind and behind[0].is_word("distinct", "all"):
        behind = behind[1:]
    items: list[tuple[int, int]] = []
    depth, start, end = 0, -1, -1
    for word in behind:
        closes = depth == 0 and (
            word.is_word("from", "where", "group", "having", "order", "limit", "union", "except",
                         "intersect", "offset", "window", "fetch") or word.text in (")", ";")
        )  # fmt: skip
        if closes:
            break
        if word.text in ("(", "["):
            depth += 1
        elif word.text in (")", "]"):
            depth -= 1
        if depth == 0 and word.text == ",":
            items.append((start, end))
            start = -1
            continue
        start = word.offset if start < 0 else start
        end = word.end
    return [*items, (start, end)] if start >= 0 else items
