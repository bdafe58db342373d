"""An app: what this company's own program does, for rehearsals."""

from typing import Literal

from rbengine.syntax.nodes.base import Name, Node
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.expressions import DurationLiteral, Expression, Template
from rbengine.syntax.nodes.runbook import ErrorSection
from rbengine.syntax.nodes.statements import Allow, Statement
from rbengine.syntax.nodes.types import TypedName


class TableLine(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`"price_1" is "small"`."""

    key: Template
    value: Template


class TierTable(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`tier of stripe price` over lines: which price means which tier."""

    lines: tuple[TableLine, ...]


class Answer(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`answer 200`, `answer {tier: x}`: ends the function or handler."""

    value: Expression


AppStatement = Statement | Sql | Answer
"""Bindings, queries, operations, `if`, `for each`, and `sql` without a plan: the app changes what it likes."""


class AppFunction(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`function "name"(params) observes|changes[, repeatable] [after D]`."""

    name: Template
    parameters: tuple[TypedName, ...]
    effect: Literal["observes", "changes"]
    repeatable: bool
    after: DurationLiteral | None
    body: tuple[AppStatement, ...]


class AppHandler(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`on stripe event "a", "b" as handler "name" after D`: inside, `event` is the event's object.

    `handler` is the name a scenario's `fault app NAME down` speaks of; None takes `<vendor>-webhook`.
    """

    vendor: Name
    events: tuple[Template, ...]
    handler: Template | None
    after: DurationLiteral | None
    body: tuple[AppStatement, ...]


class App(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Template
    parts: tuple[TierTable | AppFunction | AppHandler | Allow | ErrorSection, ...]
