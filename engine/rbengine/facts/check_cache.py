"""What `check` said of files that have not changed since, and what else is worked out of them, in the user's cache.

An unchanged project is checked before the checker is even imported: this module imports nothing of the engine and, of
the standard library, what Python has loaded anyway beside `hashlib` and `json`. An answer is taken back when the text
of any file it depends on, the list of files in a folder, the engine or this module's format is another.
"""

import json
import os
import sys
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from rbengine import __version__

_FORMAT = 1
_KEPT = 200
"""Answers that are kept at most; the oldest go first."""


class Answer(NamedTuple):
    """`payload` is the command's own; `files` are the paths it depends on, folders with a `/` at the end."""

    payload: str
    files: tuple[str, ...]


def recall(question: Iterable[str]) -> Answer | None:
    """The answer to `question` (the command's arguments that matter, paths absolute) if nothing has changed."""
    try:
        with open(_path(question), encoding="utf-8") as file:
            entry = json.load(file)
        if entry["format"] != _FORMAT or entry["engine"] != engine_digest():
            return None
        for path, digest in entry["files"].items():
            if _digest(path) != digest:
                return None
        return Answer(entry["payload"], tuple(entry["files"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # not there, torn, or of another format: it is worked out anew


def remember(question: Iterable[str], payload: str, files: Iterable[str]) -> bool:
    """Keep `payload` as the answer to `question` as long as `files` stay as they are.

    Folders end with `/`: the names in them count. A file that is not there counts too: it must stay away.
    False where the cache cannot be written, which is no reason to fail.
    """
    path = _path(question)
    entry = {
        "format": _FORMAT,
        "engine": engine_digest(),
        "files": {one: _digest(one) for one in files},
        "payload": payload,
    }
    part = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(part, "w", encoding="utf-8") as file:
            json.dump(entry, file)
        os.replace(part, path)
        _forget_the_oldest(os.path.dirname(path))
    except OSError:
        return False
    return True


@cache
def engine_digest() -> str:
    """The version and when it was installed; in a checkout the moment of the last change of any module."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    above = os.path.dirname(root)
    if os.path.basename(above) != "engine":
        # Another build of one version makes the package's folder anew.
        return f"{__version__} {sys.version_info[:2]} {os.stat(root).st_mtime_ns}"
    newest = 0
    for folder in (root, *_beside(above)):
        newest = max(newest, _newest(folder))
    return f"{__version__} {sys.version_info[:2]} {newest}"


def _beside(engine: str) -> tuple[str, ...]:
    checkout = os.path.dirname(engine)
    return (os.path.join(checkout, "grammar"), os.path.join(checkout, "adapters"))


def _newest(folder: str) -> int:
    """The latest change in nanoseconds of a module, or of a folder's list of modules, below `folder`."""
    newest = 0
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return 0
    for one in entries:
        if one.is_dir(follow_symlinks=False):
            if one.name != "__pycache__":
                newest = max(newest, _newest(one.path))
        elif one.name.endswith((".py", ".lark", ".table")):
            newest = max(newest, one.stat().st_mtime_ns)
    return newest


def _path(question: Iterable[str]) -> str:
    given = os.environ.get("XDG_CACHE_HOME", "")
    cache = given if os.path.isabs(given) else os.path.expanduser("~/.cache")
    name = sha256("\0".join(question).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return os.path.join(cache, "rbengine", "check", f"{name}.json")


def _digest(path: str) -> str:
    """Of a file's bytes or a folder's names; empty for what is not there."""
    try:
        if path.endswith("/"):
            return sha256("\0".join(_names(path)).encode("utf-8", "surrogateescape")).hexdigest()
        with open(path, "rb") as file:
            return sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _names(folder: str) -> list[str]:
    """The playbooks in a folder, and the folders in it, where more could appear."""
    return sorted(
        one.name + ("/" if one.is_dir() else "")
        for one in os.scandir(folder)
        if not one.name.startswith(".") and (one.name.endswith(".rb") or one.is_dir())
    )


def _forget_the_oldest(folder: str) -> None:
    """Where there are too many, half of them go: ages are then asked for once in a hundred answers, not at each.

    What `file_answers` keeps of projects stands in the same folder, and grows old like answers.
    """
    found = [one for one in os.scandir(folder) if one.name.endswith((".json", ".files"))]
    if len(found) <= _KEPT:
        return
    found.sort(key=lambda one: one.stat().st_mtime_ns)
    for one in found[: len(found) - _KEPT // 2]:
        os.unlink(one.path)
