"""What the parser reads: words, signs and texts of the file, each with its place."""

import msgspec

from rbengine.source import Span


class Token(msgspec.Struct, frozen=True, gc=False):
    """`kind` is the grammar's name of the terminal; it never reaches a person."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)
