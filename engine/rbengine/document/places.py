"""The places of a runbook document: every bullet, query, command, message and rule of it, with a name that stays.

A place is named by chapter, section and number: `RB-001/resolve/2.1` is the first step under the second bold line
("If …") of the resolution of RB-001. What stands with an item and is none (a query, a command, a remark) is a part of
it: `RB-001/resolve/2.1/query`. What a section says before its first item is its number 0.
"""

import hashlib
import re
from collections.abc import Iterator

import msgspec

from rbengine.document.markdown import MarkdownBlock, blocks_of

_CHAPTER = re.compile(r"([A-Z]+-[0-9]+)\b")
_SECTIONS = {
    "symptoms": "symptoms",
    "diagnostic steps": "diagnose",
    "diagnosis": "diagnose",
    "resolution steps": "resolve",
    "resolution": "resolve",
    "recovery": "recover",
    "prevention": "prevent",
}
_PART = {"sql": "query", "": "text"}
_LISTED = re.compile(r"[ \t]*(?:#|//|--)[ \t]*-[ \t]+(?P<text>.+)")
"""A bullet in a comment of a command: `# - Timeout errors`."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One place. `text` is as the document says it, at most one line of it is shown to people."""

    id: str
    kind: str
    """`branch`, `item`, `row`, or of a part `query`, `command`, `text`, `note`."""
    line: int
    """Where it begins in the document, from 1."""
    text: str

    @property
    def title(self) -> str:
        """Its first line, for people."""
        return self.text.splitlines()[0] if self.text else ""

    @property
    def digest(self) -> str:
        """Sixteen hex digits of the SHA-256 of its text, spaces folded: another text is another place to look at."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:16]

    @property
    def whole(self) -> str:
        """The place that this one is a part of; its own id where it is none."""
        return "/".join(self.id.split("/")[:_NAMED])


_NAMED = 3
"""Chapter, section, number: what is behind them names a part."""

_TITLE_LEVEL = 2
"""Headings down to `##` begin a chapter, deeper ones a section."""


def places_of(text: str) -> tuple[Place, ...]:
    """The places of a document in its order, each id once."""
    found: dict[str, Place] = {}
    for place in _Walk().read(blocks_of(text)):
        before = found.get(place.id)
        if before is not None:  # two remarks at one place are one
            place = msgspec.structs.replace(before, text=f"{before.text}\n{place.text}")
        found[place.id] = place
    return tuple(found.values())


class _Walk:
    """Where one is in the document: chapter, section, the bold line and the items around."""

    def __init__(self) -> None:
        self.chapter = "document"
        self.section = ""
        self.branch: tuple[int, ...] = ()
        self.branches = 0
        self.item: tuple[int, ...] = ()
        """The item that what comes next belongs to; empty before the first of a section."""
        self.above: tuple[int, ...] = ()
        """The numbered item that bullets at the margin belong to."""
        self.margin: tuple[int, ...] = ()
        """What the items of the outermost list stand under."""

    def read(self, blocks: tuple[MarkdownBlock, ...]) -> Iterator[Place]:
        for block in blocks:
            match block.kind:
                case "heading":
                    self._heading(block)
                case "rule":
                    self._enter("")
                case "item":
                    yield self._item(block)
                case "row":
                    yield self._place((block.number,), "row", block)
                case "code":
                    yield from self._code(block)
                case "paragraph":
                    yield self._paragraph(block)

    def _heading(self, block: MarkdownBlock) -> None:
        if block.depth > _TITLE_LEVEL:
            words = block.text.strip().lower()
            self._enter(_SECTIONS.get(words) or _slug(words))
            return
        chapter = _CHAPTER.match(block.text)
        self.chapter = (
            chapter[1]
            if chapter
            else _slug(block.text)
            if block.depth == _TITLE_LEVEL
            else "document"
        )
        self._enter("")

    def _enter(self, section: str) -> None:
        self.section = section
        self.branch, self.branches, self.item, self.above = (), 0, (), ()

    def _item(self, block: MarkdownBlock) -> Place:
        if block.depth > 1:
            around = self.item[: len(self.margin) + block.depth - 1]
        elif block.ordered:
            around = self.branch
        else:
            around = self.above or self.branch
        if block.depth == 1:
            self.margin = around
        self.item = (*around, block.number)
        if block.depth == 1 and block.ordered:
            self.above = self.item
        return self._place(self.item, "item", block)

    def _paragraph(self, block: MarkdownBlock) -> Place:
        if (
            block.depth == 0
            and block.strong
            and block.text == f"**{block.strong}**"
            and block.strong.endswith(":")
        ):
            self.branches += 1
            self.branch = self.item = (self.branches,)
            self.above = ()
            return self._place(self.branch, "branch", block)
        return self._part("note", block)

    def _code(self, block: MarkdownBlock) -> Iterator[Place]:
        yield self._part(_PART.get(block.language, "command"), block)
        number = 0
        for shift, line in enumerate(block.text.splitlines(), 1):
            listed = _LISTED.fullmatch(line)
            if listed and self.item:
                number += 1
                yield self._named((*self.item, number), "item", block.line + shift, listed["text"])

    def _part(self, kind: str, block: MarkdownBlock) -> Place:
        if not self.item:
            return self._place((0,), kind, block)
        whole = self._named(self.item, kind, block.line, block.text)
        return msgspec.structs.replace(whole, id=f"{whole.id}/{kind}")

    def _place(self, path: tuple[int, ...], kind: str, block: MarkdownBlock) -> Place:
        return self._named(path, kind, block.line, block.text)

    def _named(self, path: tuple[int, ...], kind: str, line: int, text: str) -> Place:
        section = self.section or "text"
        number = ".".join(str(one) for one in path)
        return Place(id=f"{self.chapter}/{section}/{number}", kind=kind, line=line, text=text)


def _slug(text: str) -> str:
    """`## Escalation procedures (all)` as `escalation-procedures`: words without what stands in brackets."""
    bare = re.sub(r"\([^)]*\)", "", text.lower())
    return "-".join(re.findall(r"[a-z0-9]+", bare)) or "text"
