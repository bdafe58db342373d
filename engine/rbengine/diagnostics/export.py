"""Problems as JSON, for other programs. Offsets are code points; lines and columns are one-based."""

from collections.abc import Iterable, Mapping

from rbengine.diagnostics.model import Diagnostic, Label
from rbengine.source import SourceFile

SCHEMA = 1
"""Raised when a reader of the former shape would misread the new one."""


def to_json(
    diagnostics: Iterable[Diagnostic], sources: Mapping[str, SourceFile]
) -> list[dict[str, object]]:
    """One object for each problem, in the order given; keys that have nothing to say are left out."""
    return [_problem(one, sources) for one in diagnostics]


def _problem(problem: Diagnostic, sources: Mapping[str, SourceFile]) -> dict[str, object]:
    shown: dict[str, object] = {
        "schema": SCHEMA,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "primary": _label(problem.primary, sources),
    }
    optional: dict[str, object] = {
        "secondary": [_label(one, sources) for one in problem.secondary],
        "why": problem.why,
        "notes": list(problem.notes),
        "help": problem.help,
        "fixes": [
            {
                "title": one.title,
                "file": one.file,
                "span": [one.span.start, one.span.end],
                "replacement": one.replacement,
            }
            for one in problem.fixes
        ],
    }
    shown.update({key: value for key, value in optional.items() if value})
    return shown


def _label(label: Label, sources: Mapping[str, SourceFile]) -> dict[str, object]:
    shown: dict[str, object] = {"file": label.file, "span": [label.span.start, label.span.end]}
    source = sources.get(label.file)
    if source is not None:
        shown["start"] = list(source.line_and_column(label.span.start))
        shown["end"] = list(source.line_and_column(label.span.end))
    if label.text:
        shown["label"] = label.text
    return shown
