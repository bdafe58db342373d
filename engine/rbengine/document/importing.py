"""A document as drafts: every runbook of it a file, what stands beside them, and what no draft holds."""

import re
from collections.abc import Collection, Iterable

import msgspec

from rbengine.document.chapters import Chapter, chapters_of
from rbengine.document.company import company_of
from rbengine.document.draft import Draft, Facts, draft_of
from rbengine.document.markdown import MarkdownBlock, blocks_of
from rbengine.document.places import places_of

_NUMBERED = re.compile(r"(?P<letters>[A-Z]+)-(?P<number>[0-9]+)")


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """What a document came to. Every line of it that is not blank is in a draft or in the remainder."""

    drafts: tuple[Draft, ...]
    lines: int
    """Lines that are not blank."""
    remainder: tuple[tuple[int, str], ...]
    """Those that no draft holds, with their numbers."""


def import_document(text: str, source: str, taken: Collection[str] = ()) -> Import:
    """Drafts of every runbook in `text`; those without a number of their own get the next that is not `taken`.

    Linear in the text. Any text is taken: one in which nothing looks like a runbook has no drafts.
    """
    blocks = blocks_of(text)
    chapters = chapters_of(blocks)
    runbooks = [one for one in chapters if one.is_runbook]
    others = [one for one in chapters if not one.is_runbook]
    company = company_of(others, {one.id for one in runbooks}, _title(chapters, source), source)
    places = {one.line: one for one in reversed(places_of(text))}
    codes = _codes(runbooks, taken)
    drafts = tuple(
        draft_of(one, code, company.facts.get(code, Facts()), places, source)
        for one, code in zip(runbooks, codes, strict=True)
    )
    held = _lines((*company.held, *(block for one in runbooks for block in _of(one))))
    rows = text.split("\n")
    return Import(
        drafts=(*drafts, *company.drafts),
        lines=sum(bool(one.strip()) for one in rows),
        remainder=tuple(
            (number, one)
            for number, one in enumerate(rows, 1)
            if one.strip() and number not in held
        ),
    )


def _of(chapter: Chapter) -> Iterable[MarkdownBlock]:
    if chapter.heading:
        yield chapter.heading
    for section in chapter.sections:
        if section.heading:
            yield section.heading
        yield from section.blocks


def _lines(blocks: Iterable[MarkdownBlock]) -> set[int]:
    """The lines of the blocks. The head of a table is none of its rows: it is left."""
    return {number for one in blocks for number in range(one.line, one.end + 1)}


def _title(chapters: Iterable[Chapter], source: str) -> str:
    for one in chapters:
        if one.heading and one.heading.depth == 1 and one.title:
            return one.title
    return source


def _codes(runbooks: Iterable[Chapter], taken: Collection[str]) -> list[str]:
    """The ids of the runbooks: their own, where it is the first of its kind, else the next free number."""
    own = [one.id for one in runbooks]
    used = {*taken, *own}
    letters = next((found["letters"] for one in own if (found := _NUMBERED.fullmatch(one))), "RB")
    number = 0
    codes: list[str] = []
    for one in own:
        if one and one not in codes:
            codes.append(one)
            continue
        while True:
            number += 1
            code = f"{letters}-{number:03}"
            if code not in used:
                break
        used.add(code)
        codes.append(code)
    return codes
