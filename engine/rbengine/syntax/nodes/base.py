"""What every node of the tree is: frozen, with an id for side tables and the span it came from."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NewType, get_args

import msgspec

from rbengine.source import Span

NodeId = NewType("NodeId", int)
"""Unique within one file. What passes learn stands in tables from NodeId, never in the node."""


_PLACES = frozenset({"id", "span", "line_starts"})
"""Fields that say where a node stands, not what it is."""


class Node(msgspec.Struct, frozen=True, kw_only=True, eq=False, gc=False):
    """Equality means the same shape: places do not count. So a node is never a dictionary key."""

    id: NodeId
    span: Span

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is type(self)
            and isinstance(other, Node)
            and all(
                getattr(self, name) == getattr(other, name)
                for name in self.__struct_fields__
                if name not in _PLACES
            )
        )

    def __ne__(self, other: object) -> bool:
        return not self == other  # a Struct has its own, by identity

    __hash__ = None  # type: ignore[assignment]  # on purpose: see the docstring


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside `node`, in field order, which is the order of the text."""
    for name in _holding(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, Node):
                    yield one


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything inside it, outermost first."""
    # Every pass walks every tree: what `children` does is written out here, which takes half of the time.
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        kind = type(one)
        names = _HOLDING.get(kind)
        if names is None:
            names = _holding(kind)
        if not names:
            continue
        inside: list[Node] = []
        for name in names:
            value = getattr(one, name)
            if value.__class__ is tuple:
                inside += [each for each in value if isinstance(each, Node)]
            elif isinstance(value, Node):
                inside.append(value)
        inside.reverse()
        pending += inside


_HOLDING: dict[type[Node], tuple[str, ...]] = {}
_PLAIN = frozenset({str, int, bool, type(None), Decimal, ...})


def _holding(kind: type[Node]) -> tuple[str, ...]:
    """The fields of `kind` in which there may be nodes; those that are declared as plain values hold none."""
    found = _HOLDING.get(kind)
    if found is None:
        declared = {
            name: type_
            for one in reversed(kind.__mro__)
            for name, type_ in getattr(one, "__annotations__", {}).items()
        }
        found = tuple(
            name
            for name in kind.__struct_fields__
            if name not in _PLACES
            and not _PLAIN.issuperset(get_args(declared[name]) or (declared[name],))
        )
        _HOLDING[kind] = found
    return found


class Name(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """A word that names something."""

    text: str


class Block(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Raw indented text (SQL, prose, a message): its common indentation is taken off, blank lines are kept.

    `line_starts[n]` is the offset in the file of the first code point of line n of `text`, so that a place
    inside the text can be shown in the file.
    """

    text: str
    line_starts: tuple[int, ...]

    def offset_in_file(self, offset: int) -> int:
        """The place in the file of code point `offset` of `text`."""
        line = self.text.count("\n", 0, offset)
        start = self.text.rfind("\n", 0, offset) + 1
        return self.line_starts[line] + offset - start
