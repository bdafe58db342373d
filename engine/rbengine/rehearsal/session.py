"""One worker's rehearsals: it keeps one simulated database, and makes a new company for each run."""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakSet

from rbengine.contract.values import Value
from rbengine.diagnostics import Diagnostic, Label
from rbengine.host.driver import Observer
from rbengine.host.loopback import Attempts, loopback_only
from rbengine.host.pace import Pace
from rbengine.host.people import People
from rbengine.host.secrets import SecretBox
from rbengine.rehearsal.accounts import Accounts, accounts_of
from rbengine.rehearsal.app_body import TypesOf
from rbengine.rehearsal.backends import SignatureOf
from rbengine.rehearsal.company.company import Company
from rbengine.rehearsal.direction import direct
from rbengine.rehearsal.misses import NOT_SIMULATED
from rbengine.rehearsal.play import Player
from rbengine.rehearsal.points import ClockLines, PointBook
from rbengine.rehearsal.result import Rehearsal, WorldSummary
from rbengine.rehearsal.stage import Stage
from rbengine.rehearsal.worker_database import WorkerDatabase
from rbengine.rehearsal.world import USUAL_START, Author, Setting, read_setting
from rbengine.runtime.events import Person
from rbengine.semantics.whole_worlds import whole_worlds
from rbengine.source import Span
from rbengine.syntax.nodes import scenarios as tree
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.statements import Query
from rbengine.workspace import Workspace

if TYPE_CHECKING:
    from rbengine.facts.postgres.server import Server
    from rbengine.host.simulated_tables import Table

_CLOCKS = re.compile(r"^(severity|mttr)\b", re.MULTILINE)

NOBODY = Person(id="rehearsal", name="Rehearsal", role="operator")
"""Who runs a rehearsal that names no operator."""


StatementTypes = Callable[[Workspace, str], Mapping[int, Sequence[str]]]
"""`Workspace.statement_types`."""


class RehearsalSession:
    """Runs playbooks of one workspace in their worlds.

    `server` is called once, and only when a run reads or writes SQL (`facts.postgres.server.start_server`).
    `schema_sql` is the project's schema. `engine` is the version that stands in journals.
    `letter` is the project's template of an escalation, empty for the product's.
    `statement_types`: who says as what values in the statements of a file are sent, where it is kept.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        signature_of: SignatureOf,
        schema_sql: str,
        server: "Callable[[], Server]",
        seed: int = 0,
        engine: str = "",
        letter: str = "",
        statement_types: StatementTypes = Workspace.statement_types,
    ) -> None:
        self._workspace = workspace
        self._signature_of = signature_of
        self._database = WorkerDatabase(server, schema_sql)
        self._seed = seed
        self._engine = engine
        self._letter = letter
        self._statement_types = statement_types
        self._types: dict[str, Mapping[int, Sequence[str]]] = {}
        self._books: dict[str, PointBook] = {}
        self._companies: WeakSet[Company] = WeakSet()

    def worlds(self, path: str) -> tuple[WorldSummary, ...]:
        """The worlds of the runbook at `path`: the default one first, then as written."""
        worlds = self._worlds(path)
        return tuple(
            WorldSummary(name=one.name.text, title=one.title.plain, is_default=one.is_default)
            for one in sorted(worlds, key=lambda one: not one.is_default)
        )

    def scenarios(self, path: str) -> tuple[tree.Scenario, ...]:
        """What is rehearsed of the runbook at `path`, in the order written."""
        found = self._workspace.scenarios_for(path)
        parts = () if found is None else found[0].parts
        scenarios = (one for one in parts if isinstance(one, tree.Scenario))
        # Whoever runs a playbook without its scenarios never asks.
        from rbengine.rehearsal.rehearsals import rehearsals_of

        return tuple(play for one in scenarios for play in rehearsals_of(one))

    def execute(
        self,
        path: str,
        *,
        world: str | None = None,
        scenario: tree.Scenario | None = None,
        inputs: Mapping[str, Value] | None = None,
        started: datetime | None = None,
        observer: Observer | None = None,
        people: People | None = None,
        diagnose_only: bool = False,
        operator: Person = NOBODY,
        pace: Pace | None = None,
    ) -> Rehearsal:
        """Run the runbook at `path` in a world, without expectations.

        `world` None takes the default one, else the first, else an empty one; with a `scenario` it is that one's,
        with its faults and with what happens in it. `inputs` win over the world's.
        `started` is the incident's start. `people` None are those of the world; `InteractivePeople` asks a callback.
        With a `pace` somebody lives through it.
        `observer` is told of every turn as it happens.
        Raises CannotBePlannedError, CannotRehearseError, LookupError for a world nobody has, MissingInputError.
        """
        plan = self._workspace.plan(path)
        chosen = self._choose(path, world if scenario is None else scenario.world.text)
        author = self._author(path)
        setting = read_setting(chosen, plan, author, started)
        with loopback_only() as attempts:
            stage = self._stage(path, setting, author, operator, attempts)
            stage.set_up(() if chosen is None else chosen.parts)
            direction = direct(stage, scenario)
            played = Player(stage, self._engine).play(
                inputs={**setting.values, **(inputs or {})},
                people=people or direction.people,
                mishaps=direction.mishaps,
                observer=observer,
                around=direction.around,
                diagnose_only=diagnose_only,
                pace=pace,
            )
            return Rehearsal(
                title=setting.title,
                run=played.started.run,
                incident=played.started.incident,
                began=setting.began,
                finish=played.finish,
                stopped=played.stopped,
                lines=played.lines,
                turns=played.turns,
                misses=(_stopped(author, chosen, played.stopped),) if played.stopped else (),
                took=played.turns[-1].event.at - setting.began,
                coverage=played.coverage,
            )

    def rehearse(
        self, path: str, scenario: tree.Scenario, *, observer: Observer | None = None
    ) -> Rehearsal:
        """Play a scenario of the runbook at `path` and check it. Raises CannotBePlannedError."""
        # What checks expectations is loaded only by whoever has some.
        from rbengine.rehearsal.rehearse import rehearse

        plan = self._workspace.plan(path)
        found = self._workspace.scenarios_for(path)
        if found is None:
            raise LookupError(f"{path} has no scenarios")
        author = self._author(path)
        with loopback_only() as attempts:
            return rehearse(
                found[0],
                scenario,
                author=author,
                make_stage=lambda setting, its: self._stage(path, setting, its, NOBODY, attempts),
                setting_of=lambda world: read_setting(world, plan, author, None),
                engine=self._engine,
                observer=observer,
            )

    def open_world(
        self,
        path: str,
        world: str | None,
        *,
        attempts: Attempts,
        now: datetime = USUAL_START,
        started: datetime | None = None,
        operator: Person = NOBODY,
        secrets: SecretBox | None = None,
    ) -> Stage:
        """A world of the runbook at `path`, set up; it begins `now` unless it says when.

        `started` is the incident's start, `secrets` are those of the run beside which it stands. Raises
        CannotBePlannedError, CannotRehearseError, LookupError for a world nobody has.
        """
        plan = self._workspace.plan(path)
        chosen = self._choose(path, world)
        author = self._author(path)
        setting = read_setting(chosen, plan, author, started, now)
        stage = self._stage(path, setting, author, operator, attempts, secrets)
        stage.set_up(() if chosen is None else chosen.parts)
        return stage

    def over(self, workspace: Workspace) -> "RehearsalSession":
        """The same for other texts, with the same database: only one of the two may be in use at a time."""
        other = copy(self)
        other._workspace = workspace
        other._books = {}
        other._types = {}
        return other

    def close(self) -> None:
        """Give the database back, and remove what the worlds had in folders."""
        self._database.close()
        for company in self._companies:
            company.close()

    def __enter__(self) -> "RehearsalSession":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fillable(self) -> "Mapping[str, Table]":
        """The tables that are empty where no world fills them, as PostgreSQL writes their names.

        Raises CannotGoOnError where there is no database.
        """
        return self._database.get().fillable()

    def points(self, path: str) -> PointBook:
        """The decision points of the runbook at `path`. Raises CannotBePlannedError."""
        book = self._books.get(path)
        if book is None:
            plan = self._workspace.plan(path)
            book = self._books[path] = PointBook(
                plan, clock_lines(self._workspace, path), self._refusals_of
            )
        return book

    def accounts(self, path: str) -> Accounts:
        """The points that the scenarios of the runbook at `path` account for. Raises CannotBePlannedError."""
        found = self._workspace.scenarios_for(path)
        if found is None:
            return Accounts(file=path, accounts=(), problems=())
        return accounts_of(found[0], found[1].path, self.points(path))

    def _refusals_of(self, operation: str) -> tuple[str, ...]:
        adapter, _, name = operation.partition(".")
        signature = self._signature_of(adapter)
        found = None if signature is None else signature.operation(name)
        return () if found is None else found.refusals

    def _stage(
        self,
        path: str,
        setting: Setting,
        author: Author,
        operator: Person,
        attempts: Attempts,
        secrets: SecretBox | None = None,
    ) -> Stage:
        app = self._workspace.app()
        stage = Stage(
            book=self.points(path),
            setting=setting,
            author=author,
            app=None if app is None else app[0],
            signature_of=self._signature_of,
            database=self._database,
            seed=self._seed,
            operator=operator,
            attempts=attempts,
            letter=self._letter,
            secrets=secrets,
            app_types=self._types_of(None if app is None else app[1].path),
            scene_types=self._types_of(author.file),
        )
        self._companies.add(stage.company)
        return stage

    def _types_of(self, path: str | None) -> TypesOf:
        """What the checker knows of the statements in the file at `path`."""
        workspace = self._workspace

        def types_of(statement: Query | Sql) -> Sequence[str]:
            if path is None:
                return ()
            known = self._types.get(path)
            if known is None:
                known = self._types[path] = self._statement_types(workspace, path)
            return known.get(statement.id, ())

        return types_of

    def _author(self, path: str) -> Author:
        found = self._workspace.scenarios_for(path)
        return Author(path if found is None else found[1].path)

    def _worlds(self, path: str) -> tuple[tree.World, ...]:
        found = self._workspace.scenarios_for(path)
        return () if found is None else tuple(whole_worlds(found[0]).values())

    def _choose(self, path: str, name: str | None) -> tree.World | None:
        worlds = self._worlds(path)
        if name is None:
            return next((one for one in worlds if one.is_default), next(iter(worlds), None))
        chosen = next((one for one in worlds if one.name.text == name), None)
        if chosen is None:
            offered = ", ".join(one.name.text for one in worlds) or "none"
            raise LookupError(f"there is no world `{name}`; there are: {offered}")
        return chosen


def clock_lines(workspace: Workspace, path: str) -> ClockLines:
    """The lines of the runbook at `path` by which its clocks go."""
    source = workspace.source(path)
    # A part stands in the first column and nothing else does, so the text says where without being read to a tree.
    lines = {
        one[1]: source.line_and_column(one.start())[0] for one in _CLOCKS.finditer(source.text)
    }
    severity = lines.get("severity", 1)
    return ClockLines(file=path, severity=severity, mttr=lines.get("mttr", severity))


def _stopped(author: Author, world: tree.World | None, reason: str) -> Diagnostic:
    span = Span(0, 0) if world is None else world.name.span
    return Diagnostic(
        code=NOT_SIMULATED,
        message=f"the run cannot go on: {reason}",
        primary=Label(author.file, span, "in this world"),
        help="nothing that cannot be simulated is made up: describe it in the world or the app",
    )
