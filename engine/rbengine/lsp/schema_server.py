"""PostgreSQL beside the editor: started when a statement is met that the committed facts do not know."""

import asyncio
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from rbengine.lsp.describing import EditorDescriber
from rbengine.lsp.project import OpenProject

if TYPE_CHECKING:
    from rbengine.facts.postgres.describe import PostgresDescriber
    from rbengine.facts.postgres.server import Server


class SchemaServer:
    """One server for all projects. Nothing is started before `want`, and never for what is not trusted.

    `ready` is called when a project's statements can be judged; `failed` with a sentence where they cannot.
    """

    def __init__(self, ready: Callable[[OpenProject], None], failed: Callable[[str], None]) -> None:
        self._ready = ready
        self._failed = failed
        self._server: Server | None = None
        self._starting = threading.Lock()
        self._is_closed = False
        self._opening: set[OpenProject] = set()
        self._refused: dict[OpenProject, str] = {}
        """By project, the schema that could not be loaded: it is not tried again until it is another."""

    def want(self, project: OpenProject) -> None:
        """Describe what `project` asks, if somebody must be asked."""
        schema = project.describer.schema_sql
        is_waiting = project in self._opening or self._refused.get(project) == schema
        if not project.describer.missed or is_waiting:
            return
        self._opening.add(project)
        asked = project.describer
        loop = asyncio.get_running_loop()
        opening = loop.run_in_executor(None, self._open, project)
        opening.add_done_callback(lambda done: self._opened(project, asked, done))

    def close(self) -> None:
        """Stop what was started."""
        self._is_closed = True
        if self._server is not None:
            self._server.close()

    def _open(self, project: OpenProject) -> "PostgresDescriber":
        from rbengine.facts.postgres.server import start_server

        with self._starting:
            if self._server is None:
                self._server = start_server()
        return project.open_live(self._server)

    def _opened(
        self,
        project: OpenProject,
        asked: EditorDescriber,
        done: "asyncio.Future[PostgresDescriber]",
    ) -> None:
        self._opening.discard(project)
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            self._refused[project] = asked.schema_sql
            reason = str(error) or type(error).__name__
            print(f"rbengine lsp: the schema cannot be loaded: {reason}", file=sys.stderr)
            self._failed(
                f"SQL is not checked: the schema cannot be loaded ({reason.splitlines()[0]})"
            )
            return
        live = done.result()
        if self._is_closed:
            live.close()
        elif project.describer is not asked:  # the schema or the policy changed meanwhile
            live.close()
            self.want(project)
        else:
            project.attach(live)
            self._ready(project)
