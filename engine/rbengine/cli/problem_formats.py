"""Problems for other programs: JSON, SARIF, GitHub's workflow commands."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from rbengine import __version__
from rbengine.cli.ground import Ground
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.export import SCHEMA, to_json
from rbengine.source import SourceFile

FORMATS = ("json", "sarif", "github")


def written(
    form: str, ground: Ground, problems: Sequence[Diagnostic], files: int, skipped: int
) -> list[str]:
    """`problems` as one of `FORMATS`; `files` were checked and `skipped` are Ruby."""
    sources = _sources(ground, problems)
    match form:
        case "sarif":
            return [_sarif(ground, problems, sources)]
        case "github":
            from rbengine.diagnostics.github import to_commands

            return to_commands(problems, sources, _prefix(ground.project.root))
        case _:
            told = {
                "schema": SCHEMA,
                "files": files,
                "skipped": skipped,
                "problems": to_json(problems, sources),
            }
            return [json.dumps(told, ensure_ascii=False, indent=2)]


def _sarif(
    ground: Ground, problems: Sequence[Diagnostic], sources: Mapping[str, SourceFile]
) -> str:
    from rbengine.diagnostics.sarif import Rule, to_sarif, to_sarif_text
    from rbengine.report.codes import entries

    log = to_sarif(
        problems,
        sources,
        version=__version__,
        rules={code: Rule(one.title, one.why) for code, one in entries().items()},
        prefix=_prefix(ground.project.root),
    )
    return to_sarif_text(log)


def _sources(ground: Ground, problems: Sequence[Diagnostic]) -> dict[str, SourceFile]:
    files = {label.file for one in problems for label in (one.primary, *one.secondary)}
    files |= {fix.file for one in problems for fix in one.fixes}
    return {file: source for file in sorted(files) if (source := ground.source(file)) is not None}


def _prefix(root: Path) -> str:
    """From where the code host counts paths (the checkout in CI, else the working folder) down to the project."""
    start = os.environ.get("GITHUB_WORKSPACE") or os.getcwd()
    between = os.path.relpath(root, start).replace(os.sep, "/")
    return "" if between == "." or between.startswith("..") else f"{between}/"
