"""A token that does not fit: which mistake it is."""

from rbengine.diagnostics import Code
from rbengine.source import Span
from rbengine.syntax.problems import SyntaxProblem
from rbengine.syntax.tokens import Token

LONG_UNITS = {
    "second": "s", "seconds": "s", "sec": "s", "secs": "s", "minute": "m", "minutes": "m", "min": "m", "mins": "m",
    "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "day": "d", "days": "d", "msec": "ms", "millis": "ms",
    "millisecond": "ms", "milliseconds": "ms",
}  # fmt: skip
"""What people write for a unit, and the unit."""

_HABITS = {
    "{": "", "}": "", ":": "", "then": "", "do": "", ";": "", "end": "", "elif": "else if", "elsif": "else if",
    "elseif": "else if",
}  # fmt: skip
"""Signs and words of other languages, and what is written here; mostly nothing."""
_ENDS = frozenset({"_NL", "_DEDENT", "$END"})


def unexpected(
    text: str,
    token: Token,
    expected: tuple[str, ...],
    before: Token | None,
    last_end: int,
) -> SyntaxProblem:
    """The problem of `token`, which came after `before` where only `expected` can stand.

    `last_end` is where the last text that means something ended.
    """
    can = frozenset(expected)
    found = token.text
    begins_line = before is not None and line_at(text, before.start).start == before.start
    is_habit = found in _HABITS and bool(can & _ENDS or found in ("}", "end") or _HABITS[found])
    if found == ":":
        # before a block, or as in YAML after the first word; elsewhere it is only out of place
        is_habit = text.startswith("\n", token.end) or begins_line
    if is_habit:
        return SyntaxProblem(code=Code("E119"), span=token.span, found=found, detail=_HABITS[found])
    if token.kind == "INT" and "DURATION" in can and "INT" not in can:
        return SyntaxProblem(code=Code("E121"), span=token.span, found=found)
    if before and before.kind == "INT" and found in LONG_UNITS:
        return SyntaxProblem(
            code=Code("E120"),
            span=before.span.to(token.span),
            found=f"{before.text} {found}",
            detail=before.text + LONG_UNITS[found],
        )
    if token.kind == "_INDENT":
        return SyntaxProblem(code=Code("E111"), span=line_at(text, token.start))
    if can == {"_INDENT"}:
        return SyntaxProblem(code=Code("E113"), span=Span(line_at(text, last_end).start, last_end))
    span = token.span
    if token.kind in _ENDS:
        # nothing stands there: point at the end of what was read last
        span = Span(max(last_end - 1, 0), last_end)
    return SyntaxProblem(
        code=Code("E101"), span=span, found=found, expected=expected, detail=token.kind
    )


def unknown_line(first: Token, expected: tuple[str, ...]) -> SyntaxProblem:
    """The problem of a line that begins with a word of another language, or with none of ours."""
    instead = _HABITS.get(first.text)
    if instead is not None:
        return SyntaxProblem(code=Code("E119"), span=first.span, found=first.text, detail=instead)
    return SyntaxProblem(
        code=Code("E101"), span=first.span, found=first.text, expected=expected, detail=first.kind
    )


def line_at(text: str, position: int) -> Span:
    """The line that `position` is on, without its indentation."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : len(text) if end < 0 else end]
    return Span(start + len(line) - len(line.lstrip(" ")), start + len(line))
