"""Characters that may stand nowhere: tabs, and those that show a text other than the machine reads.

A blank of another width may stand in a text. Where ours would stand it is as bad: people see no difference.
"""

import re

from rbengine.diagnostics import Code
from rbengine.source import Span
from rbengine.syntax.kinds import OTHER_BLANKS
from rbengine.syntax.problems import SyntaxProblem

_FORBIDDEN = re.compile(
    "(\t+)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
"""Controls, soft hyphen, zero-width and bidirectional characters, line separators, byte order marks, and halves of
characters."""
_OTHER_BLANKS = re.compile(f"[{OTHER_BLANKS}]+")
_MOST = 20  # in one part; a file full of them needs no more to be understood


def forbidden(text: str, span: Span) -> list[SyntaxProblem]:
    """One problem for each such character between the bounds of `span`, at most 20; one for all tabs, and one for all
    blanks of another width at the beginning of lines: whoever has one has many.
    """
    found: list[SyntaxProblem] = []
    tabs = False
    for match in _FORBIDDEN.finditer(text, span.start, span.end):
        at = Span(*match.span())
        if match[1]:
            if not tabs:
                found.append(SyntaxProblem(code=Code("E105"), span=at))
            tabs = True
        elif "\ud800" <= match[0] <= "\udfff":
            found.append(SyntaxProblem(code=Code("E107"), span=at))
        else:
            detail = f"U+{ord(match[0]):04X}"
            found.append(SyntaxProblem(code=Code("E106"), span=at, detail=detail))
        if len(found) == _MOST:
            break
    for match in _OTHER_BLANKS.finditer(text, span.start, span.end):
        line = text.rfind("\n", 0, match.start()) + 1
        if not text[line : match.start()].strip(" "):
            return [*found, _other_blanks(match)]
    return found


def other_blanks(text: str, position: int) -> SyntaxProblem | None:
    """What stands at `position` where it looks like a blank and is none."""
    match = _OTHER_BLANKS.match(text, position)
    return None if match is None else _other_blanks(match)


def _other_blanks(match: re.Match[str]) -> SyntaxProblem:
    return SyntaxProblem(
        code=Code("E106"),
        span=Span(*match.span()),
        found=" " * len(match[0]),
        detail=f"U+{ord(match[0][0]):04X}",
    )
