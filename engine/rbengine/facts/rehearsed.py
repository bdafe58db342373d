"""When each runbook was last rehearsed whole on this machine and what came of it, in the user's cache."""

import os
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from rbengine.facts.atomic import replace_file
from rbengine.facts.project import Project

_FORMAT = 1


class Rehearsed(msgspec.Struct, frozen=True, kw_only=True):
    """What `simulate` made of all scenarios of one runbook."""

    at: datetime
    rehearsals: int
    missed: int
    clear: int
    """Decision points passed or accounted for, of `points`."""
    points: int
    text: str
    """Digest of the runbook and its scenarios."""


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    runbooks: dict[str, Rehearsed]


def recall_rehearsed(project: Project) -> dict[str, Rehearsed]:
    """By shown path; empty where nothing was rehearsed yet, or where somebody tore the file."""
    try:
        kept = msgspec.json.decode(_path(project).read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return {}
    return kept.runbooks if kept.format == _FORMAT else {}


def remember_rehearsed(project: Project, done: dict[str, Rehearsed]) -> bool:
    """Keep what was done, beside what is kept of others; False where the cache cannot be written."""
    path = _path(project)
    kept = _Kept(format=_FORMAT, runbooks={**recall_rehearsed(project), **done})
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, msgspec.json.encode(kept))
    except OSError:
        return False
    return True


def digest_of(texts: dict[str, str], path: str, scenarios: str) -> str:
    """Of a runbook's text and its scenarios'."""
    both = "\0".join(texts.get(one, "") for one in (path, scenarios))
    return sha256(both.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _path(project: Project) -> Path:
    given = os.environ.get("XDG_CACHE_HOME", "")
    cache = Path(given) if os.path.isabs(given) else Path.home() / ".cache"
    name = sha256(os.fsencode(project.root)).hexdigest()[:32]
    return cache / "rbengine" / "rehearsed" / f"{name}.json"
