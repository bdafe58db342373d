"""A stretch of text."""

import msgspec


class Span(msgspec.Struct, frozen=True, order=True, gc=False, array_like=True):
    """From `start` up to, not including, `end`: offsets in code points into the normalised text."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """The smallest span that holds this one and `other`."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def shifted(self, by: int) -> "Span":
        """The same stretch, `by` code points further on."""
        return Span(self.start + by, self.end + by)
