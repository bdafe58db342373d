"""Lines to rows of a terminal: measured in cells, coloured or not, never a character that acts."""

from collections.abc import Iterable, Iterator

from rbengine.report.screen.line import MARGIN, Line, Piece, Style
from rbengine.report.text import cells, cells_of, cut, visible, wrap

NARROWEST = 40
_GAP = 2
_ANSI: dict[Style, str] = {
    "plain": "",
    "strong": "1",
    "quiet": "2",
    "change": "36",
    "clock": "33",
    "wrong": "1;31",
    "good": "32",
}


def draw(lines: Iterable[Line], width: int, colour: bool) -> list[str]:
    """Rows of at most `width` cells (never narrower than 40), without newlines or trailing blanks."""
    width = max(width, NARROWEST)
    return [row for one in lines for row in _rows(one, width, colour)]


def _rows(one: Line, width: int, colour: bool) -> Iterator[str]:
    pieces = tuple((visible(text), style) for text, style in one.pieces if text)
    right = visible(one.right)
    lead, lead_cells = _lead(one, colour)
    room = width - lead_cells
    taken = cells(right) + _GAP if right else 0
    length = sum(cells(text) for text, _ in pieces)
    # What must be whole is wrapped over the full width, and the right edge gets the last row if it fits.
    wraps = one.whole and length + taken > room
    rows = _wrapped(pieces, room, one.hang) if wraps else [_cut(pieces, room - taken)]
    for number, row in enumerate(rows):
        if row and not right:
            # Blanks at the end of a row would hide behind the code that ends a colour.
            row[-1] = (row[-1][0].rstrip(), row[-1][1])
        begin = lead if number == 0 else " " * (lead_cells + one.hang)
        used = (lead_cells if number == 0 else lead_cells + one.hang) + sum(
            cells(text) for text, _ in row
        )
        text = begin + "".join(paint(text, style, colour) for text, style in row)
        if right and number == len(rows) - 1:
            if used + taken <= width:
                text += " " * (width - used - cells(right)) + paint(right, one.right_style, colour)
            else:
                yield text.rstrip()
                text = " " * (width - cells(right)) + paint(right, one.right_style, colour)
        yield text.rstrip()


def paint(text: str, style: Style, colour: bool) -> str:
    """`text`, already harmless, in a style; colour is never the only sign, so without it nothing is lost."""
    code = _ANSI[style]
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code and text.strip() else text


def _lead(one: Line, colour: bool) -> tuple[str, int]:
    margin = visible(one.margin)
    if one.margin_left and not margin:
        return "", 0
    if one.margin_left:
        gap = _GAP if one.pieces else 0
        size = max(cells(margin) + gap, MARGIN + _GAP if one.pieces else 0)
        blanks = " " * (size - cells(margin))
    else:
        margin = " " * (MARGIN - cells(margin)) + margin if margin else " " * MARGIN
        size = max(cells(margin), MARGIN) + _GAP + one.indent
        blanks = " " * (size - cells(margin))
    return paint(margin, one.margin_style, colour) + blanks, size


def _cut(pieces: tuple[Piece, ...], room: int) -> list[Piece]:
    kept: list[Piece] = []
    for position, (text, style) in enumerate(pieces):
        rest = sum(cells(later) for later, _ in pieces[position + 1 :])
        if cells(text) + min(rest, 1) <= room and (not rest or cells(text) < room):
            kept.append((text, style))
            room -= cells(text)
            continue
        kept.append((cut(text if not rest else text + " " * rest, room), style))
        break
    return kept


def _wrapped(pieces: tuple[Piece, ...], room: int, hang: int) -> list[list[Piece]]:
    """Broken at blanks as one text, then each row given back the styles of its characters."""
    joined = "".join(text for text, _ in pieces)
    styles = [style for text, style in pieces for _ in text]
    first, rest = _first_row(joined, room)
    texts = [first, *(wrap(rest, room - hang) if rest else ())]
    rows: list[list[Piece]] = []
    position = 0
    for text in texts:
        # A break swallows the blanks around it: find where this row begins in the joined text.
        position = joined.index(text, position) if text else position
        row: list[Piece] = []
        for one, style in zip(text, styles[position:], strict=False):
            if row and row[-1][1] == style:
                row[-1] = (row[-1][0] + one, style)
            else:
                row.append((one, style))
        rows.append(row)
        position += len(text)
    return rows


def _first_row(text: str, room: int) -> tuple[str, str]:
    """As much of `text` as fits, and the rest; inner blanks (columns) stay."""
    used = 0
    last_blank = -1
    for position, one in enumerate(text):
        used += cells_of(one)
        if one == " " and text[:position].strip():
            last_blank = position
        if used > room:
            end = last_blank if last_blank > 0 else max(position, 1)
            return text[:end].rstrip(), text[end:].lstrip()
    return text, ""
