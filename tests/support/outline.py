"""A tree in one line: `Step("a", body=[Note("x")])`. Fields that hold nothing are left out."""

from datetime import date, timedelta
from decimal import Decimal

from rbengine.syntax.nodes.base import Block, Name, Node
from rbengine.syntax.nodes.expressions import Chunk, Hole, NameRef, Template, TextLiteral


def outline(value: object) -> str:
    """The outline of a node, a tuple of nodes, or a value inside one."""
    if isinstance(value, Name):
        return value.text
    if isinstance(value, NameRef):
        return value.name.text
    if isinstance(value, Template):
        return '"' + "".join(outline(part) for part in value.parts) + '"'
    if isinstance(value, TextLiteral):
        return outline(value.template)
    if isinstance(value, Chunk):
        return value.text
    if isinstance(value, Hole):
        filters = "".join(f"|{name.text}" for name in value.filters)
        return "{" + outline(value.expression) + filters + "}"
    if isinstance(value, Block):
        return repr(value.text)
    if isinstance(value, Node):
        return _node(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(outline(one) for one in value) + "]"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}s"
    if isinstance(value, Decimal | date | bool | int):
        return str(value)
    return repr(value)


def _node(node: Node) -> str:
    fields = [name for name in node.__struct_fields__ if name not in ("id", "span")]
    said = []
    for name in fields:
        value = getattr(node, name)
        if value is None or value is False or value == ():
            continue
        said.append(outline(value) if name == fields[0] else f"{name}={outline(value)}")
    return f"{type(node).__name__}({', '.join(said)})"
