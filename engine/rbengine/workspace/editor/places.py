"""What stands at an offset of a file."""

from rbengine.syntax.nodes import Node, children
from rbengine.syntax.nodes.base import Block
from rbengine.workspace.editor.editor import Editor


def around(editor: Editor, path: str, offset: int) -> tuple[Node, ...]:
    """The nodes that hold `offset`, outermost first; empty for a file without a tree."""
    node: Node | None = editor.workspace.tree(path)
    found: list[Node] = []
    while node is not None:
        found.append(node)
        node = _holding(node, offset)
    return tuple(found)


def block_at(nodes: tuple[Node, ...]) -> Block | None:
    """The raw text that holds the offset."""
    return nodes[-1] if nodes and isinstance(nodes[-1], Block) else None


def offset_in_block(block: Block, offset: int) -> int:
    """The place in the block's text of `offset` of its file; in its indentation: the beginning of the line."""
    line = max(
        (number for number, start in enumerate(block.line_starts) if start <= offset), default=0
    )
    before = sum(len(one) + 1 for one in block.text.split("\n")[:line])
    return min(before + max(0, offset - block.line_starts[line]), len(block.text))


def _holding(node: Node, offset: int) -> Node | None:
    """The child that holds `offset`; of two that meet there, the second."""
    found: Node | None = None
    for one in children(node):
        if one.span.start <= offset <= one.span.end:
            found = one
    return found
