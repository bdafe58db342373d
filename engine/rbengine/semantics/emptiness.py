"""What is concluded from a list that may lose entries: that nothing is there proves nothing.

Followed through names and procedures: a part of such a list loses entries too, and so do its count, its first item and
what `any` says of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from rbengine.contract.operations import Operation
from rbengine.semantics.inference.workbench import ProcedureType
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
    parameter: str = ""
    """In a procedure: the parameter that may be such a list, in place of the operation."""


class ProcedureLists:
    """Of each procedure: whether it gives such a list, and which parameters it concludes from. Looked up once."""

    def __init__(
        self,
        procedures: Mapping[str, ProcedureType],
        operations: Mapping[str, Mapping[NodeId, Operation]],
    ) -> None:
        self._procedures = procedures
        self._operations = operations
        """By library: what its calls are."""
        self._known: dict[str, tuple[_Lossy | None, frozenset[str]]] = {}

    @property
    def may_lose_entries(self) -> bool:
        """Whether any of them calls an operation that may."""
        return any(
            one.may_lose_entries for its in self._operations.values() for one in its.values()
        )

    def gives(self, name: str) -> "_Lossy | None":
        """What procedure `name` gives, where that may lose entries."""
        return self._of(name)[0]

    def concludes_from(self, name: str) -> frozenset[str]:
        """The parameters of whose emptiness procedure `name` makes something."""
        return self._of(name)[1]

    def _of(self, name: str) -> "tuple[_Lossy | None, frozenset[str]]":
        found = self._procedures.get(name)
        if found is None:
            return None, frozenset()
        known = self._known.get(name)
        if known is None:
            self._known[name] = None, frozenset()  # one that calls itself adds nothing by doing so
            body = found.tree.body
            inside = _Emptiness(self._operations.get(found.library, {}), self)
            for one in found.parameters:
                inside.is_parameter(one.name)
            nodes = tuple(one for statement in body for one in walk(statement))
            inside.bind_all(nodes)
            from_parameters = frozenset(
                lossy.parameter
                for statement in body
                for _, lossy in inside.conclusions(statement, holds=True)
                if lossy.parameter
            )
            given = (inside.given(one) for one in nodes if isinstance(one, tree.Give))
            gives = next((one for one in given if one is not None and not one.parameter), None)
            known = self._known[name] = gives, from_parameters
        return known


def check_emptiness(
    file: str,
    tree_: Node,
    nodes: Sequence[Node],
    operations: Mapping[NodeId, Operation],
    procedures: ProcedureLists,
    report: Report,
) -> None:
    """Report conclusions from the emptiness of a list that may lose entries. `nodes` are all of `tree_`."""
    own = any(one.may_lose_entries for one in operations.values())
    if not own and not procedures.may_lose_entries:
        return
    found = _Emptiness(operations, procedures)
    found.bind_all(nodes)
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

    def __init__(self, operations: Mapping[NodeId, Operation], procedures: ProcedureLists) -> None:
        self._operations = operations
        self._procedures = procedures
        self._names: dict[str, _Lossy] = {}

    def is_parameter(self, name: str) -> None:
        """`name` is what the caller hands in."""
        self._names[name] = _Lossy("list", name, "", name)

    def given(self, node: tree.Give) -> _Lossy | None:
        """What it gives, where that may lose entries."""
        return self._made(node.value)

    def bind_all(self, nodes: Iterable[Node]) -> None:
        """Everything that has a name."""
        for node in nodes:
            if isinstance(node, tree.Bind):
                self.bind(node)

    def bind(self, node: tree.Bind) -> None:
        """`name = …`; names are bound before they are read, so one walk is enough."""
        value: Node = node.value
        if isinstance(value, tree.Try):
            value = value.value
        made = self._made(value.items if isinstance(value, tree.ForEach) else value)
        if made is not None:
            name = node.name.text
            self._names[name] = msgspec.structs.replace(made, name=name)

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
        if isinstance(node, tree.ProcedureCall):
            yield from self._handed_on(node)
        if isinstance(node, tree.If) and _acts(node.otherwise or ()):
            # Its last way is taken because none of the conditions held.
            for branch in node.branches:
                yield from self.conclusions(branch.condition, holds=False)
        stays = isinstance(node, Unary | Compare | Test | Apply | Field | Where | Each)
        for one in children(node):
            yield from self.conclusions(one, holds=True if stays else holds)

    def _handed_on(self, node: tree.ProcedureCall) -> Iterator[tuple[Node, _Lossy]]:
        """Arguments of whose emptiness the procedure makes something."""
        concluding = self._procedures.concludes_from(node.procedure.text)
        for one in node.arguments:
            lossy = self._as(one.value, "list")
            if lossy is not None and one.name is not None and one.name.text in concluding:
                yield one.value, lossy

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
            case tree.ProcedureCall():
                given = self._procedures.gives(node.procedure.text)
                return given and msgspec.structs.replace(given, name=node.procedure.text)
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
