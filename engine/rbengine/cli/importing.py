"""Drafts from a document, written all or none."""

import os
from collections.abc import Sequence
from pathlib import Path

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser
from rbengine.cli.ground import asked_of_project
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.document.draft import Draft
from rbengine.document.importing import Import, import_document
from rbengine.document.repair import Repaired, repaired
from rbengine.facts.atomic import replace_file
from rbengine.facts.project import find_project
from rbengine.facts.settings import NAME
from rbengine.format import format_source
from rbengine.report.text import pad, visible
from rbengine.source import SourceFile

OPTIONS = ("--into",)

_LARGEST = 10_000_000
"""Bytes of a document."""
_REMAINDER = "remainder.md"
_SETTINGS = '# Drafts of an import are a project of their own.\nplaybooks = "."\n'
_TITLE = 40


def import_drafts(arguments: Sequence[str]) -> int:
    """Write the drafts of one document."""
    parser = Parser("import", OPTIONS)
    parser.add_argument("document", metavar="DOCUMENT")
    parser.add_argument("--into", metavar="DIR", default="drafts")
    asked = parser.read(arguments)
    read = repaired(_bytes(asked.document))
    found = import_document(read.text, Path(asked.document).name)
    output = Output()
    if not found.drafts:
        raise _nothing(asked.document, found)
    folder = Path(asked.into)
    files = _files(found) | _settings(folder)
    _refuse_overwriting(folder, files)
    _write(folder, files)
    output.rows(_told(asked.document, folder, found, read))
    return exit_codes.OK


def _nothing(document: str, found: Import) -> UsageError:
    return UsageError(
        "nothing in it looks like a runbook",
        place=visible(document),
        notes=[
            f"{found.lines} lines were read",
            "a runbook has headings such as Symptoms, Diagnosis, Resolution below its title",
        ],
        way_out="`rbengine new` writes one to begin with",
    )


def _bytes(document: str) -> bytes:
    path = Path(document)
    try:
        if path.is_dir():
            raise UsageError("it is a folder", place=visible(document), way_out="name one file")
        if path.stat().st_size > _LARGEST:
            raise UsageError(
                "it is larger than 10 MB",
                place=visible(document),
                way_out="cut it into several files",
            )
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"it cannot be read: {error.strerror}",
            place=visible(document),
            way_out="name a Markdown file",
        ) from error


def _files(found: Import) -> dict[str, str]:
    """Every file by its name, formatted."""
    files = {one.name: _formatted(one) for one in found.drafts}
    files[_REMAINDER] = "".join(f"{number}: {text.rstrip()}\n" for number, text in found.remainder)
    return files


def _settings(folder: Path) -> dict[str, str]:
    """What makes the folder a project of its own, with the schema of the project around it; nothing where it is one."""
    if (folder / NAME).exists():
        return {}
    text = _SETTINGS
    project = asked_of_project(lambda: find_project(Path.cwd()))
    schema = (
        None if project.bundled or project.problems else asked_of_project(lambda: project.schema)
    )
    if schema is not None:
        text += f'schema = "{os.path.relpath(schema[1], folder)}"\n'
    return {NAME: text}


def _formatted(draft: Draft) -> str:
    formatted = format_source(SourceFile(draft.name, draft.text))
    return formatted.text if formatted.text is not None else draft.text


def _refuse_overwriting(folder: Path, files: Sequence[str] | dict[str, str]) -> None:
    there = [name for name in files if (folder / name).exists()]
    if there:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise UsageError(
            f"`{there[0]}`{more} is there already",
            place=str(folder),
            way_out="name another folder with `--into`",
        )


def _write(folder: Path, files: dict[str, str]) -> None:
    """All files or none."""
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            replace_file(folder / name, text.encode("utf-8"))
            written.append(folder / name)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise UsageError(
            f"the drafts cannot be written: {error.strerror}",
            place=str(folder),
            way_out="name another folder",
        ) from error


def _told(document: str, folder: Path, found: Import, read: Repaired) -> list[str]:
    rows = [f"{visible(document)}: {found.lines} lines that are not blank"]
    rows += [f"  repaired: {one}" for one in read.told]
    rows.append("")
    for one in found.drafts:
        open_ = f"{one.questions} open question{'' if one.questions == 1 else 's'}"
        shown = one.kind if one.kind != "runbook" else one.title
        rows.append(f"  {one.name:<13}{pad(visible(shown), _TITLE)}  {open_}")
    left = len(found.remainder)
    rule = sum(text.strip().strip("-*_ ") == "" for _, text in found.remainder)
    rows += [
        f"  {_REMAINDER:<13}{left} lines that no draft holds, {rule} of them rules",
        "",
        f"{found.lines - left} of {found.lines} lines are in {len(found.drafts)} drafts, {left} in the remainder",
        "",
        f"cd {folder} && rbengine check",
    ]
    return rows
