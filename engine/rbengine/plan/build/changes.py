"""`change`: its parts, its bounds and how it is taken back."""

from collections.abc import Sequence

from rbengine.contract.policy import Limits
from rbengine.plan import code
from rbengine.plan.build.calls import operation, sql_arguments
from rbengine.plan.build.expressions import expression, template
from rbengine.plan.build.reading import Reading
from rbengine.syntax.nodes import changes as tree
from rbengine.syntax.nodes.changes import ChangeItem

UndoSpec = code.DerivedUndo | code.WrittenUndo | code.IrreversibleUndo


def change(
    node: tree.Change, reading: Reading, limits: Limits, *, place: str, never_free: bool
) -> code.ChangeSpec:
    """The whole change. Where it says neither `undo` nor `irreversible`, the undo is derived."""
    builder = _ChangeBuilder(reading, limits)
    return code.ChangeSpec(
        label=template(node.label, reading),
        place=place,
        parts=builder.parts(node.items),
        undo=builder.undo(node.items),
        approve_by=_roles(node.items),
        never_free=never_free,
    )


class _ChangeBuilder:
    def __init__(self, reading: Reading, limits: Limits) -> None:
        self._reading = reading
        self._limits = limits

    def parts(self, items: Sequence[ChangeItem]) -> tuple[code.ChangePart, ...]:
        one_transaction = any(isinstance(one, tree.OneTransaction) for one in items)
        made: list[code.ChangePart] = []
        for item in items:
            match item:
                case tree.Sql():
                    made.append(self._sql(item))
                case tree.ChangeOperation():
                    made.append(code.OperationPart(call=operation(item.call, self._reading)))
                case tree.ChangeForEach():
                    made.append(
                        self._each(
                            item,
                            self.parts(item.body),
                            one_transaction=one_transaction or _is_one_transaction(item.body),
                        )
                    )
                case tree.ChangeIf():
                    made.append(self._if(item, self.parts(item.then), self.parts(item.otherwise)))
                case _:
                    pass  # governs the change as a whole: `undo`, `approve by` and their like
        return tuple(made)

    def undo(self, items: Sequence[ChangeItem]) -> UndoSpec:
        reason = _irreversible(items)
        if reason is not None:
            return code.IrreversibleUndo(template(reason.reason, self._reading))
        written = self._undo_parts(items)
        return code.WrittenUndo(written) if written else code.DerivedUndo()

    def _undo_parts(self, items: Sequence[ChangeItem]) -> tuple[code.ChangePart, ...]:
        """An `undo` inside a `for each` or `if` takes back what was done there, for the same items."""
        made: list[code.ChangePart] = []
        for item in items:
            match item:
                case tree.Undo():
                    made.extend(self.parts(item.body))
                case tree.ChangeForEach():
                    inner = self._undo_parts(item.body)
                    if inner:
                        made.append(self._each(item, inner, one_transaction=False))
                case tree.ChangeIf():
                    then = self._undo_parts(item.then)
                    otherwise = self._undo_parts(item.otherwise)
                    if then or otherwise:
                        made.append(self._if(item, then, otherwise))
                case _:
                    pass  # is not taken back by itself
        return tuple(made)

    def _each(
        self, item: tree.ChangeForEach, parts: tuple[code.ChangePart, ...], *, one_transaction: bool
    ) -> code.EachPart:
        return code.EachPart(
            name=item.name.text,
            items=expression(item.items, self._reading),
            at_most=self._limits.loop if item.at_most is None else item.at_most,
            parts=parts,
            one_transaction=one_transaction,
        )

    def _if(
        self,
        item: tree.ChangeIf,
        then: tuple[code.ChangePart, ...],
        otherwise: tuple[code.ChangePart, ...],
    ) -> code.IfPart:
        condition = expression(item.condition, self._reading)
        return code.IfPart(condition=condition, then=then, otherwise=otherwise)

    def _sql(self, item: tree.Sql) -> code.SqlPart:
        bound = self._reading.tables.statements[item.id]
        return code.SqlPart(
            sql=bound.sql,
            arguments=sql_arguments(bound),
            bound=self._rows(item.expect),
            may_drift=tuple(one.text for one in item.may_drift),
        )

    def _rows(self, expect: tree.Expect | None) -> code.RowBound:
        if expect is None or expect.count is None:
            return code.RowBound()
        count = expression(expect.count, self._reading)
        match expect.bound:
            case "exactly":
                return code.RowBound(at_least=count, at_most=count)
            case "at most":
                return code.RowBound(at_most=count)
            case "at least":
                return code.RowBound(at_least=count)
            case "any":
                return code.RowBound()


def _inside(item: ChangeItem) -> Sequence[ChangeItem]:
    match item:
        case tree.ChangeForEach():
            return item.body
        case tree.ChangeIf():
            return (*item.then, *item.otherwise)
        case _:
            return ()


def _irreversible(items: Sequence[ChangeItem]) -> tree.Irreversible | None:
    for item in items:
        found = item if isinstance(item, tree.Irreversible) else _irreversible(_inside(item))
        if found is not None:
            return found
    return None


def _roles(items: Sequence[ChangeItem]) -> tuple[str, ...]:
    for item in items:
        if isinstance(item, tree.ApproveBy):
            return tuple(one.text for one in item.roles)
        inner = _roles(_inside(item))
        if inner:
            return inner
    return ()


def _is_one_transaction(items: Sequence[ChangeItem]) -> bool:
    return any(isinstance(one, tree.OneTransaction) for one in items)
