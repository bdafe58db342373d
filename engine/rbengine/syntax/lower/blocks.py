"""Raw indented text: SQL, prose, messages."""

import re
from collections.abc import Iterator

from rbengine.source import Span
from rbengine.syntax.lower.lowering import Lowering
from rbengine.syntax.nodes.base import Block, Name
from rbengine.syntax.nodes.runbook import Item
from rbengine.syntax.nodes.statements import Covers
from rbengine.syntax.tokens import Token

_PLACE = r"[A-Z]+-[0-9]+(?:/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)+(?:\.\*)?"
_COVERS = re.compile(rf",?[ ]+covers[ ]+({_PLACE}(?:,[ ]*{_PLACE})*)$")
_ONE_PLACE = re.compile(_PLACE)


def block(lowering: Lowering, token: Token) -> Block:
    """The text without its common indentation, which is that of its first line that holds something."""
    lines = token.text.split("\n")[1:]
    position = token.start + 1
    while lines and not lines[0].strip(" "):
        position += len(lines.pop(0)) + 1
    column = len(lines[0]) - len(lines[0].lstrip(" "))
    starts: list[int] = []
    texts: list[str] = []
    for line in lines:
        taken = min(column, len(line)) if line.strip(" ") else len(line)
        starts.append(position + taken)
        texts.append(line[taken:].rstrip(" "))
        position += len(line) + 1
    end = starts[-1] + len(texts[-1])
    return lowering.make(
        Block, Span(starts[0], end), text="\n".join(texts), line_starts=tuple(starts)
    )


def lines_of(token: Token) -> Iterator[tuple[Span, str]]:
    """The lines of a raw text that hold something, each without the blanks around it, with its place."""
    position = token.start + 1
    for line in token.text.split("\n")[1:]:
        text = line.strip(" ")
        start = position + len(line) - len(line.lstrip(" "))
        position += len(line) + 1
        if text:
            yield Span(start, start + len(text)), text


def items(lowering: Lowering, token: Token) -> tuple[Item, ...]:
    """The `- lines` of a block of prose; a line without `-` goes on with the one before."""
    read: list[tuple[int, int, str]] = []
    for place, text in lines_of(token):
        start, end = place.start, place.end
        if text == "-" or text.startswith("- "):
            read.append((start, end, text[1:].strip(" ")))
        elif read:
            first, _, before = read[-1]
            read[-1] = (first, end, f"{before} {text}")
        else:
            lowering.report("E128", place, found=text)
    return tuple(_item(lowering, Span(start, end), text) for start, end, text in read)


def _item(lowering: Lowering, span: Span, text: str) -> Item:
    match = _COVERS.search(text)
    if match is None:
        return lowering.make(Item, span, text=text, covers=None)
    # joined lines are shorter than the text of the file by their indentation, so places are counted from the end
    shift = span.end - len(text)
    places = tuple(
        lowering.make(Name, Span(one.start() + shift, one.end() + shift), text=one[0])
        for one in _ONE_PLACE.finditer(text, match.start(1), match.end(1))
    )
    covers_span = Span(places[0].span.start, places[-1].span.end)
    covers = lowering.make(Covers, covers_span, places=places)
    return lowering.make(Item, span, text=text[: match.start()].rstrip(" "), covers=covers)
