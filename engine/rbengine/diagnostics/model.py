"""The one model of a problem. Passes find facts; `describe` beside each pass turns them into this."""

from typing import Literal, NewType

import msgspec

from rbengine.source import Span

Code = NewType("Code", str)
"""`E204` for errors, `W704` for warnings. By hundred: 1 syntax, 2 names, 3 effects and secrets, 4 types, units
and time, 5 external facts and adapters, 6 order, undo, approval and people, 7 style, 8 running, 9 engine bugs."""

Severity = Literal["error", "warning"]


class Label(msgspec.Struct, frozen=True, order=True):
    """A place and what is to be said of it (`text` may be empty: carets alone)."""

    file: str
    span: Span
    text: str = ""


class Fix(msgspec.Struct, frozen=True):
    """A change that a machine can make: replace `span` of `file` by `replacement`."""

    title: str
    file: str
    span: Span
    replacement: str


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True):
    """One problem, in words.

    `message`: lower-case start, no final stop, one line, author's text in backticks.
    `why`: the reason for the rule, only where it might surprise. `help`: what to do, at most one.
    """

    code: Code
    message: str
    primary: Label
    secondary: tuple[Label, ...] = ()
    why: str | None = None
    notes: tuple[str, ...] = ()
    help: str | None = None
    fixes: tuple[Fix, ...] = ()

    @property
    def severity(self) -> Severity:
        """Told by the code's letter."""
        return "warning" if self.code.startswith("W") else "error"
