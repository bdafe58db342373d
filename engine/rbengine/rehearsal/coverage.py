"""Which decision points of a plan a rehearsal passed: each call's ends, each condition both ways, each approval.

Conditions are followed by a plan whose code remembers the order in which the machine read it. So nothing is told
by the machine that it does not need itself.
"""

from collections.abc import Iterable, Sequence
from typing import Any, SupportsIndex

import msgspec

from rbengine.contract.changes import Applied
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.host.driver import Turn
from rbengine.plan import code as c
from rbengine.plan.expressions import Chunk, Constant, Expr, Text
from rbengine.plan.program import Plan
from rbengine.runtime import notices as n
from rbengine.runtime.commands import AskPeople, Perform, Show
from rbengine.runtime.events import Answered, CallEnded, ChangeApplied, ChangePlanned, Declined
from rbengine.runtime.state import RunState


class Point(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One way that a decision can go. `counter` is its instruction, below 0 for lines of findings."""

    file: str
    line: int
    counter: int
    what: str
    """`approval of "Freeze" refused`."""


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


class _Remembering(tuple[c.Instruction, ...]):
    """Code that remembers which counters were read."""

    read: list[int]

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, SupportsIndex):
            self.read.append(index.__index__())
        return super().__getitem__(index)


def followed(plan: Plan) -> tuple[Plan, list[int]]:
    """An equal plan, and the counters that are read of it from now on."""
    code = _Remembering(plan.code)
    code.read = []
    return msgspec.structs.replace(plan, code=code), code.read


def coverage(plan: Plan, turns: Sequence[Turn], read: Sequence[int]) -> Coverage:
    """What the run of `turns`, whose machine read the counters `read` in this order, passed of `plan`."""
    book = _Book(plan)
    passed = {*_calls(book, turns), *_conditions(book, read), *_findings(book, turns)}
    return Coverage(points=frozenset(book.points), passed=frozenset(passed) & book.points)


class _Book:
    """All points of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.points: set[Point] = set()
        for counter, instruction in enumerate(plan.code):
            for way in _ways(instruction):
                self.points.add(self.at(counter, way))
        for number, finding in enumerate(plan.findings):
            for condition in finding.conditions:
                for text in condition.texts:
                    self.points.update(self.line(number, text, way) for way in ("holds", "fails"))

    def at(self, counter: int, way: str) -> Point:
        """The point `way` of the instruction at `counter`."""
        origin = self.plan.origins[counter]
        return Point(
            file=origin.file, line=origin.line, counter=counter,
            what=f"{_subject(self.plan.code[counter])} {way}",
        )  # fmt: skip

    def line(self, finding: int, text: str, way: str) -> Point:
        """The point `way` of one line of a finding."""
        spec = self.plan.findings[finding]
        return Point(
            file=spec.origin.file, line=spec.origin.line, counter=-1 - finding,
            what=f"`{text}` of {spec.name} {way}",
        )  # fmt: skip


def _ways(instruction: c.Instruction) -> tuple[str, ...]:
    match instruction:
        case c.Invoke() | c.Read():
            return ("answered", "refused")
        case c.MakeChange():
            return ("applied", "not applied", "approved", "refused", "unanswered")
        case c.Pose():
            return ("answered", "refused", "unanswered")
        case c.JumpUnless() | c.CheckThat() | c.Until():
            return ("holds", "fails")
        case _:
            return ()


def _subject(instruction: c.Instruction) -> str:
    match instruction:
        case c.Invoke(call=call):
            return f"`{call.operation}`"
        case c.Read(query=query):
            return f"query of {query.table}" if query.table else "query"
        case c.MakeChange(change=change):
            return f'"{_plain(change.label)}"'
        case c.Pose(question=question):
            return f'"{_plain(question.text)}"'
        case c.JumpUnless(text=text) | c.CheckThat(text=text) | c.Until(text=text):
            return f"`{text}`" if text else "`until no finding holds`"
        case _:
            return ""


def _plain(text: Expr) -> str:
    """A label as it is written, `…` for each hole."""
    match text:
        case Constant(value=datum) if isinstance(datum.value, str):
            return datum.value
        case Text(parts=parts):
            return "".join(one.text if isinstance(one, Chunk) else "…" for one in parts)
        case _:
            return "…"


def _conditions(book: _Book, read: Sequence[int]) -> Iterable[Point]:
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
        else:
            held = following == counter + 1
        yield book.at(counter, "holds" if held else "fails")


def _findings(book: _Book, turns: Sequence[Turn]) -> Iterable[Point]:
    numbers = {one.name: number for number, one in enumerate(book.plan.findings)}
    for turn in turns:
        for command in turn.commands:
            if isinstance(command, Show) and isinstance(command.notice, n.FindingJudged):
                for line in command.notice.conditions:
                    if line.verdict != "not judged":
                        way = "holds" if line.verdict == "holds" else "fails"
                        yield book.line(numbers[command.notice.name], line.text, way)


def _calls(book: _Book, turns: Sequence[Turn]) -> Iterable[Point]:
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
                    if fiber is not None:
                        asked[question] = fiber.pc
                case _:
                    continue
        yield from _ends(book, turn, at, asked)


def _ends(book: _Book, turn: Turn, at: dict[int, int], asked: dict[int, int]) -> Iterable[Point]:
    match turn.event:
        case CallEnded(call=call, outcome=outcome) if call in at:
            yield book.at(at[call], "answered" if isinstance(outcome, Succeeded) else "refused")
        case ChangePlanned(call=call, outcome=Refused() | Unsettled()) if call in at:
            yield book.at(at[call], "not applied")
        case ChangeApplied(call=call, outcome=outcome) if call in at:
            yield book.at(at[call], "applied" if isinstance(outcome, Applied) else "not applied")
        case Answered(question=question, answer=answer) if question in asked:
            place = asked[question]
            refused = isinstance(answer, Declined)
            change = isinstance(book.plan.code[place], c.MakeChange)
            yield book.at(place, "refused" if refused else "approved" if change else "answered")
        case _:
            pass
    for command in turn.commands:
        if isinstance(command, Show) and isinstance(command.notice, n.WasAnswered):
            notice = command.notice
            if notice.verdict == "unanswered" and notice.question in asked:
                yield book.at(asked[notice.question], "unanswered")
