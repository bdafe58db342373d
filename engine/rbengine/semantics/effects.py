"""Effects: what only reads may only read, what changes stands inside a change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from rbengine.contract.operations import Effect, Operation
from rbengine.semantics.inference.workbench import ProcedureType
from rbengine.semantics.problems import effects as problems
from rbengine.semantics.problems import shape
from rbengine.semantics.problems.base import Report
from rbengine.semantics.traversal import Place, Placed, placed_in_procedure
from rbengine.source import Span
from rbengine.syntax.nodes import Node, NodeId
from rbengine.syntax.nodes import statements as tree
from rbengine.syntax.nodes.changes import (
    Change,
    ChangeForEach,
    ChangeIf,
    ChangeItem,
    ChangeOperation,
    Sql,
)
from rbengine.syntax.nodes.expressions import OperationCall

Acts = Literal["change", "tell", "ask"]

_DOES: dict[Effect, str] = {
    "observe": "only reads",
    "change": "changes something",
    "tell": "tells people",
    "ask": "asks a person",
}
_ORDER: tuple[Acts, ...] = ("change", "ask", "tell")


class ProcedureEffects:
    """What each procedure does, through those that it calls. Looked up once each."""

    def __init__(
        self,
        procedures: Mapping[str, ProcedureType],
        operations: Mapping[str, Mapping[NodeId, Operation]],
    ) -> None:
        self._procedures = procedures
        self._operations = operations
        """By library: what its calls are."""
        self._known: dict[str, frozenset[Acts]] = {}

    def of(self, name: str) -> frozenset[Acts]:
        """The effects of procedure `name` beside reading."""
        if name in self._known:
            return self._known[name]
        self._known[name] = frozenset()  # one that calls itself adds nothing by doing so
        procedure = self._procedures.get(name)
        if procedure is None:
            return frozenset()
        operations = self._operations.get(procedure.library, {})
        effects: set[Acts] = set()
        for one in placed_in_procedure(name, procedure.tree.body):
            effects |= self.of_node(one.node, operations)
        self._known[name] = frozenset(effects)
        return self._known[name]

    def of_node(self, node: Node, operations: Mapping[NodeId, Operation]) -> frozenset[Acts]:
        """The effects of one node itself, without what stands inside it."""
        match node:
            case OperationCall():
                known = operations.get(node.id)
                if known is None or known.effect == "observe":
                    return frozenset()
                return frozenset({known.effect})
            case tree.ProcedureCall():
                return self.of(node.procedure.text)
            case Change():
                return frozenset({"change"})
            case tree.Ask() | tree.Choose() | tree.Manual() | tree.Approve():
                return frozenset({"ask"})
            case tree.Escalate():
                return frozenset({"tell"})
            case _:
                return frozenset()


def check_effects(
    file: str,
    placed: Iterable[Placed],
    operations: Mapping[NodeId, Operation],
    procedures: ProcedureEffects,
    report: Report,
) -> None:
    """Report what acts where it may not."""
    for one in placed:
        _effect(file, one.node, one.place, operations, procedures, report)
        _place(file, one.node, one.place, report)
        if isinstance(one.node, Change):
            _one_thing(file, one.node, report)


def _effect(
    file: str,
    node: Node,
    place: Place,
    operations: Mapping[NodeId, Operation],
    procedures: ProcedureEffects,
    report: Report,
) -> None:
    operation = operations.get(node.id) if isinstance(node, OperationCall) else None
    if place.change:
        if operation is not None and operation.effect != "change":
            report(
                problems.describe(
                    problems.ChangeOfNothing(
                        file=file,
                        span=_span(node),
                        operation=operation.full_name,
                        effect=_DOES[operation.effect],
                    )
                )
            )
        return  # the change itself was judged
    effects = procedures.of_node(node, operations)
    if not effects:
        return
    worst = next(one for one in _ORDER if one in effects)
    what, does = _what(node, operation), _DOES[worst]
    if place.reading is not None:
        found = problems.ActsWhereReading(
            file=file, span=_span(node), what=what, effect=does, place=place.reading
        )
        report(problems.describe(found))
    elif place.telling is not None and effects != {"tell"}:
        found = problems.ActsWhereReading(
            file=file, span=_span(node), what=what, effect=does, place=place.telling
        )
        report(problems.describe(found))
    elif place.asking is not None and effects != {"ask"}:
        worst = next(one for one in _ORDER if one in effects - {"ask"})
        found = problems.ActsWhereReading(
            file=file, span=_span(node), what=what, effect=_DOES[worst], place=place.asking
        )
        report(problems.describe(found))
    elif place.together is not None and effects != {"tell"}:
        together = problems.ActsTogether(
            file=file, span=_span(node), what=what, effect=does, place=place.together
        )
        report(problems.describe(together))
    elif operation is not None and operation.effect == "change":
        outside = problems.ChangesWithoutPlan(
            file=file, span=_span(node), operation=operation.full_name
        )
        report(problems.describe(outside))


def _place(file: str, node: Node, place: Place, report: Report) -> None:
    """Statements that mean something only in some places."""
    word = where = None
    match node:
        case tree.Stop() if place.loop or place.procedure:
            word, where = "stop", "a loop" if place.loop else "a procedure"
        case tree.Stop() if place.asking is not None:
            word, where = "stop", "a calendar"
        case tree.Within(until=tree.NoFindingHolds()) if place.asking is not None:
            word, where = "within … until no finding holds", "a calendar"
        case tree.Skip() if not place.loop:
            word, where = "skip", "anything but a loop"
        case tree.Give() if not (place.loop or place.procedure):
            word, where = "give", "anything but a loop or procedure"
        case tree.AllOrNothing() if not place.resolve:
            word, where = "all or nothing", "anything but a `resolve`"
    if word is not None and where is not None:
        first_line = Span(node.span.start, node.span.start + len(word.split()[0]))
        if isinstance(node, tree.AllOrNothing):
            first_line = Span(node.span.start, node.span.start + len(word))
        report(shape.describe(shape.OutOfPlace(file=file, span=first_line, word=word, place=where)))


def _one_thing(file: str, node: Change, report: Report) -> None:
    """Either `sql` items, one changing operation, or one `for each` around them."""
    reason = _mixture(node.items)
    if reason is not None:
        found = problems.MixedChange(file=file, span=node.label.span, reason=reason)
        report(problems.describe(found))


def _mixture(items: Sequence[ChangeItem]) -> str | None:
    parts = [
        one for one in items if isinstance(one, Sql | ChangeOperation | ChangeForEach | ChangeIf)
    ]
    kinds = {type(one) for one in parts}
    if not parts:
        return "changes nothing"
    if len(kinds - {ChangeIf}) > 1:
        return "mixes statements, operations or loops"
    if len(parts) > 1 and ChangeOperation in kinds:
        return "holds several operations"
    if len(parts) > 1 and ChangeForEach in kinds:
        return "holds several loops"
    for one in parts:
        if isinstance(one, ChangeForEach) and (reason := _mixture(one.body)):
            return reason
        if isinstance(one, ChangeIf):
            for branch in (one.then, one.otherwise):
                if branch and (reason := _mixture(branch)):
                    return reason
    return None


def _what(node: Node, operation: Operation | None) -> str:
    if operation is not None:
        return f"`{operation.full_name}`"
    match node:
        case tree.ProcedureCall():
            return f"procedure `{node.procedure.text}`"
        case Change():
            return "a change"
        case tree.Escalate():
            return "`escalate`"
        case _:
            return "a question"


def _span(node: Node) -> Span:
    """The smallest text that names what acts."""
    match node:
        case OperationCall():
            return node.adapter.span.to(node.operation.span)
        case tree.ProcedureCall():
            return node.procedure.span
        case Change():
            return node.label.span
        case tree.Ask() | tree.Choose() | tree.Manual() | tree.Approve():
            return node.text.span
        case tree.Escalate():
            return node.reason.span
        case _:
            return node.span
