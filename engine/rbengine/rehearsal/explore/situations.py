"""In what a run ends when nothing takes a refusal, and which of that somebody has thought of.

All refusals that no handler takes go one way: the section stops, what was changed stands, people are told and asked
whether to take it back. So whoever expects that in a rehearsal, of one refusal on a line, or in a section with certain
changes standing, has thought of every refusal there.
"""

from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from rbengine.contract.outcomes import REFUSAL_KINDS
from rbengine.plan import code as c
from rbengine.plan.expressions import Matches
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.remarks import Branch, Exploration, Situation
from rbengine.rehearsal.explore.replay import replay
from rbengine.rehearsal.explore.trail import Path
from rbengine.rehearsal.points import Point, PointBook, because
from rbengine.rehearsal.result import Rehearsal
from rbengine.runtime.commands import Command, Show
from rbengine.runtime.notices import FindingJudged, SectionEntered, StepFailed

Line = tuple[str, int]
"""A file and a line of it, from 1."""

_STANDS = frozenset({"applied", "it had been done"})


def situation_of(plan: Plan, path: Path) -> Situation:
    """In what `path`, which ended because nothing took a refusal, ended."""
    section = ""
    for moment in replay(plan, path):
        section = _section(moment.commands, section)
    changes = (
        one.counter
        for one in path.last.all()
        if one.way.words in _STANDS and isinstance(plan.code[one.counter], c.MakeChange)
    )
    return Situation(section, frozenset(changes))


def news(
    found: Exploration,
    book: PointBook,
    rehearsals: Collection[Rehearsal],
    accounted: Collection[Point],
) -> Exploration:
    """The exploration without what scenarios expect, come to themselves or account for: what nobody has thought of."""
    told = without_expected(found, thought_of(book, rehearsals, accounted))
    return without_reached(told, book, reached(book, rehearsals, accounted))


def thought_of(
    book: PointBook, rehearsals: Iterable[Rehearsal], accounted: Iterable[Point]
) -> frozenset[Situation | Line]:
    """Where rehearsals ended so that went as their scenarios expect, and the refusals that these account for."""
    ends = (found for one in rehearsals if one.ok for found in _ended(book, one))
    return frozenset((*ends, *_refusals(book, accounted)))


def _ended(book: PointBook, rehearsal: Rehearsal) -> Iterator[Situation | Line]:
    section = ""
    for turn in rehearsal.turns:
        section = _section(turn.commands, section)
        if section.startswith("diagnose"):
            continue  # there the next step begins, and the run goes on
        for one in turn.commands:
            if not isinstance(one, Show) or not isinstance(one.notice, StepFailed):
                continue
            if not one.notice.handled:
                yield one.notice.origin
                yield Situation(section, _applied(book, rehearsal))


def _applied(book: PointBook, rehearsal: Rehearsal) -> frozenset[int]:
    passed = rehearsal.coverage.passed
    return frozenset(
        one.counter for one in passed if one.counter >= 0 and one == book.at(one.counter, "applied")
    )


def _section(commands: Iterable[Command], before: str) -> str:
    """The section that is run behind `commands`. One that reads the diagnosis again goes on behind it."""
    found = before
    for one in commands:
        if not isinstance(one, Show) or not isinstance(one.notice, SectionEntered):
            continue
        if not one.notice.again:
            found = f"{one.notice.kind} {one.notice.finding}".strip()
    return found


def _refusals(book: PointBook, accounted: Iterable[Point]) -> Iterator[Line]:
    for one in accounted:
        if one.counter >= 0 and _is_refusal(book, one):
            yield one.file, one.line


def _is_refusal(book: PointBook, point: Point) -> bool:
    match book.plan.code[point.counter]:
        case c.MakeChange():
            end = "not applied"
        case c.Invoke() | c.Read():
            end = "refused"
        case _:
            return False
    ways = (end, *(because(end, kind) for kind in REFUSAL_KINDS))
    return any(point == book.at(point.counter, way) for way in ways)


def reached(
    book: PointBook, rehearsals: Iterable[Rehearsal], accounted: Iterable[Point]
) -> frozenset[Point | Branch]:
    """What rehearsals passed and found, and what the scenarios account for."""
    numbers = {one.name: number for number, one in enumerate(book.plan.findings)}
    found: set[Point | Branch] = set(accounted)
    for one in rehearsals:
        found |= one.coverage.passed
        found |= {
            Branch(-1 - numbers[command.notice.name], "found")
            for turn in one.turns
            for command in turn.commands
            if isinstance(command, Show)
            and isinstance(command.notice, FindingJudged)
            and command.notice.verdict == "found"
        }
    return frozenset(found)


def without_reached(
    found: Exploration, book: PointBook, passed: Collection[Point | Branch]
) -> Exploration:
    """The exploration without the branches that no path took and a rehearsal does."""
    left = tuple(
        one for one in found.remarks if one.branch is None or _point(book, one.branch) not in passed
    )
    return replace(found, remarks=left)


def _point(book: PointBook, branch: Branch) -> Point | Branch:
    if branch.way == "found":
        return branch
    if branch.way == "taken":
        return book.handler(branch.counter)
    instruction = book.plan.code[branch.counter]
    way: str = branch.way
    if isinstance(instruction, c.JumpUnless) and isinstance(instruction.condition, Matches):
        way = "taken" if way == "holds" else "passed by"
    return book.at(branch.counter, way)


def without_expected(found: Exploration, thought_of: Collection[Situation | Line]) -> Exploration:
    """The exploration without the refusals that somebody has thought of, and how many lines those are."""
    left = tuple(
        one
        for one in found.remarks
        if one.kind != "unhandled"
        or (one.situation not in thought_of and (one.file, one.line) not in thought_of)
    )
    return replace(found, remarks=left, expected=len(found.remarks) - len(left))
