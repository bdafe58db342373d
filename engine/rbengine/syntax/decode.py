"""Bytes to text, for whoever reads files."""

from rbengine.diagnostics import Code
from rbengine.source import Span, normalise
from rbengine.syntax.problems import SyntaxProblem


def decode(data: bytes) -> str | SyntaxProblem:
    """The text of a file, or the place of the first byte that is not UTF-8.

    That place counts in the text as `data.decode("utf-8", "replace")` gives it, so that it can be shown there.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = len(normalise(data[: error.start].decode("utf-8") + "."))
        return SyntaxProblem(
            code=Code("E107"), span=Span(start - 2, start - 1), found=f"0x{data[error.start]:02X}"
        )
