"""Tables of worlds and expectations: lines of cells between bars."""

import re

from rbengine.source import Span
from rbengine.syntax.lower.lowering import Lowering
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes.base import Name
from rbengine.syntax.nodes.scenarios import Cell, TableRow
from rbengine.syntax.tokens import Token

_CELL = re.compile(r"((?:\\.|[^\\|\n])*)\|")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def rows(lowering: Lowering, lines: list[Token]) -> tuple[tuple[Name, ...], tuple[TableRow, ...]]:
    """The columns of the first line, and the rows below; each row has as many cells as there are columns."""
    head, *others = lines
    columns: list[Name] = []
    for start, text in _cells(head):
        if not _NAME.fullmatch(text):
            span = Span(start, start + max(len(text), 1))
            lowering.report("E129", span, found=text, detail="column")
            return (), ()
        columns.append(lowering.name(Token("NAME", text, start, start + len(text))))
    read = []
    for line in others:
        cells = tuple(cell(lowering, start, text) for start, text in _cells(line))
        if len(cells) != len(_cells(head)):
            lowering.report("E129", line.span, found=str(len(cells)), detail=str(len(_cells(head))))
            continue
        read.append(lowering.make(TableRow, line.span, cells=cells))
    return tuple(columns), tuple(read)


def _cells(line: Token) -> list[tuple[int, str]]:
    """Where each cell's text begins in the file, and the text without the blanks around it."""
    found = []
    for match in _CELL.finditer(line.text, 1):
        raw = match[1]
        text = raw.strip(" ")
        found.append((line.start + match.start(1) + len(raw) - len(raw.lstrip(" ")), text))
    return found


def cell(lowering: Lowering, start: int, text: str) -> Cell:
    """`null`, `''`, `:name`, `= expression`, or the text as it stands with backslashes taken off."""
    span = Span(start, start + len(text))
    if text in ("null", ""):
        if not text:
            lowering.report("E129", Span(start - 1, start), detail="blank")
        return lowering.make(Cell, span, text=None, name=None, expression=None)
    if text == "''":
        return lowering.make(Cell, span, text="", name=None, expression=None)
    if text.startswith(":") and _NAME.fullmatch(text, 1):
        name = lowering.name(Token("NAME", text[1:], start + 1, span.end))
        return lowering.make(Cell, span, text=None, name=name, expression=None)
    if text.startswith("="):
        value = lowering.read_inside("cell", Span(start + 1, span.end))
        if value is not None:
            return lowering.make(Cell, span, text=None, name=None, expression=value)
        text = ""
    return lowering.make(Cell, span, text=re.sub(r"\\(.)", r"\1", text), name=None, expression=None)


def where_cell(lowering: Lowering, token: Token) -> Cell:
    """The value after `where column =`: as in a cell, or a quoted text."""
    if token.kind == "STRING":
        text = template(lowering, token).plain
        return lowering.make(Cell, token.span, text=text, name=None, expression=None)
    return cell(lowering, token.start, token.text)
