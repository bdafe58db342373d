"""Expressions of a plan: small, closed, evaluated by the runtime without the tree."""

from typing import Literal

import msgspec

from rbengine.contract.values import Datum


class Constant(msgspec.Struct, frozen=True, tag="constant"):
    value: Datum


class Variable(msgspec.Struct, frozen=True, tag="variable"):
    """A name of the fiber's scope, or a builtin: `incident`, `run`, `operator`, `now`, `it`, `result`."""

    name: str


class FieldOf(msgspec.Struct, frozen=True, tag="field"):
    """A field; on a list, the list of that field; on `absent`, absent."""

    of: "Expr"
    name: str


class Function(msgspec.Struct, frozen=True, tag="function"):
    """A pure function of the language. `percent(part, of: whole)` has its arguments in declared order.

    `sum` may have one more: what none give, where that is not the number 0.
    """

    name: str
    arguments: tuple["Expr", ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    of: "Expr"


class Negate(msgspec.Struct, frozen=True, tag="negate"):
    of: "Expr"


class Arithmetic(msgspec.Struct, frozen=True, tag="arithmetic"):
    operator: Literal["+", "-", "*", "/"]
    left: "Expr"
    right: "Expr"


class Logic(msgspec.Struct, frozen=True, tag="logic"):
    """Left first; right only if it still matters."""

    operator: Literal["and", "or"]
    left: "Expr"
    right: "Expr"


class Comparison(msgspec.Struct, frozen=True, tag="comparison"):
    """An absent side is never less, greater or in; `is` compares absent with absent as equal."""

    operator: Literal["<", "<=", ">", ">=", "is", "is not", "in", "not in"]
    left: "Expr"
    right: "Expr"


class StateTest(msgspec.Struct, frozen=True, tag="test"):
    of: "Expr"
    state: Literal["present", "absent", "empty", "failed"]
    negated: bool


class Matches(msgspec.Struct, frozen=True, tag="matches"):
    """Whether a `when` fits: any of the texts, states, or failure kinds ("" for any failure)."""

    of: "Expr"
    texts: tuple[str, ...] = ()
    states: tuple[Literal["present", "absent"], ...] = ()
    failures: tuple[str, ...] = ()


class Conditional(msgspec.Struct, frozen=True, tag="conditional"):
    condition: "Expr"
    then: "Expr"
    otherwise: "Expr"


class Where(msgspec.Struct, frozen=True, tag="where"):
    items: "Expr"
    condition: "Expr"


class Each(msgspec.Struct, frozen=True, tag="each"):
    items: "Expr"
    value: "Expr"


class Ago(msgspec.Struct, frozen=True, tag="ago"):
    of: "Expr"


class FromNow(msgspec.Struct, frozen=True, tag="from_now"):
    of: "Expr"


class MakeList(msgspec.Struct, frozen=True, tag="list"):
    items: tuple["Expr", ...]


class NamedExpr(msgspec.Struct, frozen=True):
    name: str
    value: "Expr"


class MakeRecord(msgspec.Struct, frozen=True, tag="record"):
    fields: tuple[NamedExpr, ...]


class Chunk(msgspec.Struct, frozen=True, tag="chunk"):
    text: str


class Slot(msgspec.Struct, frozen=True, tag="slot"):
    """`{{ expression | filter }}`."""

    value: "Expr"
    filters: tuple[str, ...] = ()


class Text(msgspec.Struct, frozen=True, tag="text"):
    """A string with holes."""

    parts: tuple[Chunk | Slot, ...]


class RenderMessage(msgspec.Struct, frozen=True, tag="message"):
    """`name(arguments)`: a Row {subject, text}. Arguments are in the message's declared order."""

    message: str
    arguments: tuple["Expr", ...]


Expr = (
    Constant | Variable | FieldOf | Function | Not | Negate | Arithmetic | Logic | Comparison | StateTest | Matches
    | Conditional | Where | Each | Ago | FromNow | MakeList | MakeRecord | Text | RenderMessage
)  # fmt: skip
