"""What comes of everything that a run can wait for: the ends of calls and the answers of people, one phase at a time.

A change is looked at, approved, applied, looked for where its answer was lost; a question is open; what was done is
taken back. Each way that the search knows of leads to an outcome here, so the search and the thought run part nowhere.
"""

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from rbengine.contract.outcomes import RETRIED_FOR_READS
from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.ways import SILENCE, Way, Ways
from rbengine.runtime.approvals import rules_of

Phase = Literal[
    "",
    "letter",
    "call",
    "settle",
    "doubt",
    "look",
    "ask",
    "apply",
    "offer",
    "back",
    "lost",
    "unsure",
    "broken",
]


class Outcome(NamedTuple):
    """What follows: `on` past the statement, another `phase` of it, its failure, or the end of what was offered."""

    then: Literal["on", "phase", "fail", "done"]
    phase: Phase = ""
    kind: str = ""
    """Of a failure."""
    doubt: bool = False
    did: bool = False
    """It may have changed something that can be taken back."""
    chosen: str | None = None
    failed: str | None = None
    """Tried, and refused with this kind: the name is bound to it."""
    answered: bool = False


ON = Outcome("on", answered=True)
DONE = Outcome("done")


class Chance(NamedTuple):
    """One thing that may happen: what to take at which place, and what comes of it."""

    counter: int
    about: str
    way: Way | None
    """None where the search has not come there."""
    number: int
    outcome: Outcome


class Waits:
    """Knows what can come of each wait of one plan."""

    def __init__(self, plan: Plan, ways: Ways) -> None:
        self._plan = plan
        self._code = tuple(plan.code)
        self._ways = ways
        self._tells_many = any(
            one.about == "messages" for one in rules_of(plan.policy, plan.severity)
        )

    def first(self, counter: int) -> Phase:
        """The phase that the statement at `counter` begins with."""
        instruction = self._code[counter]
        match instruction:
            case c.MakeChange():
                return "look"
            case c.Pose():
                return "ask"
            case c.Invoke(call=call) if call.effect == "tell" and self._tells_many:
                return "letter"
            case _:
                return "call"

    def asked(self, counter: int, kind: str) -> tuple[Way, ...]:
        """What people may answer there, as far as the search has come there."""
        return self._ways.known(counter, f"asked {kind}")

    def of(self, counter: int, phase: Phase, *, retried: bool) -> Iterator[Chance]:
        """Everything that can happen in `phase` of the statement at `counter`.

        `retried`: whether a step around it tries again what was refused for a time. In `back`, `lost` and `unsure`
        something is taken back while the run stands at `counter`.
        """
        instruction = self._code[counter] if counter >= 0 else None
        tried = isinstance(instruction, c.Invoke) and instruction.tried
        several = isinstance(instruction, c.MakeChange) and _has_items(instruction.change)
        match phase:
            case "letter":
                yield from self._question(counter, "approve", self._approved("call"))
                yield from self.of(counter, "call", retried=retried)
            case "call":
                yield from self._call(counter, instruction, retried)
            case "look":
                yield from self._at(counter, "plan", "plan", self._looked(several, retried))
            case "ask" if isinstance(instruction, c.Pose):
                kind = instruction.question.kind
                yield from self._question(counter, kind, self._given(instruction))
            case "ask":
                yield from self._question(counter, "plan", self._approved("apply"))
            case "apply":
                yield from self._at(counter, "apply", "apply", self._applied(several, retried))
            case "settle":
                use = "apply" if isinstance(instruction, c.MakeChange) else "call"
                ends = self._settled(use, tried, several, retried)
                yield from self._at(counter, "settle", f"settle {use}", ends)
            case "doubt":
                use = "apply" if isinstance(instruction, c.MakeChange) else "call"
                yield from self._question(
                    counter, "doubt", self._doubted(use, tried, several, retried)
                )
            case "offer":
                yield from self._question(-1, "undo", _offered)
            case "back":
                yield from self._at(counter, "undo", "undo", _taken_back)
            case "lost":
                yield from self._at(counter, "settle", "settle undo", _found_out)
            case "unsure":
                yield from self._question(counter, "doubt", _said_so)
            case _:
                raise AssertionError(phase)

    def _call(
        self, counter: int, instruction: c.Instruction | None, retried: bool
    ) -> Iterator[Chance]:
        tried = isinstance(instruction, c.Invoke | c.Read) and instruction.tried

        def outcome(way: Way) -> Iterator[Outcome]:
            if way.refusal:
                yield from _refused(way.refusal, tried, "call", retried)
            elif way.words == "the answer is lost":
                yield Outcome("phase", "settle")
            else:
                yield ON

        yield from self._at(counter, "call", "call", outcome)

    def _at(
        self, counter: int, about: str, key: str, outcome: "Callable[[Way], Iterator[Outcome]]"
    ) -> Iterator[Chance]:
        known = self._ways.known(counter, key)
        for number, way in enumerate(known or self._imagined(counter, key)):
            for one in outcome(way):
                yield Chance(counter, about, way if known else None, number, one)

    def _question(
        self, counter: int, kind: str, outcome: "Callable[[Way], Iterator[Outcome]]"
    ) -> Iterator[Chance]:
        yield from self._at(counter, "people", f"asked {kind}", outcome)

    def _imagined(self, counter: int, key: str) -> list[Way]:
        """Ways of a place that the search has not come to: what can come of it at all."""

        def way(words: str, refusal: str = "") -> Way:
            return Way(words=words, mask=0, make=_nothing, refusal=refusal)

        instruction = self._code[counter] if counter >= 0 else None
        kinds = (
            sorted(self._ways.kinds_at(instruction))
            if isinstance(instruction, c.Invoke | c.Read | c.MakeChange)
            else []
        )
        refused = [way("refused", one) for one in kinds]
        match key:
            case "call":
                return [way("answered"), *refused, way("the answer is lost")]
            case "plan":
                return [way("looked at"), *refused]
            case "apply":
                moved = way("what it changes has moved meanwhile")
                return [way("applied"), *refused, moved, way("the answer is lost")]
            case "undo":
                unknown = way("nobody knows whether it was taken back")
                return [way("taken back"), way("refused", "unavailable"), unknown]
            case "settle call" | "settle apply" | "settle undo":
                words = (
                    "it had been done",
                    "it had not been done",
                    "no evidence whether it was done",
                )
                return [way(one) for one in words]
            case _:
                asked = [way("approved"), way("refused", "refused"), way(SILENCE, "unanswered")]
                if isinstance(instruction, c.Pose) and key == "asked choose":
                    spec = instruction.question
                    return [*(way(f"chosen: {one.name}") for one in spec.choices), *asked]
                return asked

    def _looked(self, several: bool, retried: bool) -> "Callable[[Way], Iterator[Outcome]]":
        def outcome(way: Way) -> Iterator[Outcome]:
            if way.refusal:
                yield from _refused(way.refusal, False, "look", retried)
            else:
                if several:
                    yield Outcome("phase", "look")  # the next item
                yield Outcome("phase", "ask")
                yield Outcome("phase", "apply")

        return outcome

    def _approved(self, following: Phase) -> "Callable[[Way], Iterator[Outcome]]":
        here: Phase = "letter" if following == "call" else "ask"

        def outcome(way: Way) -> Iterator[Outcome]:
            if way.words == SILENCE:
                yield Outcome("phase", here)  # another clock struck
                yield Outcome("fail", kind="unanswered")
            elif way.refusal:
                yield Outcome("fail", kind=way.refusal)
            else:
                yield Outcome("phase", here)  # more people are needed
                yield Outcome("phase", following)

        return outcome

    def _given(self, instruction: c.Pose) -> "Callable[[Way], Iterator[Outcome]]":
        from_list = instruction.question.source is not None

        def outcome(way: Way) -> Iterator[Outcome]:
            if way.words == SILENCE:
                yield Outcome("phase", "ask")
                yield Outcome("fail", kind="unanswered")
            elif way.refusal:
                yield Outcome("fail", kind=way.refusal)
            elif way.words.startswith("chosen: ") and not from_list:
                yield Outcome("on", chosen=way.words.removeprefix("chosen: "))
            else:
                yield ON

        return outcome

    def _applied(self, several: bool, retried: bool) -> "Callable[[Way], Iterator[Outcome]]":
        def outcome(way: Way) -> Iterator[Outcome]:
            if way.refusal:
                yield from _refused(way.refusal, False, "apply", retried)
            elif way.words == "the answer is lost":
                yield Outcome("phase", "settle")
            elif way.words == "applied":
                yield from _made("apply", several)
            else:
                yield Outcome("phase", "ask")
                yield Outcome("phase", "apply")
                yield Outcome("fail", kind="conflict")

        return outcome

    def _settled(
        self, use: str, tried: bool, several: bool, retried: bool
    ) -> "Callable[[Way], Iterator[Outcome]]":
        def outcome(way: Way) -> Iterator[Outcome]:
            if way.words == "it had been done":
                yield from _made(use, several)
            elif way.words == "it had not been done":
                yield from _not_made(use, tried, retried)
            else:
                yield Outcome("phase", "doubt")

        return outcome

    def _doubted(
        self, use: str, tried: bool, several: bool, retried: bool
    ) -> "Callable[[Way], Iterator[Outcome]]":
        def outcome(way: Way) -> Iterator[Outcome]:
            if way.words == SILENCE:
                yield Outcome("phase", "doubt")
                yield Outcome("fail", kind="unanswered", doubt=True)
            elif way.refusal:
                yield from _not_made(use, tried, retried)
            else:
                yield from _made(use, several)

        return outcome


def _has_items(change: c.ChangeSpec) -> bool:
    """Whether it may be done in more than one go: statements of SQL at the top are one, an operation is one."""
    if any(isinstance(one, c.EachPart | c.IfPart) for one in change.parts):
        return True
    return len(change.parts) > 1 and any(isinstance(one, c.OperationPart) for one in change.parts)


def _refused(kind: str, tried: bool, here: Phase, retried: bool) -> Iterator[Outcome]:
    if retried and kind in RETRIED_FOR_READS:
        yield Outcome("phase", here)
        if here == "apply":
            yield Outcome("phase", "ask")  # its approval has expired meanwhile
    if tried:
        yield Outcome("on", failed=kind)
    else:
        yield Outcome("fail", kind=kind)


def _not_made(use: str, tried: bool, retried: bool) -> Iterator[Outcome]:
    yield from _refused("timeout", tried, "apply" if use == "apply" else "call", retried)


def _made(use: str, several: bool) -> Iterator[Outcome]:
    if use == "apply":
        if several:
            yield Outcome("phase", "apply", did=True)  # the next item
            yield Outcome("phase", "ask", did=True)  # the approval has expired before it
        yield Outcome("on", did=True, answered=True)
    else:
        yield ON


def _offered(way: Way) -> Iterator[Outcome]:
    if way.words == SILENCE:
        yield Outcome("phase", "offer")
        yield DONE
    elif way.refusal:
        yield DONE
    else:
        yield Outcome("phase", "back")


def _taken_back(way: Way) -> Iterator[Outcome]:
    if way.words == "taken back":
        yield Outcome("phase", "back")  # the one before it
        yield DONE
    elif way.refusal:
        yield DONE
    else:
        yield Outcome("phase", "lost")


def _found_out(way: Way) -> Iterator[Outcome]:
    if way.words == "it had been done":
        yield Outcome("phase", "back")
        yield DONE
    elif way.words == "it had not been done":
        yield DONE
    else:
        yield Outcome("phase", "unsure")


def _said_so(way: Way) -> Iterator[Outcome]:
    if way.words == SILENCE:
        yield Outcome("phase", "unsure")
        yield DONE
    elif way.refusal:
        yield DONE
    else:
        yield Outcome("phase", "back")
        yield DONE


def _nothing(_state: object):  # type: ignore[no-untyped-def]  # never taken: nobody walks this way
    raise AssertionError("a way that is only thought of")
