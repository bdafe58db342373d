"""What a file is alone in, and what is only said because a text could not be read."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from rbengine.diagnostics import Diagnostic
from rbengine.source import Span
from rbengine.syntax.nodes import App, Library, Policy, Runbook, Tree


def one_slip(
    syntax: tuple[Diagnostic, ...], found: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """Mistakes of the text and `found`, without what is only said because a text could not be read as it is meant."""
    if not syntax:
        return found
    spans: dict[str, list[Span]] = {}
    for one in syntax:
        spans.setdefault(one.primary.file, []).append(one.primary.span)
    misread = {file: _Stretches(those) for file, those in spans.items()}
    kept = (
        one
        for one in found
        if one.primary.file not in misread or not misread[one.primary.file].meet(one.primary.span)
    )
    return (*syntax, *kept)


class _Stretches:
    """Spans of one text."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [one.start for one in ordered]
        self._reach = list(accumulate((one.end for one in ordered), max))
        """How far those up to each come."""

    def meet(self, span: Span) -> bool:
        """Whether one of them touches `span`."""
        before = bisect_right(self._starts, span.end)
        return before > 0 and span.start <= self._reach[before - 1]


def own_name(tree: Tree | None) -> tuple[str, str, Span]:
    """What there may be only one of in a project, and by which name; empty for what there may be many of."""
    match tree:
        case Policy():
            return "the policy", "", tree.name.span
        case App():
            return "the app", "", tree.name.span
        case Runbook():
            return "the runbook", tree.code.text, tree.code.span
        case Library():
            return "the library", tree.name.text, tree.name.span
        case _:
            return "", "", Span(0, 0)


def doubled(path: str, tree: Tree, like_it: Iterable[tuple[str, Tree]]) -> tuple[Diagnostic, ...]:
    """A project has one policy and one app; runbooks and libraries have names of their own.

    `like_it` are the files of the same kind, sorted; all but the first of a name are told.
    """
    what, name, span = own_name(tree)
    if not what:
        return ()
    for other, its in like_it:
        if other == path:
            return ()
        if own_name(its)[:2] == (what, name):
            from rbengine.semantics.problems.project import OnlyOnce, describe

            problem = OnlyOnce(
                file=path,
                span=span,
                what=f"{what} {name}".rstrip(),
                first_file=other,
                first=own_name(its)[2],
            )
            return (describe(problem),)
    return ()
