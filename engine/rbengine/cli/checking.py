"""Checking files and folders: each problem once, in reading order, with a last line that sums up."""

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from rbengine.cli import exit_codes, judging
from rbengine.cli.arguments import Parser, width
from rbengine.cli.ground import Ground, asked_of_project
from rbengine.cli.output import Output
from rbengine.cli.problem_formats import FORMATS, written
from rbengine.cli.usage import UsageError
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.collector import in_reading_order
from rbengine.facts.check_cache import remember
from rbengine.facts.settings import NAME

OPTIONS = ("--format", "--watch", "--width", "--no-colour")


class Asked(NamedTuple):
    """What is to be checked."""

    files: tuple[str, ...]
    """Shown paths of files that are ours, or may be."""
    foreign: tuple[str, ...]
    """Ruby in the folders that were asked for."""
    whole: bool
    """Everything the project has."""


def check(arguments: Sequence[str], question: Sequence[str]) -> int:
    """Check what `arguments` name, write it, and remember it as the answer to `question`."""
    parser = Parser("check", OPTIONS)
    parser.add_argument("paths", metavar="PATH", nargs="*")
    parser.add_argument("--format", choices=("text", *FORMATS), default="text")
    parser.add_argument("--watch", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    output = Output(width=found.width, plain=found.no_colour)
    if found.watch:
        from rbengine.cli.watching import watch

        if found.format != "text":
            raise UsageError(
                "`--watch` draws problems for a person",
                way_out="leave out `--format`, or `--watch`",
            )
        watch(output, lambda ground: look(ground, found.paths), _stands_on)
    problems_to = output if found.format == "text" else Output(sys.stderr, width=found.width)
    with Ground.here(problems_to) as ground:
        asked, problems = _look(ground, found.paths)
        rows = (
            _rows(ground, asked, problems)
            if found.format == "text"
            else written(found.format, ground, problems, len(asked.files), len(asked.foreign))
        )
        if found.format == "github":
            rows = [*rows, sum_up(asked.files, asked.foreign, problems)]
        code = exit_codes.PROBLEMS if _has_errors(problems) else exit_codes.OK
        text = "\n".join(rows) + "\n"
        output.raw(text)
        if not ground.borrowed:
            remember(question, f"{code}\n{text}", _stands_on(ground))
        return code


def look(ground: Ground, paths: Sequence[str]) -> list[str]:
    """Check what `paths` name, as rows for a person."""
    asked, problems = _look(ground, paths)
    return _rows(ground, asked, problems)


def _look(ground: Ground, paths: Sequence[str]) -> tuple[Asked, tuple[Diagnostic, ...]]:
    asked = asked_files(ground, paths)
    problems = problems_of(ground, asked.files)
    _write_facts(ground, asked, whole=asked.whole and not _has_errors(problems))
    return asked, problems


def _has_errors(problems: Sequence[Diagnostic]) -> bool:
    return any(one.severity == "error" for one in problems)


def asked_files(ground: Ground, paths: Sequence[str]) -> Asked:
    """Files to check, sorted, each once. Raises UsageError for what is not there or not the project's."""
    everything = [*ground.texts, *ground.unreadable]
    chosen: set[str] = set()
    for path in paths:
        chosen.update(_below(ground, path, everything))
    if not paths:
        chosen.update(everything)
    foreign = set(ground.workspace.foreign) & chosen
    named = {shown for path in paths if (shown := ground.project.shown(Path(path))) in everything}
    if foreign & named:
        one = min(foreign & named)
        raise UsageError(
            f"`{one}` is not ours: it does not begin with a word of the language",
            notes=["a file begins with runbook, policy, calendar, library, app or scenarios"],
            way_out="rbengine leaves Ruby alone; name a playbook or a folder",
        )
    return Asked(tuple(sorted(chosen - foreign)), tuple(sorted(foreign)), chosen >= set(everything))


def problems_of(ground: Ground, files: Iterable[str]) -> tuple[Diagnostic, ...]:
    """Everything wrong in `files`, in reading order."""
    readable = judging.problems_of(ground, [one for one in files if one not in ground.unreadable])
    found = [ground.unreadable[path] for path in files if path in ground.unreadable]
    return in_reading_order((*found, *(one for its in readable.values() for one in its)))


def sum_up(files: Sequence[str], foreign: Sequence[str], problems: Sequence[Diagnostic]) -> str:
    """`2 errors in 1 of 17 files`."""
    errors = sum(one.severity == "error" for one in problems)
    warnings = len(problems) - errors
    parts = [
        _count(number, noun)
        for number, noun in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    if parts:
        touched = len({one.primary.file for one in problems})
        told = f"{' and '.join(parts)} in {touched} of {_count(len(files), 'file')}"
    else:
        told = f"no problems in {_count(len(files), 'file')}"
    return told + (f", {_count(len(foreign), 'Ruby file')} left alone" if foreign else "")


def _below(ground: Ground, path: str, everything: Sequence[str]) -> list[str]:
    if not os.path.exists(path):
        return [asked_of_project(lambda: ground.project.playbook(path))]
    shown = ground.project.shown(Path(path))
    if shown is None and ground.project.bundled:
        raise UsageError(
            f"`{path}` is in no project",
            notes=["a project is a folder with a file " + NAME + ", and everything below it"],
            way_out=f"make an empty file {NAME} in the folder that your playbooks belong to",
        )
    if shown is None:
        raise UsageError(
            f"`{path}` is outside the project",
            notes=[f"the project is {ground.project.root}"],
            way_out=f"check it from its own project: the nearest folder upward with {NAME}",
        )
    if shown in everything:
        return [shown]
    below = (
        everything
        if shown in {".", ""}
        else [one for one in everything if one.startswith(f"{shown}/")]
    )
    if not below and not os.path.isdir(path):
        raise UsageError(
            f"`{path}` is not among the playbooks of the project",
            notes=[f"playbooks are looked for in {ground.project.folder}"],
        )
    return list(below)


def _rows(ground: Ground, asked: Asked, problems: Sequence[Diagnostic]) -> list[str]:
    rows = [*ground.drawn(problems), ""] if problems else []
    rows.append(sum_up(asked.files, asked.foreign, problems))
    if ground.project.bundled:
        rows.append(f"these came with rbengine: no folder from here upward has a file {NAME}")
    return rows


def _write_facts(ground: Ground, asked: Asked, *, whole: bool) -> None:
    """Keep what PostgreSQL said beside the playbooks; a folder that cannot be written is no reason to fail."""
    if ground.project.bundled or not ground.described or not (whole or ground.facts.missed):
        return
    if whole and ground.facts.unused():
        # An answer of the cache may have been worked out beside another file, and be silent about what both asked:
        # nothing is dropped before every file has asked for itself.
        judging.look_again(ground, [one for one in asked.files if one not in ground.unreadable])
    with contextlib.suppress(OSError):
        ground.facts.save(whole=whole)


def _stands_on(ground: Ground) -> list[str]:
    """Files and folders whose change may change the answer."""
    # A settings file that appears nearer to where the command was typed makes another project.
    here = Path.cwd()
    nearer = [str(folder / NAME) for folder in (here, *here.parents)]
    return list(dict.fromkeys([*ground.project.stands_on(), *nearer]))


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
