"""Expressions of the tree to expressions of the plan."""

from datetime import timedelta

from rbengine.contract.currencies import minor_digits
from rbengine.contract.types import ListOf, Scalar
from rbengine.contract.values import Datum, Money, Percent, Value
from rbengine.plan import expressions as ir
from rbengine.plan.build.reading import Reading
from rbengine.semantics.functions import FUNCTIONS, FunctionParameter
from rbengine.syntax.nodes import expressions as tree


def constant(value: Value) -> ir.Constant:
    """A value that is known when the plan is made."""
    return ir.Constant(Datum(value))


def template(node: tree.Template, reading: Reading) -> ir.Expr:
    """A quoted string: a constant where it has no holes."""
    if not any(isinstance(part, tree.Hole) for part in node.parts):
        return constant(node.plain)
    return ir.Text(tuple(_part(part, reading) for part in node.parts))


def named(arguments: tuple[tree.RecordField, ...], reading: Reading) -> ir.MakeRecord:
    """`{name: value}`."""
    return ir.MakeRecord(
        tuple(ir.NamedExpr(one.name.text, expression(one.value, reading)) for one in arguments)
    )


def field_path(path: tuple[str, ...]) -> ir.Expr:
    """`account.owner.id` from its words."""
    value: ir.Expr = ir.Variable(path[0])
    for name in path[1:]:
        value = ir.FieldOf(value, name)
    return value


def expression(node: tree.Expression, reading: Reading) -> ir.Expr:
    """The plan's form of `node`. An operation never stands here: the checker refuses it below the top."""
    match node:
        case (
            tree.IntegerLiteral()
            | tree.DecimalLiteral()
            | tree.PercentLiteral()
            | tree.DurationLiteral()
            | tree.DateLiteral()
            | tree.MoneyLiteral()
            | tree.BoolLiteral()
        ):
            return constant(literal(node))
        case tree.TextLiteral():
            return template(node.template, reading)
        case tree.NameRef():
            return ir.Variable(node.name.text)
        case tree.Field():
            return ir.FieldOf(expression(node.object, reading), node.name.text)
        case tree.Apply():
            return _apply(node, reading)
        case tree.Unary(operator="not"):
            return ir.Not(expression(node.operand, reading))
        case tree.Unary():
            return ir.Negate(expression(node.operand, reading))
        case tree.Binary():
            return _binary(node, reading)
        case tree.Compare():
            return ir.Comparison(
                node.operator, expression(node.left, reading), expression(node.right, reading)
            )
        case tree.Test():
            return ir.StateTest(expression(node.operand, reading), node.state, node.negated)
        case tree.Conditional():
            return ir.Conditional(
                expression(node.condition, reading),
                expression(node.then, reading),
                expression(node.otherwise, reading),
            )
        case tree.Where():
            return ir.Where(expression(node.items, reading), expression(node.condition, reading))
        case tree.Each():
            return ir.Each(expression(node.items, reading), expression(node.value, reading))
        case tree.Ago():
            return ir.Ago(expression(node.duration, reading))
        case tree.FromNow():
            return ir.FromNow(expression(node.duration, reading))
        case tree.ListLiteral():
            return ir.MakeList(tuple(expression(one, reading) for one in node.items))
        case tree.RecordLiteral():
            return named(node.fields, reading)
        case tree.OperationCall():
            raise AssertionError("an operation inside an expression passed the checker")


Literal = (
    tree.IntegerLiteral | tree.DecimalLiteral | tree.PercentLiteral | tree.DurationLiteral
    | tree.DateLiteral | tree.MoneyLiteral | tree.BoolLiteral
)  # fmt: skip


def literal(node: Literal) -> Value:
    """The value that a literal says."""
    match node:
        case tree.PercentLiteral():
            return Percent(node.value)
        case tree.MoneyLiteral():
            minor = node.amount.scaleb(minor_digits(node.currency))
            return Money(int(minor), node.currency)
        case _:
            return node.value


def _part(part: tree.Chunk | tree.Hole, reading: Reading) -> ir.Chunk | ir.Slot:
    if isinstance(part, tree.Chunk):
        return ir.Chunk(part.text)
    return ir.Slot(expression(part.expression, reading), tuple(one.text for one in part.filters))


def _binary(node: tree.Binary, reading: Reading) -> ir.Expr:
    left, right = expression(node.left, reading), expression(node.right, reading)
    match node.operator:
        case "and" | "or":
            return ir.Logic(node.operator, left, right)
        case _:
            return ir.Arithmetic(node.operator, left, right)


def _apply(node: tree.Apply, reading: Reading) -> ir.Expr:
    function = FUNCTIONS.get(node.function.text)
    if function is not None:
        values = _ordered(node, function.parameters, reading)
        if function.name == "sum":
            values += _sum_of_none(node.arguments[0].value, reading)
        return ir.Function(function.name, values)
    message = reading.message(node.function.text)
    names = tuple(one.name.text for one in message.node.parameters)
    given = {one.name.text: one for one in node.arguments if one.name is not None}
    by_place = iter([one for one in node.arguments if one.name is None])
    ordered = [given[name] if name in given else next(by_place) for name in names]
    return ir.RenderMessage(message.key, tuple(expression(one.value, reading) for one in ordered))


def _sum_of_none(items: tree.Expression, reading: Reading) -> tuple[ir.Expr, ...]:
    """What no durations, and no amounts, are together: these have no plain 0."""
    found = reading.type_of(items)
    match found.item if isinstance(found, ListOf) else found:
        case Scalar(name="money"):
            return (constant(None),)
        case Scalar(name="duration"):
            return (constant(timedelta(0)),)
        case _:
            return ()


def _ordered(
    node: tree.Apply, parameters: tuple[FunctionParameter, ...], reading: Reading
) -> tuple[ir.Expr, ...]:
    given = {one.name.text: one for one in node.arguments if one.name is not None}
    by_place = iter([one for one in node.arguments if one.name is None])
    ordered = [given[one.name] if one.name in given else next(by_place) for one in parameters]
    return tuple(expression(one.value, reading) for one in ordered)
