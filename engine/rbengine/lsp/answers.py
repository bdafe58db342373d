"""An editor's answers in the protocol's words."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from lsprotocol import types

from rbengine.diagnostics import Diagnostic
from rbengine.lsp.convert import Positions
from rbengine.source import Span
from rbengine.workspace.editor.colours import COLOURS, Coloured
from rbengine.workspace.editor.completion import Completion
from rbengine.workspace.editor.folding import Fold
from rbengine.workspace.editor.hover import Hover
from rbengine.workspace.editor.links import Place
from rbengine.workspace.editor.offers import Offer, OfferKind

SOURCE = "rbengine"

Kind = types.CompletionItemKind

_KINDS: dict[OfferKind, Kind] = {
    "operation": Kind.Method,
    "argument": Kind.Property,
    "column": Kind.Field,
    "table": Kind.Struct,
    "value": Kind.Variable,
    "finding": Kind.Event,
    "field": Kind.Field,
    "person": Kind.Constant,
    "message": Kind.Function,
    "procedure": Kind.Function,
    "keyword": Kind.Keyword,
    "enum": Kind.EnumMember,
    "type": Kind.TypeParameter,
    "library": Kind.Module,
    "world": Kind.Class,
    "severity": Kind.EnumMember,
    "function": Kind.Function,
    "adapter": Kind.Module,
    "text": Kind.Text,
}

LEGEND = types.SemanticTokensLegend(token_types=list(COLOURS), token_modifiers=["declaration"])


class Here(NamedTuple):
    """How places of the project's files are named for the client."""

    uri: Callable[[str], str]
    positions: Callable[[str], Positions | None]
    """None for a file that is not there any more."""


def diagnostics(problems: Iterable[Diagnostic], here: Here) -> list[types.Diagnostic]:
    """Problems of one file, in their order."""
    found = []
    for one in problems:
        positions = here.positions(one.primary.file)
        if positions is not None:
            found.append(_diagnostic(one, positions, here))
    return found


def actions(problems: Iterable[Diagnostic], wanted: Span, here: Here) -> list[types.CodeAction]:
    """The fixes of problems that touch `wanted`."""
    found: list[types.CodeAction] = []
    for one in problems:
        positions = here.positions(one.primary.file)
        touched = [one.primary.span, *(fix.span for fix in one.fixes)]
        if positions is None or not any(_touch(span, wanted) for span in touched):
            continue
        for fix in one.fixes:
            its = here.positions(fix.file)
            if its is None:
                continue
            edit = types.TextEdit(range=its.range(fix.span), new_text=fix.replacement)
            found.append(
                types.CodeAction(
                    title=fix.title,
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[_diagnostic(one, positions, here)],
                    edit=types.WorkspaceEdit(changes={here.uri(fix.file): [edit]}),
                    is_preferred=len(one.fixes) == 1,
                )
            )
    return found


def hover(found: Hover, positions: Positions) -> types.Hover:
    """What a word is."""
    content = types.MarkupContent(kind=types.MarkupKind.Markdown, value=found.text)
    return types.Hover(contents=content, range=positions.range(found.span))


def completion(found: Completion, positions: Positions) -> types.CompletionList:
    """What could stand there, in the order given; those that are likely before the others."""
    range_ = positions.range(found.replaced)
    items = [_item(one, number, range_) for number, one in enumerate(found.offers)]
    return types.CompletionList(is_incomplete=False, items=items)


def locations(places: Iterable[Place], here: Here) -> list[types.Location]:
    """Places of several files."""
    found = []
    for one in places:
        positions = here.positions(one.file)
        if positions is not None:
            range_ = positions.range(one.span)
            found.append(types.Location(uri=here.uri(one.file), range=range_))
    return found


def renaming(places: Iterable[Place], name: str, here: Here) -> types.WorkspaceEdit:
    """`name` at every place."""
    changes: dict[str, list[types.TextEdit]] = {}
    for one in locations(places, here):
        changes.setdefault(one.uri, []).append(types.TextEdit(range=one.range, new_text=name))
    return types.WorkspaceEdit(changes=changes)


def folding(found: Iterable[Fold]) -> list[types.FoldingRange]:
    """Lines that can be folded away."""
    return [types.FoldingRange(start_line=one.first - 1, end_line=one.last - 1) for one in found]


def tokens(found: Iterable[Coloured], positions: Positions) -> types.SemanticTokens:
    """Each word relative to the one before, as five numbers."""
    data: list[int] = []
    line = character = 0
    for one in found:
        range_ = positions.range(one.span)
        start = range_.start
        if start.line != line:
            character = 0
        length = range_.end.character - start.character
        data += (start.line - line, start.character - character, length)
        data += (COLOURS.index(one.colour), int(one.binds))
        line, character = start.line, start.character
    return types.SemanticTokens(data=data)


def rewriting(before: str, after: str) -> list[types.TextEdit]:
    """The lines that differ, so that a cursor elsewhere stays where it is."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        types.TextEdit(range=_lines(first, last), new_text="".join(new[start:end]))
        for tag, first, last, start, end in matcher.get_opcodes()
        if tag != "equal"
    ]


def _lines(first: int, last: int) -> types.Range:
    return types.Range(
        start=types.Position(line=first, character=0), end=types.Position(line=last, character=0)
    )


def _diagnostic(problem: Diagnostic, positions: Positions, here: Here) -> types.Diagnostic:
    is_error = problem.severity == "error"
    return types.Diagnostic(
        range=positions.range(problem.primary.span),
        message=_message(problem),
        severity=types.DiagnosticSeverity.Error if is_error else types.DiagnosticSeverity.Warning,
        code=problem.code,
        source=SOURCE,
        related_information=_related(problem, here) or None,
    )


def _message(problem: Diagnostic) -> str:
    rows = [problem.message]
    if problem.primary.text and problem.primary.text != problem.message:
        rows[0] += f" ({problem.primary.text})"
    rows += [f"why: {problem.why}"] if problem.why else []
    rows += [f"note: {one}" for one in problem.notes]
    rows += [f"help: {problem.help}"] if problem.help else []
    return "\n".join(rows)


def _related(problem: Diagnostic, here: Here) -> Sequence[types.DiagnosticRelatedInformation]:
    found = []
    for label in problem.secondary:
        positions = here.positions(label.file)
        if positions is not None and label.text:
            place = types.Location(uri=here.uri(label.file), range=positions.range(label.span))
            found.append(types.DiagnosticRelatedInformation(location=place, message=label.text))
    return found


def _item(offer: Offer, number: int, range_: types.Range) -> types.CompletionItem:
    doc = types.MarkupContent(kind=types.MarkupKind.Markdown, value=offer.doc)
    return types.CompletionItem(
        label=offer.label,
        kind=_KINDS[offer.kind],
        detail=offer.detail or None,
        documentation=doc if offer.doc else None,
        sort_text=f"{0 if offer.first else 1}{number:04}",
        filter_text=offer.label.strip('"') if offer.label.startswith('"') else None,
        text_edit=types.TextEdit(range=range_, new_text=offer.insert or offer.label),
    )


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end
