"""Formatting files: each is replaced whole or not at all, and keeps its mode and its line ends."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from rbengine.cli import exit_codes
from rbengine.cli.arguments import Parser, width
from rbengine.cli.ground import asked_of_project
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.render import render
from rbengine.facts.atomic import replace_file
from rbengine.facts.project import find_project
from rbengine.facts.settings import NAME
from rbengine.format import format_source
from rbengine.source import SourceFile
from rbengine.syntax import decode, describe

OPTIONS = ("--check", "--diff", "--width", "--no-colour")

STDIN = "<stdin>"
_SKIPPED = frozenset({"node_modules", "__pycache__"})


class Outcome(NamedTuple):
    """What came of one file. `old` and `new` are what it holds and should hold, line ends as in the file."""

    path: str
    state: Literal["right", "changes", "foreign", "broken"]
    old: str = ""
    new: str = ""
    problems: tuple[Diagnostic, ...] = ()
    source: SourceFile | None = None


def format_files(arguments: Sequence[str]) -> int:
    """Format what `arguments` name, and say how many were changed."""
    parser = Parser("fmt", OPTIONS)
    parser.add_argument("paths", metavar="PATH", nargs="*")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--diff", action="store_true")
    parser.add_argument("--width", type=width, metavar="CELLS")
    parser.add_argument("--no-colour", "--no-color", action="store_true", dest="no_colour")
    found = parser.read(arguments)
    output = Output(width=found.width, plain=found.no_colour)
    if "-" in found.paths:
        if len(found.paths) > 1:
            raise UsageError("`-` is standard input, and stands alone", place=" ".join(found.paths))
        return _format_stdin(output, check=found.check, diff=found.diff)
    files = list(_files(found.paths))
    outcomes = [_outcome(path, Path(path).read_bytes()) for path in files]
    _refuse_foreign(found.paths, outcomes)
    for one in outcomes:
        if one.problems:
            output.rows(_drawn(one, output))
        elif one.state == "changes" and found.diff:
            output.raw(_diff(one))
        if one.state == "changes" and not found.diff:
            if not found.check:
                _write(one)
            output.row(f"{'would change' if found.check else 'changed'} {one.path}")
    output.row(_sum_up(outcomes, wrote=not (found.check or found.diff)))
    broken = any(one.state == "broken" for one in outcomes)
    changes = any(one.state == "changes" for one in outcomes)
    return exit_codes.PROBLEMS if broken or (found.check and changes) else exit_codes.OK


def _format_stdin(output: Output, *, check: bool, diff: bool) -> int:
    one = _outcome(STDIN, sys.stdin.buffer.read())
    if one.problems:
        sys.stderr.write("\n".join(_drawn(one, output)) + "\n")
        return exit_codes.PROBLEMS
    if diff:
        output.raw(_diff(one))
    elif not check:
        # The text is UTF-8 with its own line ends, whatever the terminal's encoding is.
        text = one.old if one.state == "foreign" else one.new
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
    return exit_codes.PROBLEMS if check and one.state == "changes" else exit_codes.OK


def _files(paths: Sequence[str]) -> Iterator[str]:
    """Files to format, each once: those named, and the `.rb` files below the folders named."""
    seen: set[str] = set()
    for path in paths or _of_project():
        if not os.path.exists(path):
            path = _by_name(path)
        for one in _below(path) if os.path.isdir(path) else (path,):
            real = os.path.realpath(one)
            if real not in seen:
                seen.add(real)
                yield one


def _by_name(asked: str) -> str:
    """The playbook of the project that `asked` names, as a path from here. Raises UsageError."""
    project = asked_of_project(lambda: find_project(Path.cwd()))
    if project.bundled:
        raise UsageError(f"there is no file or folder `{asked}`", place=asked)
    return os.path.relpath(project.files[asked_of_project(lambda: project.playbook(asked))])


def _of_project() -> list[str]:
    project = asked_of_project(lambda: find_project(Path.cwd()))
    if project.bundled:
        raise UsageError(
            "there is no project here, and the playbooks that came with rbengine are not yours to change",
            way_out=f"name files or folders, or go to a folder with an `{NAME}`",
        )
    return [os.path.relpath(one) for one in project.files.values()]


def _below(folder: str) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one[0] != "." and one not in _SKIPPED)
        for name in sorted(names):
            if name.endswith(".rb"):
                yield os.path.normpath(os.path.join(here, name))


def _outcome(path: str, data: bytes) -> Outcome:
    text = decode(data)
    if not isinstance(text, str):
        source = SourceFile(path, data.decode("utf-8", errors="replace"))
        return Outcome(path, "broken", problems=(describe(text, source),), source=source)
    source = SourceFile(path, text)
    formatted = format_source(source)
    if formatted.problems:
        return Outcome(path, "broken", text, text, formatted.problems, source)
    if formatted.text is None:
        return Outcome(path, "foreign", text, text)
    new = formatted.text.replace("\n", "\r\n") if "\r\n" in text else formatted.text
    return Outcome(path, "right" if new == text else "changes", text, new)


def _refuse_foreign(paths: Sequence[str], outcomes: Sequence[Outcome]) -> None:
    """A folder may hold Ruby; who names a file means it."""
    for one in outcomes:
        if one.state == "foreign" and one.path in paths:
            raise UsageError(
                f"`{one.path}` is not ours: it does not begin with a word of the language",
                notes=["a file begins with runbook, policy, calendar, library, app or scenarios"],
                way_out="rbengine leaves Ruby alone; name a playbook or a folder",
            )


def _write(one: Outcome) -> None:
    try:
        replace_file(Path(one.path), one.new.encode("utf-8"))
    except OSError as error:
        raise UsageError(
            f"`{one.path}` cannot be written: {error.strerror}",
            place=one.path,
            notes=["it is as it was"],
        ) from error


def _diff(one: Outcome) -> str:
    from difflib import unified_diff

    old, new = (text.replace("\r\n", "\n").splitlines(keepends=True) for text in (one.old, one.new))
    if old and not old[-1].endswith("\n"):
        old[-1] += "\n\\ No newline at end of file\n"
    if old == new:
        return (
            f"--- {one.path}\n+++ {one.path}\nonly line ends differ\n" if one.old != one.new else ""
        )
    return "".join(unified_diff(old, new, one.path, one.path))


def _drawn(one: Outcome, output: Output) -> list[str]:
    assert one.source is not None
    sources = {one.path: one.source}
    text = render(
        one.problems, sources, colour=output.colour, width=output.width, fold=output.moves
    )
    return [*text.splitlines(), ""]


def _sum_up(outcomes: Sequence[Outcome], *, wrote: bool) -> str:
    counted = [one.state for one in outcomes]
    files = len(counted) - counted.count("foreign")
    parts = [
        f"{counted.count('changes')} of {_count(files, 'file')} {'changed' if wrote else 'would change'}"
    ]
    if "broken" in counted:
        parts.append(f"{counted.count('broken')} left as {_are(counted.count('broken'))}")
    if "foreign" in counted:
        parts.append(f"{_count(counted.count('foreign'), 'Ruby file')} left alone")
    return ", ".join(parts)


def _are(number: int) -> str:
    return "it is" if number == 1 else "they are"


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
