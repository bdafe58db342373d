"""What can be known of a plan's runs without walking one: decisions that exclude each other, and ways to the others."""

from collections.abc import Iterator, Mapping

from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.domains import Domains
from rbengine.rehearsal.explore.leaves import Answers
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.reads import Reads
from rbengine.rehearsal.explore.thought.course import NotModelledError
from rbengine.rehearsal.explore.thought.facts import Judgement
from rbengine.rehearsal.explore.thought.graph import Graph, TooLargeError, bits
from rbengine.rehearsal.explore.thought.model import Model
from rbengine.rehearsal.explore.thought.repair import Repairs
from rbengine.rehearsal.explore.thought.script import Met, Script, Scripts
from rbengine.rehearsal.explore.thought.terms import Terms
from rbengine.rehearsal.explore.thought.waits import Waits
from rbengine.rehearsal.explore.trail import Path
from rbengine.rehearsal.explore.ways import Way, Ways


class Thought:
    """Thinks the runs of one plan through. What it knows grows with the places that the search has come to."""

    def __init__(
        self,
        plan: Plan,
        points: Points,
        ways: Ways,
        reads: Reads,
        domains: Domains,
        answers: Answers,
        begun: tuple[Way, ...],
    ) -> None:
        self._plan = plan
        self._points = points
        self._ways = ways
        self._reads = reads
        self._domains = domains
        self._answers = answers
        self._begun = begun
        self._known = -1
        self._exclusive: dict[int, int] = {}
        self._impossible = 0
        self._graph: Graph | None = None
        self._scripts: Scripts | None = None
        self._repairs = Repairs(plan, points, ways, answers)

    def exclusive(self) -> Mapping[int, int]:
        """For each counted decision, as its bit, those that no run takes beside it."""
        if self._known != len(self._points.all):
            self._known = len(self._points.all)
            self._think()
        return self._exclusive

    def impossible(self) -> int:
        """The counted decisions that no run takes."""
        self.exclusive()
        return self._impossible

    def scripts(self, one: int, other: int, wanted: int, met: Met) -> Iterator[Script]:
        """Ways to come to both decisions, the second behind the first, and on the way to some that are `wanted`."""
        if self._graph is not None and self._scripts is not None:
            for passages in self._graph.ways(one, other, wanted):
                yield self._scripts.of(passages, met)

    def repaired(self, script: Script, path: Path) -> Script | None:
        """What may lead further where `path`, which followed `script`, left its way; None where nothing is known to."""
        at = self._repairs.departed(script, path)
        return None if at is None else self._repairs.of(script, path, at)

    def misled(self, script: Script, path: Path) -> None:
        """`path` left the way of `script`, and nothing helped: other ways come first from the next `weigh` on."""
        at = self._repairs.departed(script, path)
        if at is not None and self._graph is not None:
            for number in at.suspects:
                self._graph.misled(script.passages[number])

    def weigh(self) -> None:
        """Find ways again, with what was learned since."""
        if self._graph is not None:
            self._graph.weigh()

    def _think(self) -> None:
        every = sum(1 << one.number for one in self._points.all if not one.value)
        together: dict[int, int] | None = None
        taken = 0
        for coarse in (False, True):
            terms = Terms(self._plan, coarse=coarse)
            judgement = Judgement(self._plan, terms, self._reads, self._domains, self._answers)
            model = Model(self._plan, self._points, terms, judgement, Waits(self._plan, self._ways))
            try:
                self._graph = Graph(model, *model.start())
                together = self._graph.together()
                taken = sum(together)
                for section in self._plan.sections:
                    if section.kind == "on breach":
                        own = sum(Graph(model, *model.beside(section)).together())
                        taken |= own
                        _beside(together, own, every)
                break
            except TooLargeError:
                self._graph = together = None
            except NotModelledError:
                self._graph = together = None
                break
        if together is None or self._graph is None:
            self._exclusive, self._impossible = {}, 0
            return
        self._scripts = Scripts(self._plan, model, terms, self._ways, self._begun)
        self._exclusive = {one: every & ~together.get(one, 0) & ~one for one in bits(every)}
        self._impossible = every & ~taken


def _beside(together: dict[int, int], own: int, every: int) -> None:
    """What runs beside the run may come at any time: its `own` decisions beside anything."""
    for one in bits(every):
        together[one] = together.get(one, 0) | (every if one & own else own)
