"""A file as lines of tokens, with the comments and blank lines that stand above, behind and between them."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import msgspec

from rbengine.syntax import Trivia
from rbengine.syntax.tokens import Token

CLOSING = frozenset({"RPAR", "RSQB", "RBRACE"})
OPENING = frozenset({"LPAR", "LSQB", "LBRACE"})


class Remark(msgspec.Struct, frozen=True):
    """A comment on a line of its own, or (where `text` is empty) a blank line."""

    text: str
    level: int


class Inner(msgspec.Struct, frozen=True):
    """A comment between the tokens of one line: behind token `after`, or on a line of its own below it."""

    after: int
    text: str
    own_line: bool


class Line(msgspec.Struct, kw_only=True):
    """What ends with one newline of the grammar; inside brackets it may take several lines of text."""

    level: int
    """Blocks around it; each is two blanks deep."""
    tokens: tuple[Token, ...]
    above: tuple[Remark, ...]
    trailing: str = ""
    inner: tuple[Inner, ...] = ()
    breaks: frozenset[int] = frozenset()
    """Tokens that begin a line of the text as written; never the first."""
    block: str | None = None
    """The raw text below, as written: from the newline of this line to the end of its last line."""
    parent: "Line | None" = None
    opens: bool = False
    """Whether lines of a deeper level follow."""

    @property
    def first(self) -> str:
        """The grammar's name of the first token."""
        return self.tokens[0].kind


class Written(msgspec.Struct, frozen=True):
    """A whole file. `below` is what follows the last line."""

    lines: tuple[Line, ...]
    below: tuple[Remark, ...]


def lines_of(text: str, tokens: Sequence[Token], trivia: Sequence[Trivia]) -> Written:
    """The lines of a file that has been read without a problem."""
    remarks = _Remarks(text, trivia)
    found: list[Line] = []
    open_lines: list[Line] = []
    for level, here in _grouped(tokens):
        block = here[-1].text if here[-1].kind == "BLOCK" else None
        words = _without_last_commas(here if block is None else here[:-1])
        start, end = words[0].start, words[-1].end
        above = remarks.above(start, level)
        inner = remarks.inside(words)
        line = Line(
            level=level,
            tokens=words,
            above=above,
            trailing=remarks.trailing(end),
            inner=inner,
            breaks=_breaks(text, words),
            block=block,
            parent=open_lines[level - 1] if level else None,
        )
        if line.parent is not None:
            line.parent.opens = True
        del open_lines[level:]
        open_lines.append(line)
        remarks.passed(level, start)
        found.append(line)
    return Written(tuple(found), remarks.above(len(text), 0))


def _grouped(tokens: Sequence[Token]) -> Iterator[tuple[int, tuple[Token, ...]]]:
    """The level and the tokens of each line."""
    level = 0
    here: list[Token] = []
    for token in tokens:
        match token.kind:
            case "_INDENT":
                level += 1
            case "_DEDENT":
                level -= 1
            case "_NL":
                yield level, tuple(here)
                here = []
            case "$END":
                pass
            case _:
                here.append(token)


def _without_last_commas(tokens: Sequence[Token]) -> tuple[Token, ...]:
    return tuple(
        token
        for token, after in zip(tokens, [*tokens[1:], None], strict=True)
        if not (token.kind == "COMMA" and after is not None and after.kind in CLOSING)
    )


def _breaks(text: str, tokens: Sequence[Token]) -> frozenset[int]:
    return frozenset(
        number
        for number in range(1, len(tokens))
        if "\n" in text[tokens[number - 1].end : tokens[number].start]
    )


class _Remarks:
    """Deals the comments and blank lines out, in the order of the text."""

    def __init__(self, text: str, trivia: Sequence[Trivia]) -> None:
        self._text = text
        self._left = sorted(trivia, key=lambda one: one.span)
        self._next = 0
        self._columns: list[int] = []

    def above(self, start: int, level: int) -> tuple[Remark, ...]:
        """What stands above the line of `level` that begins at `start`, a blank line at most once in a row."""
        found: list[Remark] = []
        while self._next < len(self._left) and self._left[self._next].span.start < start:
            one = self._left[self._next]
            self._next += 1
            if one.kind == "comment":
                found.append(Remark(one.text.rstrip(" "), self._level(one.span.start, level)))
            elif not found or found[-1].text:
                found.append(Remark("", level))
        return tuple(found)

    def inside(self, tokens: Sequence[Token]) -> tuple[Inner, ...]:
        """The comments between the first and the last of `tokens`. Blank lines there are given up."""
        starts = [token.start for token in tokens]
        found = []
        while self._next < len(self._left) and self._left[self._next].span.start < tokens[-1].start:
            one = self._left[self._next]
            self._next += 1
            if one.kind == "comment":
                after = bisect_right(starts, one.span.start) - 1
                found.append(Inner(after, one.text.rstrip(" "), one.place == "own line"))
        return tuple(found)

    def trailing(self, end: int) -> str:
        """The comment behind the token that ends at `end`."""
        if self._next < len(self._left):
            one = self._left[self._next]
            if one.place == "trailing" and one.beside == end:
                self._next += 1
                return one.text.rstrip(" ")
        return ""

    def passed(self, level: int, start: int) -> None:
        """A line of `level` that begins at `start` is done."""
        del self._columns[level:]
        self._columns.append(self._column(start))

    def _level(self, start: int, below: int) -> int:
        """A comment belongs to the deepest block that it is written in, of those that end above the line below."""
        column = self._column(start)
        levels = range(len(self._columns) - 1, below, -1)
        return next((one for one in levels if self._columns[one] <= column), below)

    def _column(self, position: int) -> int:
        return position - self._text.rfind("\n", 0, position) - 1
