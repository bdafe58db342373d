"""What a section says, entry by entry: a step with everything that stands below it."""

from collections.abc import Sequence

import msgspec

from rbengine.document.chapters import Section
from rbengine.document.markdown import MarkdownBlock


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One step. `head` is its item; None for what stands before the first item."""

    head: MarkdownBlock | None
    blocks: tuple[MarkdownBlock, ...]
    """What belongs to it: remarks, queries, commands, the bullets below."""

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.head.line if self.head else self.blocks[0].line


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """What is done in one case: the entries below a bold "If …" or a heading. `case` is empty where none is named."""

    case: str
    line: int
    entries: tuple[Entry, ...]


def ways_of(sections: Sequence[Section]) -> tuple[Way, ...]:
    """The cases that sections of one kind tell apart, in their order."""
    ways: list[Way] = []
    for number, section in enumerate(sections):
        named = section.heading.text if section.heading and (number or len(sections) > 1) else ""
        ways.extend(_ways(section, named))
    return tuple(one for one in ways if one.entries or one.case)


def _ways(section: Section, named: str) -> list[Way]:
    ways: list[Way] = []
    case = named
    line = section.heading.line if section.heading else 0
    inside: list[MarkdownBlock] = []
    for block in section.blocks:
        if is_case(block):
            ways.append(Way(case=case, line=line, entries=entries_of(inside)))
            case, line, inside = block.strong.rstrip(":"), block.line, []
        else:
            inside.append(block)
    ways.append(Way(case=case, line=line, entries=entries_of(inside)))
    return [one for one in ways if one.entries or (one.case and one.case != named)]


def is_case(block: MarkdownBlock) -> bool:
    """A paragraph that is all bold and ends in a colon: `**If the provider is down:**`."""
    bold = block.strong
    return (
        block.kind == "paragraph"
        and block.depth == 0
        and bold.endswith(":")
        and block.text == f"**{bold}**"
    )


def entries_of(blocks: Sequence[MarkdownBlock]) -> tuple[Entry, ...]:
    """The steps of a list, with what belongs to each.

    Bullets at the margin below a numbered item belong to it; where nothing is numbered, each bullet is a step.
    """
    numbered = any(one.kind == "item" and one.depth == 1 and one.ordered for one in blocks)
    entries: list[Entry] = []
    head: MarkdownBlock | None = None
    inside: list[MarkdownBlock] = []
    for block in blocks:
        begins = block.kind == "item" and block.depth == 1 and (block.ordered or not numbered)
        if begins:
            if head or inside:
                entries.append(Entry(head=head, blocks=tuple(inside)))
            head, inside = block, []
        else:
            inside.append(block)
    if head or inside:
        entries.append(Entry(head=head, blocks=tuple(inside)))
    return tuple(entries)
