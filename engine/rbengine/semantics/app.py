"""Check an app: what this company's own program does, as far as rehearsals need it."""

from collections.abc import Callable, Iterable, Sequence

from rbengine.contract.types import UNKNOWN, Record, Type
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.collector import Collector, in_reading_order
from rbengine.semantics.allowances import accept
from rbengine.semantics.analysis import Symbol, Tables
from rbengine.semantics.inference import queries
from rbengine.semantics.inference.environment import Environment, beginning
from rbengine.semantics.inference.expressions import item_type, judge, type_of
from rbengine.semantics.inference.frame import Frame, taken
from rbengine.semantics.inference.runbook import with_parameter
from rbengine.semantics.inference.statements import block
from rbengine.semantics.inference.workbench import Declared, SignatureOf, Workbench
from rbengine.semantics.inference.written_types import written_type
from rbengine.semantics.problems import app as problems
from rbengine.semantics.sql_facts import Describer
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import App, Library, Node, statements, walk
from rbengine.syntax.nodes import app as tree
from rbengine.syntax.nodes.changes import Change, Sql
from rbengine.syntax.nodes.expressions import OperationCall
from rbengine.syntax.nodes.library import Observed

EventSubject = Callable[[str, str], Record | None]
"""By vendor and type of event: what `event` is in its handler; None for an event the adapter does not know."""

_FOR_PEOPLE = (
    statements.Step, statements.Approve, statements.Ask, statements.Choose, statements.Manual,
    statements.Escalate, statements.Stop, statements.AllOrNothing, statements.Parallel, statements.Within, Change,
)  # fmt: skip


def check_app(
    app: App,
    source: SourceFile,
    *,
    signature_of: SignatureOf,
    describer: Describer,
    event_subject: EventSubject | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with an app, in the order of the text.

    Without `event_subject` the fields of `event` are taken as they are written.
    """
    checker = _Checker(source, signature_of, describer, event_subject)
    checker.file(app)
    return in_reading_order(accept(source.path, app, checker.found.in_reading_order()))


def learn_app(
    app: App,
    source: SourceFile,
    *,
    signature_of: SignatureOf,
    describer: Describer,
    event_subject: EventSubject | None = None,
) -> Tables:
    """What `check_app` learns of the nodes of `app`, without looking for what is wrong."""
    checker = _Checker(source, signature_of, describer, event_subject)
    checker.file(app)
    return checker.tables()


def observing_functions(app: App | None, libraries: Iterable[Library]) -> frozenset[str]:
    """The functions of the company's own program that only read: they may be called outside a change.

    The app says so, or a library; of what both speak of, the app knows better.
    """
    declared = _declared(app)
    known = {one.name.plain for library in libraries for one in _observed(library)}
    observing = {name for name, one in declared.items() if one.effect == "observes"}
    return frozenset(observing | (known - declared.keys()))


def contradicted(library: Library, source: SourceFile, app: App | None) -> tuple[Diagnostic, ...]:
    """The functions that `library` says only observe, and of which the app says that they change something."""
    declared = _declared(app)
    return tuple(
        problems.describe(
            problems.ChangesWhatItObserves(
                file=source.path, span=one.name.span, function=one.name.plain, promise=None
            )
        )
        for one in _observed(library)
        if one.name.plain in declared and declared[one.name.plain].effect == "changes"
    )


def _declared(app: App | None) -> dict[str, tree.AppFunction]:
    parts = () if app is None else app.parts
    return {one.name.plain: one for one in parts if isinstance(one, tree.AppFunction)}


def _observed(library: Library) -> Iterable[Observed]:
    return (one for one in library.parts if isinstance(one, Observed))


class _Checker:
    def __init__(
        self,
        source: SourceFile,
        signature_of: SignatureOf,
        describer: Describer,
        event_subject: EventSubject | None,
    ) -> None:
        self.found = Collector()
        self._file = source.path
        self._signature_of = signature_of
        self._event_subject = event_subject
        self._bench = Workbench(source, signature_of, describer, Declared(), self.found.report)
        self._said: dict[str, Span] = {}

    def tables(self) -> Tables:
        """What was learned of the file."""
        return self._bench.tables()

    def file(self, app: App) -> None:
        for part in app.parts:
            match part:
                case tree.TierTable():
                    for line in part.lines:
                        self._once(f'which tier "{line.key.plain}" is', line.key.span)
                case tree.AppFunction():
                    self._function(part)
                case tree.AppHandler():
                    self._handler(part)
                case _:
                    pass

    def _once(self, what: str, span: Span) -> None:
        first = self._said.setdefault(what, span)
        if first is not span:
            self._report(problems.AppSaysTwice(file=self._file, span=span, what=what, first=first))

    def _function(self, node: tree.AppFunction) -> None:
        name = node.name.plain
        self._once(f'what "{name}" does', node.name.span)
        env = beginning()
        for parameter in node.parameters:
            env = with_parameter(
                self._bench, parameter, written_type(self._bench, parameter.type), env
            )
        if node.effect == "observes":
            self._only_observes(node)
        self._whole(node.body, env, f'"{name}"', node.name.span)

    def _handler(self, node: tree.AppHandler) -> None:
        vendor = node.vendor.text
        if self._signature_of(vendor) is None:
            self._report(
                problems.UnknownVendor(file=self._file, span=node.vendor.span, name=vendor)
            )
        for event in node.events:
            self._once(f'what is done about "{event.plain}" of {vendor}', event.span)
        carried = self._bench.types[node.id] = self._carried(node)
        symbol = Symbol(name="event", kind="parameter", type=carried, file=self._file)
        env = beginning().with_symbol(symbol)
        self._whole(node.body, env, "this handler", node.vendor.span)

    def _carried(self, node: tree.AppHandler) -> Type:
        """What `event` is: the same for all events of a handler."""
        if self._event_subject is None or self._signature_of(node.vendor.text) is None:
            return UNKNOWN
        found: Record | None = None
        for event in node.events:
            record = self._event_subject(node.vendor.text, event.plain)
            if record is None:
                problem = problems.UnknownEvent(
                    file=self._file, span=event.span, vendor=node.vendor.text, event=event.plain
                )
                self._report(problem)
            elif found is None:
                found = record
            elif record != found:
                self._report(
                    problems.EventsDiffer(
                        file=self._file,
                        span=event.span,
                        first=node.events[0].span,
                        first_event=node.events[0].plain,
                        event=event.plain,
                    )
                )
        return UNKNOWN if found is None else found

    def _only_observes(self, node: tree.AppFunction) -> None:
        for one in _inside(node.body):
            signature = (
                self._signature_of(one.adapter.text) if isinstance(one, OperationCall) else None
            )
            promised = (
                signature.operation(one.operation.text)
                if signature is not None and isinstance(one, OperationCall)
                else None
            )
            if isinstance(one, Sql) or (promised is not None and promised.effect != "observe"):
                self._report(
                    problems.ChangesWhatItObserves(
                        file=self._file,
                        span=one.span,
                        function=node.name.plain,
                        promise=node.name.span,
                    )
                )

    def _whole(
        self, body: Sequence[tree.AppStatement], env: Environment, what: str, span: Span
    ) -> None:
        self._body(body, env)
        if not any(isinstance(one, tree.Answer) for one in _inside(body)):
            self._report(problems.NeverEnds(file=self._file, span=span, what=what))

    def _body(self, body: Sequence[Node], env: Environment) -> None:
        now: Environment | None = env
        for one in body:
            if now is None:
                return
            now = self._statement(one, now)

    def _statement(self, node: Node, env: Environment) -> Environment | None:
        match node:
            case Sql():
                queries.bind(self._bench, node, node.sql, env, reading=False)
                return env
            case tree.Answer():
                type_of(self._bench, node.value, env)
                return None
            case statements.If():
                for branch in node.branches:
                    known = judge(self._bench, branch.condition, env)
                    self._body(branch.body, env.knowing(known.holds))
                    env = env.knowing(known.fails)
                self._body(node.otherwise or (), env)
                return env
            case statements.ForEach(at_a_time=None):
                self._for_each(node, env)
                return env
            case _ if isinstance(node, _FOR_PEOPLE) or _acts(node):
                self._not_here(node)
                return env
            case _:
                return block(self._bench, (node,), env, Frame())  # type: ignore[arg-type]  # checked above

    def _for_each(self, node: statements.ForEach, env: Environment) -> None:
        """One item after the other; a list has an end, and so has the loop."""
        item = item_type(self._bench, node.items, env, "`for each`")
        self._bench.types[node.name.id] = item
        inside = env
        if not taken(self._bench, node.name, env):
            inside = env.with_symbol(
                Symbol(
                    name=node.name.text,
                    kind="loop",
                    type=item,
                    span=node.name.span,
                    file=self._file,
                )
            )
        self._body(node.body, inside)

    def _not_here(self, node: Node) -> None:
        word = self._bench.text(node).split()[0].rstrip('"')
        self._report(problems.NotInAnApp(file=self._file, span=node.span, statement=word))

    def _report(self, problem: problems.AppProblem) -> None:
        self.found.report(problems.describe(problem))


def _inside(body: Sequence[Node]) -> list[Node]:
    return [inner for one in body for inner in walk(one)]


def _acts(node: Node) -> bool:
    """Whether SQL or an answer stands inside `node`."""
    return any(isinstance(one, Sql | tree.Answer) for one in walk(node))
