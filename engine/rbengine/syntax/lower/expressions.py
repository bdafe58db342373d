# ruff: noqa: ARG001  # every builder takes the same three things
"""Expressions and types."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from rbengine.source import Span
from rbengine.syntax.lower.lowering import Lowering, Parts
from rbengine.syntax.lower.strings import template
from rbengine.syntax.nodes import expressions as e
from rbengine.syntax.nodes import types as t
from rbengine.syntax.tokens import Token

_PIECE = re.compile(r"([0-9]+)(ms|s|m|h|d)")
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LOOSE = (e.Compare, e.Test, e.Binary, e.Unary)


def duration_literal(lowering: Lowering, token: Token) -> e.DurationLiteral:
    """`1m30s`: the sum of its pieces."""
    value = timedelta()
    try:
        for number, unit in _PIECE.findall(token.text):
            value += timedelta(**{_UNITS[unit]: int(number)})
    except (OverflowError, ValueError):
        lowering.report("E135", token.span, found=token.text)
    return lowering.make(e.DurationLiteral, token.span, value=value)


def whole_number(lowering: Lowering, token: Token) -> int:
    """The value of an INT; more than 18 digits are refused, they fit nothing that counts."""
    if len(token.text) > 18:
        lowering.report("E135", token.span, found=token.text)
        return 0
    return int(token.text)


def _decimal(lowering: Lowering, token: Token, text: str) -> Decimal:
    if len(text) > 28:
        lowering.report("E135", token.span, found=token.text)
        return Decimal(0)
    return Decimal(text)


def _name_ref(lowering: Lowering, parts: Parts, span: Span) -> e.NameRef:
    token = parts[0]
    name = lowering.name(token) if token.text == "it" else lowering.bound_name(token)
    return lowering.make(e.NameRef, span, name=name)


def _text_literal(lowering: Lowering, parts: Parts, span: Span) -> e.TextLiteral:
    return lowering.make(e.TextLiteral, span, template=template(lowering, parts[0]))


def _integer(lowering: Lowering, parts: Parts, span: Span) -> e.IntegerLiteral:
    return lowering.make(e.IntegerLiteral, span, value=whole_number(lowering, parts[0]))


def _decimal_literal(lowering: Lowering, parts: Parts, span: Span) -> e.DecimalLiteral:
    token = parts[0]
    return lowering.make(e.DecimalLiteral, span, value=_decimal(lowering, token, token.text))


def _percent(lowering: Lowering, parts: Parts, span: Span) -> e.PercentLiteral:
    token = parts[0]
    return lowering.make(e.PercentLiteral, span, value=_decimal(lowering, token, token.text[:-1]))


def _duration(lowering: Lowering, parts: Parts, span: Span) -> e.DurationLiteral:
    return duration_literal(lowering, parts[0])


def calendar_day(lowering: Lowering, token: Token) -> date:
    """The day that a DATE names; another one where there is no such day, which is reported."""
    try:
        return date.fromisoformat(token.text)
    except ValueError:
        lowering.report("E123", token.span, found=token.text)
        return date(2000, 1, 1)


def _date_literal(lowering: Lowering, parts: Parts, span: Span) -> e.DateLiteral:
    return lowering.make(e.DateLiteral, span, value=calendar_day(lowering, parts[0]))


def _money(lowering: Lowering, parts: Parts, span: Span) -> e.MoneyLiteral:
    amount, currency = parts
    value = _decimal(lowering, amount, amount.text)
    return lowering.make(e.MoneyLiteral, span, amount=value, currency=currency.text)


def _true(lowering: Lowering, parts: Parts, span: Span) -> e.BoolLiteral:
    return lowering.make(e.BoolLiteral, span, value=True)


def _false(lowering: Lowering, parts: Parts, span: Span) -> e.BoolLiteral:
    return lowering.make(e.BoolLiteral, span, value=False)


def _parens(lowering: Lowering, parts: Parts, span: Span) -> Any:
    lowering.parenthesised.add(parts[0].id)
    return parts[0]


def _list(lowering: Lowering, parts: Parts, span: Span) -> e.ListLiteral:
    return lowering.make(e.ListLiteral, span, items=tuple(one for one in parts if one is not None))


def _record(lowering: Lowering, parts: Parts, span: Span) -> e.RecordLiteral:
    return lowering.make(e.RecordLiteral, span, fields=parts[0] or ())


def _pairs(lowering: Lowering, parts: Parts, span: Span) -> tuple[e.RecordField, ...]:
    return tuple(parts)


def _pair(lowering: Lowering, parts: Parts, span: Span) -> e.RecordField:
    key: Token = parts[0]
    if key.kind == "STRING":
        inside = Token("NAME", template(lowering, key).plain, key.start, key.end)
        return lowering.make(e.RecordField, span, name=lowering.name(inside), value=parts[1])
    return lowering.make(e.RecordField, span, name=lowering.name(key), value=parts[1])


def _args(lowering: Lowering, parts: Parts, span: Span) -> tuple[e.Argument, ...]:
    return tuple(parts)


def _named_arg(lowering: Lowering, parts: Parts, span: Span) -> e.Argument:
    return lowering.make(e.Argument, span, name=lowering.name(parts[0]), value=parts[1])


def _bare_arg(lowering: Lowering, parts: Parts, span: Span) -> e.Argument:
    value = parts[0]
    if isinstance(value, e.Compare) and lowering.problems:
        # `f(name = x)` was just reported as a comparison; in an argument it means something else
        last = lowering.problems[-1]
        if last.code == "E118" and last.found == "=" and span.start <= last.span.start < span.end:
            lowering.problems.pop()
            lowering.report("E118", last.span, found="=", detail="argument")
    return lowering.make(e.Argument, span, name=None, value=value)


def _field(lowering: Lowering, parts: Parts, span: Span) -> e.Field:
    return lowering.make(e.Field, span, object=parts[0], name=lowering.name(parts[1]))


def _apply(lowering: Lowering, parts: Parts, span: Span) -> e.Expression:
    callee, arguments = parts[0], parts[1] or ()
    is_bare = callee.id not in lowering.parenthesised
    if isinstance(callee, e.NameRef) and is_bare:
        return lowering.make(e.Apply, span, function=callee.name, arguments=arguments)
    if isinstance(callee, e.Field) and isinstance(callee.object, e.NameRef) and is_bare:
        return lowering.make(
            e.OperationCall,
            span,
            adapter=callee.object.name,
            operation=callee.name,
            arguments=arguments,
        )
    lowering.report("E127", callee.span)
    return lowering.make(e.Apply, span, function=lowering.no_name(span), arguments=arguments)


def _ago(lowering: Lowering, parts: Parts, span: Span) -> e.Ago:
    return lowering.make(e.Ago, span, duration=parts[0])


def _from_now(lowering: Lowering, parts: Parts, span: Span) -> e.FromNow:
    return lowering.make(e.FromNow, span, duration=parts[0])


def _unary(operator: e.UnaryOperator) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> e.Unary:
        return lowering.make(e.Unary, span, operator=operator, operand=parts[0])

    return build


def _binary(operator: e.BinaryOperator) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> e.Binary:
        return lowering.make(e.Binary, span, operator=operator, left=parts[0], right=parts[1])

    return build


def _comparing(operator: e.ComparisonOperator) -> Any:
    def build(lowering: Lowering, parts: Parts, span: Span) -> e.Compare:
        _not_chained(lowering, parts[0], span)
        return lowering.make(e.Compare, span, operator=operator, left=parts[0], right=parts[1])

    return build


def _not_chained(lowering: Lowering, left: Any, span: Span) -> None:
    if isinstance(left, e.Compare | e.Test) and left.id not in lowering.parenthesised:
        lowering.report("E124", span)


def _compare(lowering: Lowering, parts: Parts, span: Span) -> e.Compare:
    left, sign, right = parts
    _not_chained(lowering, left, span)
    operator = sign.text
    if operator in ("==", "!="):
        lowering.report(
            "E118", sign.span, found=operator, detail="is" if operator == "==" else "is not"
        )
        operator = "is" if operator == "==" else "is not"
    return lowering.make(e.Compare, span, operator=operator, left=left, right=right)


def _compare_assign(lowering: Lowering, parts: Parts, span: Span) -> e.Compare:
    left, right = parts
    sign = lowering.sign_between(left.span.end, right.span.start, "=")
    lowering.report("E118", sign, found="=", detail="is")
    return lowering.make(e.Compare, span, operator="is", left=left, right=right)


def _state(lowering: Lowering, parts: Parts, span: Span) -> str:
    return str(parts[0].text)


def _test(lowering: Lowering, parts: Parts, span: Span) -> e.Test:
    _not_chained(lowering, parts[0], span)
    return lowering.make(e.Test, span, operand=parts[0], state=parts[1], negated=False)


def _test_not(lowering: Lowering, parts: Parts, span: Span) -> e.Test:
    _not_chained(lowering, parts[0], span)
    return lowering.make(e.Test, span, operand=parts[0], state=parts[1], negated=True)


def _conditional(lowering: Lowering, parts: Parts, span: Span) -> e.Conditional:
    then, condition, otherwise = parts
    return lowering.make(e.Conditional, span, then=then, condition=condition, otherwise=otherwise)


def _needs_no_parentheses(lowering: Lowering, items: Any) -> None:
    if isinstance(items, _LOOSE) and items.id not in lowering.parenthesised:
        lowering.report("E126", items.span)


def _where(lowering: Lowering, parts: Parts, span: Span) -> e.Where:
    _needs_no_parentheses(lowering, parts[0])
    return lowering.make(e.Where, span, items=parts[0], condition=parts[1])


def _each(lowering: Lowering, parts: Parts, span: Span) -> e.Each:
    _needs_no_parentheses(lowering, parts[0])
    return lowering.make(e.Each, span, items=parts[0], value=parts[1])


def _hole(lowering: Lowering, parts: Parts, span: Span) -> Parts:
    return parts


def _cell(lowering: Lowering, parts: Parts, span: Span) -> Any:
    return parts[0]


def _named_type(lowering: Lowering, parts: Parts, span: Span) -> t.NamedType:
    return lowering.make(t.NamedType, span, name=lowering.name(parts[0]))


def _qualified_type(lowering: Lowering, parts: Parts, span: Span) -> t.NamedType:
    qualifier = lowering.name(parts[0])
    return lowering.make(t.NamedType, span, qualifier=qualifier, name=lowering.name(parts[1]))


def _list_type(lowering: Lowering, parts: Parts, span: Span) -> t.ListType:
    return lowering.make(t.ListType, span, item=parts[0])


def _optional_type(lowering: Lowering, parts: Parts, span: Span) -> t.OptionalType:
    return lowering.make(t.OptionalType, span, inner=parts[0])


def _secret_type(lowering: Lowering, parts: Parts, span: Span) -> t.SecretType:
    return lowering.make(t.SecretType, span, inner=parts[0])


def _one_of_type(lowering: Lowering, parts: Parts, span: Span) -> t.OneOfType:
    return lowering.make(t.OneOfType, span, choices=lowering.names(parts))


def _params(lowering: Lowering, parts: Parts, span: Span) -> tuple[t.TypedName, ...]:
    return tuple(parts)


def _param(lowering: Lowering, parts: Parts, span: Span) -> t.TypedName:
    return lowering.make(t.TypedName, span, name=lowering.bound_name(parts[0]), type=parts[1])


BUILDERS = {
    "name_ref": _name_ref,
    "text_literal": _text_literal,
    "integer": _integer,
    "decimal": _decimal_literal,
    "percent": _percent,
    "duration": _duration,
    "date": _date_literal,
    "money": _money,
    "true": _true,
    "false": _false,
    "parens": _parens,
    "list": _list,
    "record": _record,
    "pairs": _pairs,
    "pair": _pair,
    "args": _args,
    "named_arg": _named_arg,
    "bare_arg": _bare_arg,
    "field": _field,
    "apply": _apply,
    "ago": _ago,
    "from_now": _from_now,
    "negation": _unary("not"),
    "minus": _unary("-"),
    "or_else": _binary("or"),
    "and_also": _binary("and"),
    "add": _binary("+"),
    "subtract": _binary("-"),
    "multiply": _binary("*"),
    "divide": _binary("/"),
    "compare": _compare,
    "compare_assign": _compare_assign,
    "compare_in": _comparing("in"),
    "compare_not_in": _comparing("not in"),
    "compare_is": _comparing("is"),
    "compare_is_not": _comparing("is not"),
    "state": _state,
    "test": _test,
    "test_not": _test_not,
    "conditional": _conditional,
    "where": _where,
    "each": _each,
    "hole": _hole,
    "cell": _cell,
    "named_type": _named_type,
    "qualified_type": _qualified_type,
    "list_type": _list_type,
    "optional_type": _optional_type,
    "secret_type": _secret_type,
    "one_of_type": _one_of_type,
    "params": _params,
    "param": _param,
}
