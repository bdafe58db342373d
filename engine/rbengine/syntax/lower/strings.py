"""Quoted strings: escapes, and holes that the expression grammar reads."""

import re

from rbengine.source import Span
from rbengine.syntax.lower.lowering import Lowering
from rbengine.syntax.nodes.expressions import Chunk, Hole, Template
from rbengine.syntax.tokens import Token

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "{": "{", "}": "}"}
_HOLE = re.compile(r'\{\{((?:[^"}\n]|"(?:\\[^\n]|[^"\\\n])*"|\}(?!\}))*)\}\}')
_ESCAPE = re.compile(r"\\(.)")


def template(lowering: Lowering, token: Token) -> Template:
    """The parts of a quoted string. Spans of chunks cover the text as written, escapes included."""
    text, base = token.text, token.start
    if "\\" not in text and "{{" not in text:
        inner = Span(token.start + 1, token.end - 1)
        parts = (lowering.make(Chunk, inner, text=text[1:-1]),) if len(text) > 2 else ()
        return lowering.make(Template, token.span, parts=parts)
    parts_read: list[Chunk | Hole] = []
    position = 1
    plain: list[str] = []
    plain_start = 1

    def end_chunk() -> None:
        if plain:
            span = Span(base + plain_start, base + position)
            parts_read.append(lowering.make(Chunk, span, text="".join(plain)))
            plain.clear()

    end = len(text) - 1
    while position < end:
        if text.startswith("{{", position):
            match = _HOLE.match(text, position, end)
            if match:
                end_chunk()
                span = Span(base + position, base + match.end())
                parts_read.append(_hole(lowering, span, match[1]))
                position = plain_start = match.end()
                continue
        if text[position] == "\\":
            escaped = _ESCAPES.get(text[position + 1])
            if escaped is None:
                span = Span(base + position, base + position + 2)
                lowering.report("E130", span, found=text[position : position + 2])
                escaped = text[position + 1]
            plain.append(escaped)
            position += 2
            continue
        stop = position + 1
        while stop < end and text[stop] not in "\\{":
            stop += 1
        plain.append(text[position:stop])
        position = stop
    end_chunk()
    return lowering.make(Template, token.span, parts=tuple(parts_read))


def _hole(lowering: Lowering, span: Span, inner: str) -> Hole | Chunk:
    if not inner.strip(" "):
        lowering.report("E125", span, found="{{ }}")
        return lowering.make(Chunk, span, text="")
    read = lowering.read_inside("hole", Span(span.start + 2, span.end - 2))
    if read is None:
        return lowering.make(Chunk, span, text="")
    expression, *filters = read
    return lowering.make(Hole, span, expression=expression, filters=lowering.names(filters))
