"""What a command stands on: the project around it, its workspace, a server that starts when it is needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from rbengine import __version__
from rbengine.cli.output import Output
from rbengine.cli.usage import UsageError
from rbengine.contract.operations import AdapterSignature, Operation
from rbengine.contract.types import Type
from rbengine.diagnostics import Diagnostic
from rbengine.facts.adapters import (
    AdapterError,
    event_subject,
    is_ours,
    signature_of,
    signatures,
)
from rbengine.facts.cache import CachedDescriber
from rbengine.facts.holiday_codes import holiday_codes
from rbengine.facts.project import FACTS, Project, ProjectError, find_project
from rbengine.facts.settings import NAME
from rbengine.semantics.sql_facts import Describer, SqlQuestion, SqlRefusal, StatementFacts
from rbengine.source import SourceFile
from rbengine.workspace import CannotBePlannedError, Workspace

if TYPE_CHECKING:
    from rbengine.facts.postgres.server import Server
    from rbengine.facts.profiles import Profile
    from rbengine.plan.program import Plan
    from rbengine.rehearsal.session import RehearsalSession
    from rbengine.semantics.worst import AtWorst

T = TypeVar("T")


class Ground:
    """One project for the time of one command. Leaving it gives back whatever was started."""

    def __init__(self, project: Project, output: Output) -> None:
        self.project = project
        self._output = output
        self._users = ExitStack()
        self.borrowed = False
        """Whether an adapter was asked for that does not come with the engine: it may change without it."""
        self._planned: set[str] = set()
        self._server: Server | None = None

    @classmethod
    def here(cls, output: Output) -> "Ground":
        """The project of the working folder. Raises UsageError where there is none or its settings are wrong."""
        project = asked_of_project(lambda: find_project(Path.cwd()))
        ground = cls(project, output)
        if project.problems:
            ground.draw(project.problems)
            raise UsageError(
                "the settings are wrong",
                place=NAME,
                way_out="correct them: each is shown above, at its line",
            )
        return ground

    def bind(self, profile: "Profile") -> None:
        """Let the schema and the policy of `profile` count. Nothing may have been asked of the playbooks before."""
        self.project = self.project.bound_to(profile)

    def __enter__(self) -> "Ground":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # The server is started by its first user and must outlive the last: it cannot stand on their stack.
        self._users.close()
        if self._server is not None:
            self._server.close()
            self._server = None

    @cached_property
    def texts(self) -> dict[str, str]:
        """Every playbook's text by its shown path."""
        return self._read[0]

    @property
    def unreadable(self) -> dict[str, Diagnostic]:
        """For files that are no text, why."""
        return self._read[1]

    @cached_property
    def workspace(self) -> Workspace:
        """All files of the project, worked out when asked for."""
        return Workspace(
            self.texts,
            signature_of=self._signature_of,
            describer=_Describer(self),
            builders=_Builders(),
            event_subject=event_subject,
            zone_exists=_zone_exists,
            holiday_codes=holiday_codes,
        )

    @cached_property
    def schema(self) -> tuple[str, str]:
        """The schema's shown path and its text; both empty where the project has none."""
        found = asked_of_project(lambda: self.project.schema)
        return ("", "") if found is None else (found[0], found[1].read_text(encoding="utf-8"))

    @cached_property
    def templates(self) -> dict[str, str]:
        """The project's own templates by name, each tried on a sample. Raises UsageError for one that cannot serve."""
        if not self.project.settings.templates:
            return {}
        from rbengine.cli.own_templates import read_templates

        return read_templates(self.project)

    @cached_property
    def facts(self) -> CachedDescriber:
        """What PostgreSQL said of the project's statements; it is asked only what is not written down."""
        functions = self.workspace.policy().sql_functions
        name, text = self.schema
        path = self.project.folder / FACTS

        def live() -> Describer:
            from rbengine.facts.postgres.describe import PostgresDescriber

            describer = PostgresDescriber(self.server(), text, name, functions)
            self._users.callback(describer.close)
            return describer

        return CachedDescriber(path, text, name, live, functions)

    def server(self) -> "Server":
        """The embedded PostgreSQL, started when it is first asked for. Raises UsageError where it cannot be had."""
        if self._server is None:
            from rbengine.facts.postgres.errors import ServerError
            from rbengine.facts.postgres.server import start_server

            try:
                self._server = start_server()
            except ServerError as error:
                raise UsageError(
                    f"there is no PostgreSQL to ask: {error}",
                    way_out="statements are checked and rehearsed on a server that rbengine starts for itself",
                ) from error
        return self._server

    def playbook(self, asked: str) -> str:
        """The shown path of the runbook `asked`. Raises UsageError with what may have been meant."""
        path = asked_of_project(lambda: self.project.playbook(asked))
        if path not in self.unreadable and self.workspace.kind(path) != "runbook":
            raise UsageError(
                f"`{path}` is no runbook",
                way_out="`rbengine exec` runs files that begin with `runbook`",
            )
        return path

    def plan(self, path: str) -> "Plan | None":
        """The plan of the runbook at `path`; None where it has errors, which are drawn."""
        errors = self.errors_of_plan(path)
        if errors:
            self.draw(errors)
            return None
        return self.workspace.plan(path)

    def errors_of_plan(self, path: str) -> tuple[Diagnostic, ...]:
        """What keeps the runbook at `path` from having a plan: in itself or in what it stands on."""
        if path in self.unreadable:
            return (self.unreadable[path],)
        if path in self._planned or self._recalled(path):
            return ()
        try:
            plan = self.workspace.plan(path)
        except CannotBePlannedError as error:
            return error.problems
        self._planned.add(path)
        if not self.borrowed:
            from rbengine.facts.plan_cache import remember_plan

            remember_plan(self.project, path, plan)
        return ()

    def _signature_of(self, name: str) -> AdapterSignature | None:
        try:
            found = signature_of(name)
        except AdapterError as error:
            raise _unusable(error) from error
        self.borrowed = self.borrowed or not is_ours(name)
        return found

    def _recalled(self, path: str) -> bool:
        from rbengine.facts.plan_cache import recall_plan

        plan = recall_plan(self.project, path)
        if plan is None or not self.workspace.take_plan(path, plan):
            return False
        self._planned.add(path)
        return True

    def at_worst(self, path: str) -> "AtWorst":
        """How long each path of the runbook at `path` may take. No server is started for it."""
        name, text = self.schema
        known = self.workspace.policy().sql_functions
        describer = CachedDescriber(self.project.folder / FACTS, text, name, _Nobody, known)
        return self.workspace.with_describer(describer).analysis(path).at_worst()

    @property
    def described(self) -> bool:
        """Whether anything was asked of the facts."""
        return "facts" in self.__dict__

    def forget_what_runs(self) -> None:
        """This process is a copy of the one that started things: they are that one's to use and to give back."""
        self._server = None
        self._users = ExitStack()

    def session(self, seed: int = 0) -> "RehearsalSession":
        """Where runs are rehearsed."""
        from rbengine.rehearsal.session import RehearsalSession

        session = RehearsalSession(
            self.workspace,
            signature_of=self._signature_of,
            schema_sql=self.schema[1],
            server=self.server,
            seed=seed,
            engine=__version__,
            letter=self.templates.get("escalation", ""),
            statement_types=self._statement_types,
        )
        self._users.callback(session.close)
        return session

    def session_on(self, texts: Mapping[str, str], path: str, plan: "Plan") -> "RehearsalSession":
        """Where a run is played that keeps its own `texts`: files by path, of which the schema is the one that is no
        playbook."""
        from rbengine.rehearsal.session import RehearsalSession

        workspace = self.workspace_on(texts)
        workspace.take_plan(path, plan)
        session = RehearsalSession(
            workspace,
            signature_of=self._signature_of,
            schema_sql="".join(text for name, text in texts.items() if not name.endswith(".rb")),
            server=self.server,
            engine=__version__,
            letter=self.templates.get("escalation", ""),
            statement_types=self._statement_types,
        )
        self._users.callback(session.close)
        return session

    def _statement_types(self, workspace: Workspace, path: str) -> Mapping[int, Sequence[str]]:
        """Those of the app are kept, as long as it and the schema stay as they are."""
        if workspace.kind(path) != "app" or self.borrowed:
            return workspace.statement_types(path)
        from rbengine.facts.types_cache import statement_types

        return statement_types(
            workspace.source(path), self.facts.digest, lambda: workspace.statement_types(path)
        )

    def workspace_on(self, texts: Mapping[str, str]) -> Workspace:
        """The playbooks among a run's own `texts`."""
        return Workspace(
            {name: text for name, text in texts.items() if name.endswith(".rb")},
            signature_of=self._signature_of,
            describer=_Describer(self),
            builders=_Builders(),
            event_subject=event_subject,
            zone_exists=_zone_exists,
            holiday_codes=holiday_codes,
        )

    def draw(self, problems: Sequence[Diagnostic]) -> None:
        """Problems with their lines."""
        self._output.rows(self.drawn(problems))

    def drawn(self, problems: Sequence[Diagnostic]) -> list[str]:
        """The rows of `draw`."""
        from rbengine.diagnostics.render import render

        text = render(
            problems,
            self.source,
            colour=self._output.colour,
            width=self._output.width,
            fold=self._output.moves,
        )
        return text.splitlines()

    def source(self, path: str) -> SourceFile | None:
        """A file by the path that a problem names; None for one that nobody has."""
        if path in self.texts:
            return self.workspace.source(path)
        file = self.project.root / path if path == NAME else self.project.files.get(path)
        if file is None or not file.is_file():
            return None
        found = SourceFile(path, file.read_text(encoding="utf-8", errors="replace"))
        if path == NAME:
            from rbengine.facts.masking import masked

            return masked(found, signatures())
        return found

    @cached_property
    def _read(self) -> tuple[dict[str, str], dict[str, Diagnostic]]:
        return asked_of_project(self.project.read)


def _unusable(error: AdapterError) -> UsageError:
    return UsageError(str(error), way_out="remove or repair the package that brings it")


class _Builders(Mapping[str, Operation]):
    """What a world may say about vendors; loaded when the first world is checked."""

    @cached_property
    def _loaded(self) -> Mapping[str, Operation]:
        from rbengine.rehearsal.company.builders import builders

        try:
            return {name: one.operation for name, one in builders().items()}
        except AdapterError as error:
            raise _unusable(error) from error

    def __getitem__(self, name: str) -> Operation:
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(self._loaded)


class _Nobody:
    """In place of a server, where what a statement gives does not matter."""

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        del question, reading
        return SqlRefusal(reason="nobody was asked", rule="postgres", offset=-1)

    def table(self, name: str) -> Type | None:
        del name
        return None

    def schema_name(self) -> str:
        return ""


class _Describer:
    """The facts, opened at the first statement: a project without SQL reads none and starts nothing."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        return self._ground.facts.describe(question, reading=reading)

    def table(self, name: str) -> Type | None:
        return self._ground.facts.table(name)

    def schema_name(self) -> str:
        return self._ground.schema[0]


def asked_of_project(ask: Callable[[], T]) -> T:
    """What the project answers; what is wrong with it or with the question, as UsageError."""
    try:
        return ask()
    except ProjectError as error:
        raise UsageError(
            error.message, place=error.place, notes=error.notes, way_out=error.way_out
        ) from error


def _zone_exists(name: str) -> bool:
    if ".." not in name:
        # Where the system keeps its zones, a look at the file spares loading `zoneinfo`.
        with suppress(OSError, ValueError), open(f"/usr/share/zoneinfo/{name}", "rb") as file:
            return file.read(4) == b"TZif"
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
