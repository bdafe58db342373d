"""A project on disk: the nearest folder upward with `rbengine.toml`, else the playbooks that come with the engine."""

import os
import re
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rbengine.diagnostics import Code, Diagnostic, did_you_mean, nearest
from rbengine.facts.adapters import AdapterError
from rbengine.facts.settings import NAME, Settings, read_settings
from rbengine.source import SourceFile, Span

if TYPE_CHECKING:
    from rbengine.facts.profiles import Profile

BUNDLE = "rbengine_playbooks"
"""The package in the wheel that holds nothing but playbooks."""

FACTS = "schema.facts.json"
"""What PostgreSQL said of the project's statements, in the folder of its playbooks."""

SHOWN = "playbooks"
"""What the bundle's folder is called on screens."""

_BEFORE = rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*"
_HEAD = re.compile(_BEFORE + rb"runbook[ ]+([A-Za-z0-9-]+)")
_POLICY = re.compile(_BEFORE + rb"policy[ ]")
_HEAD_BYTES = 4096
_SKIPPED = frozenset({"node_modules", "__pycache__"})


class ProjectError(Exception):
    """The project, or what was asked of it, is not there. In words, with the way out."""

    def __init__(
        self, message: str, *, place: str = "", notes: Sequence[str] = (), way_out: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.notes = tuple(notes)
        self.way_out = way_out


class Project:
    """Paths are shown relative to `root`, with `/`; the same words are keys of the workspace."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        problems: tuple[Diagnostic, ...] = (),
        *,
        bundle: Path | None = None,
        policy: str | None = None,
    ) -> None:
        """`bundle`: the folder of the playbooks that come with the engine, shown as `playbooks/`. `policy`: the file
        that stands in the place of the project's own policy."""
        self.root = root
        self.settings = settings
        self.problems = problems
        """What is wrong with `rbengine.toml`."""
        self.bundled = bundle is not None
        self._policy = policy
        self._bundle = None if bundle is None else bundle.resolve()

    def bound_to(self, profile: "Profile") -> "Project":
        """The project as it is in a profile: with that one's schema and policy, where it names any."""
        if profile.schema is None and profile.policy is None:
            return self
        schema = profile.schema or self.settings.schema
        settings = msgspec.structs.replace(self.settings, schema=schema)
        return Project(self.root, settings, self.problems, policy=profile.policy)

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from other projects, and from itself in a profile."""
        return (str(self.root), self.settings.schema or "", self._policy or "")

    @cached_property
    def folder(self) -> Path:
        """Where the playbooks are. Raises ProjectError where the settings name a folder that is not there."""
        if self._bundle is not None:
            return self._bundle
        asked = self.settings.playbooks
        folder = self.root / (SHOWN if asked is None else asked)
        if folder.is_dir():
            return folder
        if asked is None:
            return self.root
        raise ProjectError(
            f"the folder `{asked}` is not there",
            place=NAME,
            way_out="correct `playbooks` in the settings",
        )

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every `.rb` file of the playbooks' folder by its shown path, sorted; hidden folders are left out."""
        found: dict[str, Path] = {}
        for folder, folders, names in os.walk(self.folder):
            if "pyvenv.cfg" in names:  # a virtual environment, with the bundled playbooks inside
                folders[:] = []
                continue
            folders[:] = sorted(one for one in folders if one[0] != "." and one not in _SKIPPED)
            for name in names:
                if name.endswith(".rb"):
                    path = Path(folder, name)
                    found[self._shown(path)] = path
        if self._policy is not None:
            found = {name: path for name, path in found.items() if not _is_policy(path)}
            found[self._policy] = self._own_policy(self._policy)
        return dict(sorted(found.items()))

    @property
    def schema(self) -> tuple[str, Path] | None:
        """The schema's shown path and its file; None where the project has none."""
        if self.settings.schema is None:
            path = self.folder / "schema.sql"
            return (self._shown(path), path) if path.is_file() else None
        path = self.root / self.settings.schema
        if not path.is_file():
            raise ProjectError(
                f"the schema `{self.settings.schema}` is not there",
                place=NAME,
                way_out="correct `schema` in the settings",
            )
        return self.settings.schema, path

    def stands_on(self) -> tuple[str, ...]:
        """Whatever may change what is known of any playbook: files, and folders with a `/` at the end."""
        files = list(self.files.values())
        folders = {one.parent for one in files} | {self.folder}
        schema = self.schema
        files.append(self.root / NAME)
        if schema is not None:
            files.append(schema[1])
        return (*(f"{one}/" for one in sorted(folders)), *map(str, files))

    def read(self) -> tuple[dict[str, str], dict[str, Diagnostic]]:
        """The text of every playbook by its shown path, and for those that are no text, why."""
        texts: dict[str, str] = {}
        unreadable: dict[str, Diagnostic] = {}
        for shown, path in self.files.items():
            text = read_text(shown, path)
            if isinstance(text, Diagnostic):
                unreadable[shown] = text
            else:
                texts[shown] = text
        return texts, unreadable

    def playbook(self, asked: str, *, here: Path | None = None) -> str:
        """The shown path of the playbook `asked`: a path (from `here`, by default the working folder) or an id,
        `rb011` or `RB-011`. Raises ProjectError with what may have been meant."""
        if asked.endswith(".rb") or "/" in asked or os.sep in asked:
            return self._by_path(asked, here or Path.cwd())
        by_id = {
            _plain(path.stem): shown
            for shown, path in reversed(self.files.items())
            if path.parent.name != "scenarios"
        }
        found = by_id.get(_plain(asked)) or self._by_code(asked)
        if found is None:
            names = [Path(one).stem for one in by_id.values()]
            raise ProjectError(
                f"there is no playbook `{asked}`",
                notes=(f"looked in {self._where()}",),
                way_out=did_you_mean(asked, names) or "name it by its id, `rb011`, or by its path",
            )
        return found

    def shown(self, path: Path) -> str | None:
        """How the file or folder at `path` is called on screens; None for what is outside the project."""
        for one in (Path(os.path.abspath(path)), path.resolve()):
            try:
                return self._shown(one)
            except ValueError:
                continue
        return None

    def _own_policy(self, name: str) -> Path:
        path = self.root / name
        if not path.is_file():
            raise ProjectError(
                f"the policy `{name}` is not there",
                place=NAME,
                way_out="correct `policy` in the profile",
            )
        return path

    def _by_code(self, asked: str) -> str | None:
        """A runbook whose file is called otherwise than its code."""
        for shown, path in self.files.items():
            with path.open("rb") as file:
                head = _HEAD.match(file.read(_HEAD_BYTES))
            if head is not None and _plain(head[1].decode("ascii")) == _plain(asked):
                return shown
        return None

    def _by_path(self, asked: str, here: Path) -> str:
        path = here / asked
        shown = self.shown(path)
        if shown is not None and shown in self.files:
            return shown
        if not path.exists():
            near = self._nearest(path, here)
            raise ProjectError(
                f"there is no file `{asked}`",
                notes=(f"looked for it in {path.parent}",),
                way_out=f"did you mean `{near}`?" if near else "`rbengine list` has all runbooks",
            )
        if path.is_dir():
            raise ProjectError(f"`{asked}` is a folder", way_out="name one playbook in it")
        raise ProjectError(
            f"`{asked}` is not among the playbooks of {self._where()}",
            way_out=f"move it there, or make a project of its own: an empty file `{NAME}` beside it",
        )

    def _nearest(self, path: Path, here: Path) -> str | None:
        """A playbook that is called much like `path`, as it can be typed: best one with nearly the same whole path."""
        if self.bundled:
            return nearest(path.stem, [one.stem for one in self.files.values()])
        scenarios = path.parent.name == "scenarios"
        typed = {
            os.path.relpath(one, here): one.name
            for one in self.files.values()
            if (one.parent.name == "scenarios") == scenarios
        }
        whole = nearest(os.path.relpath(path, here), typed)
        if whole is not None:
            return whole
        name = nearest(path.name, typed.values())
        return next((shown for shown, one in typed.items() if one == name), None)

    def _where(self) -> str:
        return "the playbooks that come with rbengine" if self.bundled else str(self.folder)

    def _shown(self, path: Path) -> str:
        if self._bundle is not None:
            return (Path(SHOWN) / path.relative_to(self._bundle)).as_posix()
        return path.relative_to(self.root).as_posix()


def find_project(start: Path) -> Project:
    """The project that `start` (a folder or a file) is in. Raises ProjectError where there is none at all."""
    resolved = start.resolve()
    for folder in (resolved, *resolved.parents):
        settings = folder / NAME
        if settings.is_file():
            return _project_at(folder, settings)
    bundle = _bundle()
    if bundle is None:
        raise ProjectError(
            f"there is no project here: no `{NAME}` in {resolved} or above it",
            way_out=f"go to the project's folder, or make an empty file `{NAME}` there",
        )
    return Project(bundle, Settings(), bundle=bundle)


def read_text(shown: str, path: Path) -> str | Diagnostic:
    """The text of a file, or what is wrong with its bytes. Raises ProjectError where it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProjectError(f"`{shown}` cannot be read: {error.strerror}") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        from rbengine.syntax import describe
        from rbengine.syntax.problems import SyntaxProblem

        # The bytes before the wrong one are text; what follows is shown as replacement characters.
        before = len(data[: error.start].decode("utf-8"))
        problem = SyntaxProblem(code=Code("E107"), span=Span(before, before + 1))
        return describe(problem, SourceFile(shown, data.decode("utf-8", errors="replace")))


def problems_of_settings(root: Path, source: SourceFile) -> tuple[Diagnostic, ...]:
    """What is wrong with a text of the settings that stand in `root`; nothing where an adapter cannot be used."""
    try:
        return _settings_in(root, source)[1]
    except AdapterError:
        return ()


def _settings_in(root: Path, source: SourceFile) -> tuple[Settings, tuple[Diagnostic, ...]]:
    found, problems = read_settings(source)
    if not any(one.schema or one.policy for one in found.profiles.values()):
        return found, problems
    from rbengine.facts.missing_files import missing_files

    lost = missing_files(source, root, list(found.profiles.values()))
    return found, tuple(sorted((*problems, *lost), key=lambda one: one.primary))


def _project_at(folder: Path, settings: Path) -> Project:
    text = read_text(NAME, settings)
    if isinstance(text, Diagnostic):
        return Project(folder, Settings(), (text,))
    try:
        found, problems = _settings_in(folder, SourceFile(NAME, text))
    except AdapterError as error:
        way_out = "remove or repair the package that brings it"
        raise ProjectError(str(error), way_out=way_out) from error
    return Project(folder, found, problems)


def _bundle() -> Path | None:
    spec = find_spec(BUNDLE)
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    # In a checkout the engine runs from `engine/`, and the playbooks stand beside that folder.
    beside = Path(__file__).resolve().parents[3] / "playbooks"
    return beside if beside.is_dir() else None


def _is_policy(path: Path) -> bool:
    with path.open("rb") as file:
        return _POLICY.match(file.read(_HEAD_BYTES)) is not None


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
