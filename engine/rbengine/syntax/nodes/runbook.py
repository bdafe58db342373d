"""A runbook and its parts, in the order they are written."""

from collections.abc import Iterable, Iterator

from rbengine.syntax.nodes.base import Block, Name, Node
from rbengine.syntax.nodes.changes import ErrorItem
from rbengine.syntax.nodes.expressions import DurationLiteral, Expression, Template
from rbengine.syntax.nodes.statements import Allow, Body, Covers, ErrorStatement, Step
from rbengine.syntax.nodes.types import TypedName, TypeExpression


class Severity(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Name


class Mttr(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """A duration, or None for `immediate`."""

    target: DurationLiteral | None


class Alerts(Node, frozen=True, kw_only=True, eq=False, gc=False):
    names: tuple[Name, ...]


class Tags(Node, frozen=True, kw_only=True, eq=False, gc=False):
    names: tuple[Name, ...]


class Owner(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Name


class Use(Node, frozen=True, kw_only=True, eq=False, gc=False):
    libraries: tuple[Name, ...]


class Input(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`input name: type [= default] "help"`."""

    name: Name
    type: TypeExpression
    default: Expression | None
    help: Template


class Item(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """One `- line` of prose, continuation lines joined; `covers …` at its end taken off."""

    text: str
    covers: Covers | None


class Symptoms(Node, frozen=True, kw_only=True, eq=False, gc=False):
    items: tuple[Item, ...]


class Prevent(Node, frozen=True, kw_only=True, eq=False, gc=False):
    items: tuple[Item, ...]


class Either(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """One of its lines must hold."""

    conditions: tuple[Expression, ...]


class Finding(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Every line must hold."""

    name: Name
    title: Template
    covers: Covers | None
    conditions: tuple[Expression | Either, ...]


class Diagnose(Node, frozen=True, kw_only=True, eq=False, gc=False):
    body: tuple["Step | Finding | ErrorSection", ...]


class Resolve(Node, frozen=True, kw_only=True, eq=False, gc=False):
    finding: Name
    body: Body


class Otherwise(Node, frozen=True, kw_only=True, eq=False, gc=False):
    body: Body


class Verify(Node, frozen=True, kw_only=True, eq=False, gc=False):
    body: Body


class Recover(Node, frozen=True, kw_only=True, eq=False, gc=False):
    body: Body


class OnBreach(Node, frozen=True, kw_only=True, eq=False, gc=False):
    body: Body


class Message(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`message name(params) "Subject"` over Jinja2 text. `subject` is Jinja2 too, with the quotes taken off."""

    name: Name
    parameters: tuple[TypedName, ...]
    subject: Template | None
    covers: Covers | None
    body: Block


class ErrorSection(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """A part that could not be read; its problem was reported. `keyword` is its first word.

    `names` is the name that it would have declared, if one could be read: `webhook_missed` of a broken `finding`.
    """

    keyword: str
    names: tuple[str, ...] = ()


RunbookPart = (
    Severity | Mttr | Alerts | Tags | Owner | Use | Input | Symptoms | Diagnose | Resolve | Otherwise | Verify
    | Recover | OnBreach | Prevent | Message | Allow | ErrorSection
)  # fmt: skip


class Runbook(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`runbook RB-011 "Title"`."""

    code: Name
    title: Template
    parts: tuple[RunbookPart, ...]


Unread = ErrorStatement | ErrorSection | ErrorItem
"""What stands for text that could not be read; each has its report."""


def all_read(nodes: Iterable[Node]) -> bool:
    """Whether none of them stands for such text."""
    return not any(isinstance(one, Unread) for one in nodes)


def unread_texts(nodes: Iterable[Node], text: str) -> Iterator[str]:
    """What could not be read of `text`, whose tree has `nodes`: nothing that stands in it is missing, or unused."""
    for node in nodes:
        if isinstance(node, Unread):
            yield text[node.span.start : node.span.end]
