"""What became of the faults put into a project's playbooks, kept beside them and committed with them."""

from hashlib import sha256

import msgspec

from rbengine.facts.atomic import replace_file
from rbengine.facts.project import Project

NAME = "mutants.json"
_FORMAT = 1


class Survivor(msgspec.Struct, frozen=True, order=True):
    """A fault that no rehearsal noticed."""

    line: int
    what: str


class Mutated(msgspec.Struct, frozen=True, kw_only=True):
    """The faults of one file. Those that the checker refuses, and those that change nothing, do not count."""

    text: str
    """Digest of the file and of everything its rehearsals stand on."""
    killed: int
    survivors: tuple[Survivor, ...] = ()

    @property
    def faults(self) -> int:
        """How many could be rehearsed."""
        return self.killed + len(self.survivors)


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    files: dict[str, Mutated]


def recall_mutated(project: Project) -> dict[str, Mutated]:
    """By shown path; empty where there is no result, or one of another format."""
    try:
        kept = msgspec.json.decode((project.folder / NAME).read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return {}
    return kept.files if kept.format == _FORMAT else {}


def keep_mutated(project: Project, files: dict[str, Mutated]) -> None:
    """Write the result, a line for each survivor. Raises OSError."""
    kept = _Kept(format=_FORMAT, files=dict(sorted(files.items())))
    text = msgspec.json.format(msgspec.json.encode(kept), indent=1)
    replace_file(project.folder / NAME, text + b"\n")


def digest_of(texts: dict[str, str], paths: tuple[str, ...]) -> str:
    """Of these files' texts."""
    both = "\0".join(f"{one}\0{texts.get(one, '')}" for one in paths)
    return sha256(both.encode("utf-8", "surrogatepass")).hexdigest()[:16]
