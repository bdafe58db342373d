"""The machine's worst case of every path, from the alert to its end, against the mttr."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

import msgspec

from rbengine.contract.policy import Limits
from rbengine.contract.types import Type
from rbengine.semantics.inference.facts import Facts
from rbengine.semantics.inference.workbench import ProcedureType
from rbengine.semantics.problems import timing as problems
from rbengine.semantics.problems.base import Report
from rbengine.semantics.together import MOST_TOGETHER, can_hold_together, heaviest
from rbengine.semantics.worst import NONE, ON, ZERO, Clock, Ways, Worst
from rbengine.source import Span
from rbengine.syntax.nodes import NodeId, Runbook
from rbengine.syntax.nodes import runbook as sections
from rbengine.syntax.nodes import statements as tree


class Path(msgspec.Struct, frozen=True):
    """A way from the alert to its end: the sections on it, and how long it may take."""

    sections: tuple[str, ...]
    worst: Worst


def check_timing(
    file: str,
    runbook: Runbook,
    limits: Limits,
    procedures: Mapping[str, ProcedureType],
    types: Mapping[NodeId, Type],
    findings: Mapping[str, Facts],
    report: Report,
) -> None:
    """Warn of each path from the alert to its end whose worst case is longer than the mttr.

    `types` are those of the runbook's expressions: a wait for what is no duration is another's problem.
    `findings`: what each says when it holds; those that can hold together are resolved one after the other.
    """
    target = next((one.target for one in runbook.parts if isinstance(one, sections.Mttr)), None)
    if target is None:
        return
    clock = Clock(limits, procedures, types)
    routes = _Routes(clock, runbook, limits.call)
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
                    others=tuple(_own(other) for other in paths if other is not path),
                    worst=path.worst.time,
                    longest=path.worst.longest,
                    unwritten=path.worst.unwritten,
                    mttr=target.value,
                    mttr_span=target.span,
                )
            )
        )


class _Routes:
    """The sections of a runbook, and the paths through them."""

    def __init__(self, clock: Clock, runbook: Runbook, call: timedelta) -> None:
        self._diagnose = self._verify = NONE
        self._has_verify = False
        self._resolves: dict[str, Ways] = {}
        self._otherwise: Ways | None = None
        for part in runbook.parts:
            if isinstance(part, sections.Diagnose):
                steps = (one for one in part.body if isinstance(one, tree.Step))
                self._diagnose = clock.body(steps, call).longest
                clock.reading_again = self._diagnose.time
            elif isinstance(part, sections.Verify):
                self._verify, self._has_verify = clock.apart(part.body, call).longest, True
        for part in runbook.parts:
            if isinstance(part, sections.Resolve):
                self._resolves[part.finding.text] = clock.apart(part.body, call)
            elif isinstance(part, sections.Otherwise):
                clock.reading_again = ZERO  # there a `manual` is followed by no diagnosis
                self._otherwise = clock.apart(part.body, call)

    def alone(self) -> Iterator[tuple[str | None, Path]]:
        """By finding, the path on which it alone holds; by None, that on which none does."""
        for name, ways in self._resolves.items():
            yield name, self._ended((f"resolve {name}",), self._diagnose, ways)
        if self._otherwise is not None:
            yield None, self._ended(("otherwise",), self._diagnose, self._otherwise)
        if not self._resolves and self._otherwise is None:
            yield None, self._ended((), self._diagnose, ON)

    def longest_together(self, names: Iterable[str], findings: Mapping[str, Facts]) -> Path:
        """The longest path on which several of these hold. Before each `resolve` the diagnosis is read again."""
        again = self._diagnose
        found = Path((), NONE)
        by_time = sorted(names, key=lambda one: self._resolves[one].longest.time, reverse=True)
        looked_at = frozenset(by_time[:MOST_TOGETHER])
        earlier: list[tuple[str, Worst]] = []
        for name, ways in self._resolves.items():
            if name not in looked_at:
                continue
            others = [
                (other, worst)
                for other, worst in earlier
                if can_hold_together(findings[other], findings[name])
            ]
            before, start = self._diagnose, []
            times = [worst.time for _, worst in others]
            for one in heaviest(times, [findings[other] for other, _ in others]):
                other, worst = others[one]
                before = before.then(worst).then(again)
                start.append(f"resolve {other}")
            path = self._ended((*start, f"resolve {name}"), before, ways)
            found = path if path.worst.time > found.worst.time else found
            if ways.on is not None:
                earlier.append((name, ways.on))
        return found

    def _ended(self, own: tuple[str, ...], before: Worst, ways: Ways) -> Path:
        """`before`, then `ways` to whichever end takes longer, the proof among them."""
        over = Path(("diagnose", *own), before.then(ways.over or NONE))
        if ways.proven is None:
            return over
        worst = before.then(ways.proven).then(self._verify)
        proof = ("verify",) if self._has_verify else ()
        proven = Path(("diagnose", *own, *proof), worst)
        return over if over.worst.time > worst.time else proven


def _own(path: Path) -> str:
    """The section that is this path's own."""
    return next((one for one in path.sections if one not in ("diagnose", "verify")), "verify")
