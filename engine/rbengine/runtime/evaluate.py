"""The value of an expression, given the names it may see.

Total over well-typed expressions: absent goes through fields, functions and arithmetic and makes every comparison
false but `is` and `is not`. Two things can go wrong and raise: a name that a failed step left unknown (`NotKnown`),
and a value that the outside world gave in another shape than promised, or a sum beyond all bounds (`Unevaluable`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from rbengine.contract.values import (
    Failure,
    Json,
    Money,
    Percent,
    Row,
    SecretReference,
    SecretValue,
    Value,
)
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.runtime.arithmetic import calculate
from rbengine.runtime.comparison import is_in, order, same
from rbengine.runtime.fields import field_of, plain
from rbengine.runtime.functions import FUNCTIONS
from rbengine.runtime.gaps import NotKnown, Unevaluable
from rbengine.runtime.local_time import Offsets
from rbengine.runtime.names import Names
from rbengine.runtime.secret_text import secret_text
from rbengine.runtime.wording import FILTERS, as_text


class View:
    """What an expression sees besides its names: the moment, the plan's messages, the zone's offsets."""

    __slots__ = ("now", "offsets", "plan")

    def __init__(self, now: datetime, plan: Plan, offsets: Offsets = ()) -> None:
        self.now = now
        self.plan = plan
        self.offsets = offsets


def evaluate(expr: ex.Expr, names: Names, view: View) -> Value:
    """The value of `expr`. Raises NotKnown or Unevaluable, nothing else."""
    try:
        return _RULES[type(expr)](expr, names, view)
    except ArithmeticError as error:  # beyond the bounds of instants, durations or decimals
        raise Unevaluable(f"the calculation has no result ({type(error).__name__})") from error


def holds(expr: ex.Expr, names: Names, view: View) -> bool:
    """Whether the condition holds; an absent one does not."""
    return evaluate(expr, names, view) is True


def text_of(expr: ex.Expr, names: Names, view: View) -> str:
    """The value as a person reads it."""
    value = evaluate(expr, names, view)
    return value if isinstance(value, str) else as_text(value)


def marked_text_of(expr: ex.Expr, names: Names, view: View) -> str:
    """As `text_of`, but what is not known is marked as such: for words to people in an emergency."""
    if isinstance(expr, ex.Text):
        return "".join(
            part.text if isinstance(part, ex.Chunk) else _marked(part, names, view)
            for part in expr.parts
        )
    try:
        return text_of(expr, names, view)
    except NotKnown as gap:
        return f"({gap.name}: not known)"
    except Unevaluable as gap:
        return f"({gap})"


def _marked(slot: ex.Slot, names: Names, view: View) -> str:
    try:
        return _slot(slot, names, view)
    except NotKnown as gap:
        return f"({gap.name}: not known)"
    except (Unevaluable, ArithmeticError):
        return "(not known)"


def _of(expr: ex.Expr, names: Names, view: View) -> Value:
    return _RULES[type(expr)](expr, names, view)


def _constant(expr: ex.Constant, _names: Names, _view: View) -> Value:
    return expr.value.value


def _variable(expr: ex.Variable, names: Names, view: View) -> Value:
    name = expr.name
    try:
        return names[name]
    except KeyError:
        if name == "now":
            return view.now
        raise NotKnown(name) from None


def _field(expr: ex.FieldOf, names: Names, view: View) -> Value:
    return field_of(_of(expr.of, names, view), expr.name)


def _function(expr: ex.Function, names: Names, view: View) -> Value:
    arguments = [_of(one, names, view) for one in expr.arguments]
    function = FUNCTIONS.get(expr.name)
    if function is None:
        raise Unevaluable(f"there is no function `{expr.name}`")
    try:
        return function(*arguments)
    except (TypeError, AttributeError) as error:
        raise Unevaluable(f"`{expr.name}` was given a value it does not take") from error


def _not(expr: ex.Not, names: Names, view: View) -> Value:
    value = _of(expr.of, names, view)
    return None if value is None else value is not True


def _negate(expr: ex.Negate, names: Names, view: View) -> Value:
    match _of(expr.of, names, view):
        case int() | Decimal() | timedelta() as value:
            return -value
        case Money(minor=minor, currency=currency):
            return Money(-minor, currency)
        case Percent(points=points):
            return Percent(-points)
        case None:
            return None
        case _:
            raise Unevaluable("only a number, a duration or money can be negative")


def _arithmetic(expr: ex.Arithmetic, names: Names, view: View) -> Value:
    left = _of(expr.left, names, view)
    right = _of(expr.right, names, view)
    if left is None or right is None:
        return None
    try:
        return calculate(expr.operator, left, right)
    except TypeError as error:
        raise Unevaluable("these two values cannot be calculated with") from error


def _logic(expr: ex.Logic, names: Names, view: View) -> Value:
    left = _of(expr.left, names, view) is True
    if left is (expr.operator == "or"):
        return left
    return _of(expr.right, names, view) is True


def _comparison(expr: ex.Comparison, names: Names, view: View) -> Value:
    left = _of(expr.left, names, view)
    right = _of(expr.right, names, view)
    operator = expr.operator
    if operator == "is":
        return same(left, right)
    if operator == "is not":
        return not same(left, right)
    if left is None or right is None:
        return False
    try:
        match operator:
            case "in" | "not in":
                return is_in(left, right) is (operator == "in")
            case "<":
                return order(left, right) < 0
            case "<=":
                return order(left, right) <= 0
            case ">":
                return order(left, right) > 0
            case ">=":
                return order(left, right) >= 0
    except TypeError as error:
        raise Unevaluable("these two values have no order") from error


def _state(expr: ex.StateTest, names: Names, view: View) -> Value:
    value = _of(expr.of, names, view)
    match expr.state:
        case "present":
            result = value is not None and not isinstance(value, Failure)
        case "absent":
            result = value is None
        case "empty":
            result = value is None or value in ((), "")
        case "failed":
            result = isinstance(value, Failure)
    return result is not expr.negated


def _matches(expr: ex.Matches, names: Names, view: View) -> Value:
    value = _of(expr.of, names, view)
    if isinstance(value, Failure):
        return "" in expr.failures or value.kind in expr.failures
    if value is None:
        return "absent" in expr.states
    return "present" in expr.states or value in expr.texts


def _conditional(expr: ex.Conditional, names: Names, view: View) -> Value:
    chosen = expr.then if _of(expr.condition, names, view) is True else expr.otherwise
    return _of(chosen, names, view)


def _items(expr: ex.Expr, names: Names, view: View) -> tuple[Value, ...]:
    match _of(expr, names, view):
        case tuple() as items:
            return items
        case Json(content=list() | tuple() as content):
            return tuple(plain(one) for one in content)
        case None:
            return ()
        case _:
            raise Unevaluable("this is not a list")


def _where(expr: ex.Where, names: Names, view: View) -> Value:
    return tuple(
        one
        for one in _items(expr.items, names, view)
        if _of(expr.condition, names.insert("it", one), view) is True
    )


def _each(expr: ex.Each, names: Names, view: View) -> Value:
    return tuple(
        _of(expr.value, names.insert("it", one), view) for one in _items(expr.items, names, view)
    )


def _ago(expr: ex.Ago, names: Names, view: View) -> Value:
    span = _of(expr.of, names, view)
    return view.now - span if isinstance(span, timedelta) else None


def _from_now(expr: ex.FromNow, names: Names, view: View) -> Value:
    span = _of(expr.of, names, view)
    return view.now + span if isinstance(span, timedelta) else None


def _list(expr: ex.MakeList, names: Names, view: View) -> Value:
    return tuple(_of(one, names, view) for one in expr.items)


def _record(expr: ex.MakeRecord, names: Names, view: View) -> Value:
    return Row({one.name: _of(one.value, names, view) for one in expr.fields})


def _text(expr: ex.Text, names: Names, view: View) -> Value:
    parts = [
        part.text if isinstance(part, ex.Chunk) else _part(part, names, view) for part in expr.parts
    ]
    return secret_text(parts) if any(not isinstance(one, str) for one in parts) else "".join(parts)  # type: ignore[arg-type]  # all are texts


def _part(slot: ex.Slot, names: Names, view: View) -> str | SecretReference:
    """As `_slot`, but a secret stays one."""
    value = _of(slot.value, names, view)
    if isinstance(value, SecretValue):
        value = value.reference
    if not isinstance(value, SecretReference):
        return _shown(value, slot, view)
    if slot.filters:
        raise Unevaluable("a secret goes into a text as it stands, without filters")
    return value


def _slot(slot: ex.Slot, names: Names, view: View) -> str:
    return _shown(_of(slot.value, names, view), slot, view)


def _shown(value: Value, slot: ex.Slot, view: View) -> str:
    for name in slot.filters:
        value = FILTERS[name](value, view.offsets)
    return value if isinstance(value, str) else as_text(value)


def _message(expr: ex.RenderMessage, names: Names, view: View) -> Value:
    # Jinja2 costs 30 ms to import; most runs send nothing before they are well under way.
    from rbengine.runtime.messages import NotRendered, render

    values = [_of(one, names, view) for one in expr.arguments]
    message = next((one for one in view.plan.messages if one.name == expr.message), None)
    if message is None:
        raise Unevaluable(f"there is no message `{expr.message}`")
    try:
        return render(message, values, view.offsets)
    except NotRendered as error:
        raise Unevaluable(f"message `{expr.message}`: {error}") from error


_RULES: dict[type, Callable[[Any, Names, View], Value]] = {
    ex.Constant: _constant,
    ex.Variable: _variable,
    ex.FieldOf: _field,
    ex.Function: _function,
    ex.Not: _not,
    ex.Negate: _negate,
    ex.Arithmetic: _arithmetic,
    ex.Logic: _logic,
    ex.Comparison: _comparison,
    ex.StateTest: _state,
    ex.Matches: _matches,
    ex.Conditional: _conditional,
    ex.Where: _where,
    ex.Each: _each,
    ex.Ago: _ago,
    ex.FromNow: _from_now,
    ex.MakeList: _list,
    ex.MakeRecord: _record,
    ex.Text: _text,
    ex.RenderMessage: _message,
}
