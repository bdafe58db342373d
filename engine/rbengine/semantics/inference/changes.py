"""Inside a `change`: its statements, its operation, its undo."""

from typing import assert_never

from rbengine.contract.types import INT, NOTHING, UNKNOWN, FieldType, Record, Type
from rbengine.semantics.analysis import Symbol
from rbengine.semantics.inference.environment import Environment
from rbengine.semantics.inference.expecting import expect
from rbengine.semantics.inference.expressions import item_type, judge, type_of, value_of
from rbengine.semantics.inference.frame import named, show, unreadable
from rbengine.semantics.inference.naming import field_type
from rbengine.semantics.inference.queries import bind
from rbengine.semantics.inference.workbench import Workbench
from rbengine.syntax.nodes.base import walk
from rbengine.syntax.nodes.changes import (
    AllowInChange,
    ApproveBy,
    Change,
    ChangeForEach,
    ChangeIf,
    ChangeItem,
    ChangeOperation,
    ErrorItem,
    Irreversible,
    OneTransaction,
    Sql,
    Undo,
)


def change(bench: Workbench, node: Change, env: Environment) -> Type:
    """What a bound change holds: how many rows it touched, and the result of its operation."""
    show(bench, node.label, env, "a label")
    bench.in_change = True
    _items(bench, node.items, env)
    bench.in_change = False
    result: Type = NOTHING
    for one in walk(node):
        if isinstance(one, ChangeOperation) and one.call.id in bench.operations:
            result = bench.operations[one.call.id].result
            break
    changed = Record((FieldType("rows", INT), FieldType("result", result)), "change")
    bench.types[node.id] = changed
    return changed


def _items(bench: Workbench, items: tuple[ChangeItem, ...], env: Environment) -> None:
    for item in items:
        if not isinstance(item, Undo):
            env = _item(bench, item, env)
    for item in items:
        if isinstance(item, Undo):
            _items(bench, item.body, _with_result(bench, items, env))


def _item(bench: Workbench, node: ChangeItem, env: Environment) -> Environment:
    match node:
        case Sql():
            facts = bind(bench, node, node.sql, env, reading=False)
            if facts is not None and facts.target is not None:
                _drifting(bench, node, facts.target)
            if node.expect is not None and node.expect.count is not None:
                found = value_of(bench, node.expect.count, env)
                expect(bench, node.expect.count, found, INT, "the number of rows")
        case ChangeOperation():
            type_of(bench, node.call, env)
        case ChangeForEach():
            item = item_type(bench, node.items, env, "`for each`")
            inside = named(bench, node.name, "loop", item, env)
            bench.types[node.name.id] = item
            _items(bench, node.body, inside)
        case ChangeIf():
            judgement = judge(bench, node.condition, env)
            _items(bench, node.then, env.knowing(judgement.holds))
            _items(bench, node.otherwise, env.knowing(judgement.fails))
        case Undo():
            _items(bench, node.body, env)
        case Irreversible():
            show(bench, node.reason, env, "a reason")
        case ApproveBy() | OneTransaction() | AllowInChange():
            pass
        case ErrorItem():
            return unreadable(bench, node, env)
        case _:
            assert_never(node)
    return env


def _drifting(bench: Workbench, node: Sql, target: str) -> None:
    """`may drift` names columns of the table that is written."""
    table = bench.describer.table(target)
    if not isinstance(table, Record):
        return
    for name in node.may_drift:
        field_type(bench, table, name, target)


def _with_result(bench: Workbench, items: tuple[ChangeItem, ...], env: Environment) -> Environment:
    """`result` is what the operation beside the undo gave."""
    for one in items:
        if isinstance(one, ChangeOperation):
            known = bench.operations.get(one.call.id)
            result = known.result if known else UNKNOWN
            return env.with_symbol(Symbol(name="result", kind="builtin", type=result))
    return env
