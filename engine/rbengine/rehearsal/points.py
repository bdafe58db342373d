"""The decision points of a plan: every way that the world may decide, each with its place in the text.

A call has its ends, a condition two ways, a question its answers, a clock a before and an after. What no world can
bring about is no point: the last case of a `match` that names everything never fails.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

import msgspec

from rbengine.contract.policy import EscalationRung
from rbengine.plan import code as c
from rbengine.plan.expressions import Chunk, Constant, Expr, Matches, Text
from rbengine.plan.program import Plan
from rbengine.runtime.rungs import contacts_of
from rbengine.runtime.wording import duration_text

RUNG, MTTR = -100_000, -200_000
"""Counters of clocks: below those of findings. A rung's is `RUNG` less its number."""

HANDLER = -1_000_000
"""The counter of a handler of failures: `HANDLER` less where it begins."""

UNDO_ANSWERS = ("given", "refused", "unanswered")


RefusalsOf = Callable[[str], tuple[str, ...]]
"""The kinds with which an operation says that it can be refused, beside those that every call can meet."""


class Point(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One way that a decision can go. `counter` is its instruction, below 0 for findings and clocks."""

    file: str
    line: int
    counter: int
    what: str
    """Its name, no two alike in a plan: `"Freeze" refused`, `query of messages refused in "Compare"`."""


class ClockLines(msgspec.Struct, frozen=True, kw_only=True):
    """Where the text says what the clocks go by; lines from 1."""

    file: str
    severity: int = 1
    mttr: int = 1


class PointBook:
    """All points of a plan."""

    def __init__(self, plan: Plan, clocks: ClockLines, refusals_of: RefusalsOf) -> None:
        self.plan = plan
        self._refusals_of = refusals_of
        self._clocks = clocks
        severity = plan.policy.severity(plan.severity)
        self.rungs: tuple[EscalationRung, ...] = () if severity is None else severity.rungs
        self._subjects = _subjects(plan)
        self._undoable = _undoable(plan)
        self.points = frozenset(self._all())

    def at(self, counter: int, way: str) -> Point:
        """The point `way` of the instruction at `counter`."""
        origin = self.plan.origins[counter]
        subject, place = self._subjects.get(counter, ("", ""))
        return Point(
            file=origin.file, line=origin.line, counter=counter,
            what=f"{subject} {way}{place}",
        )  # fmt: skip

    def line(self, finding: int, text: str, way: str) -> Point:
        """The point `way` of one line of a finding."""
        spec = self.plan.findings[finding]
        return Point(
            file=spec.origin.file, line=spec.origin.line, counter=-1 - finding,
            what=f"`{text}` of {spec.name} {way}",
        )  # fmt: skip

    def handler(self, entry: int) -> Point:
        """The handler of failures that begins at `entry`, taken."""
        origin = self.plan.origins[entry]
        subject, place = self._subjects[HANDLER - entry]
        return Point(
            file=origin.file, line=origin.line, counter=HANDLER - entry,
            what=f"{subject} taken{place}",
        )  # fmt: skip

    def undo(self, section: str, way: str) -> Point | None:
        """What people said when they were asked to take back what `section` (`resolve F`) had done.

        None where nothing of it could be taken back.
        """
        entry = self._undoable.get(section)
        if entry is None:
            return None
        origin = self.plan.origins[entry]
        return Point(
            file=origin.file, line=origin.line, counter=entry, what=f"undo of `{section}` {way}"
        )

    def rung(self, number: int, *, fired: bool) -> Point:
        """A rung of the policy that told its people, or that nobody had to wait for."""
        one = self.rungs[number]
        to = ", ".join(contacts_of(self.rungs, number))
        return Point(
            file=self._clocks.file, line=self._clocks.severity, counter=RUNG - number,
            what=f"escalation {_when(one)} to {to} {'came' if fired else 'was not needed'}",
        )  # fmt: skip

    def mttr(self, *, kept: bool) -> Point:
        """The time to resolve, kept or run out."""
        target = self.plan.mttr
        shown = "immediate" if target is None else duration_text(target)
        return Point(
            file=self._clocks.file, line=self._clocks.mttr, counter=MTTR,
            what=f"MTTR {shown} {'kept' if kept else 'ran out'}",
        )  # fmt: skip

    def _refusals(self, instruction: c.Instruction) -> Iterable[str]:
        """With each kind that a call which changes something declares, or the call of a change does."""
        end = "not applied" if isinstance(instruction, c.MakeChange) else "refused"
        kinds = dict.fromkeys(
            kind for one in _acting(instruction) for kind in self._refusals_of(one.operation)
        )
        return (because(end, kind) for kind in kinds)

    def _all(self) -> Iterable[Point]:
        for counter, instruction in enumerate(self.plan.code):
            for way in (*ways(self.plan, instruction), *self._refusals(instruction)):
                yield self.at(counter, way)
        for instruction in self.plan.code:
            if isinstance(instruction, c.TryBegin):
                yield from (self.handler(one.entry) for one in instruction.handlers)
        for section in self._undoable:
            for way in UNDO_ANSWERS:
                point = self.undo(section, way)
                if point is not None:
                    yield point
        for number, finding in enumerate(self.plan.findings):
            for condition in finding.conditions:
                for text in condition.texts:
                    for way in ("holds", "fails"):
                        yield self.line(number, text, way)
        for number, rung in enumerate(self.rungs):
            yield self.rung(number, fired=True)
            if rung.when != "at once":
                yield self.rung(number, fired=False)
        yield self.mttr(kept=False)
        if self.plan.mttr is not None:
            yield self.mttr(kept=True)


def ways(plan: Plan, instruction: c.Instruction) -> tuple[str, ...]:
    """How `instruction`, one of `plan`, can end; empty for what the world does not decide."""
    match instruction:
        case c.Read():
            return ("answered", "refused")
        case c.Invoke(call=call):
            return ("answered", "refused", *(() if call.effect == "observe" else ("lost",)))
        case c.MakeChange():
            return ("applied", "not applied", "lost", "approved", "refused", "unanswered")
        case c.Pose(question=question):
            return (*answers(question), "refused", "unanswered")
        case c.WithinBegin():
            return ("runs out",)
        case c.CheckThat() | c.Until():
            return ("holds", "fails")
        case c.JumpUnless(condition=Matches()):
            return ("taken", "passed by") if _has_else(plan, instruction) else ("taken",)
        case c.JumpUnless():
            return ("holds", "fails")
        case _:
            return ()


def because(end: str, kind: str) -> str:
    """How a call ended, and of which kind its refusal was: `not applied: conflict`."""
    return f"{end}: {kind}"


def _acting(instruction: c.Instruction) -> Iterator[c.OperationSpec]:
    """The operations by which an instruction does something."""
    match instruction:
        case c.Invoke(call=call) if call.effect != "observe":
            yield call
        case c.MakeChange(change=change):
            yield from _operations(change.parts)
        case _:
            return


def _operations(parts: Iterable[c.ChangePart]) -> Iterator[c.OperationSpec]:
    for part in parts:
        match part:
            case c.OperationPart(call=call):
                yield call
            case c.EachPart(parts=inner):
                yield from _operations(inner)
            case c.IfPart():
                yield from _operations((*part.then, *part.otherwise))
            case c.SqlPart():
                continue


def answers(question: c.QuestionSpec) -> tuple[str, ...]:
    """What people can say but no: each choice that is written, else that they answered."""
    if question.kind == "choose" and question.choices:
        return tuple(f"answered {one.name}" for one in question.choices)
    return ("answered",)


def _subjects(plan: Plan) -> Mapping[int, tuple[str, str]]:
    """What each deciding instruction is about, and what tells it from others about the same.

    That is its step; what it binds, where the step has several; its number, where that does not tell them apart.
    Handlers of failures stand below `HANDLER` less the counter where they begin.
    """
    subjects: dict[int, str] = {}
    places: dict[int, tuple[str, str]] = {}
    step = ""
    for counter, instruction in enumerate(plan.code):
        match instruction:
            case c.StepBegin(label=label):
                step = f' in "{_plain(label)}"'
            case c.SectionEnd() | c.Return():
                step = ""
            case c.TryBegin(handlers=handlers):
                for one in handlers:
                    subjects[HANDLER - one.entry] = f"`on failure {', '.join(one.kinds)}`"
                    places[HANDLER - one.entry] = step, ""
            case _ if ways(plan, instruction):
                subjects[counter] = _subject(instruction)
                bound = getattr(instruction, "bind", None)
                places[counter] = step, f", `{bound}`" if bound else ""
            case _:
                continue
    alike = Counter(subjects.values())
    in_step = Counter((subjects[one], places[one][0]) for one in subjects)
    binding = Counter((subjects[one], *places[one]) for one in subjects)
    seen: Counter[tuple[str, str, str]] = Counter()
    named: dict[int, tuple[str, str]] = {}
    for counter, subject in subjects.items():
        its_step, bound = places[counter]
        seen[subject, its_step, bound] += 1
        told = its_step if alike[subject] > 1 else ""
        if in_step[subject, its_step] > 1:
            told += bound
        if binding[subject, its_step, bound] > 1:
            told += f", number {seen[subject, its_step, bound]}"
        named[counter] = subject, told
    return named


def _undoable(plan: Plan) -> Mapping[str, int]:
    """Sections, by kind and finding, in which something may fail behind a change that can be taken back.

    With the counter where each begins. Nowhere else are people ever asked whether to take something back.
    """
    found: dict[str, int] = {}
    for section in plan.sections:
        if section.kind not in ("resolve", "otherwise", "recover"):
            continue
        stands = False
        for instruction in plan.code[section.entry :]:
            if isinstance(instruction, c.SectionEnd):
                break
            if stands and isinstance(instruction, _MAY_FAIL):
                found[f"{section.kind} {section.finding}".rstrip()] = section.entry
                break
            if isinstance(instruction, c.MakeChange):
                stands = stands or not isinstance(instruction.change.undo, c.IrreversibleUndo)
    return found


_MAY_FAIL = (c.Read, c.Invoke, c.MakeChange, c.Pose, c.CheckThat)


def _has_else(plan: Plan, case: c.JumpUnless) -> bool:
    """Whether `case` is the last of a `match` with an `otherwise`: only there is nothing else said by passing it."""
    leaving = plan.code[case.to - 1]
    if not isinstance(leaving, c.Jump) or leaving.to == case.to:
        return False
    following = plan.code[case.to]
    if not isinstance(following, c.JumpUnless) or not isinstance(following.condition, Matches):
        return True
    its_leaving = plan.code[following.to - 1]
    return not (isinstance(its_leaving, c.Jump) and its_leaving.to == leaving.to)


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
        case c.WithinBegin(duration=Constant(value=datum)) if isinstance(datum.value, timedelta):
            return f"`within {duration_text(datum.value)}`"
        case c.WithinBegin():
            return "`within`"
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


def _when(rung: EscalationRung) -> str:
    match rung.when:
        case "at once":
            return "at once"
        case "after":
            return f"after {duration_text(rung.after)}"
        case "again after":
            return f"again after {duration_text(rung.after)}"
        case "next business day":
            return f"next business day at {rung.time}"
