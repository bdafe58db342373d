"""What is the same, what is less, what is in a list."""

from datetime import date
from typing import Any

from rbengine.contract.values import Json, Money, SecretReference, SecretValue, Value
from rbengine.runtime.fields import plain
from rbengine.runtime.gaps import Unevaluable


def same(left: Value, right: Value) -> bool:
    """Equality as `is` means it: secrets by their digest, everything else by value."""
    if isinstance(left, SecretValue | SecretReference) and isinstance(
        right, SecretValue | SecretReference
    ):
        one, other = _reference(left), _reference(right)
        if bool(one.parts) is not bool(other.parts):
            raise Unevaluable("a text made from a secret is compared with another such text alone")
        return one.digest == other.digest
    if isinstance(left, bool) is not isinstance(right, bool):
        return False  # Python takes True for 1
    return left == right


def _reference(secret: SecretValue | SecretReference) -> SecretReference:
    return secret if isinstance(secret, SecretReference) else secret.reference


def is_in(left: Value, right: Value) -> bool:
    if isinstance(right, str):
        return isinstance(left, str) and left in right
    if isinstance(right, Json) and isinstance(right.content, list | tuple):
        right = tuple(plain(one) for one in right.content)
    if not isinstance(right, tuple):
        raise TypeError("not a list")
    return any(same(left, one) for one in right)


def order(left: Any, right: Any) -> int:
    """Below, at or above zero, as `left` is less, equal or greater."""
    if isinstance(left, Money) and isinstance(right, Money):
        if left.currency != right.currency:
            raise Unevaluable(f"amounts in {left.currency} and {right.currency} never meet")
        left, right = left.minor, right.minor
    elif isinstance(left, Money) and right == 0:
        left = left.minor  # `amount > 0` reads well and means the same in every currency
    if isinstance(left, date) and type(left) is not type(right):
        raise TypeError("an instant and a date have no order")
    return int(left > right) - int(left < right)
