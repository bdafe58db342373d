"""A workspace as editors see it: its files, and every name in them."""

from collections.abc import Mapping
from functools import cached_property

from rbengine.semantics.analysis import Tables
from rbengine.source import SourceFile
from rbengine.syntax.kinds import Kind
from rbengine.syntax.nodes import Tree
from rbengine.workspace.editor.names import NO_NAMES, FileNames, names_of
from rbengine.workspace.workspace import Workspace


class Editor:
    """Answers stand in modules beside this one; they take an Editor, a path and an offset in code points.

    `adapters`: the names of all adapters, which only its maker can list.
    """

    def __init__(self, workspace: Workspace, adapters: tuple[str, ...] = ()) -> None:
        self.workspace = workspace
        self.adapters = adapters
        self._names: dict[str, tuple[Tree, FileNames]] = {}
        self._tables: dict[str, Tables | None] = {}

    def with_workspace(self, workspace: Workspace) -> "Editor":
        """The same for another state of the project; what is known of files that are the same is taken along."""
        after = Editor(workspace, self.adapters)
        after._names = dict(self._names)
        return after

    @cached_property
    def files(self) -> Mapping[str, Kind]:
        """Every file that is ours, with what it holds, sorted."""
        return {one: self.workspace.kind(one) for one in self.workspace.files}

    def of_kind(self, kind: Kind) -> tuple[str, ...]:
        """The files that hold a `kind`."""
        return tuple(one for one, its in self.files.items() if its == kind)

    def source(self, path: str) -> SourceFile:
        """The text of a file."""
        return self.workspace.source(path)

    def names(self, path: str) -> FileNames:
        """Every name in a file; none in one that could not be read."""
        tree = self.workspace.tree(path)
        if tree is None:
            return NO_NAMES
        known = self._names.get(path)
        if known is None or known[0] is not tree:
            known = self._names[path] = (tree, names_of(tree))
        return known[1]

    def tables(self, path: str) -> Tables | None:
        """What the checker learned of a file's nodes; None where it keeps no tables."""
        if path not in self._tables:
            self._tables[path] = self.workspace.tables(path)
        return self._tables[path]
