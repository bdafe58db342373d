"""Expressions: fields, calls, arithmetic, comparison, and the few words over lists."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from rbengine.syntax.nodes.base import Name, Node


class Chunk(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Plain text inside a string, escapes resolved."""

    text: str


class Hole(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`{{ expression }}` inside a string; `filters` are the words after `|` (`{{ from | local }}`)."""

    expression: "Expression"
    filters: tuple[Name, ...] = ()


class Template(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """A quoted string: chunks and holes in order; an empty string has no parts."""

    parts: tuple[Chunk | Hole, ...]

    @property
    def plain(self) -> str:
        """The text where there are no holes; a hole is shown as `{{…}}`."""
        return "".join(one.text if isinstance(one, Chunk) else "{{…}}" for one in self.parts)


class TextLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    template: Template


class IntegerLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    value: int


class DecimalLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    value: Decimal


class PercentLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`5%` has value 5."""

    value: Decimal


class DurationLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`90s`, `1m30s`, `200ms`, `2h`, `1d` (24 hours)."""

    value: timedelta


class DateLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    value: date


class MoneyLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`12.50 usd`: the amount as written, in major units, and the currency in lower case."""

    amount: Decimal
    currency: str


class BoolLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    value: bool


class NameRef(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """A binding, input, finding, loop variable, builtin (`now`, `incident`, `run`, `operator`) or `it`."""

    name: Name


class Field(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`object.name`; on a list it is the list of that field."""

    object: "Expression"
    name: Name


class Argument(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`name: value`, or a bare value for pure functions and messages."""

    name: Name | None
    value: "Expression"


class Apply(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`count(xs)`: a pure function, or a message with its arguments."""

    function: Name
    arguments: tuple[Argument, ...]


class OperationCall(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`adapter.operation(name: value)`."""

    adapter: Name
    operation: Name
    arguments: tuple[Argument, ...]


UnaryOperator = Literal["not", "-"]
BinaryOperator = Literal["+", "-", "*", "/", "and", "or"]
ComparisonOperator = Literal["<", "<=", ">", ">=", "is", "is not", "in", "not in"]
State = Literal["present", "absent", "empty", "failed"]


class Unary(Node, frozen=True, kw_only=True, eq=False, gc=False):
    operator: UnaryOperator
    operand: "Expression"


class Binary(Node, frozen=True, kw_only=True, eq=False, gc=False):
    operator: BinaryOperator
    left: "Expression"
    right: "Expression"


class Compare(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """Never chained."""

    operator: ComparisonOperator
    left: "Expression"
    right: "Expression"


class Test(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`operand is [not] present|absent|empty|failed`."""

    operand: "Expression"
    state: State
    negated: bool


class Conditional(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`then if condition else otherwise`."""

    then: "Expression"
    condition: "Expression"
    otherwise: "Expression"


class Where(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`items where condition`, in which `it` is the item."""

    items: "Expression"
    condition: "Expression"


class Each(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`items each value`, in which `it` is the item."""

    items: "Expression"
    value: "Expression"


class Ago(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`10m ago`."""

    duration: "Expression"


class FromNow(Node, frozen=True, kw_only=True, eq=False, gc=False):
    """`30d from now`."""

    duration: "Expression"


class ListLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    items: tuple["Expression", ...]


class RecordField(Node, frozen=True, kw_only=True, eq=False, gc=False):
    name: Name
    value: "Expression"


class RecordLiteral(Node, frozen=True, kw_only=True, eq=False, gc=False):
    fields: tuple[RecordField, ...]


Expression = (
    TextLiteral | IntegerLiteral | DecimalLiteral | PercentLiteral | DurationLiteral | DateLiteral
    | MoneyLiteral | BoolLiteral | NameRef | Field | Apply | OperationCall | Unary | Binary | Compare
    | Test | Conditional | Where | Each | Ago | FromNow | ListLiteral | RecordLiteral
)  # fmt: skip
