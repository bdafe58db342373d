"""Problems as SARIF 2.1.0, which code hosts and editors read. Source: OASIS, sarif-v2.1.0-os."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from rbengine.diagnostics.model import Code, Diagnostic, Fix, Label
from rbengine.diagnostics.places import region
from rbengine.source import SourceFile

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


class Rule(NamedTuple):
    """What is said of a code once, for all its problems."""

    title: str
    why: str


def to_sarif(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, SourceFile],
    *,
    version: str,
    rules: Mapping[str, Rule],
    prefix: str = "",
) -> dict[str, object]:
    """One log with one run. `rules` need not know every code; `prefix` leads from the repository to labels' paths."""
    codes = sorted({one.code for one in diagnostics})
    writer = _Writer(sources, prefix)
    run = {
        "tool": {
            "driver": {
                "name": "rbengine",
                "version": version,
                "rules": [_rule(code, rules.get(code)) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [writer.result(one, codes.index(one.code)) for one in diagnostics],
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def to_sarif_text(log: Mapping[str, object]) -> str:
    """A log as JSON, without a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode("utf-8")


def _rule(code: Code, rule: Rule | None) -> dict[str, object]:
    level = "warning" if code.startswith("W") else "error"
    shown: dict[str, object] = {
        "id": code,
        "defaultConfiguration": {"level": level},
        "help": {"text": f"rbengine explain {code}"},
    }
    if rule is not None:
        shown["shortDescription"] = {"text": rule.title}
        shown["fullDescription"] = {"text": rule.why}
    return shown


class _Writer:
    """Results whose places are looked up in `sources`."""

    def __init__(self, sources: Mapping[str, SourceFile], prefix: str) -> None:
        self._sources = sources
        self._prefix = prefix

    def result(self, problem: Diagnostic, rule: int) -> dict[str, object]:
        shown: dict[str, object] = {
            "ruleId": problem.code,
            "ruleIndex": rule,
            "level": problem.severity,
            "message": {"text": _text(problem)},
            "locations": [self._location(problem.primary)],
        }
        if problem.secondary:
            shown["relatedLocations"] = [
                {"id": number, **self._location(one)}
                for number, one in enumerate(problem.secondary, start=1)
            ]
        fixes = [self._fix(one) for one in problem.fixes if one.file in self._sources]
        if fixes:
            shown["fixes"] = fixes
        return shown

    def _location(self, label: Label) -> dict[str, object]:
        physical: dict[str, object] = {"artifactLocation": self._artifact(label.file)}
        if label.file in self._sources:
            physical["region"] = self._region(label)
        shown: dict[str, object] = {"physicalLocation": physical}
        if label.text:
            shown["message"] = {"text": label.text}
        return shown

    def _fix(self, fix: Fix) -> dict[str, object]:
        change = {
            "artifactLocation": self._artifact(fix.file),
            "replacements": [
                {
                    "deletedRegion": self._region(Label(fix.file, fix.span)),
                    "insertedContent": {"text": fix.replacement},
                }
            ],
        }
        return {"description": {"text": fix.title}, "artifactChanges": [change]}

    def _region(self, label: Label) -> dict[str, object]:
        place = region(label, self._sources[label.file])
        return {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        }

    def _artifact(self, file: str) -> dict[str, object]:
        return {"uri": _uri(self._prefix + file), "uriBaseId": "%SRCROOT%"}


def _text(problem: Diagnostic) -> str:
    parts = [problem.message]
    parts += [f"why: {problem.why}"] if problem.why else []
    parts += [f"note: {one}" for one in problem.notes]
    parts += [f"help: {problem.help}"] if problem.help else []
    return "\n".join(parts)


def _uri(path: str) -> str:
    """A relative path as a URI reference."""
    return "".join(
        chr(one) if one in _UNRESERVED else f"%{one:02X}"
        for one in path.encode("utf-8", errors="surrogateescape")
    )
