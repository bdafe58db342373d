"""SQL on virtual time: the forms of "now" that no function of ours can stand before are replaced in the text.

`now()` and its kin are found in the simulation schema by the search path. `CURRENT_DATE` and the like are key words, so
exactly these words are replaced; what goes round the search path (`pg_catalog.now()`, `'now'::timestamptz`) is refused.
Whether a text such as `'today'` is taken for a time the server alone can say (`born >= 'today'`): it is asked, by the
same statement with a text in its place that is no time.
"""

import functools
import re

import msgspec

from rbengine.semantics.sql_words import SqlWord, sql_words

_KEY_WORDS = ("current_timestamp", "current_date", "current_time", "localtime", "localtimestamp")
_SHADOWED = frozenset(
    {
        "age", "clock_timestamp", "current_database", "gen_random_uuid", "now", "pg_backend_pid", "pg_cancel_backend",
        "pg_extension", "pg_locks", "pg_settings", "pg_stat_activity", "pg_stat_database", "pg_stat_replication",
        "pg_stat_user_indexes", "pg_stat_user_tables", "pg_terminate_backend", "random", "statement_timestamp",
        "timeofday", "transaction_timestamp", "uuidv4", "uuidv7",
    }
)  # fmt: skip
_OF_THE_MACHINE = re.compile(
    r"pg_(?:conf_load_time|database|postmaster_start_time|shmem_allocations|backend_memory_contexts|stat_get_\w+"
    r"|stat(?:io)?_(?:all|sys|xact)_\w+|statio_user_\w+|stat_user_functions|stat_(?:archiver|bgwriter|checkpointer"
    r"|database_conflicts|gssapi|io|recovery_prefetch|replication_slots|slru|ssl|subscription\w*|wal\w*))"
)
"""What tells of the server that happens to be there, and of which a world cannot speak."""
_SPECIAL = re.compile(r"\b(now|today|tomorrow|yesterday)\b", re.IGNORECASE)
_TEXT = re.compile(
    r"(?:[eEnN]|[uU]&)?'(?P<quoted>.*)'|(?P<tag>\$\w*\$)(?P<dollar>.*)(?P=tag)", re.DOTALL
)
_LONGEST_TIME = 60
"""Characters: no time is as long as that."""
NO_TIME = "'no time'"
_TIME_TYPES = ("timestamp", "timestamptz", "date", "time", "timetz")


class NotVirtualError(Exception):
    """A form that would read the machine's own clock or state. Its text names a way out; `offset` says where."""

    def __init__(self, text: str, offset: int) -> None:
        super().__init__(text)
        self.offset = offset


class VirtualSql(msgspec.Struct, frozen=True):
    """A statement as the simulated database runs it."""

    text: str
    shifts: tuple[tuple[int, int], ...]
    """(offset in `text` behind a replacement, how much longer the text before it has become)."""
    asking: str = ""
    """The same statement with `NO_TIME` for each text that may be taken for a time; empty where there is none."""

    def original(self, offset: int) -> int:
        """Where `offset` of the run text stands in the text as written, so that carets stay right."""
        longer = 0
        for behind, so_far in self.shifts:
            if offset >= behind:
                longer = so_far
        return offset - longer


@functools.lru_cache(maxsize=1024)  # a rehearsal sends the same few statements again and again
def virtual_sql(sql: str, *, bodies: bool = False) -> VirtualSql:
    """Replace the key words that read the clock. Raises NotVirtualError. `bodies`: inside `$$ … $$` too (functions)."""
    words = sql_words(sql)
    pieces: list[str] = []
    asking: list[str] = []
    shifts: list[tuple[int, int]] = []
    done = longer = asked = 0
    for index, word in enumerate(words):
        _refuse_real_time(words, index)
        if _may_be_a_time(word):
            asking += (sql[asked : word.offset], NO_TIME)
            asked = word.end
        replacement = _replacement(words, index, bodies=bodies)
        if replacement is None:
            continue
        pieces += (sql[done : word.offset], replacement)
        done = word.end
        longer += len(replacement) - len(word.text)
        shifts.append((word.end + longer, longer))
    text = "".join([*pieces, sql[done:]])
    if asking and not bodies:
        return VirtualSql(text, tuple(shifts), virtual_sql("".join([*asking, sql[asked:]])).text)
    return VirtualSql(text, tuple(shifts))


def _replacement(words: tuple[SqlWord, ...], index: int, *, bodies: bool) -> str | None:
    word = words[index]
    if bodies and word.kind == "string" and word.text.startswith("$"):
        edge = word.text[: word.text.index("$", 1) + 1]
        inside = virtual_sql(word.text[len(edge) : -len(edge)], bodies=True).text
        return f"{edge}{inside}{edge}"
    if not word.is_word(*_KEY_WORDS):
        return None
    before = words[index - 1] if index else None
    if before is not None and (before.text == "." or before.is_word("as")):
        return None  # a name, not a value
    follows = words[index + 1].text if index + 1 < len(words) else ""
    return f'"{word.name}"' if follows == "(" else f'"{word.name}"()'


def _refuse_real_time(words: tuple[SqlWord, ...], index: int) -> None:
    word = words[index]
    if (
        index >= 2
        and word.kind in ("word", "quoted")
        and word.name in _SHADOWED
        and words[index - 1].text == "."
        and words[index - 2].name == "pg_catalog"
    ):
        raise NotVirtualError(
            f"`pg_catalog.{word.name}` reads the machine's own state: in a rehearsal write `{word.name}`",
            words[index - 2].offset,
        )
    if word.kind in ("word", "quoted") and _OF_THE_MACHINE.fullmatch(word.name):
        schema = words[index - 2].name if index >= 2 and words[index - 1].text == "." else ""
        if schema in ("", "pg_catalog"):
            raise NotVirtualError(
                f"`{word.name}` tells of the machine's own server, and of none that a world could have: "
                "take it out of what is rehearsed",
                word.offset,
            )
    if _may_be_a_time(word) and _is_time(words, index):
        raise reads_the_clock(word.text, word.offset)


def reads_the_clock(text: str, offset: int) -> NotVirtualError:
    """`'today'` where a time is meant."""
    return NotVirtualError(
        f"{text} as a time reads the machine's own clock: in a rehearsal write `now()` or `CURRENT_DATE`",
        offset,
    )


def texts_like_times(sql: str) -> tuple[SqlWord, ...]:
    """The texts of a statement that PostgreSQL would read the clock for, if it took them for times."""
    return tuple(word for word in sql_words(sql) if _may_be_a_time(word))


def _may_be_a_time(word: SqlWord) -> bool:
    if word.kind != "string" or len(word.text) > _LONGEST_TIME:
        return False
    match = _TEXT.fullmatch(word.text)
    content = "" if match is None else (match["quoted"] or match["dollar"] or "")
    return _SPECIAL.search(content) is not None


def _is_time(words: tuple[SqlWord, ...], index: int) -> bool:
    """Whether the text is written as a time: `'now'::date`, `date 'today'`, `CAST('now' AS date)`."""
    behind = index + 1
    while behind + 1 < len(words) and words[behind].name in ("::", "as"):  # `'now'::text::date`
        if words[behind + 1].name in _TIME_TYPES:
            return True
        behind += 2
    before = words[index - 1].name if index else ""
    return before in _TIME_TYPES or (before == "default" and _is_of_a_time(words, index - 2))


def _is_of_a_time(words: tuple[SqlWord, ...], index: int) -> bool:
    """Whether the column, of whose definition word `index` is one, holds times."""
    while index >= 0 and words[index].text not in (",", ";"):
        if words[index].name in _TIME_TYPES:
            return True
        if words[index].text == "(" and words[index + 1].kind != "number":
            return False  # the table's own bracket, and not a precision
        index -= 1
    return False
