"""A line of tokens as lines of text: what is too long goes on below the bracket that it stands in."""

from collections.abc import Sequence

import msgspec

from rbengine.diagnostics.render import display_width
from rbengine.format.lines import CLOSING, OPENING, Inner, Line
from rbengine.syntax.tokens import Token

WIDEST = 100
"""Columns. Texts in quotes, conditions outside of brackets and raw text are never broken, so they may be wider."""
_GOES_ON = frozenset({"AND", "OR"})


class _Group(msgspec.Struct):
    """Tokens from `first` (an opening bracket) to `last` (its closing one), and where its items begin."""

    first: int
    last: int
    items: list[int]


def wrapped(line: Line, spaces: Sequence[int], column: int) -> list[str]:
    """The text of `line` from `column` on; lines below the first have their indentation."""
    if line.inner:
        return _as_written(line, spaces, column)
    pieces = _pieces(line)
    found: list[str] = []
    for number, (start, end) in enumerate(pieces):
        indent = column if number == 0 else column + 2
        writer = _Writer(line.tokens[start:end], [0, *spaces[start + 1 : end]], indent)
        rows = writer.rows()
        found += rows if number == 0 else [" " * indent + rows[0], *rows[1:]]
    return found


def flat(tokens: Sequence[Token], spaces: Sequence[int]) -> str:
    """All tokens on one line."""
    return "".join(
        " " * blanks + token.text for token, blanks in zip(tokens, spaces, strict=True)
    ).lstrip(" ")


def _pieces(line: Line) -> list[tuple[int, int]]:
    """Where the author went on below with `and` or `or`, outside of brackets, the line stays broken."""
    starts = [0]
    depth = 0
    for number, token in enumerate(line.tokens):
        depth += (token.kind in OPENING) - (token.kind in CLOSING)
        if depth == 0 and number in line.breaks and token.kind in _GOES_ON:
            starts.append(number)
    return list(zip(starts, [*starts[1:], len(line.tokens)], strict=True))


class _Writer:
    """Writes tokens; a group that does not fit is filled item by item, each line below its bracket."""

    def __init__(self, tokens: Sequence[Token], spaces: Sequence[int], column: int) -> None:
        self._tokens = tokens
        self._spaces = spaces
        self._rows = [""]
        self._column = column
        self._begins = True
        """Whether nothing stands on the last row but its indentation: then no blank comes first."""
        self._groups = _groups(tokens)
        self._widths = [display_width(token.text) for token in tokens]

    def rows(self) -> list[str]:
        if self._column + self._width(0, len(self._tokens)) <= WIDEST:
            self._put(0, len(self._tokens))
            return self._rows
        position = 0
        while position < len(self._tokens):
            group = self._groups.get(position)
            if group is None:
                self._put(position, position + 1)
                position += 1
            else:
                # what stands behind the last bracket cannot be broken, so it is no reason to break before it
                self._group(group, 1)
                position = group.last + 1
        return self._rows

    def _write(self, start: int, end: int, tail: int) -> None:
        """Tokens `start` to `end`; `tail` columns must stay free behind the last."""
        if self._column + self._width(start, end) + tail <= WIDEST:
            self._put(start, end)
            return
        position = start
        while position < end:
            group = self._groups.get(position)
            if group is None:
                self._put(position, position + 1)
                position += 1
                continue
            self._group(group, self._tail(group.last, end, tail))
            position = group.last + 1

    def _group(self, group: _Group, tail: int) -> None:
        self._put(group.first, group.first + 1)
        column = self._column
        ends = [*group.items[1:], group.last]
        for start, end in zip(group.items, ends, strict=True):
            behind = tail if end == group.last else 0
            is_first = start == group.first + 1
            if not is_first and self._column + self._width(start, end) + behind > WIDEST:
                self._rows.append(" " * column)
                self._column = column
                self._begins = True
            self._write(start, end, behind)
        self._put(group.last, group.last + 1)

    def _tail(self, last: int, end: int, tail: int) -> int:
        """Columns from the closing bracket `last` up to where the next bracket could break the line."""
        for position in range(last + 1, end):
            if position in self._groups:
                return self._width(last, position + 1)
        return self._width(last, end) + tail

    def _put(self, start: int, end: int) -> None:
        for number in range(start, end):
            blanks = 0 if self._begins else self._spaces[number]
            self._rows[-1] += " " * blanks + self._tokens[number].text
            self._column += blanks + self._widths[number]
            self._begins = False

    def _width(self, start: int, end: int) -> int:
        blanks = sum(self._spaces[start:end])
        if self._begins and start < end:
            blanks -= self._spaces[start]
        return sum(self._widths[start:end]) + blanks


def _groups(tokens: Sequence[Token]) -> dict[int, _Group]:
    """Brackets by their first token. Items begin behind commas or, where there are none, at `and` and `or`."""
    found: dict[int, _Group] = {}
    opened: list[tuple[_Group, list[int]]] = []
    for number, token in enumerate(tokens):
        if token.kind in OPENING:
            group = _Group(number, number, [number + 1])
            found[number] = group
            opened.append((group, []))
        elif token.kind in CLOSING and opened:
            group, words = opened.pop()
            group.last = number
            if len(group.items) == 1:
                group.items += words
        elif opened and token.kind == "COMMA":
            opened[-1][0].items.append(number + 1)
        elif opened and token.kind in _GOES_ON:
            opened[-1][1].append(number)
    return found


def _as_written(line: Line, spaces: Sequence[int], column: int) -> list[str]:
    """Lines are broken where the author broke them: a comment says something about the tokens beside it."""
    rows = [""]
    at = column
    brackets: list[int] = []
    comments: dict[int, list[Inner]] = {}
    for one in line.inner:
        comments.setdefault(one.after, []).append(one)
    must_break = False
    for number, token in enumerate(line.tokens):
        if must_break or number in line.breaks:
            at = brackets[-1] if brackets else column + 2
            rows.append(" " * at)
            must_break = False
        else:
            rows[-1] += " " * spaces[number]
            at += spaces[number]
        rows[-1] += token.text
        at += display_width(token.text)
        if token.kind in OPENING:
            brackets.append(at)
        elif token.kind in CLOSING and brackets:
            brackets.pop()
        for one in comments.get(number, ()):
            if one.own_line:
                rows.append(" " * (brackets[-1] if brackets else column + 2) + one.text)
            else:
                rows[-1] += f"  {one.text}"
            must_break = True
    return rows
