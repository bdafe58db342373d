"""What a file is alone in, and what is only said because a text could not be read."""

from collections.abc import Iterable

from rbengine.diagnostics import Diagnostic
from rbengine.source import Span
from rbengine.syntax.nodes import App, Library, Policy, Runbook, Tree


def one_slip(
    syntax: tuple[Diagnostic, ...], found: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """Mistakes of the text and `found`, without what is only said because a text could not be read as it is meant."""
    if not syntax:
        return found
    misread = [(one.primary.file, one.primary.span) for one in syntax]
    kept = (
        one
        for one in found
        if not any(
            one.primary.file == file
            and one.primary.span.start <= span.end
            and span.start <= one.primary.span.end
            for file, span in misread
        )
    )
    return (*syntax, *kept)


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
