"""How many blanks stand between two tokens of a line."""

from collections.abc import Sequence

from rbengine.format.lines import CLOSING, OPENING
from rbengine.syntax.tokens import Token

_ENDS_OPERAND = CLOSING | {
    "NAME", "STRING", "INT", "DECIMAL", "PERCENT", "DURATION", "DATE", "CURRENCY", "TRUE", "FALSE", "AGO", "NOW",
    "PRESENT", "ABSENT", "EMPTY", "FAILED",
}  # fmt: skip
"""Behind these a `-` subtracts; behind all others it is a sign of the number."""
_CALLED = CLOSING | {"NAME", "STRING"}
"""What arguments or parameters may follow without a blank."""


def gaps(tokens: Sequence[Token]) -> list[int]:
    """Blanks before each token; 0 before the first."""
    found = [0] * len(tokens)
    for number in range(1, len(tokens)):
        found[number] = _gap(tokens, number)
    return found


def _gap(tokens: Sequence[Token], number: int) -> int:
    before, token = tokens[number - 1].kind, tokens[number].kind
    if before in OPENING or token in CLOSING or token in ("COMMA", "COLON"):
        return 0
    if "DOT" in (before, token) or (token == "LPAR" and before in _CALLED):
        return 0
    if before == "MINUS" and (number < 2 or tokens[number - 2].kind not in _ENDS_OPERAND):
        return 0
    return 1
