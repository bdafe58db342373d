"""Markdown as blocks in reading order: headings, list items, paragraphs, code, table rows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

Kind = Literal["heading", "item", "paragraph", "code", "row", "rule"]


class MarkdownBlock(msgspec.Struct, frozen=True, kw_only=True):
    """One block.

    `depth` is the level of a heading; of an item, and of what stands in one, the number of lists around it.
    """

    kind: Kind
    text: str
    """Its own text as written, without markup of the block itself: no `-`, no fence, no indentation."""
    line: int
    """Where it begins, from 1."""
    end: int
    """The last line of it, with what stands inside."""
    depth: int = 0
    number: int = 0
    """Of an item: as an ordered list counts it, else its place in a list of bullets, from 1."""
    ordered: bool = False
    language: str = ""
    """Of code: the word behind its fence."""
    strong: str = ""
    """What an item or paragraph begins with in bold."""
    cells: tuple[str, ...] = ()
    """Of a row of a table."""
    header: tuple[str, ...] = ()
    """Of a row of a table: the cells of its head, which is no row by itself."""


def blocks_of(text: str) -> tuple[MarkdownBlock, ...]:
    """The blocks of a document, linear in its size. Any text is Markdown: nothing is refused."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    parser = MarkdownIt("commonmark").enable("table")
    lines = text.split("\n")
    # A row with more cells than its head loses them in Markdown: its text is that of its line.
    return tuple(
        msgspec.structs.replace(one, text=lines[one.line - 1].strip().strip("|").strip())
        if one.kind == "row"
        else one
        for one in _read(SyntaxTreeNode(parser.parse(text)).children, depth=0)
    )


def _read(nodes: "list[SyntaxTreeNode]", depth: int) -> "Iterator[MarkdownBlock]":
    for node in nodes:
        match node.type:
            case "heading":
                yield _block(node, "heading", _inline(node), depth=int(node.tag[1:]))
            case "paragraph":
                yield _block(node, "paragraph", _inline(node), depth=depth, strong=_strong(node))
            case "fence" | "code_block":
                yield _block(
                    node,
                    "code",
                    node.content.rstrip("\n"),
                    depth=depth,
                    language=node.info.split(" ")[0] if node.type == "fence" else "",
                )
            case "bullet_list" | "ordered_list":
                yield from _list(node, depth + 1)
            case "table":
                yield from _rows(node)
            case "hr":
                yield _block(node, "rule", "")
            case "blockquote":
                yield from _read(node.children, depth)
            case "html_block":
                yield _block(node, "paragraph", node.content.strip(), depth=depth)
            case _:  # link definitions: nothing that a reader sees
                continue


def _list(node: "SyntaxTreeNode", depth: int) -> "Iterator[MarkdownBlock]":
    ordered = node.type == "ordered_list"
    first = int(node.attrs.get("start", 1)) if ordered else 1
    for number, item in enumerate(node.children, first):
        inside = item.children
        head = inside[0] if inside and inside[0].type == "paragraph" else None
        yield _block(
            item,
            "item",
            _inline(head) if head else "",
            depth=depth,
            number=number,
            ordered=ordered,
            strong=_strong(head) if head else "",
        )
        yield from _read(inside[1:] if head else inside, depth)


def _rows(node: "SyntaxTreeNode") -> "Iterator[MarkdownBlock]":
    heads = [one for part in node.children if part.type == "thead" for one in part.children]
    header = tuple(_inline(cell) for cell in heads[0].children) if heads else ()
    for part in node.children:
        if part.type != "tbody":
            continue
        for number, row in enumerate(part.children, 1):
            cells = tuple(_inline(cell) for cell in row.children)
            yield _block(row, "row", " | ".join(cells), number=number, cells=cells, header=header)


def _inline(node: "SyntaxTreeNode") -> str:
    return (
        "\n".join(line.strip() for line in node.children[0].content.splitlines())
        if node.children
        else ""
    )


def _strong(node: "SyntaxTreeNode") -> str:
    """The text in bold that the paragraph begins with; empty where it begins with something else."""
    if not node.children:
        return ""
    for child in node.children[0].children:
        if child.type == "strong":
            return "".join(one.content for one in child.walk() if one.type == "text")
        if child.content.strip():
            return ""
    return ""


def _block(
    node: "SyntaxTreeNode",
    kind: Kind,
    text: str,
    *,
    depth: int = 0,
    number: int = 0,
    ordered: bool = False,
    language: str = "",
    strong: str = "",
    cells: tuple[str, ...] = (),
    header: tuple[str, ...] = (),
) -> MarkdownBlock:
    start, end = node.map or (0, 1)
    return MarkdownBlock(
        kind=kind, text=text, line=start + 1, end=end, depth=depth, number=number,
        ordered=ordered, language=language, strong=strong, cells=cells, header=header,
    )  # fmt: skip
