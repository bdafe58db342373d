"""What did not come as expected, as facts, and in words."""

from collections.abc import Sequence

import msgspec

from rbengine.diagnostics import Code, Diagnostic, Label
from rbengine.rehearsal.effects import Effects
from rbengine.rehearsal.excerpt import excerpt
from rbengine.source import Span

FINDING = Code("E801")
CHANGE = Code("E802")
CALL = Code("E803")
ROWS = Code("E804")
MAIL = Code("E805")
QUESTION = Code("E806")
ESCALATION = Code("E807")
OUTCOME = Code("E808")
CHANGED = Code("E809")
UNNAMED = Code("E810")
AGAIN = Code("E811")
NOT_SIMULATED = Code("E812")
WORLD = Code("E813")
MISHAP = Code("E814")
NO_POINT = Code("E815")
COVERED = Code("E816")


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """One expectation that was missed, or one effect that nobody named."""

    code: Code
    span: Span
    expected: str
    found: str
    turn: int | None = None
    """Index of the turn to look at, None for the end."""
    help: str | None = None


def describe(miss: Miss, file: str, effects: Effects | None, through: Span | None) -> Diagnostic:
    """The miss in words, with the journal around it.

    `through` is the `expect the same as` by which the expectation came here.
    """
    lines: Sequence[str] = ()
    if effects is not None:
        lines = excerpt(effects.turns, effects.began, miss.turn)
    secondary = () if through is None else (Label(file, through, "expected the same here"),)
    return Diagnostic(
        code=miss.code,
        message=_sentence(f"expected {miss.expected}, found {miss.found}"),
        primary=Label(file, miss.span, "not so"),
        secondary=secondary,
        notes=(f"expected  {miss.expected}", f"found     {miss.found}", *lines),
        help=miss.help,
    )


def _sentence(text: str) -> str:
    """One line without a final stop, whatever words of other people stand in it."""
    return " ".join(text.split()).rstrip(".")
