"""Characters that may stand nowhere: tabs, and those that show a text other than the machine reads."""

import re

from rbengine.diagnostics import Code
from rbengine.source import Span
from rbengine.syntax.problems import SyntaxProblem

_FORBIDDEN = re.compile(
    "[\t\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Controls, soft hyphen, zero-width and bidirectional characters, line separators, byte order marks, and halves of
characters."""
_MOST = 20  # in one part; a file full of tabs needs no more to be understood


def forbidden(text: str, span: Span) -> list[SyntaxProblem]:
    """One problem for each run of such characters between the bounds of `span`, at most 20; one a line for tabs."""
    found: list[SyntaxProblem] = []
    line_with_tab = -1
    position = span.start
    while len(found) < _MOST:
        match = _FORBIDDEN.search(text, position, span.end)
        if match is None:
            break
        position = match.end()
        if match[0] == "\t":
            line = text.rfind("\n", 0, match.start())
            if line == line_with_tab:
                continue
            line_with_tab = line
            while text.startswith("\t", position):
                position += 1
            found.append(SyntaxProblem(code=Code("E105"), span=Span(match.start(), position)))
        elif "\ud800" <= match[0] <= "\udfff":
            found.append(SyntaxProblem(code=Code("E107"), span=Span(*match.span())))
        else:
            detail = f"U+{ord(match[0]):04X}"
            found.append(SyntaxProblem(code=Code("E106"), span=Span(*match.span()), detail=detail))
    return found
