"""Check a calendar: when its tasks come, whose they are, and what they do."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from rbengine.contract.policy import PolicyModel
from rbengine.diagnostics import Diagnostic
from rbengine.diagnostics.collector import Collector, in_reading_order
from rbengine.semantics.allowances import accept
from rbengine.semantics.analysis import Tables
from rbengine.semantics.covers import check_covers
from rbengine.semantics.effects import ProcedureEffects, check_effects
from rbengine.semantics.emptiness import ProcedureLists, check_emptiness
from rbengine.semantics.failing import ProcedureFailures, check_failures
from rbengine.semantics.inference.environment import beginning
from rbengine.semantics.inference.frame import Frame, show
from rbengine.semantics.inference.statements import block
from rbengine.semantics.inference.workbench import SignatureOf, Workbench, adapters_in
from rbengine.semantics.libraries import Shelf
from rbengine.semantics.nesting import check_nesting
from rbengine.semantics.people import check_people, check_roles
from rbengine.semantics.policy import DAYS, has_form_of_zone
from rbengine.semantics.problems import shape
from rbengine.semantics.problems.base import Report
from rbengine.semantics.shape import check_labels, check_use
from rbengine.semantics.sql_facts import Describer
from rbengine.semantics.telling import Called, check_retries
from rbengine.semantics.traversal import Placed, placed_in_task
from rbengine.source import SourceFile, Span
from rbengine.syntax.nodes import Calendar, Library, walk
from rbengine.syntax.nodes.calendar import Rhythm, Task
from rbengine.syntax.nodes.policy import Timezone

_LAST_OF_EVERY_MONTH, _LAST_OF_ANY = 28, 31


def check_calendar(
    calendar: Calendar,
    source: SourceFile,
    *,
    policy: PolicyModel,
    libraries: Mapping[str, tuple[Library, SourceFile]],
    signature_of: SignatureOf,
    describer: Describer,
    observing: Collection[str] = frozenset(),
    zone_exists: Callable[[str], bool] | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a calendar, in the order of the text; what is wrong in libraries is theirs.

    `observing` are the functions of the company's own program that its app says only read. Without `zone_exists`
    only the form of the name of a time zone is judged.
    """
    file = source.path
    collector = Collector()

    def report(problem: Diagnostic) -> None:
        if problem.primary.file == file:
            collector.report(problem)

    shelf = Shelf(libraries, signature_of, describer, report, observing)
    bench = _inferred(calendar, source, shelf, signature_of, describer, report, observing)
    placed: list[Placed] = []
    for task in _tasks(calendar):
        placed.extend(placed_in_task(task.label.plain, task.body))

    _Times(source, zone_exists or has_form_of_zone, report).check(calendar)
    for rhythm in _rhythms(calendar):
        check_roles(file, rhythm.by, policy, report)
    check_people(file, placed, policy, report)
    _task_labels(file, calendar, report)
    check_labels(file, placed, report)
    effects = ProcedureEffects(shelf.procedures, shelf.operations)
    check_effects(file, placed, bench.operations, effects, report)
    called = Called(shelf.procedures, shelf.operations)
    check_retries(file, placed, bench.operations, called, report)
    nodes = tuple(walk(calendar))
    lists = ProcedureLists(shelf.procedures, shelf.operations)
    check_emptiness(file, calendar, nodes, bench.operations, lists, report)
    failures = ProcedureFailures(shelf.procedures, shelf.operations)
    check_failures(file, nodes, bench.operations, failures, report)
    check_covers(file, nodes, report)
    check_nesting(file, nodes, report)
    if not collector.has_errors:  # a misspelt use is a use
        check_use(file, calendar, nodes, shelf.declared, report)
    return tuple(in_reading_order(accept(file, calendar, collector.in_reading_order())))


def learn_calendar(
    calendar: Calendar,
    source: SourceFile,
    *,
    libraries: Mapping[str, tuple[Library, SourceFile]],
    signature_of: SignatureOf,
    describer: Describer,
    observing: Collection[str] = frozenset(),
) -> Tables:
    """What `check_calendar` learns of the nodes of `calendar`, without looking for what is wrong."""
    shelf = Shelf(libraries, signature_of, describer, _unheard, observing)
    bench = _inferred(calendar, source, shelf, signature_of, describer, _unheard, observing)
    return bench.tables()


def _inferred(
    calendar: Calendar,
    source: SourceFile,
    shelf: Shelf,
    signature_of: SignatureOf,
    describer: Describer,
    report: Report,
    observing: Collection[str],
) -> Workbench:
    used = shelf.used_by(calendar, source.path)
    adapters = adapters_in(walk(calendar))
    bench = Workbench(source, signature_of, describer, used, report, adapters, observing)
    for task in _tasks(calendar):
        show(bench, task.label, beginning(), "a label")
        block(bench, task.body, beginning(), Frame())
    return bench


def _unheard(_: Diagnostic) -> None:
    """Problems that nobody asked about."""


def _rhythms(calendar: Calendar) -> Iterator[Rhythm]:
    return (one for one in calendar.parts if isinstance(one, Rhythm))


def _tasks(calendar: Calendar) -> Iterator[Task]:
    return (task for rhythm in _rhythms(calendar) for task in rhythm.tasks)


def _task_labels(file: str, calendar: Calendar, report: Callable[[Diagnostic], None]) -> None:
    for rhythm in _rhythms(calendar):
        first: dict[str, Span] = {}
        for task in rhythm.tasks:
            label = task.label
            before = first.setdefault(label.plain, label.span)
            if before is not label.span:
                twice = shape.LabelTwice(
                    file=file, span=label.span, label=label.plain, first=before, word="task"
                )
                report(shape.describe(twice))


class _Times:
    """Days, times and zones that do not exist, and what is said twice."""

    def __init__(
        self,
        source: SourceFile,
        zone_exists: Callable[[str], bool],
        report: Callable[[Diagnostic], None],
    ) -> None:
        self._source = source
        self._zone_exists = zone_exists
        self._report = report
        self._first: dict[str, Span] = {}

    def check(self, calendar: Calendar) -> None:
        for part in calendar.parts:
            match part:
                case Timezone():
                    self._once("timezone", self._line(part.span))
                    if not self._zone_exists(part.name.plain):
                        self._wrong(
                            part.name.span,
                            f"`{part.name.plain}` is no time zone",
                            way_out="name it as the IANA does: `Europe/Rome`, `UTC`",
                        )
                case Rhythm():
                    line = self._line(part.span)
                    self._once(re.sub(r"\s+", " ", self._source.slice(line)), line)
                    self._day(part)
                case _:
                    pass

    def _once(self, what: str, span: Span) -> None:
        first = self._first.setdefault(what, span)
        if first is not span:
            twice = shape.SectionTwice(file=self._source.path, span=span, section=what, first=first)
            self._report(shape.describe(twice))

    def _day(self, rhythm: Rhythm) -> None:
        name, day = rhythm.weekday, rhythm.day
        if name is not None and name.text not in DAYS:
            self._wrong(name.span, f"`{name.text}` is no day of the week", name=name.text)
        if day is None:
            return
        span = self._number(rhythm)
        if not 1 <= day <= _LAST_OF_ANY:
            way_out = f"write a day from 1 to {_LAST_OF_EVERY_MONTH}"
            self._wrong(span, f"no month has a day {day}", way_out=way_out)
        elif day > _LAST_OF_EVERY_MONTH:
            from rbengine.semantics.problems import calendar as problems

            rare = problems.NotInEveryMonth(file=self._source.path, span=span, day=day)
            self._report(problems.describe(rare))

    def _wrong(self, span: Span, reason: str, *, way_out: str = "", name: str = "") -> None:
        from rbengine.semantics.problems import policy as problems

        wrong = problems.WrongTime(
            file=self._source.path,
            span=span,
            reason=reason,
            way_out=way_out,
            name=name,
            offered=DAYS if name else (),
        )
        self._report(problems.describe(wrong))

    def _line(self, span: Span) -> Span:
        """The first line of what stands at `span`."""
        text = self._source.slice(span).split("\n", maxsplit=1)[0].partition("#")[0].rstrip()
        return Span(span.start, span.start + len(text))

    def _number(self, rhythm: Rhythm) -> Span:
        """The day of a month."""
        found = re.search(r"[0-9]+", self._source.slice(rhythm.span))
        assert found is not None, "a rhythm with a day has a number"
        return Span(rhythm.span.start + found.start(), rhythm.span.start + found.end())
