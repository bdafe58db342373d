"""The tutorial, played: its files written, its commands typed, its screens drawn.

The info string behind a fence names the file that the block holds; `more` behind that, that the block stands at its
end. In a `console` block lines that begin with `$ ` are typed, and the lines below them are what the screen shows.
`python -m support.tutorial` in `tests/` puts the screens that come out into the page.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from support.typed import environment

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial.md"

_FENCE = re.compile(r"^```(\w+)(?: (\S+))?(?: (more))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Written(NamedTuple):
    """A file of the tutorial, or more of it."""

    path: str
    more: bool
    text: str


class Typed(NamedTuple):
    """A block of commands, with the text of the block as the page has it and its place there."""

    commands: tuple[str, ...]
    shown: str
    start: int
    end: int


def moves(page: str) -> Iterator[Written | Typed]:
    """What the reader does, in order."""
    for match in _FENCE.finditer(page):
        kind, path, more, text = match.groups()
        if kind == "console":
            commands = tuple(one[2:] for one in text.splitlines() if one.startswith("$ "))
            yield Typed(commands, text, match.start(4), match.end(4))
        elif path is not None:
            yield Written(path, more is not None, text)


def play(page: str, folder: Path) -> Iterator[tuple[Typed, str]]:
    """Each block of commands with the text that it should have, played in `folder`."""
    project = folder / "project"
    project.mkdir()
    surroundings = environment(folder / "bin")
    for move in moves(page):
        if isinstance(move, Written):
            path = project / move.path
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text(encoding="utf-8") if move.more else ""
            path.write_text(before + move.text, encoding="utf-8")
            continue
        text = ""
        for command in move.commands:
            done = subprocess.run(
                ["sh", "-c", command], cwd=project, env=surroundings, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
            lines = [one.rstrip() for one in done.stdout.splitlines()]
            text += f"$ {command}\n" + "".join(f"{one}\n" for one in lines)
        yield move, text


def with_screens(page: str) -> str:
    """The page with the screens that come out today."""
    with tempfile.TemporaryDirectory() as name:
        for move, text in reversed(list(play(page, Path(name)))):
            page = page[: move.start] + text + page[move.end :]
    return page


if __name__ == "__main__":
    PAGE.write_text(with_screens(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
