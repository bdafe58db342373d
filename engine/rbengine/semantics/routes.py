"""The paths from the alert to its end, and how long each may take at worst."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from rbengine.semantics.clock import Called, Clock
from rbengine.semantics.inference.facts import Facts
from rbengine.semantics.together import MOST_TOGETHER, before
from rbengine.semantics.worst import NONE, ON, AtWorst, Path, Ways, Worst
from rbengine.syntax.nodes import Runbook
from rbengine.syntax.nodes import runbook as sections
from rbengine.syntax.nodes import statements as tree


class Routes:
    """The sections of a runbook, and the paths through them."""

    def __init__(self, clock: Clock, runbook: Runbook) -> None:
        self._diagnose = self._verify = NONE
        self._has_verify = False
        self._resolves: dict[str, Ways] = {}
        self._otherwise: Ways | None = None
        calls = Called()
        for part in runbook.parts:
            if isinstance(part, sections.Diagnose):
                steps = (one for one in part.body if isinstance(one, tree.Step))
                self._diagnose = clock.body(steps, calls).longest
        self._again = self._diagnose.inside("the diagnosis again", clock.text)
        self._diagnose = self._diagnose.inside("diagnose", clock.text)
        clock.diagnosis = self._again
        for part in runbook.parts:
            if isinstance(part, sections.Resolve):
                name = part.finding.text
                ways = clock.section(part.body, calls, resolves=True)
                self._resolves[name] = ways.inside(f"resolve {name}", clock.text)
            elif isinstance(part, sections.Otherwise):
                ways = clock.section(part.body, calls)
                self._otherwise = ways.inside("otherwise", clock.text)
            elif isinstance(part, sections.Verify):
                verify = clock.section(part.body, calls).longest
                self._verify, self._has_verify = verify.inside("verify", clock.text), True

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
        found = Path((), NONE)
        by_time = sorted(names, key=lambda one: self._resolves[one].longest.time, reverse=True)
        looked_at = frozenset(by_time[:MOST_TOGETHER])
        earlier: dict[str, timedelta] = {}
        for name, ways in self._resolves.items():
            if name not in looked_at:
                continue
            so_far, start = self._diagnose, []
            for other in before(name, earlier, findings):
                so_far = so_far.then(self._resolves[other].on or NONE).then(self._again)
                start.append(f"resolve {other}")
            path = self._ended((*start, f"resolve {name}"), so_far, ways)
            found = path if path.worst.time > found.worst.time else found
            if ways.on is not None:
                earlier[name] = ways.on.time
        return found

    def _ended(self, own: tuple[str, ...], so_far: Worst, ways: Ways) -> Path:
        """`so_far`, then `ways` to whichever end takes longer, the proof among them."""
        over = Path(("diagnose", *own), so_far.then(ways.over or NONE))
        if ways.proven is None:
            return over
        worst = so_far.then(ways.proven).then(self._verify)
        proof = ("verify",) if self._has_verify else ()
        proven = Path(("diagnose", *own, *proof), worst)
        return over if over.worst.time > worst.time else proven


def every_path(machine: Routes, people: Routes, findings: Mapping[str, Facts]) -> AtWorst:
    """Of every path, in the order of the text."""
    return AtWorst(_paths(machine, findings), _paths(people, findings))


def _paths(routes: Routes, findings: Mapping[str, Facts]) -> tuple[Path, ...]:
    alone = tuple(routes.alone())
    names = [name for name, _ in alone if name is not None and name in findings]
    together = routes.longest_together(names, findings)
    several = (together,) if together.resolves > 1 else ()
    return (*(path for _, path in alone), *several)
