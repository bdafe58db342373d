"""In which currencies an amount certainly is, where the text says so; two currencies never meet.

What a call or a row gives is in any currency: those that meet there are refused when it is run.
"""

from collections.abc import Sequence

from rbengine.contract.types import MONEY, Type
from rbengine.semantics.inference.environment import Environment
from rbengine.semantics.inference.facts import Fact
from rbengine.semantics.inference.fitting import bare, is_list_of_money
from rbengine.semantics.inference.naming import path_of
from rbengine.semantics.inference.workbench import Currencies, Workbench
from rbengine.semantics.problems import types
from rbengine.syntax.nodes.expressions import (
    Apply,
    Binary,
    Conditional,
    Expression,
    ListLiteral,
    MoneyLiteral,
    Unary,
    Where,
)

_SAME_AS_ITEMS = frozenset({"sum", "min", "max", "first", "last", "distinct"})
_ONE_CURRENCY = frozenset({"sum", "min", "max"})


def note(bench: Workbench, node: Expression, found: Type, env: Environment) -> None:
    """Keep what is known of `node`, whose parts were noted before; reports parts that never meet."""
    if bare(found) != MONEY and not is_list_of_money(found):
        return
    known = _known(bench, node, env)
    if known is not None:
        bench.currencies[node.id] = known


def one_currency(bench: Workbench, node: Apply, facts: Sequence[Fact | None]) -> None:
    """Report amounts of several currencies where they are added or ordered; `facts` are those of the arguments."""
    if node.function.text not in _ONE_CURRENCY or not node.arguments:
        return
    value = node.arguments[0].value
    known = bench.currencies.get(value.id)
    if known is None or len(known) < 2:
        return
    if isinstance(value, ListLiteral):
        first, other = _two_apart(bench, value)
        meet(bench, first, other)
    elif facts[0] is not None and facts[0].mixed:
        first_in, *others = sorted(known)
        mixed = types.TwoCurrencies(
            file=bench.file,
            span=value.span,
            found=tuple(others),
            other=(first_in,),
            other_span=None,
        )
        bench.report(types.describe(mixed))


def are_mixed(bench: Workbench, node: ListLiteral) -> bool:
    """Whether two of the items certainly are in different currencies."""
    if len(bench.currencies.get(node.id, ())) < 2:
        return False
    first, other = _two_apart(bench, node)
    return first is not other


def meet(bench: Workbench, left: Expression, right: Expression) -> None:
    """Report two amounts that certainly are in different currencies."""
    one, other = bench.currencies.get(left.id), bench.currencies.get(right.id)
    if one is None or other is None or one & other:
        return
    bench.report(
        types.describe(
            types.TwoCurrencies(
                file=bench.file,
                span=right.span,
                found=tuple(sorted(other)),
                other=tuple(sorted(one)),
                other_span=left.span,
            )
        )
    )


def _known(bench: Workbench, node: Expression, env: Environment) -> Currencies | None:
    get = bench.currencies.get
    match node:
        case MoneyLiteral():
            return frozenset({node.currency})
        case Unary():
            return get(node.operand.id)
        case Binary(operator="+" | "-"):
            one, other = get(node.left.id), get(node.right.id)
            return one if other is None else other if one is None else (one & other) or one
        case Binary():
            return get(node.left.id) or get(node.right.id)
        case Conditional():
            return _all(bench, (node.then, node.otherwise))
        case ListLiteral():
            return _all(bench, node.items)
        case Where():
            return get(node.items.id)
        case Apply() if node.function.text in _SAME_AS_ITEMS and node.arguments:
            return get(node.arguments[0].value.id)
        case _:
            path = path_of(node)
            if path is None:
                return None
            fact = env.facts.get(path)
            tested = env.facts.get((*path, "currency"))
            if tested is not None and tested.values is not None:
                return tested.values
            return None if fact is None else fact.currencies


def _all(bench: Workbench, nodes: tuple[Expression, ...]) -> Currencies | None:
    """Those of all together; None where one is not known."""
    together: Currencies = frozenset()
    for one in nodes:
        known = bench.currencies.get(one.id)
        if known is None:
            return None
        together |= known
    return together or None


def _two_apart(bench: Workbench, node: ListLiteral) -> tuple[Expression, Expression]:
    """The first item, and the first in another currency."""
    first = node.items[0]
    one = bench.currencies[first.id]
    return first, next((i for i in node.items if not one & bench.currencies[i.id]), first)
