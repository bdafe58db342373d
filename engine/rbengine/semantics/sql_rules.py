"""What a statement may be at all, decided on its words before any server sees it.

A `query` is one SELECT, VALUES or TABLE without locks; a `sql` is one INSERT, UPDATE, DELETE, MERGE or one of a few DDL
statements. Both call only functions that act on nothing.
"""

import itertools
from collections.abc import Collection, Sequence
from functools import lru_cache

from rbengine.contract.changes import StatementKind
from rbengine.semantics.sql_facts import SqlRefusal
from rbengine.semantics.sql_functions import (
    IMMUTABLE,
    KEY_WORDS,
    NEEDS_OPERATION,
    READING,
    SYNTAX,
)
from rbengine.semantics.sql_words import SqlWord, sql_words

_READS = frozenset({"select", "values", "table"})
_WRITES: dict[str, StatementKind] = {
    "insert": "insert",
    "update": "update",
    "delete": "delete",
    "merge": "merge",
}
_DDL = frozenset(
    {
        ("alter", "index"), ("alter", "policy"), ("alter", "publication"), ("alter", "table"), ("analyze", ""),
        ("comment", "on"), ("create", "index"), ("create", "policy"), ("create", "table"), ("create", "unique"),
        ("drop", "index"), ("drop", "policy"), ("refresh", "materialized"), ("reindex", ""), ("vacuum", ""),
    }
)  # fmt: skip
_TRANSACTION = frozenset(
    {"abort", "begin", "commit", "end", "prepare", "release", "rollback", "savepoint", "start"}
)
_WAYS_OUT = {
    "call": "a procedure may do anything: write its statements here",
    "copy": "COPY reads and writes files and streams: use `query` or INSERT",
    "do": "DO runs a program, not a statement: write its statements here",
    "explain": "EXPLAIN ANALYZE runs the statement: leave EXPLAIN to a person",
    "listen": "a playbook cannot wait for notifications: use `within`",
    "lock": "every statement of a change locks the rows it needs",
    "notify": "a notification acts outside the playbook: use an operation",
    "reset": "every statement runs with the settings of the profile",
    "set": "every statement runs with the settings of the profile; `as ROLE claims {…}` reads as somebody else",
    "show": "use `current_setting('name')` in a query",
    "truncate": "TRUNCATE cannot be planned row by row: use DELETE",
}


def refused(
    sql: str, *, reading: bool, parameter_types: Sequence[str] = (), functions: Collection[str] = ()
) -> SqlRefusal | None:
    """Why this statement may not run, or None. `functions`: the project's own that the policy allows, `schema.name`."""
    found = statement_kind(
        sql, reading=reading, parameter_types=parameter_types, functions=functions
    )
    return found if isinstance(found, SqlRefusal) else None


def statement_kind(
    sql: str, *, reading: bool, parameter_types: Sequence[str] = (), functions: Collection[str] = ()
) -> StatementKind | SqlRefusal:
    """What kind of statement it is, or why it is refused."""
    return _statement_kind(sql, reading, tuple(parameter_types), frozenset(functions))


@lru_cache(maxsize=1024)  # the same few statements are judged again each time they are sent
def _statement_kind(
    sql: str, reading: bool, parameter_types: tuple[str, ...], functions: frozenset[str]
) -> StatementKind | SqlRefusal:
    words = sql_words(sql)
    while words and words[-1].text == ";":
        words = words[:-1]
    if not words:
        return _refusal("syntax", "there is no statement here", None)
    if words[-1].kind == "unfinished":
        return _refusal("syntax", "this is never closed", words[-1], length=1)
    if len(words[0].text) == 1 and words[0].text not in "(":
        return _refusal("syntax", "a statement begins with a word", words[0])
    for word in words:
        if word.text == ";":
            return _refusal(
                "several", "one block holds one statement: give each its own", word,
                label="a second statement follows",
            )  # fmt: skip
    kind = _kind(words, reading=reading)
    if isinstance(kind, SqlRefusal):
        return kind
    return (
        (_lock(words) if reading else None)
        or _called_function(words, functions, is_ddl=kind == "ddl")
        or _list_in_brackets(words, parameter_types)
        or kind
    )


def main_verb(words: Sequence[SqlWord]) -> SqlWord:
    """The word that says what the whole statement does: behind WITH and opening brackets."""
    start = 0
    while start < len(words) - 1 and words[start].text == "(":
        start += 1
    if not words[start].is_word("with"):
        return words[start]
    depth = 0
    for word in words[start + 1 :]:
        if word.text in "([":
            depth += 1
        elif word.text in ")]":
            depth -= 1
        elif depth == 0 and word.is_word(*_READS, *_WRITES):
            return word
    return words[start]


def writing_verbs_in_with(words: Sequence[SqlWord]) -> tuple[SqlWord, ...]:
    """The verbs of changes inside a WITH: `x AS (UPDATE …)`."""
    return tuple(
        word
        for before, word in itertools.pairwise(words)
        if before.text == "(" and word.is_word(*_WRITES)
    )


def _kind(words: Sequence[SqlWord], *, reading: bool) -> StatementKind | SqlRefusal:
    first, verb = words[0], main_verb(words)
    name = verb.name
    if first.is_word(*_TRANSACTION):
        return _refusal(
            "transaction",
            "a playbook does not open or end transactions: each `change` is one",
            first,
        )
    if reading:
        if verb.kind != "word" or name not in _READS:
            return _not_a_query(verb)
        writing = writing_verbs_in_with(words)
        if writing:
            return _refusal(
                "not_a_query", "a `query` only reads: put what changes into `sql` inside a `change`",
                writing[0], label="this changes rows",
            )  # fmt: skip
        return _select_into(words, verb) or "select"
    if verb.kind == "word" and name in _WRITES:
        return _WRITES[name]
    second = words[1].name if len(words) > 1 else ""
    if (name, second) in _DDL or (name, "") in _DDL:
        return "ddl"
    if name in _READS:
        writing = writing_verbs_in_with(words)
        if writing:
            return _refusal(
                "not_a_change", "the statement of a change ends in INSERT, UPDATE, DELETE or MERGE, not in a SELECT",
                verb, label="make the last change the statement itself",
            )  # fmt: skip
        return _refusal("not_a_change", "this only reads: write `query`", verb)
    return _refusal(
        "not_a_change",
        _WAYS_OUT.get(
            name, f"{verb.text.upper()} is not among the statements that a change may run"
        ),
        verb,
    )


def _not_a_query(verb: SqlWord) -> SqlRefusal:
    if verb.is_word(*_WRITES):
        return _refusal(
            "not_a_query", "a `query` only reads: put what changes into `sql` inside a `change`", verb,
            label="this changes rows",
        )  # fmt: skip
    reason = _WAYS_OUT.get(verb.name, "a `query` is one SELECT, VALUES or TABLE")
    return _refusal("not_a_query", reason, verb)


def _select_into(words: Sequence[SqlWord], verb: SqlWord) -> SqlRefusal | None:
    for word in words:
        if word.offset > verb.offset and word.is_word("into"):
            return _refusal("not_a_query", "SELECT INTO makes a table; a `query` only reads", word)
    return None


def _lock(words: Sequence[SqlWord]) -> SqlRefusal | None:
    for index, word in enumerate(words[:-1]):
        after = words[index + 1]
        if word.is_word("for") and after.is_word("update", "share", "no", "key"):
            return _refusal(
                "locks", "a `query` locks nothing: a `change` locks the rows it needs by itself",
                word, length=after.end - word.offset,
            )  # fmt: skip
    return None


def _called_function(
    words: Sequence[SqlWord], allowed: Collection[str], *, is_ddl: bool
) -> SqlRefusal | None:
    for index, word in enumerate(words[:-1]):
        if words[index + 1].text != "(" or word.kind not in ("word", "quoted"):
            continue
        start = index
        while start >= 2 and words[start - 1].text == ".":
            start -= 2
        if start == index and word.kind == "word" and word.name in SYNTAX:
            continue
        if _is_no_call(words, start, index, is_ddl=is_ddl):
            continue
        schema = words[start].name if start != index else ""
        if schema in ("", "pg_catalog") and (word.name in IMMUTABLE or word.name in READING):
            continue
        full = f"{schema}.{word.name}" if schema else word.name
        if full in allowed or word.name in allowed:
            continue
        operation = NEEDS_OPERATION.get(word.name)
        reason = (
            f"`{full}` acts outside its transaction: use the operation `{operation}`"
            if operation
            else f"`{full}` is not among the functions that are known to change nothing"
        )
        return _refusal(
            "function", reason, words[start], length=word.end - words[start].offset,
            label="" if operation else "the policy can allow a function of the project by name",
        )  # fmt: skip
    return None


def _is_no_call(words: Sequence[SqlWord], start: int, index: int, *, is_ddl: bool) -> bool:
    """Whether the name before a bracket is a table, an alias, a type or the name of a WITH part."""
    before = words[start - 1] if start else None
    if before is None:
        return False
    if before.is_word("into", "with", "recursive", "as", "tablesample") or before.text == "::":
        return True
    if is_ddl and before.is_word("on", "table", "references", "exists", "only"):
        return True
    follows_name = before.text == ")" or before.kind == "quoted"
    if follows_name or (before.kind == "word" and before.name not in KEY_WORDS):
        return True
    if before.text == ",":
        close = _closing(words, index + 1)
        after = [word.name for word in words[close + 1 : close + 5]]
        if after[:1] == ["as"]:
            rest = [one for one in after[1:] if one not in ("not", "materialized")]
            return len(rest) > 1 and rest[0] == "(" and rest[1] in {*_READS, *_WRITES, "with", "("}
    return False


def _list_in_brackets(words: Sequence[SqlWord], types: Sequence[str]) -> SqlRefusal | None:
    for index in range(len(words) - 3):
        inside, four = words[index + 2], words[index : index + 4]
        if not (four[0].is_word("in") and four[1].text == "(" and four[3].text == ")"):
            continue
        number = int(inside.text[1:]) if inside.kind == "parameter" else 0
        if 0 < number <= len(types) and types[number - 1].endswith("[]"):
            negated = index > 0 and words[index - 1].is_word("not")
            start = words[index - 1] if negated else four[0]
            better = f"<> ALL({inside.text})" if negated else f"= ANY({inside.text})"
            return SqlRefusal(
                reason=f"IN with one list never matches its elements: write `{better}`",
                rule="in_list", offset=start.offset, length=four[3].end - start.offset,
                suggestion=better, label="this is a list",
            )  # fmt: skip
    return None


def _closing(words: Sequence[SqlWord], opening: int) -> int:
    depth = 0
    for index in range(opening, len(words)):
        if words[index].text == "(":
            depth += 1
        elif words[index].text == ")":
            depth -= 1
            if depth == 0:
                return index
    return len(words)


def _refusal(
    rule: str, reason: str, word: SqlWord | None, *, length: int = 0, label: str = ""
) -> SqlRefusal:
    return SqlRefusal(
        reason=reason,
        rule=rule,
        offset=word.offset if word else 0,
        length=length or (len(word.text) if word else 1),
        label=label,
    )
