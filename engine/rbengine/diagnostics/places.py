"""Where a label stands, for formats that count lines: one-based, the end behind the last code point."""

from typing import NamedTuple

from rbengine.diagnostics.model import Label
from rbengine.source import SourceFile, Span


class Region(NamedTuple):
    """Offsets are left out: they would be others in a file whose lines end with CRLF."""

    line: int
    column: int
    end_line: int
    end_column: int


def region(label: Label, source: SourceFile) -> Region:
    """The lines and columns of `label`. The end of the file is the end of its last line that holds something."""
    last = max(0, len(source.text) - 1) if source.text.endswith("\n") else len(source.text)
    span = Span(min(label.span.start, last), min(label.span.end, len(source.text)))
    end = max(span.start, span.end)
    return Region(*source.line_and_column(span.start), *source.line_and_column(end))
