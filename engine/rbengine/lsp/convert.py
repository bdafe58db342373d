"""Between code points, in which the engine counts, and the units that were agreed with the editor.

An editor counts in UTF-16 code units unless it offered others and they were taken. No other module converts.
"""

from lsprotocol import types

from rbengine.source import SourceFile, Span


class Positions:
    """Places of one text. `encoding`: `utf-16`, `utf-8` or `utf-32`."""

    def __init__(self, source: SourceFile, encoding: str) -> None:
        self._source = source
        self._encoding = encoding

    def offset(self, position: types.Position) -> int:
        """The code point at a position; a position behind the end of its line is that end."""
        starts = self._source.line_starts
        if position.line >= len(starts):
            return len(self._source.text)
        line = self._source.line(position.line + 1)
        if line.isascii() or self._encoding == "utf-32":
            return starts[position.line] + min(position.character, len(line))
        left, count = position.character, 0
        for one in line:
            left -= self._units(one)
            if left < 0:
                break
            count += 1
        return starts[position.line] + count

    def position(self, offset: int) -> types.Position:
        """The position of a code point; what is behind the end of the text is its end."""
        offset = min(offset, len(self._source.text))
        line, column = self._source.line_and_column(offset)
        before = self._source.text[offset - column + 1 : offset]
        return types.Position(line=line - 1, character=self.length(before))

    def range(self, span: Span) -> types.Range:
        """A stretch of the text."""
        return types.Range(start=self.position(span.start), end=self.position(span.end))

    def span(self, range_: types.Range) -> Span:
        """The stretch that an editor means."""
        return Span(self.offset(range_.start), self.offset(range_.end))

    def length(self, text: str) -> int:
        """How many units `text` has."""
        if text.isascii() or self._encoding == "utf-32":
            return len(text)
        return sum(self._units(one) for one in text)

    def _units(self, one: str) -> int:
        if self._encoding == "utf-8":
            return len(one.encode("utf-8", "surrogatepass"))
        return 2 if ord(one) > 0xFFFF else 1
