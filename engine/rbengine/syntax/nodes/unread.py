"""Nodes that stand for text which could not be read; each has its report."""

from collections.abc import Iterable, Iterator

from rbengine.syntax.nodes.base import Node
from rbengine.syntax.nodes.changes import ErrorItem
from rbengine.syntax.nodes.runbook import ErrorSection
from rbengine.syntax.nodes.statements import ErrorStatement

Unread = ErrorStatement | ErrorSection | ErrorItem


def unread_texts(nodes: Iterable[Node], text: str) -> Iterator[str]:
    """What could not be read of `text`, whose tree has `nodes`: nothing that stands in it is missing, or unused."""
    for node in nodes:
        if isinstance(node, Unread):
            yield text[node.span.start : node.span.end]
