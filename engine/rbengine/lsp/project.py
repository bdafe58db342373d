"""A project that is open in an editor: its files on disk, what is typed over them, and what is known of both."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rbengine.contract.operations import Operation
from rbengine.diagnostics import Diagnostic
from rbengine.facts.adapters import adapter_names, event_subject, signature_of
from rbengine.facts.holiday_codes import holiday_codes
from rbengine.facts.project import Project, ProjectError, find_project, read_text
from rbengine.facts.settings import NAME, Settings
from rbengine.lsp.describing import NOT_DESCRIBED, EditorDescriber
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rbengine.workspace import Workspace
from rbengine.workspace.editor import Editor

if TYPE_CHECKING:
    from rbengine.facts.postgres.describe import PostgresDescriber
    from rbengine.facts.postgres.server import Server

FACTS = "schema.facts.json"

Builders = Mapping[str, Operation]


class LooseFiles(Project):
    """Playbooks outside of any project: those of one folder and the scenarios beside them."""

    @cached_property
    def folder(self) -> Path:
        return self.root

    @cached_property
    def files(self) -> dict[str, Path]:
        found = [*self.root.glob("*.rb"), *(self.root / "scenarios").glob("*.rb")]
        return {one.relative_to(self.root).as_posix(): one for one in sorted(found)}


class OpenProject:
    """Paths are the project's own, as screens show them."""

    def __init__(self, project: Project, builders: Builders) -> None:
        self.project = project
        self._builders = builders
        self._typed: dict[str, str] = {}
        self._unreadable: dict[str, Diagnostic] = {}
        self.describer = EditorDescriber(self._facts, "", "")
        self.editor: Editor
        self.reload()

    @property
    def schema(self) -> tuple[str, str]:
        """The schema's shown path and its text; both empty where there is none that can be read."""
        try:
            found = self.project.schema
            return ("", "") if found is None else (found[0], found[1].read_text(encoding="utf-8"))
        except (ProjectError, OSError, UnicodeDecodeError):
            return "", ""

    def reload(self) -> None:
        """Read everything anew; what is typed stays."""
        self.project = _read_anew(self.project)
        try:
            texts, self._unreadable = self.project.read()
        except ProjectError:
            texts, self._unreadable = {}, {}
        texts.update(self._typed)
        self._describe_with(())
        workspace = Workspace(
            texts,
            signature_of=signature_of,
            describer=self.describer,
            builders=self._builders,
            event_subject=event_subject,
            zone_exists=_zone_exists,
            holiday_codes=holiday_codes,
        )
        self.editor = Editor(workspace, adapter_names())
        self._follow_policy()

    def shown(self, file: Path) -> str | None:
        """What a file is called here; None for one that is no playbook of the project."""
        shown = self.project.shown(file)
        if shown is None or file.suffix != ".rb":
            return None
        try:
            file.resolve().relative_to(self.project.folder.resolve())
        except (ValueError, ProjectError):
            return None
        return shown

    def file(self, path: str) -> Path:
        """Where a file of the project is on disk."""
        known = self.project.files.get(path)
        return self.project.root / path if known is None else known

    def type_over(self, path: str, text: str) -> tuple[str, ...]:
        """What an editor holds of a file, saved or not. Gives the files whose problems may be others now."""
        self._typed[path] = text
        self._unreadable.pop(path, None)
        return self._change(path, text)

    def let_go(self, path: str) -> tuple[str, ...]:
        """The editor closed a file: what is on disk counts again. Gives the same."""
        self._typed.pop(path, None)
        return self.read_again(path)

    def read_again(self, path: str) -> tuple[str, ...]:
        """A file was changed, made or taken away on disk; what is typed over it stays. Gives the same."""
        if path in self._typed:
            return ()
        file = self.file(path)
        text = read_text(path, file) if file.is_file() else None
        if isinstance(text, Diagnostic):
            self._unreadable[path] = text
            text = None
        else:
            self._unreadable.pop(path, None)
        return self._change(path, text)

    def is_ours(self, path: str) -> bool:
        """Whether the file is written in our language; Ruby is not."""
        return path in self.editor.files

    def problems(self, path: str) -> tuple[Diagnostic, ...]:
        """What is to be shown of a file: nothing about statements that nobody could describe."""
        if path in self._unreadable:
            return (self._unreadable[path],)
        if not self.is_ours(path):
            return ()
        found = self.editor.workspace.problems(path)
        return tuple(one for one in found if NOT_DESCRIBED not in one.message)

    def open_live(self, server: "Server") -> "PostgresDescriber":
        """A describer that asks PostgreSQL, to be attached. Takes a second where the schema is new; thread-safe."""
        from rbengine.facts.postgres.describe import PostgresDescriber

        asked = self.describer
        return PostgresDescriber(server, asked.schema_sql, asked.schema_name(), asked.functions)

    def attach(self, live: "PostgresDescriber") -> None:
        """Judge everything anew, with PostgreSQL."""
        self.describer.attach(live)
        workspace = self.editor.workspace.with_describer(self.describer)
        self.editor = self.editor.with_workspace(workspace)

    def close(self) -> None:
        """Give back what was taken."""
        self.describer.close()

    @property
    def _facts(self) -> Path:
        """Where the committed facts stand; nowhere, where the settings name a folder that is not there."""
        try:
            return self.project.folder / FACTS
        except ProjectError:
            return self.project.root / FACTS

    def _change(self, path: str, text: str | None) -> tuple[str, ...]:
        before = self.editor.workspace.dependents(path)
        self.editor = self.editor.with_workspace(self.editor.workspace.with_text(path, text))
        self._follow_policy()
        after = self.editor.workspace.dependents(path)
        return tuple(dict.fromkeys((path, *before, *after)))

    def _describe_with(self, functions: Collection[str]) -> None:
        """Another describer, which nobody live stands behind yet."""
        self.describer.close()
        name, schema = self.schema
        self.describer = EditorDescriber(self._facts, schema, name, functions)

    def _follow_policy(self) -> None:
        """The functions that the policy allows in SQL are part of every answer."""
        functions = frozenset(self.editor.workspace.policy().sql_functions)
        if functions == self.describer.functions:
            return
        self._describe_with(functions)
        workspace = self.editor.workspace.with_describer(self.describer)
        self.editor = self.editor.with_workspace(workspace)


class Projects:
    """All projects of one session, opened when a file of theirs is."""

    def __init__(self, builders: Builders) -> None:
        self._builders = builders
        self._open: dict[Path, OpenProject] = {}

    def __iter__(self) -> Iterator[OpenProject]:
        return iter(tuple(self._open.values()))

    def of(self, file: Path, text: str) -> OpenProject | None:
        """The project of a file; None for a file of another language that belongs to none."""
        project = _project_of(file)
        if project is None:
            kind = parse(SourceFile(file.name, text)).kind
            if kind in ("foreign", "empty"):
                return None
            folder = file.parent.parent if file.parent.name == "scenarios" else file.parent
            project = LooseFiles(folder.resolve(), Settings())
        known = self._open.get(project.root)
        if known is None:
            known = self._open[project.root] = OpenProject(project, self._builders)
        return known

    def holding(self, file: Path) -> OpenProject | None:
        """The open project that has `file` among its folders; the innermost of several."""
        found = [one for root, one in self._open.items() if root in (file, *file.parents)]
        return max(found, key=lambda one: len(one.project.root.parts), default=None)


def _project_of(file: Path) -> Project | None:
    """The project around a file, by its settings."""
    for folder in file.resolve().parents:
        if (folder / NAME).is_file():
            try:
                return find_project(folder)
            except ProjectError:
                return None
    return None


def _read_anew(project: Project) -> Project:
    if isinstance(project, LooseFiles):
        return LooseFiles(project.root, Settings())
    try:
        return find_project(project.root)
    except ProjectError:
        return project


def _zone_exists(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
