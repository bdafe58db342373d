"""A document cut into runbooks and their sections, whatever heading levels it uses."""

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from rbengine.document.markdown import MarkdownBlock

SectionKind = Literal["symptoms", "diagnose", "resolve", "verify", "recover", "prevent", ""]
"""Empty: what stands above the first section, and what no word of ours fits."""

_WORDS: dict[SectionKind, tuple[str, ...]] = {
    "symptoms": ("symptom", "alert", "what you see", "when to use", "trigger", "impact"),
    "diagnose": ("diagnos", "investigat", "triage", "check", "analysis", "identify"),
    "verify": ("verif", "validat", "confirm"),
    "recover": ("recover", "clean up", "cleanup", "afterwards", "after the incident"),
    "prevent": ("prevent", "follow-up", "follow up", "lessons", "long-term"),
    "resolve": ("resol", "mitigat", "remediat", "fix", "repair", "response", "procedure", "steps", "workaround"),
}  # fmt: skip
"""Beginnings of words by which people name a section; the first that fits counts."""

ID = re.compile(r"(?P<id>[A-Z]{2,}-[0-9]+)\s*[:.\u2013\u2014-]*\s*")


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with the blocks below it. The first of a chapter has no heading."""

    kind: SectionKind
    heading: MarkdownBlock | None
    blocks: tuple[MarkdownBlock, ...]


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """One runbook of the document, or a part of it that is none."""

    id: str
    """As the document numbers it; empty where it does not."""
    title: str
    heading: MarkdownBlock | None
    sections: tuple[Section, ...]

    @property
    def is_runbook(self) -> bool:
        """Whether it says how something is found or done."""
        return any(one.kind in {"symptoms", "diagnose", "resolve"} for one in self.sections)


def chapters_of(blocks: Sequence[MarkdownBlock]) -> tuple[Chapter, ...]:
    """The chapters in their order; together they hold every block but the rules between them.

    Runbooks begin one level above the headings that are named like sections. A document of one runbook is one chapter.
    """
    level = _level(blocks)
    chapters: list[Chapter] = []
    start = 0
    for index, block in enumerate(blocks):
        if block.kind == "heading" and block.depth <= level and index > start:
            chapters.append(_chapter(blocks[start:index], level))
            start = index
    if start < len(blocks):
        chapters.append(_chapter(blocks[start:], level))
    return tuple(chapters)


def _level(blocks: Sequence[MarkdownBlock]) -> int:
    """The depth of headings that begin a chapter: one less than that of most sections."""
    depths = [one.depth for one in blocks if one.kind == "heading" and kind_of(one.text)]
    sections = max(set(depths), key=lambda one: (depths.count(one), -one), default=2)
    return max(sections - 1, 1)


def _chapter(blocks: Sequence[MarkdownBlock], level: int) -> Chapter:
    head = blocks[0] if blocks[0].kind == "heading" and blocks[0].depth <= level else None
    found = ID.match(head.text) if head else None
    title = (head.text[found.end() :] if found else head.text).strip() if head else ""
    sections: list[Section] = []
    heading: MarkdownBlock | None = None
    inside: list[MarkdownBlock] = []
    kind: SectionKind = ""
    for block in blocks[1:] if head else blocks:
        if block.kind == "heading":
            sections.append(Section(kind=kind, heading=heading, blocks=tuple(inside)))
            # A heading below a section belongs to it: `#### If the disk is full`.
            deeper = heading is not None and block.depth > heading.depth
            kind = kind if deeper else kind_of(block.text)
            heading, inside = block, []
        elif block.kind == "rule":
            continue
        else:
            inside.append(block)
    sections.append(Section(kind=kind, heading=heading, blocks=tuple(inside)))
    kept = tuple(one for one in sections if one.heading is not None or one.blocks)
    return Chapter(id=found["id"] if found else "", title=title, heading=head, sections=kept)


def kind_of(heading: str) -> SectionKind:
    """What a heading names, by the words that people use."""
    words = re.sub(r"[^a-z -]+", " ", heading.lower())
    for kind, beginnings in _WORDS.items():
        if any(re.search(rf"\b{re.escape(one)}", words) for one in beginnings):
            return kind
    return ""
