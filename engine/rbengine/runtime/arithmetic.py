"""Sums, differences, products and quotients of the language's numbers, durations, instants and amounts."""

from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from rbengine.contract.values import Money, Percent, Value
from rbengine.runtime.gaps import Unevaluable


def calculate(operator: str, left: Any, right: Any) -> Value:
    """`left operator right`. Raises TypeError, ArithmeticError, or Unevaluable for two currencies."""
    if isinstance(left, Money) or isinstance(right, Money):
        return _with_money(operator, left, right)
    if isinstance(right, Percent) and not isinstance(left, Percent):
        left, right = (Decimal(left) if isinstance(left, int) else left), right.points / 100
    if isinstance(left, Percent):
        return Percent(
            _number(operator, left.points, right.points if isinstance(right, Percent) else right)
        )
    if isinstance(left, timedelta) and isinstance(right, int | Decimal | timedelta):
        return _with_duration(operator, left, right)
    if isinstance(right, timedelta) and isinstance(left, int | Decimal) and operator == "*":
        return _with_duration(operator, right, left)
    return _number(operator, left, right)  # type: ignore[no-any-return]


_MICROSECOND = timedelta(microseconds=1)


def _with_duration(operator: str, left: timedelta, right: int | Decimal | timedelta) -> Value:
    """Exact to the microsecond: Python would go through floats, which are not the same everywhere."""
    span = left // _MICROSECOND
    match operator, right:
        case "+", timedelta():
            return left + right
        case "-", timedelta():
            return left - right
        case "/", timedelta():
            return Decimal(span) / Decimal(right // _MICROSECOND)
        case "*", int() | Decimal():
            return timedelta(microseconds=int(span * Decimal(right)))
        case "/", int() | Decimal():
            return timedelta(microseconds=int(span / Decimal(right)))
        case _:
            raise TypeError("a duration and a number are not added")


def _number(operator: str, left: Any, right: Any) -> Any:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            if isinstance(left, int) and isinstance(right, int):
                return Decimal(left) / Decimal(right)
            return left / right


def _with_money(operator: str, left: Any, right: Any) -> Value:
    match operator, left, right:
        case (("+" | "-"), Money(currency=one), Money(currency=other)) if one == other:
            minor = left.minor + right.minor if operator == "+" else left.minor - right.minor
            return Money(minor, one)
        case "*", Money(), int() | Decimal():
            return _rounded(left.minor * Decimal(right), left.currency)
        case "*", int() | Decimal(), Money():
            return _rounded(right.minor * Decimal(left), right.currency)
        case "*", Money(), Percent(points=points):
            return _rounded(left.minor * points / 100, left.currency)
        case "/", Money(), int() | Decimal():
            return _rounded(left.minor / Decimal(right), left.currency)
        case _, Money(currency=one), Money(currency=other):
            raise Unevaluable(f"amounts in {one} and {other} never meet")
        case _:
            raise TypeError("an amount is added to an amount, and multiplied by a number")


def _rounded(minor: Decimal, currency: str) -> Money:
    return Money(int(minor.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)), currency)
