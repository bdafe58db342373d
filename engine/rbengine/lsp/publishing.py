"""Problems as one types: of the file that changed and of those that depend on it, once typing pauses."""

import asyncio
from collections.abc import Callable, Iterable

from lsprotocol import types

from rbengine.lsp import answers
from rbengine.lsp.project import OpenProject
from rbengine.lsp.session import Session

PAUSE = 0.15
"""Seconds without a key before problems are shown."""

Send = Callable[[types.PublishDiagnosticsParams], None]


class Publisher:
    """One file at a time, so that questions are answered in between."""

    def __init__(self, session: Session, send: Send, judged: Callable[[OpenProject], None]) -> None:
        """`judged` is called when the problems of one of a project's files have been worked out."""
        self._session = session
        self._send = send
        self._judged = judged
        self._waiting: dict[tuple[OpenProject, str], None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._sent: dict[str, list[types.Diagnostic]] = {}

    def soon(self, project: OpenProject, paths: Iterable[str]) -> None:
        """Show what is wrong with these files after a pause: a text has changed."""
        self._wait_for(project, paths, PAUSE)

    def now(self, project: OpenProject, paths: Iterable[str]) -> None:
        """The same without a pause."""
        self._wait_for(project, paths, 0)

    def again(self, project: OpenProject) -> None:
        """Show the problems of everything that was shown before: all of it was judged anew."""
        shown = [
            path for path in project.editor.files if self._session.uri(project, path) in self._sent
        ]
        for path in shown:
            self._waiting[project, path] = None
        self._start(0)

    def stop(self) -> None:
        """Show nothing more."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _wait_for(self, project: OpenProject, paths: Iterable[str], pause: float) -> None:
        # What was just typed comes first, whatever was waiting.
        self._waiting = {**dict.fromkeys((project, one) for one in paths), **self._waiting}
        self._start(pause)

    def _start(self, pause: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(pause, self._one)

    def _one(self) -> None:
        """Show the problems of the first file that waits; then let others have their turn."""
        self._timer = None
        if not self._waiting:
            return
        project, path = next(iter(self._waiting))
        del self._waiting[project, path]
        self._publish(project, path)
        if self._waiting:
            self._start(0)

    def _publish(self, project: OpenProject, path: str) -> None:
        uri = self._session.uri(project, path)
        found = answers.diagnostics(project.problems(path), self._session.here(project))
        if self._sent.get(uri) != found and (found or uri in self._sent or project.is_ours(path)):
            self._sent[uri] = found
            self._send(types.PublishDiagnosticsParams(uri=uri, diagnostics=found))
        self._judged(project)
