"""Check worlds and rehearsals against their runbook, the schema, the policy and the simulated vendors."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from rbengine.contract.operations import Operation
from rbengine.contract.types import UNKNOWN, Optional
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.collector import Collector, in_reading_order
from rbengine.semantics.allowances import OF_SCENARIOS, accept
from rbengine.semantics.analysis import Analysis, Symbol, Tables
from rbengine.semantics.faults import FaultLines
from rbengine.semantics.inference import calls, queries
from rbengine.semantics.inference.environment import Environment, beginning
from rbengine.semantics.inference.expressions import template, type_of
from rbengine.semantics.inference.workbench import Declared, SignatureOf, Workbench
from rbengine.semantics.labels import is_engines_own, is_label, is_part_of, labels_of
from rbengine.semantics.policy import wrong_channel
from rbengine.semantics.problems import policy as channels
from rbengine.semantics.problems import scenarios as problems
from rbengine.semantics.read_rows import check_read
from rbengine.semantics.sql_facts import Describer
from rbengine.semantics.whole_worlds import whole_worlds
from rbengine.semantics.worlds import WorldLines
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import App, Name, Scenarios
from rbengine.syntax.nodes import scenarios as tree
from rbengine.syntax.nodes.base import walk
from rbengine.syntax.nodes.changes import Sql
from rbengine.syntax.nodes.expressions import Chunk, Template
from rbengine.syntax.nodes.runbook import Finding, Input, unread_texts


def check_scenarios(
    scenarios: Scenarios,
    source: SourceFile,
    *,
    runbook: Analysis,
    describer: Describer,
    signature_of: SignatureOf,
    builders: Mapping[str, Operation] | None = None,
    app: App | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a scenarios file, in the order of the text.

    `builders`: what a world may say about vendors, by full name (`stripe.subscription`); None leaves those lines
    to the rehearsal. Without `app` no function or handler can be taken down.
    """
    checker = _Checker(source, runbook, describer, signature_of, builders, app)
    checker.file(scenarios)
    problems: Iterable[Diagnostic] = checker.found.in_reading_order()
    asking = runbook.tables.source.path
    problems = tuple(accept(asking, runbook.tree, problems, codes=OF_SCENARIOS))
    for library in runbook.libraries:
        asking = library.tables.source.path
        found = accept(asking, library.tree, problems, codes=OF_SCENARIOS, is_shared=True)
        problems = tuple(found)
    return in_reading_order(problems)


def learn_scenarios(
    scenarios: Scenarios,
    source: SourceFile,
    *,
    runbook: Analysis,
    describer: Describer,
    signature_of: SignatureOf,
    builders: Mapping[str, Operation] | None = None,
    app: App | None = None,
) -> Tables:
    """What `check_scenarios` learns of the nodes of `scenarios`, without looking for what is wrong."""
    checker = _Checker(source, runbook, describer, signature_of, builders, app)
    checker.file(scenarios)
    return checker.tables()


class _Checker:
    def __init__(
        self,
        source: SourceFile,
        runbook: Analysis,
        describer: Describer,
        signature_of: SignatureOf,
        builders: Mapping[str, Operation] | None,
        app: App | None,
    ) -> None:
        self.found = Collector()
        self._file = source.path
        self._runbook = runbook
        self._labels = labels_of(runbook)
        nodes = tuple(walk(runbook.tree))
        self._findings = tuple(one.name.text for one in nodes if isinstance(one, Finding))
        self._unread = "\n".join(unread_texts(nodes, runbook.tables.source.text))
        self._people = tuple(one.name for one in runbook.policy.contacts)
        self._inputs = {one.name.text: one for one in runbook.tree.parts if isinstance(one, Input)}
        self._bench = Workbench(source, signature_of, describer, Declared(), self.found.report)
        types = runbook.tables.types
        inputs = {name: types[one.id] for name, one in self._inputs.items() if one.id in types}
        self._lines = WorldLines(self._bench, builders, inputs)
        vendors = None if self._lines.vendors is None else tuple(sorted(self._lines.vendors))
        self._faults = FaultLines(
            source.path, runbook, signature_of, vendors, app, self.found.report
        )

    def tables(self) -> Tables:
        """What was learned of the file."""
        return self._bench.tables()

    def file(self, scenarios: Scenarios) -> None:
        worlds: dict[str, tree.World] = {}
        titles: dict[str, tree.Scenario] = {}
        default: Span | None = None
        for part in scenarios.parts:
            match part:
                case tree.World():
                    if part.base is not None and part.base.text not in worlds:
                        self._unknown_scene("world", part.base.text, part.base.span, worlds)
                    world = worlds.setdefault(part.name.text, part)
                    if world is not part:
                        self._twice(
                            f"the world `{part.name.text}`", part.name.span, world.name.span
                        )
                    if part.is_default and default is not None:
                        self._twice("which world is the default", part.name.span, default)
                    elif part.is_default:
                        default = part.name.span
                case tree.Scenario():
                    title = part.title.plain
                    first = titles.setdefault(title, part)
                    if first is not part:
                        self._twice(f'the scenario "{title}"', part.title.span, first.title.span)
                case _:
                    pass
        environments: dict[str, Environment] = {}
        for name, world in whole_worlds(scenarios).items():
            own = {id(part) for part in worlds[name].parts}
            environments[name] = self._world(world, own)
        for scenario in titles.values():
            if scenario.world.text not in worlds:
                self._unknown_scene("world", scenario.world.text, scenario.world.span, worlds)
            env = environments.get(scenario.world.text, beginning())
            self._scenario(scenario, env, titles)
        parts = [part for scene in worlds.values() for part in scene.parts]
        said = [*parts, *(part for scene in titles.values() for part in scene.parts)]
        if titles:
            self._questions(scenarios, [one for one in said if isinstance(one, tree.Person)])

    def _twice(self, what: str, span: Span, first: Span) -> None:
        self._report(problems.SceneTwice(file=self._file, span=span, what=what, first=first))

    def _may_be_absent(self, node: Input) -> bool:
        return isinstance(self._runbook.tables.types.get(node.id), Optional)

    def _world(self, world: tree.World, own: Collection[int]) -> Environment:
        """`own` are the parts that stand in it: those of the world that it is like have been looked at there."""
        env = beginning()
        given: set[str] = set()
        for part in world.parts:
            if isinstance(part, tree.Given):
                env = self._lines.given(part, env)
                given.add(part.name.text)
        missing = tuple(
            name
            for name, one in self._inputs.items()
            if one.default is None and name not in given and not self._may_be_absent(one)
        )
        if missing:
            self._report(
                problems.MissingInput(
                    file=self._file, span=world.name.span, world=world.name.text, missing=missing
                )
            )
        for name in missing:
            span = world.name.span
            env = env.with_symbol(
                Symbol(name=name, kind="binding", type=UNKNOWN, span=span, file=self._file)
            )
        for part in world.parts:
            if id(part) not in own:
                continue
            match part:
                case tree.Table():
                    self._lines.table(part, env)
                case tree.Provide():
                    self._lines.provide(part.call, env)
                case tree.Person():
                    self._person(part, env)
                case tree.WorldContact():
                    self._known_person(part.name)
                    for channel in part.channels:
                        self._channel(channel.kind, channel.address)
                case _:
                    pass
        return env

    def _scenario(
        self, scenario: tree.Scenario, env: Environment, titles: Mapping[str, tree.Scenario]
    ) -> None:
        for part in scenario.parts:
            match part:
                case tree.Fault():
                    self._faults.check(part)
                    if part.label is not None:
                        self._call(part.label)
                case tree.Person():
                    self._person(part, env)
                case tree.At():
                    self._at(part, env)
                case tree.Crash():
                    self._call(part.label)
                case tree.ExpectTheSame():
                    self._the_same(scenario, part, titles)
                case tree.ExpectTable():
                    self._expect_table(part, env)
                case tree.ExpectCall():
                    self._expect_call(part, env)
                case tree.ExpectRead():
                    check_read(self._bench, part, env)
                case _:
                    self._expectation(part, env)

    def _call(self, label: Template) -> None:
        if label.plain not in self._operations() and label.plain not in self._labels.reads:
            offered = (*self._labels.changes, *self._labels.steps)
            self._label(label, "change or step", offered)

    def _operations(self) -> frozenset[str]:
        """Names of the operations that the runbook and what it uses call."""
        tables = (self._runbook.tables, *(one.tables for one in self._runbook.libraries))
        return frozenset(one.full_name for its in tables for one in its.operations.values())

    def _person(self, node: tree.Person, env: Environment) -> None:
        self._known_person(node.role)
        if node.value is not None:
            type_of(self._bench, node.value, env)
        if node.about is not None:
            self._question(node.about)

    def _question(self, about: Template) -> None:
        asked = tuple(one.text for one in self._labels.asked)
        text = about.plain
        if not is_engines_own(text) and not any(is_part_of(text, one) for one in asked):
            self._unknown_label(about, "question", asked)

    def _channel(self, kind: Name, address: Template | None = None) -> None:
        for problem in wrong_channel(self._file, kind, address):
            self.found.report(channels.describe(problem))

    def _known_person(self, name: Name) -> None:
        if name.text not in self._people:
            self._report(
                problems.UnknownPerson(
                    file=self._file, span=name.span, name=name.text, offered=self._people
                )
            )

    def _at(self, node: tree.At, env: Environment) -> None:
        for part in node.body:
            match part:
                case Sql():
                    queries.bind(self._bench, part, part.sql, env, reading=False)
                case tree.Table():
                    self._lines.table(part, env)
                case tree.Provide():
                    self._lines.provide(part.call, env)

    def _expectation(self, node: object, env: Environment) -> None:
        match node:
            case tree.ExpectFinding():
                self._finding(node.finding)
            case tree.ExpectChange():
                template(self._bench, node.label, env)
                self._label(node.label, "change", self._labels.changes)
            case tree.ExpectAsked() if node.about is not None:
                template(self._bench, node.about, env)
                self._question(node.about)
            case tree.ExpectEscalated() if node.to is not None:
                self._known_person(node.to)
                self._text(node.containing, env)
            case tree.ExpectOutcome():
                self._text(node.containing, env)
            case tree.ExpectSent():
                self._channel(node.kind)
                self._text(node.to, env)
                self._text(node.containing, env)
            case _:
                pass

    def _text(self, text: Template | None, env: Environment) -> None:
        if text is not None:
            template(self._bench, text, env)

    def _finding(self, name: Name) -> None:
        if name.text not in self._findings and name.text not in self._unread:
            self._report(
                problems.UnknownFinding(
                    file=self._file,
                    span=name.span,
                    name=name.text,
                    runbook=self._runbook.tree.code.text,
                    offered=self._findings,
                )
            )

    def _label(self, text: Template, what: problems.Labelled, offered: Sequence[Template]) -> None:
        if all(isinstance(one, Chunk) for one in text.parts) and not any(
            is_label(text.plain, one) for one in offered
        ):
            self._unknown_label(text, what, offered)

    def _unknown_label(
        self, text: Template, what: problems.Labelled, offered: Sequence[Template]
    ) -> None:
        if self._unread:
            return  # the label may stand in what could not be read, with holes
        self._report(
            problems.UnknownLabel(
                file=self._file,
                span=text.span,
                what=what,
                text=text.plain,
                runbook=self._runbook.tree.code.text,
                offered=tuple(one.plain for one in offered),
            )
        )

    def _expect_table(self, node: tree.ExpectTable, env: Environment) -> None:
        where = () if node.where_column is None else (node.where_column,)
        types = self._lines.columns(node.table, node.schema, (*where, *node.columns))
        if node.where_column is not None and node.where_value is not None:
            self._lines.cell(node.where_value, node.where_column, types[0], env)
        for row in node.rows:
            columns = zip(row.cells, node.columns, types[len(where) :], strict=False)
            for cell, column, type_ in columns:
                self._lines.cell(cell, column, type_, env)

    def _expect_call(self, node: tree.ExpectCall, env: Environment) -> None:
        """Only the arguments that are named must be as they are: the others are not asked for."""
        given = [type_of(self._bench, one.value, env) for one in node.call.arguments]
        signature = self._bench.signature_of(node.call.adapter.text)
        promised = None if signature is None else signature.operation(node.call.operation.text)
        if promised is None:
            calls.operation(self._bench, node.call, given, is_binding=False)
            return
        slots = {one.name: calls.Slot(one.type, False) for one in promised.parameters}
        span = node.call.adapter.span.to(node.call.operation.span)
        full_name = promised.full_name
        calls.arguments(self._bench, full_name, span, node.call.arguments, given, slots)

    def _the_same(
        self,
        scenario: tree.Scenario,
        node: tree.ExpectTheSame,
        titles: Mapping[str, tree.Scenario],
    ) -> None:
        name = node.scenario.plain
        if name not in titles:
            self._unknown_scene("scenario", name, node.scenario.span, titles)
            return
        seen = {scenario.title.plain}
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one in seen:
                what = f'what "{scenario.title.plain}" expects'
                self._twice(what, node.scenario.span, scenario.title.span)
                return
            seen.add(one)
            parts = titles[one].parts if one in titles else ()
            waiting += [
                part.scenario.plain for part in parts if isinstance(part, tree.ExpectTheSame)
            ]

    def _unknown_scene(
        self, what: problems.Scene, name: str, span: Span, offered: Mapping[str, object]
    ) -> None:
        self._report(
            problems.UnknownScene(
                file=self._file, span=span, what=what, name=name, offered=tuple(offered)
            )
        )

    def _questions(self, scenarios: Scenarios, people: Sequence[tree.Person]) -> None:
        """Each question must be answered somewhere, or what follows it is never rehearsed."""
        for asked in self._labels.asked:
            if asked.by and not any(one in self._people for one in asked.by):
                continue  # nobody of these names: that is what is told
            ways = ("approves", "refuses") if asked.yes_or_no else ("answers",)
            if not any(
                person.role.text in asked.by
                and person.does in ways
                and (person.about is None or is_part_of(person.about.plain, asked.text))
                for person in people
            ):
                self._report(
                    problems.NeverAnswered(
                        file=asked.file,
                        span=asked.text.span,
                        text=asked.text.plain,
                        by=asked.by,
                        yes_or_no=asked.yes_or_no,
                        scenarios=scenarios.runbook.span,
                        scenarios_file=self._file,
                    )
                )

    def _report(self, problem: problems.ScenarioProblem) -> None:
        self.found.report(problems.describe(problem))
