"""Texts that a person wrote off as right, and how they are compared, replaced and counted."""

import difflib
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
_CONTEXT = 4
LONGEST = 200
"""Lines. What is longer, nobody looks through."""


class GoldenError(AssertionError):
    """A golden is not as it should be; the text says what to do."""


class Goldens:
    """Compares with the files on disk, or replaces those below the one folder that may be updated."""

    def __init__(self, update: Path | None = None) -> None:
        self._update = update

    def check(self, path: Path, text: str, test: str) -> None:
        """`text` must be what `path` holds. `test` is the file that checks it, for the command to accept it."""
        text = text if text.endswith("\n") else text + "\n"
        _check_form(path, text)
        if self._may_update(path):
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
            return
        if not path.exists():
            raise GoldenError(f"there is no {_shown(path)}\n{_how_to_accept(path, test)}")
        golden = path.read_text(encoding="utf-8")
        if golden != text:
            raise GoldenError(
                f"{_shown(path)} (the golden, -) differs from what came out (+):\n"
                f"{first_difference(golden, text)}\n{_how_to_accept(path, test)}"
            )

    def check_folder(self, folder: Path, expected: Mapping[str, str], test: str) -> None:
        """All of `expected` (path below `folder` to text), and no golden besides."""
        for name in sorted(expected):
            self.check(folder / name, expected[name], test)
        for orphan in orphans(folder, expected):
            if self._may_update(orphan):
                orphan.unlink()
                continue
            raise GoldenError(f"no test reads {_shown(orphan)}: delete it, or say what it shows")

    def _may_update(self, path: Path) -> bool:
        return self._update is not None and path.is_relative_to(self._update)


def orphans(folder: Path, expected: Mapping[str, str]) -> list[Path]:
    """Files below `folder` that nothing expects, sorted."""
    wanted = {folder / name for name in expected}
    return sorted(path for path in folder.rglob("*") if path.is_file() and path not in wanted)


def refuse_update(folder: Path, *, ci: bool) -> str | None:
    """Why goldens below `folder` may not be updated now, or None."""
    if ci:
        return "goldens are not updated in CI: a machine that accepts its own answer checks nothing"
    if folder.is_file() or not folder.parent.is_dir():
        return f"{_shown(folder)} is no folder of goldens, and none can be made there"
    edited = _uncommitted(folder)
    if edited:
        return "these goldens have edits that are not committed: " + ", ".join(edited)
    return None


def first_difference(golden: str, text: str) -> str:
    """The first hunk of the difference, with lines around it."""
    lines = difflib.unified_diff(
        golden.splitlines(), text.splitlines(), "golden", "came out", n=_CONTEXT, lineterm=""
    )
    return "\n".join(_first_hunk(lines))


def _first_hunk(lines: Iterator[str]) -> Iterator[str]:
    hunks = 0
    for line in lines:
        hunks += line.startswith("@@")
        if hunks > 1:
            return
        yield line


def _check_form(path: Path, text: str) -> None:
    lines = text.split("\n")[:-1]
    trailing = [number for number, line in enumerate(lines, start=1) if line != line.rstrip()]
    if trailing:
        raise GoldenError(f"{_shown(path)}: trailing blanks in line {trailing[0]}")
    if "\x1b" in text or "\r" in text:
        raise GoldenError(f"{_shown(path)}: colour or carriage returns in a golden")
    if len(lines) > LONGEST:
        raise GoldenError(
            f"{_shown(path)}: {len(lines)} lines; above {LONGEST} take a smaller case"
        )


def _how_to_accept(path: Path, test: str) -> str:
    return f"accept it with: pytest --update-goldens {_shown(path.parent)} {test}"


def _uncommitted(folder: Path) -> list[str]:
    """Files below `folder` with edits against the last commit; new ones are nobody's work yet."""
    done = subprocess.run(
        ["git", "diff", "--name-only", "HEAD", "--", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return sorted(done.stdout.split())


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
