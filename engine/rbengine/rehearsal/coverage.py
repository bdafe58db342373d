"""Which decision points of a plan a rehearsal passed.

Conditions are followed by a plan whose code remembers the order in which the machine read it. So nothing is told
by the machine that it does not need itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from rbengine.contract.changes import Applied
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum
from rbengine.host.driver import Turn
from rbengine.plan import code as c
from rbengine.plan.expressions import Matches
from rbengine.plan.program import Plan
from rbengine.rehearsal.points import Point, PointBook, because
from rbengine.runtime import notices as n
from rbengine.runtime.commands import AskPeople, Perform, Show
from rbengine.runtime.events import (
    Answered,
    CallEnded,
    ChangeApplied,
    ChangePlanned,
    Declined,
    Gave,
    Settled,
)
from rbengine.runtime.state import RunState
from rbengine.runtime.wording import as_text


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Points passed, of all there are."""

    points: frozenset[Point]
    passed: frozenset[Point]

    @property
    def missing(self) -> tuple[Point, ...]:
        """Those not passed, in the order of the text."""
        return tuple(sorted(self.points - self.passed))

    def and_also(self, other: "Coverage") -> "Coverage":
        """Both together."""
        return Coverage(points=self.points | other.points, passed=self.passed | other.passed)


NOTHING = Coverage(points=frozenset(), passed=frozenset())


class _Remembering(tuple[c.Instruction, ...]):
    """Code that remembers which counters were read."""

    read: list[int]

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice):
            self.read.append(index)
        return super().__getitem__(index)


def followed(plan: Plan) -> tuple[Plan, list[int]]:
    """An equal plan, and the counters that are read of it from now on."""
    code = _Remembering(plan.code)
    code.read = []
    return msgspec.structs.replace(plan, code=code), code.read


def coverage(book: PointBook, turns: Sequence[Turn], read: Sequence[int]) -> Coverage:
    """What the run of `turns`, whose machine read the counters `read` in this order, passed of all in `book`."""
    passed = {
        *_calls(book, turns),
        *_conditions(book, read),
        *_handled(book, read),
        *_undone(book, turns),
        *_shown(book, turns),
        *_clocks(book, turns),
    }
    return Coverage(points=book.points, passed=frozenset(passed) & book.points)


def _conditions(book: PointBook, read: Sequence[int]) -> Iterable[Point]:
    """A condition held where the machine went on right behind it."""
    code = book.plan.code
    last = len(read) - 1
    for place, counter in enumerate(read):
        instruction = code[counter]
        if not isinstance(instruction, c.JumpUnless | c.CheckThat | c.Until):
            continue
        # It looks at the instruction itself, and at the beginning of its loop, more than once.
        own = (counter, instruction.begin) if isinstance(instruction, c.Until) else (counter,)
        ahead = place + 1
        while ahead <= last and read[ahead] in own:
            ahead += 1
        following = read[ahead] if ahead <= last else -1
        if isinstance(instruction, c.Until):
            begin = code[instruction.begin]
            held = isinstance(begin, c.WithinBegin) and following == begin.done
            if isinstance(begin, c.WithinBegin) and following == begin.expired:
                yield book.at(instruction.begin, "runs out")
        else:
            held = following == counter + 1
        if isinstance(instruction, c.JumpUnless) and isinstance(instruction.condition, Matches):
            yield book.at(counter, "taken" if held else "passed by")
        else:
            yield book.at(counter, "holds" if held else "fails")


def _handled(book: PointBook, read: Sequence[int]) -> Iterable[Point]:
    """A handler's first instruction is read only when a failure came to it."""
    reached = set(read)
    for instruction in book.plan.code:
        if isinstance(instruction, c.TryBegin):
            for one in instruction.handlers:
                if one.entry in reached:
                    yield book.handler(one.entry)


def _undone(book: PointBook, turns: Sequence[Turn]) -> Iterable[Point]:
    """What people said when they were asked to take back what the section before had done."""
    section = ""
    asked: set[int] = set()
    for turn in turns:
        for command in turn.commands:
            match command:
                case AskPeople(kind="undo", question=question):
                    asked.add(question)
                case Show(notice=n.SectionEntered(kind=kind, finding=finding, again=False)):
                    section = f"{kind} {finding}".rstrip()
                case Show(notice=n.WasAnswered() as notice) if notice.question in asked:
                    way = "given" if notice.verdict == "approved" else notice.verdict
                    point = book.undo(section, way)
                    if point is not None:
                        yield point
                case _:
                    continue


def _notices(turns: Sequence[Turn]) -> Iterator[n.Notice]:
    for turn in turns:
        for command in turn.commands:
            if isinstance(command, Show):
                yield command.notice


def _shown(book: PointBook, turns: Sequence[Turn]) -> Iterable[Point]:
    """What a run says itself: lines of findings, and loops that gave up by failing."""
    plan = book.plan
    numbers = {one.name: number for number, one in enumerate(plan.findings)}
    loops = [
        (counter, one)
        for counter, one in enumerate(plan.code)
        if isinstance(one, c.WithinBegin) and one.expired is None
    ]
    for notice in _notices(turns):
        match notice:
            case n.FindingJudged():
                for line in notice.conditions:
                    if line.verdict != "not judged":
                        way = "holds" if line.verdict == "holds" else "fails"
                        yield book.line(numbers[notice.name], line.text, way)
            case n.StepFailed(kind="timeout", origin=(file, line)):
                for counter, _ in loops:
                    origin = plan.origins[counter]
                    if (origin.file, origin.line) == (file, line):
                        yield book.at(counter, "runs out")
            case n.Verified(holds=False, text=text):
                for counter, one in loops:
                    until = plan.code[one.until]
                    if isinstance(until, c.Until) and until.text == text:
                        yield book.at(counter, "runs out")
            case _:
                continue


def _clocks(book: PointBook, turns: Sequence[Turn]) -> Iterable[Point]:
    """What the clocks had done when the run was over."""
    state = turns[-1].state if turns else None
    if not isinstance(state, RunState):
        return
    yield book.mttr(kept=not state.clocks.breached)
    for number, rung in enumerate(state.clocks.rungs):
        yield book.rung(number, fired=rung.fired > 0)


def _calls(book: PointBook, turns: Sequence[Turn]) -> Iterable[Point]:
    """Ends of calls, approvals and answers, each at the instruction whose fiber waited for it."""
    at: dict[int, int] = {}
    asked: dict[int, int] = {}
    for turn in turns:
        state = turn.state
        if not isinstance(state, RunState):
            continue
        for command in turn.commands:
            match command:
                case Perform(call=call):
                    pending = state.calls.get(call)
                    fiber = None if pending is None else state.fibers.get(pending.fiber)
                    if fiber is not None:
                        at[call] = fiber.pc
                case AskPeople(question=question):
                    opened = state.questions.get(question)
                    fiber = None if opened is None else state.fibers.get(opened.fiber)
                    of_engine = opened is not None and (opened.of or opened.ask.kind == "undo")
                    if fiber is not None and not of_engine:
                        asked[question] = fiber.pc
                case _:
                    continue
        yield from _ends(book, turn, at, asked)


def _ends(
    book: PointBook, turn: Turn, at: dict[int, int], asked: dict[int, int]
) -> Iterable[Point]:
    match turn.event:
        case CallEnded(call=call, outcome=outcome) if call in at:
            yield from _call_ended(book, at[call], outcome)
        case ChangePlanned(call=call, outcome=Refused() | Unsettled()) if call in at:
            yield book.at(at[call], "not applied")
        case ChangeApplied(call=call, outcome=outcome) if call in at:
            yield book.at(at[call], _how_applied(outcome))
            if isinstance(outcome, Refused):
                yield book.at(at[call], because("not applied", outcome.kind))
        case Settled(call=call, verdict=verdict) if call in at:
            yield book.at(at[call], "lost")
            if verdict == "applied":
                done = (
                    "applied" if isinstance(book.plan.code[at[call]], c.MakeChange) else "answered"
                )
                yield book.at(at[call], done)
        case Answered(question=question, answer=answer) if question in asked:
            # One that came too late, or from somebody who may not give it, closes nothing and decides nothing.
            if isinstance(turn.state, RunState) and question not in turn.state.questions:
                place = asked.pop(question)
                yield book.at(place, _how_answered(book.plan.code[place], answer))
        case _:
            pass
    for notice in _notices([turn]):
        match notice:
            case n.WasAnswered(verdict="unanswered", question=question) if question in asked:
                yield book.at(asked.pop(question), "unanswered")
            case _:
                continue


def _call_ended(book: PointBook, counter: int, outcome: object) -> Iterable[Point]:
    instruction = book.plan.code[counter]
    if isinstance(outcome, Succeeded):
        yield book.at(counter, "answered")
    elif isinstance(outcome, Unsettled) and not (
        isinstance(instruction, c.Read)
        or (isinstance(instruction, c.Invoke) and instruction.call.effect == "observe")
    ):
        yield book.at(counter, "lost")
    else:
        yield book.at(counter, "refused")
        if isinstance(outcome, Refused):
            yield book.at(counter, because("refused", outcome.kind))


def _how_applied(outcome: object) -> str:
    if isinstance(outcome, Applied):
        return "applied"
    return "lost" if isinstance(outcome, Unsettled) else "not applied"


def _how_answered(instruction: c.Instruction, answer: object) -> str:
    if isinstance(answer, Declined):
        return "refused"
    if isinstance(instruction, c.MakeChange):
        return "approved"
    if isinstance(instruction, c.Pose) and isinstance(answer, Gave):
        given = answer.values.get("answer")
        if isinstance(given, Datum) and instruction.question.choices:
            return f"answered {as_text(given.value)}"
    return "answered"
