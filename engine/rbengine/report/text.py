"""Text on a terminal: nothing unseen gets through, and columns stay straight.

Every text that comes from outside (values, labels, answers) passes `visible` before it is drawn. A width
is a number of terminal cells: wide characters take two, combining marks none.
"""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\e"}
CUT = "…"


def visible(text: str) -> str:
    """`text` with every control, format and lone surrogate character spelled out (`\\e`, `\\u202e`)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if _is_harmless(one) else _spelled(one) for one in text)


def cells(text: str) -> int:
    """How many terminal cells `text` takes (a text that `visible` gave)."""
    if text.isascii():
        return len(text)
    return sum(cells_of(one) for one in text)


def cells_of(character: str) -> int:
    """0, 1 or 2 cells."""
    if character.isascii():
        return 1
    # Imported here: a screen of plain ASCII needs no tables.
    import unicodedata

    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells; what was left out shows as `…`."""
    if cells(text) <= width:
        return text
    if width <= 0:
        return ""
    kept, used = [], 0
    for one in text:
        size = cells_of(one)
        if used + size > width - 1:
            break
        kept.append(one)
        used += size
    return "".join(kept).rstrip() + CUT


def pad(text: str, width: int) -> str:
    """`text` cut or filled with blanks to exactly `width` cells."""
    text = cut(text, width)
    return text + " " * (width - cells(text))


def wrap(text: str, width: int) -> tuple[str, ...]:
    """`text` in lines of at most `width` cells, broken at blanks; a word longer than a line is broken anywhere."""
    width = max(width, 8)
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if cells(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        while cells(word) > width:
            head = _head(word, width)
            lines.append(head)
            word = word[len(head) :]
        line = word
    if line or not lines:
        lines.append(line)
    return tuple(lines)


def _head(word: str, width: int) -> str:
    used = 0
    for position, one in enumerate(word):
        used += cells_of(one)
        if used > width:
            return word[: max(position, 1)]
    return word


def _is_harmless(character: str) -> bool:
    if character.isprintable():
        return True
    # Blanks of other alphabets (no-break space, ideographic space) are not "printable" but do no harm.
    import unicodedata

    return unicodedata.category(character) == "Zs"


def _spelled(character: str) -> str:
    short = _SHORT.get(character)
    if short is not None:
        return short
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
