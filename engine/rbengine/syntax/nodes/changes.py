"""`change "label"` and what may stand inside it."""

from typing import Literal

from rbengine.syntax.nodes.base import Block, Name, Node
from rbengine.syntax.nodes.expressions import Expression, OperationCall, Template


class Expect(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`expect 1 row`, `at most N rows`, `at least N rows`, `any number of rows` (then `count` is None)."""

    bound: Literal["exactly", "at most", "at least", "any"]
    count: Expression | None


class Sql(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`sql` and a block, with the `expect` and `may drift` that stand below it."""

    sql: Block
    expect: Expect | None
    may_drift: tuple[Name, ...]


class ChangeOperation(Node, frozen=True, kw_only=True, eq=False, gc=False):
    call: OperationCall


class ChangeForEach(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """One plan with every item and one approval; each item its own transaction, key and undo."""

    name: Name
    items: Expression
    at_most: int | None
    body: tuple["ChangeItem", ...]


class ChangeIf(Node, frozen=True, kw_only=True, eq=False, gc=False):
    condition: Expression
    then: tuple["ChangeItem", ...]
    otherwise: tuple["ChangeItem", ...]


class Undo(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """What takes the change back; may use what was bound before it, and `result`."""

    body: tuple["ChangeItem", ...]


class Irreversible(Node, frozen=True, kw_only=True, eq=False, gc=False):
    reason: Template


class ApproveBy(Node, frozen=True, kw_only=True, eq=False, gc=False):
    roles: tuple[Name, ...]


class OneTransaction(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`in one transaction`, below a `for each`."""


class AllowInChange(Node, frozen=True, kw_only=True, eq=False, gc=False):
    code: Name
    reason: Template


class ErrorItem(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """A line that could not be read; its problem was reported."""


ChangeItem = (
    Sql | ChangeOperation | ChangeForEach | ChangeIf | Undo | Irreversible | ApproveBy | OneTransaction
    | AllowInChange | ErrorItem
)  # fmt: skip


class Change(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Either `sql` items (one transaction), one changing operation, or one `for each` around them."""

    label: Template
    items: tuple[ChangeItem, ...]
