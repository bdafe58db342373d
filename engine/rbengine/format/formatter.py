"""A file in the one form in which all are written. What it means, and what its comments say, stays."""

from collections import Counter

import msgspec

from rbengine.diagnostics import Code, Diagnostic, Label
from rbengine.format.layout import layout
from rbengine.format.lines import lines_of
from rbengine.source import SourceFile, Span
from rbengine.syntax import describe, parse
from rbengine.syntax.parsed import Parsed
from rbengine.syntax.tokens import Token

CHANGED_MEANING = Code("E901")


class Formatted(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is None where the file is left as it is: it has problems, or it is none of ours (then there are none).

    `text` has LF line ends, whatever the file has.
    """

    text: str | None
    problems: tuple[Diagnostic, ...] = ()


def format_source(source: SourceFile) -> Formatted:
    """The text of `source` as it should be; the same again when formatted again.

    The new text is read again before it is given out: if its tree or its comments were others, that is E901, a bug in
    the formatter, and there is no text.
    """
    tokens: list[Token] = []
    parsed = parse(source, tokens)
    if parsed.problems:
        return Formatted(
            text=None, problems=tuple(describe(one, source) for one in parsed.problems)
        )
    if parsed.tree is None:
        return Formatted(text=None)
    text = layout(lines_of(source.text, tokens, parsed.trivia), parsed.kind)
    if text != source.text:
        again = parse(SourceFile(source.path, text))
        lost = _what_is_lost(parsed, again)
        if lost:
            return Formatted(text=None, problems=(_changed_meaning(source, lost),))
    return Formatted(text=text)


def _what_is_lost(before: Parsed, after: Parsed) -> str:
    if after.problems:
        return "could not be read again"
    if before.tree != after.tree:
        return "would mean something else"
    if _comments(before) != _comments(after):
        return "would lose a comment"
    return ""


def _comments(parsed: Parsed) -> Counter[str]:
    return Counter(one.text.rstrip(" ") for one in parsed.trivia if one.kind == "comment")


def _changed_meaning(source: SourceFile, lost: str) -> Diagnostic:
    return Diagnostic(
        code=CHANGED_MEANING,
        message=f"`{source.path}`, once formatted, {lost}; it is left as it is",
        primary=Label(source.path, Span(0, 0)),
        why="a formatter changes how a text looks and nothing else; this is a bug in rbengine",
        help="please report it with the file",
    )
