"""Tables and columns that an SQL text names, also while it is being written."""

import msgspec

from rbengine.contract.types import Optional, Record, Type
from rbengine.semantics.sql_facts import ColumnFacts, Describer
from rbengine.semantics.sql_words import SqlWord, sql_words

_BEFORE_A_TABLE = frozenset({"from", "join", "update", "into", "using", "only"})
_WORDS_AFTER_A_TABLE = """
    as where set on using join left right inner outer full cross natural group order having limit offset union
    values select returning default fetch for when from and or
"""
_NO_ALIAS = frozenset(_WORDS_AFTER_A_TABLE.split())

_WORDS = """
    all and any array as asc between both by case cast check coalesce collate conflict cross current_date
    current_timestamp default delete desc distinct do else end except exists extract false fetch filter first for
    from full group having if ilike in inner insert intersect interval into is join lateral left like limit matched
    merge natural not nothing null nulls of offset on only or order outer over partition returning right row rows
    select set similar some table then ties true union unique update using values when where window with within
"""
KEYWORDS = frozenset(_WORDS.split())
"""Words of SQL that are coloured as such; a column of the same name is told by the dot before it."""


class NamedTable(msgspec.Struct, frozen=True):
    """`shops s`: the name as it is looked up, and what stands for it."""

    name: str
    alias: str


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table of the schema. An optional type may be NULL."""

    table: str
    name: str
    type: Type

    @property
    def may_be_null(self) -> bool:
        """Whether the column may hold NULL."""
        return isinstance(self.type, Optional)


def tables_in(sql: str) -> tuple[NamedTable, ...]:
    """The tables that `sql` reads or writes, in order; its own `WITH` names are among them."""
    words = [one for one in sql_words(sql) if one.kind != "unfinished"]
    found: list[NamedTable] = []
    index = 0
    while index < len(words):
        goes_on = bool(found) and words[index].text == "," and _in_from(words, index)
        if words[index].is_word(*_BEFORE_A_TABLE) or goes_on:
            taken = _table(words, index + 1)
            if taken is not None:
                table, index = taken
                found.append(table)
                continue
        index += 1
    return tuple(dict.fromkeys(found))


def columns_of(sql: str, describer: Describer) -> tuple[Column, ...]:
    """Every column of the tables that `sql` names, in the order of the tables."""
    names = dict.fromkeys(one.name for one in tables_in(sql))
    return tuple(column for name in names for column in table_columns(name, describer))


def table_columns(table: str, describer: Describer) -> tuple[Column, ...]:
    """The columns of one table; none where the schema has no such table."""
    record = describer.table(table)
    if not isinstance(record, Record):
        return ()
    return tuple(Column(table=table, name=one.name, type=one.type) for one in record.fields)


def column_at(
    sql: str, offset: int, describer: Describer, answers: tuple[ColumnFacts, ...]
) -> Column | None:
    """The column that the word at `offset` names: of the table before its dot, else of any table named.

    `answers`: what the statement gives, which is known even where the tables are not.
    """
    words = sql_words(sql)
    index = next(
        (n for n, one in enumerate(words) if one.offset <= offset <= one.end and _is_name(one)),
        None,
    )
    if index is None:
        return None
    name, columns = words[index].name, columns_of(sql, describer)
    if index > 1 and words[index - 1].text == ".":
        alias = words[index - 2].name
        tables = {one.name for one in tables_in(sql) if alias in (one.alias, one.name)}
        columns = tuple(one for one in columns if one.table in tables)
    elif index > 0 and words[index - 1].text == ":":
        return None
    found = next((one for one in columns if one.name == name), None)
    if found is not None:
        return found
    answer = next((one for one in answers if name in (one.column, one.name) and one.table), None)
    if answer is None or answer.table is None:
        return None
    return Column(table=answer.table, name=name, type=answer.type)


def _is_name(word: SqlWord) -> bool:
    return word.kind == "quoted" or (word.kind == "word")


def _table(words: list[SqlWord], index: int) -> tuple[NamedTable, int] | None:
    """The table that begins at `index`, and where the text goes on."""
    if index < len(words) and words[index].is_word("only"):
        index += 1
    if index >= len(words) or not _is_name(words[index]) or words[index].is_word(*_NO_ALIAS):
        return None
    name = words[index].name
    index += 1
    if index + 1 < len(words) and words[index].text == "." and _is_name(words[index + 1]):
        name = f"{name}.{words[index + 1].name}"
        index += 2
    alias = name.rpartition(".")[2]
    if index < len(words) and words[index].is_word("as"):
        index += 1
    if index < len(words) and _is_name(words[index]) and not words[index].is_word(*_NO_ALIAS):
        alias = words[index].name
        index += 1
    return NamedTable(name, alias), index


def _in_from(words: list[SqlWord], index: int) -> bool:
    """Whether the comma at `index` goes on with the tables of a `FROM`."""
    depth = 0
    for one in reversed(words[:index]):
        if one.text == ")":
            depth += 1
        elif one.text == "(":
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0 and one.kind == "word":
            if one.is_word("from", "using"):
                return True
            if one.is_word(*(_NO_ALIAS - {"as", "from", "using"})):
                return False
    return False
