"""SQL on virtual time: the forms of "now" that no function of ours can stand before are replaced in the text.

`now()` and its kin are found in the simulation schema by the search path. `CURRENT_DATE` and the like are key words, so
exactly these words are replaced; what goes round the search path (`pg_catalog.now()`, `'now'::timestamptz`) is refused.
"""

import functools
import re

import msgspec

from rbengine.semantics.sql_words import SqlWord, sql_words

_KEY_WORDS = ("current_timestamp", "current_date", "current_time", "localtime", "localtimestamp")
_SHADOWED = frozenset(
    {
        "age", "clock_timestamp", "gen_random_uuid", "now", "pg_backend_pid", "pg_cancel_backend", "pg_extension",
        "pg_stat_activity", "pg_stat_user_tables", "pg_terminate_backend", "random", "statement_timestamp", "timeofday",
        "transaction_timestamp", "uuidv4", "uuidv7",
    }
)  # fmt: skip
_SPECIAL = re.compile(r"\s*(now|today|tomorrow|yesterday)\b", re.IGNORECASE)
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
    shifts: list[tuple[int, int]] = []
    done = longer = 0
    for index, word in enumerate(words):
        _refuse_real_time(words, index)
        replacement = _replacement(words, index, bodies=bodies)
        if replacement is None:
            continue
        pieces += (sql[done : word.offset], replacement)
        done = word.end
        longer += len(replacement) - len(word.text)
        shifts.append((word.end + longer, longer))
    return VirtualSql("".join([*pieces, sql[done:]]), tuple(shifts))


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
    if word.kind == "string" and _SPECIAL.match(word.text.strip("'")) and _is_time(words, index):
        raise NotVirtualError(
            f"{word.text} as a time reads the machine's own clock: in a rehearsal write `now()` or `CURRENT_DATE`",
            word.offset,
        )


def _is_time(words: tuple[SqlWord, ...], index: int) -> bool:
    """Whether the text is written as a time: `'now'::date`, `date 'today'`, `CAST('now' AS date)`."""
    behind = [word.name for word in words[index + 1 : index + 3]]
    before = words[index - 1].name if index else ""
    named = len(behind) == 2 and behind[0] in ("::", "as") and behind[1] in _TIME_TYPES
    return named or before in _TIME_TYPES
