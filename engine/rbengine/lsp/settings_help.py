"""Hover and completion in `rbengine.toml`, by lines: what is being typed is seldom TOML yet."""

import re
from typing import NamedTuple

from rbengine.facts.setting_words import SettingWords, Word
from rbengine.facts.toml_places import Path, places
from rbengine.source import SourceFile, Span
from rbengine.workspace.editor.completion import Completion
from rbengine.workspace.editor.hover import Hover
from rbengine.workspace.editor.offers import Offer

_HEADER = re.compile(r"^[ \t]*\[{1,2}([^\]\n]*)\]", re.MULTILINE)
_NAME = re.compile(r"""[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*(?:\.|$)""")
_WRITTEN = re.compile(r"""["']?[A-Za-z0-9_:-]*$""")


class _At(NamedTuple):
    """Where something is being typed: in a header, a key or a value."""

    table: Path
    key: str
    """Of a value; empty elsewhere."""
    in_header: bool
    written: Span


def hover_at(source: SourceFile, offset: int, words: SettingWords) -> Hover | None:
    """What the key at `offset` is."""
    for path, place in places(source.text).items():
        if place.key.start <= offset <= place.key.end and place.key != place.value:
            word = words.word(path)
            return None if word is None else Hover(place.key, _doc(".".join(path), word))
    return None


def complete_at(source: SourceFile, offset: int, words: SettingWords) -> Completion:
    """What could stand at `offset`."""
    at = _at(source.text, offset)
    if at.key:
        word = words.word((*at.table, at.key))
        values = () if word is None else word.values or ((word.example,) if word.example else ())
        told = "" if word is None else word.doc
        return Completion(
            at.written, tuple(Offer(label=one, kind="enum", doc=told) for one in values)
        )
    # A header names a table, a line a value.
    offers = tuple(
        Offer(
            label=name,
            kind="adapter" if at.in_header else "argument",
            doc=_doc(name, word),
            insert=name if at.in_header else f"{name} = {word.example}",
        )
        for name, word in words.below(at.table)
        if at.in_header is not bool(word.example)
    )
    return Completion(at.written, offers)


def _at(text: str, offset: int) -> _At:
    begin = text.rfind("\n", 0, offset) + 1
    before = text[begin:offset]
    found = _WRITTEN.search(before)
    written = Span(begin + (len(before) if found is None else found.start()), offset)
    if before.lstrip().startswith("["):
        return _At(
            _names(before.lstrip().lstrip("["), whole=False), "", in_header=True, written=written
        )
    headers = _HEADER.findall(text, 0, begin)
    table = _names(headers[-1], whole=True) if headers else ()
    key, equals, _ = before.partition("=")
    if equals:
        *above, name = _names(key.strip(), whole=True) or ("",)
        return _At((*table, *above), name, in_header=False, written=written)
    return _At((*table, *_names(before, whole=False)), "", in_header=False, written=written)


def _names(text: str, *, whole: bool) -> Path:
    """The words of a dotted key; without the last one, which is still being typed, unless it is `whole`."""
    found: list[str] = []
    at = 0
    while (one := _NAME.match(text, at)) is not None and one.end() > at:
        if one[0].endswith(".") or whole:
            found.append(next(each for each in one.groups() if each is not None))
        at = one.end()
    return tuple(found)


def _doc(name: str, word: Word) -> str:
    rows = [f"`{name}`: {word.doc}"]
    rows += [f"`{name.rpartition('.')[2]} = {word.example}`"] if word.example else []
    return "\n\n".join(rows)
