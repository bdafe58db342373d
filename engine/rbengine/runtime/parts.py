"""What a change does, made concrete: its statements and operations with their values, item by item."""

from collections.abc import Sequence

import msgspec

from rbengine.contract.changes import Action, OperationAction, SqlAction, SqlStatement
from rbengine.contract.values import Datum
from rbengine.plan import code as c
from rbengine.plan.expressions import Expr, Variable
from rbengine.runtime.calls import arguments_of, parameters_of
from rbengine.runtime.evaluate import View, evaluate, holds
from rbengine.runtime.gaps import Unevaluable
from rbengine.runtime.names import Names
from rbengine.runtime.places import item_key
from rbengine.runtime.work import ChangeItem


class TooMany(Exception):  # noqa: N818  (a state of affairs, not an error of ours)
    """A loop of the change has more items than its bound allows."""


def items_of(
    parts: Sequence[c.ChangePart], key: str, names: Names, view: View
) -> tuple[ChangeItem, ...]:
    """Consecutive statements are one transaction, every operation stands alone, every item of a loop too.

    Raises TooMany, and what `evaluate` raises.
    """
    made: list[ChangeItem] = []
    for part in _chosen(parts, names, view):
        if isinstance(part, c.EachPart):
            made.extend(_items_of_loop(part, key, names, view))
            continue
        action = _action(part, names, view)
        last = made[-1] if made else None
        if (
            isinstance(action, SqlAction)
            and last is not None
            and not last.name
            and isinstance(last.actions[-1], SqlAction)
        ):
            together = SqlAction(statements=last.actions[-1].statements + action.statements)
            made[-1] = msgspec.structs.replace(last, actions=(together,))
        else:
            made.append(ChangeItem(actions=(action,), key=key))
    if len(made) > 1:
        made = [
            one if one.name else msgspec.structs.replace(one, key=f"{one.key}/{number}")
            for number, one in enumerate(made, start=1)
        ]
    return tuple(made)


def actions_of(parts: Sequence[c.ChangePart], names: Names, view: View) -> tuple[Action, ...]:
    """All actions in order: what takes something back. Raises as `items_of`."""
    return tuple(action for item in items_of(parts, "", names, view) for action in item.actions)


def _items_of_loop(part: c.EachPart, key: str, names: Names, view: View) -> list[ChangeItem]:
    items = evaluate(part.items, names, view)
    if items is None:
        items = ()
    if not isinstance(items, tuple):
        raise Unevaluable("this is not a list")
    if len(items) > part.at_most:
        raise TooMany(f"{len(items)} items, and at most {part.at_most} are allowed")
    made: list[ChangeItem] = []
    for item in items:
        inside = items_of(
            part.parts,
            f"{key}/{item_key(item)}",
            names.insert(part.name, item),
            view,
        )
        made.extend(
            msgspec.structs.replace(one, name=part.name, item=Datum(item)) for one in inside
        )
    return _together(made, key) if part.one_transaction else made


def _together(items: Sequence[ChangeItem], key: str) -> list[ChangeItem]:
    """All items' statements as one transaction; an operation cannot be part of one and stays what it is."""
    statements: list[SqlStatement] = []
    operations: list[ChangeItem] = []
    for item in items:
        for action in item.actions:
            if isinstance(action, SqlAction):
                statements.extend(action.statements)
            else:
                operations.append(msgspec.structs.replace(item, actions=(action,)))
    if not statements:
        return operations
    whole = ChangeItem(actions=(SqlAction(statements=tuple(statements)),), key=key)
    return [whole, *operations]


def _chosen(
    parts: Sequence[c.ChangePart], names: Names, view: View
) -> list[c.SqlPart | c.OperationPart | c.EachPart]:
    """The parts whose conditions hold, in order."""
    chosen: list[c.SqlPart | c.OperationPart | c.EachPart] = []
    for part in parts:
        if isinstance(part, c.IfPart):
            branch = part.then if holds(part.condition, names, view) else part.otherwise
            chosen.extend(_chosen(branch, names, view))
        else:
            chosen.append(part)
    return chosen


def _action(part: c.SqlPart | c.OperationPart, names: Names, view: View) -> Action:
    match part:
        case c.OperationPart(call=call):
            return OperationAction(
                operation=call.operation, arguments=Datum(arguments_of(call, names, view))
            )
        case c.SqlPart():
            return SqlAction(
                statements=(
                    SqlStatement(
                        sql=part.sql,
                        parameters=parameters_of(part.arguments, names, view),
                        at_least=_bound(part.bound.at_least, names, view) or 0,
                        at_most=_bound(part.bound.at_most, names, view),
                        may_drift=part.may_drift,
                    ),
                )
            )


def _bound(expr: Expr | None, names: Names, view: View) -> int | None:
    if expr is None:
        return None
    value = evaluate(expr, names, view)
    if not isinstance(value, int):
        raise Unevaluable("a number of rows must be a whole number")
    return value


def mentions(part: object, name: str) -> bool:
    """Whether an expression anywhere inside `part` reads `name`."""
    match part:
        case Variable(name=read):
            return read == name
        case tuple():
            return any(mentions(one, name) for one in part)
        case msgspec.Struct():
            return any(mentions(getattr(part, field), name) for field in part.__struct_fields__)
        case _:
            return False


def written_as(parts: Sequence[c.ChangePart]) -> str:
    """What is done, in one line for people."""
    lines: list[str] = []
    for part in parts:
        match part:
            case c.SqlPart(sql=sql):
                lines.append(" ".join(sql.split()))
            case c.OperationPart(call=call):
                lines.append(call.text or call.operation)
            case c.EachPart(parts=inner):
                lines.append(f"for each: {written_as(inner)}")
            case c.IfPart(then=then, otherwise=()):
                lines.append(f"if needed: {written_as(then)}")
            case c.IfPart(then=then, otherwise=otherwise):
                lines.append(f"either {written_as(then)} or {written_as(otherwise)}")
    return "; ".join(lines)
