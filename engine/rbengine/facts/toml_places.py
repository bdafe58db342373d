"""Where the keys and values of a TOML text stand: its reader, `tomllib`, does not say.

For texts that `tomllib` has read: what is no TOML has no places.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from rbengine.source import Span

Path = tuple[str, ...]

_BLANK = re.compile(r"[ \t]*")
_DOT = re.compile(r"[ \t]*\.")
_NEXT = re.compile(r"(?:\s|#[^\n]*)*")
_KEY = re.compile(r"""\s*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))""")
_TEXT = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^\s,\]}#]*(?:[ \t]+[0-9:.+Z-]+)?")


class Place(NamedTuple):
    """The last word of a key as it is written, and its value; of a table's header the value is empty."""

    key: Span
    value: Span


def places(text: str) -> Mapping[Path, Place]:
    """Every key by its path from the top, and every element of a list by its number behind the list's path.

    Where a table has several headers, the first counts.
    """
    reader = _Reader(text)
    reader.document()
    return reader.found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.found: dict[Path, Place] = {}

    def document(self) -> None:
        header: Path = ()
        while self._skip() < len(self._text):
            if self._text[self._at] == "[":
                self._at += 2 if self._text.startswith("[[", self._at) else 1
                header = self._key(())
                self._at = self._text.find("\n", self._at)
                if self._at < 0:
                    return
            elif not self._pair(header):
                return

    def _pair(self, table: Path) -> bool:
        """`key = value`; False where there is none."""
        path = self._key(table)
        equals = _BLANK.match(self._text, self._at)
        self._at = equals.end() if equals is not None else self._at
        if path == table or not self._text.startswith("=", self._at):
            return False
        self._at += 1
        self._skip()
        start = self._at
        self._value(path)
        self.found[path] = Place(self.found[path].key, Span(start, self._at))
        return True

    def _key(self, table: Path) -> Path:
        path = table
        while True:
            word = _KEY.match(self._text, self._at)
            if word is None:
                return path
            group = next(number for number in (1, 2, 3) if word[number] is not None)
            path = (*path, word[group])
            self.found.setdefault(
                path, Place(Span(*word.span(group)), Span(word.end(), word.end()))
            )
            self._at = word.end()
            dot = _DOT.match(self._text, self._at)
            if dot is None:
                return path
            self._at = dot.end()

    def _value(self, path: Path) -> None:
        opening = self._text[self._at : self._at + 1]
        closing = {"{": "}", "[": "]"}.get(opening)
        if closing is not None:
            self._at += 1
            number = 0
            while self._skip() < len(self._text) and self._text[self._at] != closing:
                if self._text[self._at] == ",":
                    self._at += 1
                elif opening == "[":
                    self._element((*path, str(number)))
                    number += 1
                elif not self._pair(path):
                    return
            self._at += 1
            return
        found = _TEXT.match(self._text, self._at) or _BARE.match(self._text, self._at)
        self._at = found.end() if found is not None and found.end() > self._at else self._at + 1

    def _element(self, path: Path) -> None:
        start = self._at
        self._value(path)
        span = Span(start, self._at)
        self.found[path] = Place(span, span)

    def _skip(self) -> int:
        found = _NEXT.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return self._at
