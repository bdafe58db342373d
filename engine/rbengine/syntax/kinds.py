"""What a file holds, by its first word alone: most files of a project need not be read to the end for that."""

import re
from typing import Any, Literal, NamedTuple

from rbengine.source import Span
from rbengine.syntax.parts import PART_WORDS

Kind = Literal[
    "runbook", "policy", "calendar", "library", "app", "scenarios", "foreign", "empty", "refused"
]
"""The first word; `foreign` is a file that begins with another one (and is left alone), `empty` has no word at all,
`refused` was too large or not to be read as text."""

MAX_CHARACTERS = 1_000_000

OTHER_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""For a class of characters: the no-break space and the others that are called space separators."""
_FIRST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*([ \t]*)([^\s]*)")
_PART = re.compile(rf"^(?![ \t\n#{OTHER_BLANKS}])", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Beginning(NamedTuple):
    """Where the first word stands, and whether something stands before it in its line."""

    kind: Kind
    span: Span
    indented: bool


def beginning(text: str) -> Beginning:
    """The kind of a file, and the word that says so; an empty span where there is none."""
    first = _FIRST.match(text)
    if first is None or not first[2]:
        return Beginning("empty", Span(0, 0), indented=False)
    span = Span(*first.span(2))
    word = _WORD.match(first[2])
    if word is None or word[0] not in PART_WORDS:
        return Beginning("foreign", span, indented=False)
    kind: Any = "refused" if len(text) > MAX_CHARACTERS else word[0]
    return Beginning(kind, span, indented=bool(first[1]))


def head(text: str) -> str:
    """From the first word to the first part: the name stands in it, and the title."""
    start = beginning(text).span.start
    part = _PART.search(text, start + 1)
    return text[start:] if part is None else text[start : part.start()]
