"""What is open between one client and us: documents, the projects they are of, and how places are counted."""

from pathlib import Path
from typing import NamedTuple

from pygls import uris

from rbengine.lsp.answers import Here
from rbengine.lsp.convert import Positions
from rbengine.lsp.project import Builders, OpenProject, Projects
from rbengine.workspace.editor import Editor


class Asked(NamedTuple):
    """A document that is ours. `path` is what its project calls it."""

    project: OpenProject
    path: str
    positions: Positions

    @property
    def editor(self) -> Editor:
        """The project as it is now."""
        return self.project.editor


class Touched(NamedTuple):
    """Files of a project whose problems may be others now."""

    project: OpenProject
    paths: tuple[str, ...]


class Session:
    """One client. `encoding` is what was agreed; `trusted`: whether the schema may be loaded."""

    def __init__(self, builders: Builders) -> None:
        self.projects = Projects(builders)
        self.encoding = "utf-16"
        self.trusted = True
        self._uris: dict[Path, str] = {}

    def open(self, uri: str, text: str) -> Touched | None:
        """A document was opened or typed into; None where it is none of ours, and none of our projects."""
        file = _file(uri)
        known = None if file is None or file not in self._uris else self.projects.holding(file)
        project = known or (None if file is None else self.projects.of(file, text))
        path = None if project is None or file is None else project.shown(file)
        if project is None or path is None or file is None:
            return None
        self._uris[file] = uri
        return Touched(project, project.type_over(path, text))

    def close(self, uri: str) -> Touched | None:
        """A document was closed: its text is again what is on disk."""
        file = _file(uri)
        project = None if file is None else self.projects.holding(file)
        path = None if project is None or file is None else project.shown(file)
        if project is None or path is None or file is None:
            return None
        self._uris.pop(file, None)
        return Touched(project, project.let_go(path))

    def asked(self, uri: str) -> Asked | None:
        """The document that a question is about; None for Ruby and for what was never opened."""
        file = _file(uri)
        project = None if file is None else self.projects.holding(file)
        path = None if project is None or file is None else project.shown(file)
        if project is None or path is None or not project.is_ours(path):
            return None
        positions = self.here(project).positions(path)
        return None if positions is None else Asked(project, path, positions)

    def here(self, project: OpenProject) -> Here:
        """How places of `project` are written."""

        def positions(path: str) -> Positions | None:
            try:
                return Positions(project.editor.source(path), self.encoding)
            except KeyError:
                return None

        return Here(lambda path: self.uri(project, path), positions)

    def uri(self, project: OpenProject, path: str) -> str:
        """How the client calls a file: as it called it itself, where it did."""
        file = project.file(path)
        return self._uris.get(file) or uris.from_fs_path(str(file)) or ""

    def close_all(self) -> None:
        """The client goes."""
        for one in self.projects:
            one.close()


def _file(uri: str) -> Path | None:
    """The file behind a URI; None for what is not on disk, such as a document without a name."""
    if uris.uri_scheme(uri) != "file":
        return None
    path = uris.to_fs_path(uri)
    return None if path is None else Path(path).resolve()
