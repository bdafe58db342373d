"""A text that was read before and has changed a little: parts that are the same are moved, not read again."""

from typing import Any, TypeVar

from msgspec.structs import replace

from rbengine.source import SourceFile, Span
from rbengine.syntax.kinds import Kind, beginning
from rbengine.syntax.nodes.base import Block, Node
from rbengine.syntax.parsed import Parsed
from rbengine.syntax.parser import Reading, parse, part_starts
from rbengine.syntax.trivia import Trivia

N = TypeVar("N", bound=Node)


def parse_again(source: SourceFile, former: SourceFile, parsed: Parsed) -> Parsed:
    """What `parse(source)` gives but for the ids of nodes, made with the help of what `former` gave.

    Nodes of parts that are the same keep their ids; new ones get higher ones.
    """
    first = beginning(source.text)
    kind = first.kind
    if parsed.tree is None or kind != parsed.kind:
        return parse(source)
    reading = _Rereading(source.text, former, parsed)
    return reading.file(kind, first.span.start, indented=first.indented)


def moved(node: N, by: int) -> N:
    """The same node, and everything in it, `by` code points further on."""
    if not by:
        return node
    changes: dict[str, Any] = {"span": node.span.shifted(by)}
    if isinstance(node, Block):
        changes["line_starts"] = tuple(one + by for one in node.line_starts)
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if isinstance(value, Node):
            changes[name] = moved(value, by)
        elif type(value) is tuple and value and isinstance(value[0], Node):
            changes[name] = tuple(moved(one, by) for one in value)
    return replace(node, **changes)


class _Part:
    """A part of the former text in which nothing was wrong."""

    def __init__(self, span: Span, node: Any) -> None:
        self.span = span
        self.node = node
        self.trivia: list[Trivia] = []


class _Rereading(Reading):
    def __init__(self, text: str, former: SourceFile, parsed: Parsed) -> None:
        assert parsed.tree is not None, "a file without a tree has no parts to keep"
        # The root is made last, so no node has a higher id.
        super().__init__(text, None, first_id=parsed.tree.id + 1)
        self._former: dict[str, list[_Part]] = {}
        for part in _sound_parts(former, parsed):
            self._former.setdefault(former.slice(part.span), []).append(part)

    def _section(self, kind: Kind, span: Span) -> Any:
        same = self._former.get(self._text[span.start : span.end])
        if not same:
            return super()._section(kind, span)
        part = same.pop(0)
        by = span.start - part.span.start
        for one in part.trivia:
            its = replace(one, span=one.span.shifted(by), beside=one.beside + by)
            self._trivia[its.span.start] = its
        return moved(part.node, by)


def _sound_parts(former: SourceFile, parsed: Parsed) -> list[_Part]:
    """The parts that no problem touches, each with its comments and blank lines."""
    assert parsed.tree is not None, "a file without a tree has no parts"
    text = former.text
    starts = part_starts(text, beginning(text).span.start)
    spans = [Span(*one) for one in zip(starts, [*starts[1:], len(text)], strict=True)]
    parts = [_Part(*one) for one in zip(spans, parsed.tree.parts, strict=True)]
    wrong = [place for one in parsed.problems for place in (one.span, one.other) if place]
    # Problems and trivia are in the order of the text, as the parts are: one walk along both.
    index = 0
    for one in parsed.trivia:
        while index < len(parts) and parts[index].span.end <= one.span.start:
            index += 1
        if index < len(parts) and parts[index].span.start <= one.span.start:
            parts[index].trivia.append(one)
    return [
        part
        for part in parts
        if not any(one.start <= part.span.end and part.span.start <= one.end for one in wrong)
    ]
