"""What is wrong with each file of a project, kept in the user's cache until something that it depends on changes.

Beside `check_cache`, which answers a whole question: this one helps where one file of many has changed.
"""

import os
from hashlib import sha256
from pathlib import Path

import msgspec

from rbengine.diagnostics import Diagnostic
from rbengine.facts.check_cache import engine_digest
from rbengine.workspace import Workspace


class FileAnswer(msgspec.Struct, frozen=True):
    """`facts` are the keys of what was asked about the schema: they are in use, though nobody asks again."""

    problems: tuple[Diagnostic, ...]
    facts: tuple[str, ...]


class _Kept(msgspec.Struct, frozen=True):
    key: str
    answer: FileAnswer


class FileAnswers:
    """The answers of one project. `changed` files are worked out anew and given to `keep`; `save` writes them down."""

    def __init__(self, root: Path, workspace: Workspace, facts_digest: str) -> None:
        """`facts_digest` is of the schema and what else every description depends on."""
        self._path = _path(root)
        self._workspace = workspace
        self._kept = _read(self._path)
        shared = [
            f"{one}\0{workspace.source(one).text}"
            for one in workspace.files
            if workspace.kind(one) not in ("runbook", "scenarios")
        ]
        self._shared = _digest("1", engine_digest(), facts_digest, *shared)
        self._dirty = False

    def known(self, path: str) -> FileAnswer | None:
        """What was wrong with `path` when it and all it depends on were as they are."""
        kept = self._kept.get(path)
        return kept.answer if kept is not None and kept.key == self._key(path) else None

    def keep(self, path: str, answer: FileAnswer) -> None:
        """Remember it, where the file depends on few others."""
        key = self._key(path)
        if key:
            self._kept[path] = _Kept(key, answer)
            self._dirty = True

    def save(self) -> None:
        """Write it down; a cache that cannot be written is no reason to fail."""
        here = set(self._workspace.files)
        left = {path: one for path, one in self._kept.items() if path in here}
        if not self._dirty and len(left) == len(self._kept):
            return
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_bytes(msgspec.msgpack.encode(left))
            part.replace(self._path)
        except OSError:
            part.unlink(missing_ok=True)

    def _key(self, path: str) -> str:
        """Of everything that the problems of `path` depend on; empty where that is too much to name."""
        others = self._workspace.stands_on(path)
        if others is None:
            return ""
        return _digest(
            self._shared, *(f"{one}\0{self._workspace.source(one).text}" for one in (path, *others))
        )


def _read(path: Path) -> dict[str, _Kept]:
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=dict[str, _Kept])
    except (OSError, msgspec.MsgspecError):
        return {}  # not there, torn, or of another form


def _path(root: Path) -> Path:
    given = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(given) if os.path.isabs(given) else Path.home() / ".cache"
    return cache / "rbengine" / "check" / f"{_digest(str(root))[:32]}.files"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
