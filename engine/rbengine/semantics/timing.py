"""The machine's worst case of every path, from the alert to its end, against the mttr."""

from collections.abc import Mapping

from rbengine.semantics.inference.facts import Facts
from rbengine.semantics.problems import timing as problems
from rbengine.semantics.problems.base import Report
from rbengine.semantics.route import stretches
from rbengine.semantics.routes import Routes
from rbengine.semantics.worst import Path
from rbengine.source import Span
from rbengine.syntax.nodes import Runbook
from rbengine.syntax.nodes import runbook as sections


def check_timing(
    file: str, runbook: Runbook, routes: Routes, findings: Mapping[str, Facts], report: Report
) -> None:
    """Warn of each path from the alert to its end whose worst case is longer than the mttr.

    `routes` are those of the machine. `findings`: what each says when it holds; those that can hold together are
    resolved one after the other.
    """
    target = next((one.target for one in runbook.parts if isinstance(one, sections.Mttr)), None)
    if target is None:
        return
    too_long: dict[Span, list[Path]] = {}
    fitting: list[str] = []
    for name, path in routes.alone():
        if path.worst.time > target.value and path.worst.span is not None:
            too_long.setdefault(path.worst.span, []).append(path)
        elif name is not None and name in findings:
            fitting.append(name)
    if not too_long:
        path = routes.longest_together(fitting, findings)
        if path.worst.time > target.value and path.worst.span is not None:
            too_long[path.worst.span] = [path]
    for span, paths in too_long.items():
        path = max(paths, key=lambda one: one.worst.time)  # the first of equals
        report(
            problems.describe(
                problems.SlowPath(
                    file=file,
                    span=span,
                    path=path.sections,
                    route=stretches(path.worst.route),
                    others=tuple(other.own for other in paths if other is not path),
                    worst=path.worst.time,
                    longest=path.worst.longest,
                    unwritten=path.worst.unwritten,
                    mttr=target.value,
                    mttr_span=target.span,
                )
            )
        )
