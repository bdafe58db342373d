"""A file's text as the parser sees it, with the way back to lines and columns."""

from bisect import bisect_right
from functools import cached_property
from hashlib import sha256

from rbengine.source.span import Span


def normalise(text: str) -> str:
    """`text` without byte order mark, with LF line ends and a last newline (unless empty).

    Spans always speak of the normalised text: CRLF counts as one code point.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


class SourceFile:
    """One file. `path` is what screens show: relative to the project, with `/`."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = normalise(text)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text, 64 hexadecimal digits."""
        return sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first code point of each line."""
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return tuple(starts)

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Line and column of `offset`, both one-based, columns in code points."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (one-based), without its newline; empty past the end."""
        if number > len(self.line_starts):
            return ""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    def slice(self, span: Span) -> str:
        """The text of `span`."""
        return self.text[span.start : span.end]
