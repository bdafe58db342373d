"""What every problem of the checker is."""

from collections.abc import Callable
from typing import ClassVar

import msgspec

from rbengine.diagnostics import Code, Diagnostic, Fix, Label
from rbengine.source import Span

Report = Callable[[Diagnostic], None]
"""Where a pass hands in what it found, in words."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A mistake at `span` of `file`. Subclasses add the facts of the rule that was broken."""

    code: ClassVar[Code]
    file: str
    span: Span


def diagnostic(
    problem: Problem,
    message: str,
    label: str = "",
    *,
    secondary: tuple[Label, ...] = (),
    why: str | None = None,
    notes: tuple[str, ...] = (),
    help: str | None = None,  # noqa: A002  # the word of the screen and of Diagnostic
    fixes: tuple[Fix, ...] = (),
) -> Diagnostic:
    """The words about `problem`, at its place."""
    return Diagnostic(
        code=problem.code,
        message=message,
        primary=Label(problem.file, problem.span, label),
        secondary=secondary,
        why=why,
        notes=notes,
        help=help,
        fixes=fixes,
    )


def listed(names: tuple[str, ...]) -> str:
    """Names in backticks, in the order given, cut after eight."""
    shown = ", ".join(f"`{one}`" for one in names[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"


def replacing(problem: Problem, replacement: str | None) -> tuple[Fix, ...]:
    """The fix that puts `replacement` in place of the underlined text; none where there is none."""
    if replacement is None:
        return ()
    return (Fix(f"write `{replacement}`", problem.file, problem.span, replacement),)
