"""What can be wrong with a text, as facts. `describe.py` has the words."""

import msgspec

from rbengine.diagnostics import Code
from rbengine.source import Span


class SyntaxProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake. Which facts are set depends on the code; the span is the smallest text that is wrong."""

    code: Code
    span: Span
    found: str = ""
    """The text that stands there, or the name of a token such as `_DEDENT` where nothing does."""
    expected: tuple[str, ...] = ()
    """The grammar's names of what could stand there, sorted."""
    other: Span | None = None
    """The other half of a contradiction: the bracket that is not closed, the line that opened a block."""
    detail: str = ""
    """The word in question, where it is not `found`."""
