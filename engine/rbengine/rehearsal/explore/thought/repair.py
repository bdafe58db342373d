"""Scripts made better by what a walk showed: other answers, so that the condition where it left goes the other way."""

from collections.abc import Iterator, Sequence

from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.given import Given
from rbengine.rehearsal.explore.leaves import Answers
from rbengine.rehearsal.explore.names import Place
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.thought.departure import Departure, departure
from rbengine.rehearsal.explore.thought.graph import Passage
from rbengine.rehearsal.explore.thought.script import Line, Script
from rbengine.rehearsal.explore.trail import Path, Step
from rbengine.rehearsal.explore.ways import Ways
from rbengine.rehearsal.explore.wishes import Wishes

Asked = tuple[ex.Expr, Place, bool]
"""A condition, where it is asked, and whether it should hold."""


class Repairs:
    """Repairs scripts of one plan."""

    def __init__(self, plan: Plan, points: Points, ways: Ways, answers: Answers) -> None:
        self._plan = plan
        self._code = tuple(plan.code)
        self._points = points
        self._ways = ways
        self._answers = answers
        self._wishes = Wishes(plan)

    def departed(self, script: Script, path: Path) -> Departure | None:
        """Where `path` left the way of `script`; None where it went all the way."""
        return departure(script.passages, tuple(path.last.all()), self._points)

    def of(self, script: Script, path: Path, at: Departure) -> Script | None:
        """The script with answers that lead past `at`; None where none are known."""
        steps = tuple(path.last.all())[: at.step + 1]
        given = self._given(steps)
        for number in at.suspects:
            for condition, place, so in self._asked(script.passages, number):
                for better in self._wishes.come_true(given, condition, place, so=so):
                    return self._written(script, steps, better, number)
        return None

    def _given(self, steps: Sequence[Step]) -> Given:
        """The last answer of each call."""
        given = [one for one in steps if one.way.answer is not None]
        return Given(
            self._answers,
            {one.counter: one.way.answer.shape for one in given if one.way.answer is not None},
            {one.counter: one.at for one in given},
            steps[-1].at,
        )

    def _asked(self, passages: Sequence[Passage], number: int) -> Iterator[Asked]:
        """The conditions of one passage, as it needs them."""
        here, move = passages[number]
        place = Place(here.pc, tuple(call for call, _ in here.calls))
        if here.phase:
            return
        instruction = self._code[here.pc]
        match instruction:
            case (
                c.JumpUnless(condition=condition)
                | c.CheckThat(condition=condition)
                | c.Until(condition=condition)
            ):
                holds = bool(move.mask & self._points.side(here.pc, holds=True))
                yield condition, place, holds
            case c.Judge(finding=finding):
                yield from self._lines(finding, move.mask, place)
            case c.EachBegin(items=items, end=end):
                later = (one.place.pc for one in passages[number + 1 :])
                inside = any(here.pc < one < end for one in later)
                yield ex.StateTest(items, "empty", False), place, not inside
            case c.Pose(question=question) if question.source is not None:
                yield ex.StateTest(question.source, "empty", False), place, False
            case _:
                return

    def _lines(self, number: int, mask: int, place: Place) -> Iterator[Asked]:
        """The lines of a finding that are to hold together, or of which one is not to."""
        finding = self._plan.findings[number]
        wanted: list[tuple[ex.Expr, bool]] = []
        for line in finding.conditions:
            for condition, text in zip(line.any_of, line.texts, strict=True):
                for so in (True, False):
                    if mask & self._points.line(finding.name, text, holds=so):
                        wanted.append((condition, so))
        together: ex.Expr | None = None
        for condition, so in wanted:
            part = condition if so else ex.Not(condition)
            together = part if together is None else ex.Logic("and", together, part)
        if together is not None:
            yield together, place, True

    def _written(
        self, script: Script, steps: Sequence[Step], better: Given, number: int
    ) -> Script | None:
        last = {one.counter: place for place, one in enumerate(steps) if one.way.answer is not None}
        lines: list[Line] = []
        for place, step in enumerate(steps):
            taken = step.way_number
            if step.counter in better.changed and last.get(step.counter) == place:
                found = self._ways.made(step.counter, step.about, better.shapes[step.counter])
                if found is None:
                    return None
                taken = found
            lines.append(Line(step.counter, step.about, step.way.words, number=taken))
        done = sum(1 for one in script.passages[:number] if _is_planned(one))
        return Script((*lines, *script.planned[done:]), script.passages, script.planned)


def _is_planned(one: Passage) -> bool:
    return one.move.chance is not None and one.move.chance.way is not None
