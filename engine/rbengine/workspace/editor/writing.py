"""Where the cursor is while a line is being written. Read from the text, as that line is rarely whole."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from rbengine.source import SourceFile, Span

Inside = Literal["code", "string", "hole", "sql", "message", "prose", "comment"]
"""`hole` is what stands between `{{` and `}}`, in a string or a message."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*$")
_SQL = re.compile(r"(?:.*[ =(])?query (?:one|maybe|all|value)\b.*|sql\b.*")
_TEXT = re.compile(r"(?:.*= *)?text\b *(?:#.*)?")
_HOLE = re.compile(r"\{\{(?P<inner>(?:(?!\}\}).)*)$", re.S)
_PIECE = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"?|#[^\n]*|[()\[\]{}]|\n[ ]*')
_CALL = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)$")
_GIVEN = re.compile(r"([A-Za-z_]\w*)[ ]*:")
_CLOSING = {")": "(", "]": "[", "}": "{"}


class OpenCall(msgspec.Struct, frozen=True, kw_only=True):
    """`stripe.refund(payment: x, ` before the cursor."""

    callee: str
    given: tuple[str, ...]
    """Names of the arguments that stand there already."""
    argument: str
    """The argument whose value is being written; empty where a name is."""


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """`word` is the beginning of a word that ends at the cursor, `before` the line up to that word."""

    offset: int
    word: str
    before: str
    inside: Inside
    column: int
    """Blanks at the beginning of the line."""
    above: tuple[str, ...]
    """The lines that the cursor's line stands below, without their blanks, the innermost first."""
    block: Span | None = None
    """In SQL and messages: the lines of the block."""
    call: OpenCall | None = None

    @property
    def replaced(self) -> Span:
        """What an offer takes the place of."""
        return Span(self.offset - len(self.word), self.offset)


def writing_at(source: SourceFile, offset: int) -> Writing:
    """Where the cursor at `offset` is."""
    number, column = source.line_and_column(offset)
    line = source.line(number)[: column - 1]
    word = _WORD.search(line)
    typed = word[0] if word else ""
    before = line[: len(line) - len(typed)]
    indent = len(line) - len(line.lstrip(" "))
    above = tuple(_above(source, number, indent))
    raw, opener = _raw(above)
    inside: Inside = raw or _inside(line)
    block = None
    if raw in ("sql", "message"):
        block = _block(source, above[opener][0], number)
        if raw == "message" and _HOLE.search(source.text[block.start : offset]):
            inside = "hole"
    call = None
    if raw is None and inside in ("code", "string"):
        start = _section_start(source, number)
        call = _open_call(source.text[start : offset - len(typed)])
    return Writing(
        offset=offset,
        word=typed,
        before=before,
        inside=inside,
        column=indent,
        above=tuple(text for _, text in above),
        block=block,
        call=call,
    )


def _above(source: SourceFile, number: int, column: int) -> Iterator[tuple[int, str]]:
    """Lines with ever fewer blanks in front, upward from line `number`."""
    for above in range(number - 1, 0, -1):
        if column == 0:
            return
        line = source.line(above)
        text = line.strip(" ")
        indent = len(line) - len(line.lstrip(" "))
        if text and indent < column and not text.startswith("#"):
            column = indent
            yield above, text


def _raw(above: tuple[tuple[int, str], ...]) -> tuple[Inside | None, int]:
    """Whether the cursor is in a raw block, and which of the lines above opens it."""
    for index, (_, text) in enumerate(above):
        if _SQL.fullmatch(text) and _deepest_is_raw(text):
            return "sql", index
        if text.startswith("message ") and index == len(above) - 1:
            return "message", index
        if _TEXT.fullmatch(text) or (
            text.split(" ", maxsplit=1)[0] in ("symptoms", "prevent") and index == len(above) - 1
        ):
            return "prose", index
    return None, -1


def _deepest_is_raw(text: str) -> bool:
    """A line that says `query` inside a string opens no block."""
    return '"' not in text.split("query", maxsplit=1)[0]


def _inside(line: str) -> Inside:
    last = None
    for match in _PIECE.finditer(line):
        last = match
    if last is None or last.end() < len(line):
        return "code"
    if last[0].startswith("#"):
        return "comment"
    if last[0].startswith('"') and (len(last[0]) == 1 or not last[0].endswith('"')):
        return "hole" if _HOLE.search(last[0]) else "string"
    return "code"


def _block(source: SourceFile, opener: int, number: int) -> Span:
    """From the line below `opener` to the last line that is deeper than it."""
    line = source.line(opener)
    column = len(line) - len(line.lstrip(" "))
    last = number
    for below in range(number + 1, len(source.line_starts) + 1):
        text = source.line(below)
        if text.strip(" ") and len(text) - len(text.lstrip(" ")) <= column:
            break
        last = below
    start = source.line_starts[opener]
    return Span(start, source.line_starts[last - 1] + len(source.line(last)))


def _section_start(source: SourceFile, number: int) -> int:
    """Where the part of the file begins that holds line `number`."""
    while number > 1 and (source.line(number)[:1] in ("", " ", "#")):
        number -= 1
    return source.line_starts[number - 1]


def _open_call(text: str) -> OpenCall | None:
    """The innermost bracket of a call that is still open at the end of `text`."""
    open_: list[tuple[str, int, int]] = []  # sign, its place, blanks before its line
    column = 0
    end = len(text)
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece.startswith("\n"):
            column = len(piece) - 1
            is_blank = text[match.end() : match.end() + 1] in ("", "\n")
            while open_ and column <= open_[-1][2] and not is_blank and match.end() < end:
                open_.pop()
        elif piece in _CLOSING.values():
            open_.append((piece, match.start(), column))
        elif piece in _CLOSING and open_ and open_[-1][0] == _CLOSING[piece]:
            open_.pop()
    while open_ and open_[-1][0] == "[":
        open_.pop()
    if not open_ or open_[-1][0] != "(":
        return None
    start = open_[-1][1]
    callee = _CALL.search(text[:start])
    if callee is None:
        return None
    written = text[start + 1 :]
    parts = _split(written)
    last = _GIVEN.match(parts[-1].lstrip()) if parts else None
    given = tuple(
        one_given[1] for one in parts if (one_given := _GIVEN.match(one.lstrip())) is not None
    )
    return OpenCall(callee=callee[1], given=given, argument=last[1] if last else "")


def _split(text: str) -> list[str]:
    """Arguments at their commas, those inside brackets and strings left alone."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(r'"(?:[^"\\\n]|\\[^\n])*"?|[()\[\]{},]', text):
        if match[0] in _CLOSING.values():
            depth += 1
        elif match[0] in _CLOSING:
            depth -= 1
        elif match[0] == "," and depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    return parts
