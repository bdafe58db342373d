"""What can happen next to a run that waits: each end of a call, each answer of people, each clock."""

from collections.abc import Callable, Mapping

import msgspec

from rbengine.contract.changes import (
    Applied,
)
from rbengine.contract.outcomes import Refused, Succeeded, Unsettled
from rbengine.contract.values import Datum
from rbengine.plan import code as c
from rbengine.plan.expressions import Constant
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore import ends
from rbengine.rehearsal.explore.candidates import Candidate, Candidates, made, usual
from rbengine.rehearsal.explore.domains import EPOCH
from rbengine.rehearsal.explore.ends import Make
from rbengine.rehearsal.explore.leaves import Answers, Leaf
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.single_row import gives_one_row
from rbengine.runtime import commands as co
from rbengine.runtime.approvals import rules_of
from rbengine.runtime.state import OpenQuestion, PendingCall, RunState

ALWAYS = ("unavailable", "rate_limited", "timeout", "unauthorized")
"""Kinds with which any operation may be refused, besides those that it declares."""

SILENCE = "nobody answers"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can happen. `mask` are the decisions it is."""

    words: str
    mask: int
    make: Make
    refusal: str = ""
    answer: Candidate | None = None
    given: Mapping[str, Datum] = {}
    """For the first event: the inputs."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What a run waits for first. `counter` is -1 where no instruction waits for it."""

    counter: int
    about: str
    """`call`, `plan`, `apply`, `undo`, `settle`, `notify`, `people`, or `clock`."""
    ways: tuple[Way, ...]
    attempt: int = 1


class Ways:
    """Knows what can happen at each place of one plan. Ways are made once and kept."""

    def __init__(
        self, plan: Plan, points: Points, answers: Answers, candidates: Candidates
    ) -> None:
        self._plan = plan
        self._points = points
        self._answers = answers
        self._candidates = candidates
        self._known: dict[tuple[int, str], tuple[Way, ...]] = {}
        self._more: dict[tuple[int, str], tuple[Way, ...]] = {}
        """Ways besides, with answers that were made for a purpose."""

    def of(self, state: RunState) -> Waiting | None:
        """What `state` waits for; None where nothing can happen any more."""
        if state.calls:
            number = min(state.calls)
            call = state.calls[number]
            fiber = state.fibers.get(call.fiber)
            counter = fiber.pc if fiber is not None else -1
            return Waiting(
                counter=counter, about=call.use, ways=self._of_call(counter, call),
                attempt=call.attempt,
            )  # fmt: skip
        if state.questions:
            number = min(state.questions)
            question = state.questions[number]
            fiber = state.fibers.get(question.fiber)
            counter = -1 if fiber is None or question.ask.kind == "undo" else fiber.pc
            ways = self._of_question(counter, question)
            return Waiting(counter=counter, about="people", ways=ways)
        if state.timers:
            return Waiting(counter=-1, about="clock", ways=self._clock())
        return None

    def known(self, counter: int, key: str) -> tuple[Way, ...]:
        """The ways that were made at a place so far; `asked choose` is one whatever the number of choices."""
        if key != "asked choose":
            return self._known.get((counter, f"{key} " if key.startswith("asked") else key), ())
        return max(
            (
                ways
                for (at, about), ways in self._known.items()
                if at == counter and about.startswith(key)
            ),
            key=len,
            default=(),
        )

    def made(self, counter: int, about: str, shape: object) -> int | None:
        """The number of the way that gives an answer of this shape, a new one where there was none.

        None where nobody has come to that place.
        """
        key = (counter, about)
        if about == "people":
            asked = (one for one in self._known if one[0] == counter and one[1] in _ANSWERED)
            key = next(asked, key)
        known = self._known.get(key)
        if known is None:
            return None
        more = self._more.get(key, ())
        for number, way in enumerate((*known, *more)):
            if way.answer is not None and way.answer.shape == shape:
                return number
        candidate = self._candidates.having(counter, shape)
        word, make = ("given", ends.gave(candidate)) if about == "people" else _answering(candidate)
        mask = self._points.bit(counter, word)
        way = Way(words=word, mask=mask, make=make, answer=candidate)
        self._more[key] = (*more, way)
        return len(known) + len(more)

    def kinds_at(self, instruction: c.Invoke | c.Read | c.MakeChange) -> set[str]:
        """Every kind with which it may fail."""
        match instruction:
            case c.Read(query=query):
                return {"unavailable", "timeout", *_counted(query)}
            case c.Invoke(call=call) if call.effect == "observe":
                return set(self._kinds(call.operation))
            case c.Invoke(call=call):
                # What may be asked before it, and what becomes of it when its answer is lost.
                return {*self._kinds(call.operation), "refused", "unanswered"}
            case c.MakeChange():
                asked = {"refused", "unanswered", "timeout", "too_many", "not_found"}
                return {*self._change_kinds(instruction), *asked}

    def _of_call(self, counter: int, call: PendingCall) -> tuple[Way, ...]:
        key: tuple[int, str] = (counter, call.use)
        if call.use == "settle" and call.of is not None:
            key = (counter, f"settle {call.of.use}")
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._made(counter, call))
        return found + self._more[key] if key in self._more else found

    def _made(self, counter: int, call: PendingCall) -> list[Way]:
        instruction = self._plan.code[counter] if counter >= 0 else None
        match call.use:
            case "call":
                return self._ends(counter, instruction)
            case "plan":
                return self._looks(counter, instruction)
            case "apply":
                return self._applications(counter, instruction)
            case "undo":
                return [
                    self._way(counter, "taken back", ends.undone),
                    self._refused(
                        counter, "taking back refused with", "unavailable", ends.change_undone
                    ),
                    self._way(
                        counter, "nobody knows whether it was taken back", ends.undo_unsettled
                    ),
                ]
            case "settle":
                return self._settlements(counter, call)
            case "notify":
                return [Way(words="told", mask=0, make=ends.call_ended(Succeeded(Datum(None))))]

    def _ends(self, counter: int, instruction: c.Instruction | None) -> list[Way]:
        ways = [self._answer(counter, one) for one in self._candidates.of(counter)]
        kinds: tuple[str, ...] = ()
        match instruction:
            case c.Read(query=query):
                kinds = ("unavailable", "timeout", *_counted(query))
            case c.Invoke(call=call):
                kinds = self._kinds(call.operation)
            case _:
                pass
        ways += [self._refused(counter, "refused with", kind, ends.call_ended) for kind in kinds]
        if isinstance(instruction, c.Invoke) and instruction.call.effect != "observe":
            lost = ends.call_ended(Unsettled("the answer was lost"))
            ways.append(self._way(counter, "the answer is lost", lost))
        return ways

    def _answer(self, counter: int, candidate: Candidate) -> Way:
        mask = self._points.bit(counter, "answered")
        for leaf, value in candidate.values:
            mask |= self._points.bit(counter, f"{'.'.join(leaf.path)} = {value!r}", value=True)
        words, make = _answering(candidate)
        return Way(words=words, mask=mask, make=make, answer=candidate)

    def _looks(self, counter: int, instruction: c.Instruction | None) -> list[Way]:
        rows = _rows(instruction, self._plan)
        ways = [
            self._way(
                counter,
                "looked at" if number == 0 else f"looked at, {one} row{'s' if one != 1 else ''}",
                ends.planned(one),
            )
            for number, one in enumerate(rows)
        ]
        kinds = self._change_kinds(instruction)
        return ways + [
            self._refused(counter, "the look refused with", kind, ends.change_planned)
            for kind in kinds
        ]

    def _applications(self, counter: int, instruction: c.Instruction | None) -> list[Way]:
        ways = self._results(counter, instruction)
        ways += [
            self._refused(counter, "refused with", kind, ends.change_applied)
            for kind in self._change_kinds(instruction)
        ]
        ways.append(self._way(counter, "what it changes has moved meanwhile", ends.drifted))
        ways.append(self._way(counter, "the answer is lost", ends.apply_unsettled))
        return ways

    def _results(self, counter: int, instruction: c.Instruction | None) -> list[Way]:
        """It was applied: a way for each result that conditions tell apart, the usual one first."""
        found: dict[str, Way] = {}
        for candidate in self._candidates.of(counter):
            shape = candidate.shape.get("result") if isinstance(candidate.shape, dict) else None
            for one in shape if isinstance(shape, tuple) else (shape,):
                mask = self._points.bit(counter, "applied")
                for leaf, value in candidate.values:
                    what = f"{'.'.join(leaf.path)} = {value!r}"
                    mask |= self._points.bit(counter, what, value=True)
                make = ends.applied(Datum(made(one, EPOCH)))
                found.setdefault(repr(one), Way(words="applied", mask=mask, make=make))
        if instruction is None or counter not in self._answers.types or not found:
            result = Datum(None)
            for part in _operations(instruction):
                known = self._answers.operations.get(part.operation)
                shape = usual(known.result if known is not None else None, Leaf(counter))
                result = Datum(made(shape, EPOCH))
            return [self._way(counter, "applied", ends.applied(result))]
        return list(found.values())

    def _settlements(self, counter: int, call: PendingCall) -> list[Way]:
        value = Datum(None)
        if call.of is not None and call.of.use == "call" and counter >= 0:
            value = self._candidates.of(counter)[0].at(EPOCH)
        done = Applied(rows=1)
        return [
            self._way(counter, "it had been done", ends.settled("applied", done, Succeeded(value))),
            self._way(counter, "it had not been done", ends.settled("not applied", None, None)),
            self._way(
                counter, "no evidence whether it was done", ends.settled("unclear", None, None)
            ),
        ]

    def _of_question(self, counter: int, question: OpenQuestion) -> tuple[Way, ...]:
        ask = question.ask
        chosen = ask.kind == "choose"
        key = (counter, f"asked {ask.kind} {len(ask.choices) if chosen else ''}")
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (
                *self._given(counter, ask),
                self._way(counter, "refused", ends.declined, refusal="refused"),
                self._way(counter, SILENCE, ends.next_clock, refusal="unanswered"),
            )
        return found + self._more[key] if key in self._more else found

    def _given(self, counter: int, ask: co.AskPeople) -> list[Way]:
        match ask.kind:
            case "plan" | "approve" | "undo" | "doubt":
                return [self._way(counter, "approved", ends.approved)]
            case "choose":
                return [
                    self._way(counter, f"chosen: {one.name}", ends.gave_choice(number))
                    for number, one in enumerate(ask.choices)
                ]
            case "ask" | "manual":
                ways = []
                for candidate in self._candidates.of(counter):
                    mask = self._points.bit(counter, "given")
                    for leaf, value in candidate.values:
                        what = f"{'.'.join(leaf.path)} = {value!r}"
                        mask |= self._points.bit(counter, what, value=True)
                    ways.append(
                        Way(words="given", mask=mask, make=ends.gave(candidate), answer=candidate)
                    )
                return ways

    def _clock(self) -> tuple[Way, ...]:
        key = (-1, "clock")
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (Way(words="time passes", mask=0, make=ends.next_clock),)
        return found

    def _way(self, counter: int, words: str, make: Make, refusal: str = "") -> Way:
        mask = self._points.bit(counter, words)
        return Way(words=words, mask=mask, make=make, refusal=refusal)

    def _refused(self, counter: int, words: str, kind: str, end: Callable[[Refused], Make]) -> Way:
        outcome = Refused(kind, f"refused with {kind}")  # type: ignore[arg-type]  # one of the kinds
        return self._way(counter, f"{words} {kind}", end(outcome), refusal=kind)

    def _kinds(self, operation: str) -> tuple[str, ...]:
        known = self._answers.operations.get(operation)
        return tuple(dict.fromkeys((*(known.refusals if known is not None else ()), *ALWAYS)))

    def _change_kinds(self, instruction: c.Instruction | None) -> tuple[str, ...]:
        kinds: dict[str, None] = dict.fromkeys(("conflict", "unavailable"))
        for part in _operations(instruction):
            kinds.update(dict.fromkeys(self._kinds(part.operation)))
        return tuple(kinds)


def _answering(candidate: Candidate) -> tuple[str, Make]:
    if candidate.timed:
        return "answered", ends.timed(candidate)
    return "answered", ends.call_ended(Succeeded(candidate.at(EPOCH)))


_ANSWERED = ("asked ask ", "asked manual ")
"""Keys of questions to which people give values."""

_COUNTED = {
    "one": ("not_found", "too_many"), "value": ("not_found", "too_many"),
    "maybe": ("too_many",), "all": ("too_many",),
}  # fmt: skip


def _counted(query: c.QuerySpec) -> tuple[str, ...]:
    """With what it fails for the number of its rows."""
    if query.kind != "all" and gives_one_row(query.sql):
        return ()
    return _COUNTED[query.kind]


def _operations(instruction: c.Instruction | None) -> list[c.OperationSpec]:
    return [
        one.call
        for one in _flat(instruction.change.parts if isinstance(instruction, c.MakeChange) else ())
        if isinstance(one, c.OperationPart)
    ]


def _flat(parts: tuple[c.ChangePart, ...]) -> list[c.ChangePart]:
    found: list[c.ChangePart] = []
    for part in parts:
        match part:
            case c.EachPart(parts=inside):
                found += _flat(inside)
            case c.IfPart(then=then, otherwise=otherwise):
                found += _flat((*then, *otherwise))
            case _:
                found.append(part)
    return found


def _rows(instruction: c.Instruction | None, plan: Plan) -> tuple[int, ...]:
    """How many rows a statement may touch, the usual number first: so that every rule of approval is met."""
    parts = _flat(instruction.change.parts if isinstance(instruction, c.MakeChange) else ())
    bounds = [one.bound for one in parts if isinstance(one, c.SqlPart)]
    if not bounds:
        return (0,)
    least, most = _number(bounds[0].at_least) or 0, _number(bounds[0].at_most)
    rows = [max(least, 1)]
    for rule in rules_of(plan.policy, plan.severity):
        if rule.about in ("changes", "free changes") and rule.threshold:
            rows.append(rule.threshold + 1)
    rows.append(0)
    kept = (one for one in rows if one >= least and (most is None or one <= most))
    return tuple(dict.fromkeys(kept)) or (max(least, 1),)


def _number(expr: object) -> int | None:
    if isinstance(expr, Constant) and isinstance(expr.value.value, int):
        return expr.value.value
    return None
