"""Procedures that come back to themselves: every playbook ends, so none may."""

from collections.abc import Iterable, Iterator, Mapping

from rbengine.semantics.analysis import CheckedLibrary
from rbengine.semantics.problems import shape as problems
from rbengine.semantics.problems.base import Report
from rbengine.source import Span
from rbengine.syntax.nodes import walk
from rbengine.syntax.nodes.library import Procedure
from rbengine.syntax.nodes.statements import ProcedureCall

Call = tuple[str, str, Span]
"""Who is called, and where."""


def check_recursion(libraries: Iterable[CheckedLibrary], report: Report) -> None:
    """Report the calls that close a circle, each circle once."""
    calls: dict[str, tuple[Call, ...]] = {}
    for library in libraries:
        file = library.tables.source.path
        for part in library.tree.parts:
            if isinstance(part, Procedure):
                calls.setdefault(part.name.text, tuple(_calls(file, part)))
    done: set[str] = set()
    for name in calls:
        _follow(name, (), calls, done, report)


def _follow(
    name: str,
    way: tuple[str, ...],
    calls: Mapping[str, tuple[Call, ...]],
    done: set[str],
    report: Report,
) -> None:
    if name in done:
        return
    way = (*way, name)
    for called, file, span in calls.get(name, ()):
        if called in way:
            circle = (*way[way.index(called) :], called)
            report(problems.describe(problems.Recursion(file=file, span=span, path=circle)))
        else:
            _follow(called, way, calls, done, report)
    done.add(name)


def _calls(file: str, procedure: Procedure) -> Iterator[Call]:
    for one in walk(procedure):
        if isinstance(one, ProcedureCall):
            yield one.procedure.text, file, one.procedure.span
