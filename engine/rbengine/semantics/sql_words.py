"""SQL text cut into words, as PostgreSQL's own lexer does it. Offsets are code points."""

import re
from typing import Literal

import msgspec

WordKind = Literal["word", "quoted", "string", "number", "parameter", "sign", "unfinished"]

# PostgreSQL's letters are a to z and everything beyond ASCII. They are written as what they are not: for a class that
# goes up to the last code point, `re` fills a table of 65,536 characters.
_LETTER = r"[^\x00-@\[-\^`{-\x7f]"
_LETTER_OR_DIGIT = r"[^\x00-/:-@\[-\^`{-\x7f]"
_LETTER_DIGIT_OR_DOLLAR = r"[^\x00-#%-/:-@\[-\^`{-\x7f]"

_PATTERN = re.compile(
    rf"""
    (?P<space>\s+|--[^\n]*)
  | (?P<comment>/\*)
  | (?P<dollar>\$(?:{_LETTER}{_LETTER_OR_DIGIT}*)?\$)
  | (?P<parameter>\$[0-9]+)
  | (?P<escape>[eE]'(?:[^'\\]|''|\\.)*')
  | (?P<string>(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*')
  | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*")
  | (?P<number>\d[\d_]*(?:\.(?!\.)[\d_]*)?(?:[eE][+-]?\d+)?|\.\d[\d_]*(?:[eE][+-]?\d+)?)
  | (?P<word>{_LETTER}{_LETTER_DIGIT_OR_DOLLAR}*)
  | (?P<sign>::|:=|=>|<=|>=|<>|!=|\|\||->>?|\#>>?|@>|<@|&&|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


class SqlWord(msgspec.Struct, frozen=True):
    """One piece of a statement; comments and white space are none."""

    kind: WordKind
    text: str
    """As written."""
    offset: int

    @property
    def end(self) -> int:
        """Offset behind it."""
        return self.offset + len(self.text)

    @property
    def name(self) -> str:
        """What PostgreSQL looks up: words in lower case, quoted names without their quotes."""
        if self.kind == "quoted":
            return self.text[self.text.index('"') + 1 : -1].replace('""', '"')
        return self.text.lower() if self.kind == "word" else self.text

    def is_word(self, *names: str) -> bool:
        """Whether it is one of these key words (lower case)."""
        return self.kind == "word" and self.text.lower() in names


def sql_words(sql: str) -> tuple[SqlWord, ...]:
    """The words of `sql`. What is never closed is one last word of kind `unfinished`."""
    words: list[SqlWord] = []
    offset = 0
    while offset < len(sql):
        match = _PATTERN.match(sql, offset)
        if match is None:
            raise AssertionError("the pattern takes any character")
        kind, text = match.lastgroup, match.group()
        if kind == "comment":
            end = _comment_end(sql, offset)
        elif kind == "dollar":
            end = sql.find(text, match.end())
            end = end if end < 0 else end + len(text)
        elif kind == "sign" and text in "'\"":
            end = -1
        else:
            end = match.end()
        if end < 0:
            words.append(SqlWord("unfinished", sql[offset:], offset))
            break
        if kind not in ("space", "comment"):
            words.append(SqlWord(_KINDS.get(kind or "", "sign"), sql[offset:end], offset))
        offset = end
    return tuple(words)


def word_at(sql: str, offset: int) -> SqlWord | None:
    """The word that stands at `offset`, or None between words."""
    for word in sql_words(sql):
        if word.offset <= offset < word.end:
            return word
    return None


_KINDS: dict[str, WordKind] = {
    "word": "word",
    "quoted": "quoted",
    "string": "string",
    "escape": "string",
    "dollar": "string",
    "number": "number",
    "parameter": "parameter",
    "sign": "sign",
}


def _comment_end(sql: str, start: int) -> int:
    """Comments nest in PostgreSQL."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return -1
