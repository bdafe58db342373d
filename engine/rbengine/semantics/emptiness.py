"""What is concluded from a list that may lose entries: that nothing is there proves nothing.

Followed through names: a part of such a list loses entries too, and so do its count, its first item and what `any`
says of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from rbengine.contract.operations import Operation
from rbengine.semantics.problems import duties as problems
from rbengine.semantics.problems.base import Report
from rbengine.syntax.nodes import Node, NodeId, walk
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.base import children
from rbengine.syntax.nodes.changes import Change
from rbengine.syntax.nodes.expressions import (
    Apply,
    Compare,
    Conditional,
    Each,
    Field,
    IntegerLiteral,
    NameRef,
    OperationCall,
    Test,
    Unary,
    Where,
)

Shape = Literal["list", "count", "item", "any"]
"""What was made of the list: a part of it, how many, one of it, or whether there is one."""

_MADE: dict[str, Shape] = {
    "count": "count", "first": "item", "last": "item", "max": "item", "min": "item", "any": "any", "distinct": "list",
}  # fmt: skip
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class _Lossy(msgspec.Struct, frozen=True):
    """A value made of what operation `operation` gave, by the name `name`."""

    shape: Shape
    name: str
    operation: str


def check_emptiness(
    file: str,
    tree_: Node,
    nodes: Sequence[Node],
    operations: Mapping[NodeId, Operation],
    report: Report,
) -> None:
    """Report conclusions from the emptiness of a list that may lose entries. `nodes` are all of `tree_`."""
    if not any(one.may_lose_entries for one in operations.values()):
        return
    found = _Emptiness(operations)
    for node in nodes:
        if isinstance(node, tree.Bind):
            found.bind(node)
    if not any(isinstance(node, NameRef) and found.is_one(node) for node in nodes):
        return  # nothing is made of it
    for node, lossy in found.conclusions(tree_, holds=True):
        problem = problems.EmptinessOfLossyList(
            file=file, span=node.span, name=lossy.name, operation=lossy.operation
        )
        report(problems.describe(problem))


def _acts(body: Iterable[Node]) -> bool:
    """Whether more is done than showing something."""
    return any(isinstance(one, Change | tree.Stop) for statement in body for one in walk(statement))


class _Emptiness:
    """The names of one file that were made of such lists."""

    def __init__(self, operations: Mapping[NodeId, Operation]) -> None:
        self._operations = operations
        self._names: dict[str, _Lossy] = {}

    def bind(self, node: tree.Bind) -> None:
        """`name = …`; names are bound before they are read, so one walk is enough."""
        value: Node = node.value
        if isinstance(value, tree.Try):
            value = value.value
        made = self._made(value.items if isinstance(value, tree.ForEach) else value)
        if made is not None:
            name = node.name.text
            self._names[name] = _Lossy(made.shape, name, made.operation)

    def is_one(self, node: NameRef) -> bool:
        """Whether the name stands for such a value."""
        return node.name.text in self._names

    def conclusions(self, node: Node, *, holds: bool) -> Iterator[tuple[Node, _Lossy]]:
        """Each condition inside `node` that says, when it `holds` (or does not), that something is not there."""
        if isinstance(node, Unary) and node.operator == "not":
            yield from self.conclusions(node.operand, holds=not holds)
            return
        lossy = self._concluded(node, holds=holds)
        if lossy is not None:
            yield node, lossy
            return
        if isinstance(node, tree.If) and _acts(node.otherwise or ()):
            # Its last way is taken because none of the conditions held.
            for branch in node.branches:
                yield from self.conclusions(branch.condition, holds=False)
        stays = isinstance(node, Unary | Compare | Test | Apply | Field | Where | Each)
        for one in children(node):
            yield from self.conclusions(one, holds=True if stays else holds)

    def _concluded(self, node: Node, *, holds: bool) -> _Lossy | None:
        match node:
            case Test(state="empty"):
                return self._as(node.operand, "list") if node.negated is not holds else None
            case Test(state="absent" | "present"):
                says_absent = (node.state == "absent") is not node.negated
                return self._as(node.operand, "item") if says_absent is holds else None
            case Compare():
                return self._compared(node, holds=holds)
            case NameRef() | Apply() if not holds:
                return self._as(node, "any")
            case _:
                return None

    def _compared(self, node: Compare, *, holds: bool) -> _Lossy | None:
        if node.operator in ("in", "not in"):
            says_missing = (node.operator == "not in") is holds
            return self._as(node.right, "list") if says_missing else None
        operator: str = node.operator
        counted, number = node.left, node.right
        if isinstance(counted, IntegerLiteral):
            operator, counted, number = _FLIPPED.get(operator, operator), number, counted
        lossy = self._as(counted, "count")
        if lossy is None:
            return None
        is_zero = isinstance(number, IntegerLiteral) and number.value == 0
        few = operator in ("<", "<=") or (operator == "is" and is_zero)
        many = operator in (">", ">=") or (operator == "is not" and is_zero)
        return lossy if (few and holds) or (many and not holds) else None

    def _as(self, node: Node, shape: Shape) -> _Lossy | None:
        made = self._made(node)
        return made if made is not None and made.shape == shape else None

    def _made(self, node: Node) -> _Lossy | None:
        """What `node` is made of, where that may lose entries."""
        match node:
            case OperationCall():
                known = self._operations.get(node.id)
                if known is None or not known.may_lose_entries:
                    return None
                return _Lossy("list", known.full_name, known.full_name)
            case NameRef():
                return self._names.get(node.name.text)
            case Field():
                inside = self._made(node.object)
                return inside if inside is not None and inside.shape == "list" else None
            case Where() | Each():
                return self._as(node.items, "list")
            case Conditional():
                return self._made(node.then) or self._made(node.otherwise)
            case Apply() if node.function.text in _MADE and node.arguments:
                inside = self._as(node.arguments[0].value, "list")
                if inside is None:
                    return None
                return msgspec.structs.replace(inside, shape=_MADE[node.function.text])
            case _:
                return None
