"""A run that is only thought of: the readings of its diagnosis and its sections, in the order in which they follow."""

from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.thought.facts import Judgement
from rbengine.rehearsal.explore.thought.knowing import Knowing, put
from rbengine.rehearsal.explore.thought.standing import Outer, Standing
from rbengine.rehearsal.explore.thought.terms import Terms

Stepped = tuple[int, Standing | None]
"""The decisions passed on the way, and where it stands then; None where the run is over."""


class NotModelledError(Exception):
    """A text that does what this knows nothing about."""


class Course(Knowing):
    """The order of sections of one plan."""

    def __init__(self, plan: Plan, points: Points, terms: Terms, judgement: Judgement) -> None:
        super().__init__(plan, terms, judgement)
        self._points = points
        diagnose = self._layout.sections.get("diagnose")
        self._diagnose = None if diagnose is None else diagnose.entry

    def _read(self, here: Standing, purpose: str, outer: Outer | None) -> Stepped:
        """Into the diagnosis, with names of its own."""
        reading = here._replace(
            env=tuple(sorted(self._base.items())),
            calls=(),
            reading=purpose,
            outer=outer,
            verdicts="-" * len(self._plan.findings),
        )
        if self._diagnose is None:
            return self._read_to_the_end(reading, stopped=False)
        return 0, reading._replace(pc=self._diagnose)

    def _noted(self, here: Standing, number: int, verdict: str) -> str:
        """The verdicts of this reading with one more, as far as they matter to it."""
        match here.reading:
            case "until" if verdict != "n":
                return "x"
            case "turn" | "manual" if number != here.turn:
                return here.verdicts
            case _ if here.verdicts == "x":
                return "x"
            case _:
                return here.verdicts[:number] + verdict + here.verdicts[number + 1 :]

    def _read_to_the_end(self, here: Standing, *, stopped: bool) -> Stepped:
        verdicts = here.verdicts.replace("-", "j")
        after = here._replace(reading="", verdicts="", outer=None, calls=())
        match here.reading:
            case "first":
                return self._decided(after._replace(first=here.env), verdicts, stopped)
            case "turn":
                return self._at_its_turn(after, verdicts[here.turn])
            case "manual":
                return self._after_a_manual(here, after, verdicts[here.turn])
            case _:
                assert here.outer is not None
                back, names, calls = here.outer
                instruction = self._code[back]
                assert isinstance(instruction, c.Rediagnose)
                clean = not stopped and set(verdicts) <= {"n"}
                env = put(names, {instruction.bind: self._terms.constant(clean)})
                return 0, after._replace(pc=back + 1, env=env, calls=calls)

    def _decided(self, here: Standing, verdicts: str, stopped: bool) -> Stepped:
        if stopped:
            return self._otherwise(here)
        found = [number for number, one in enumerate(verdicts) if one == "f"]
        if found:
            rest = sum(1 << one for one in found[1:])
            return self._resolve(here._replace(turn=found[0], rest=rest))
        if "j" in verdicts:
            return self._ended(here, undo=True)
        return self._otherwise(here)

    def _otherwise(self, here: Standing) -> Stepped:
        section = self._layout.sections.get("otherwise")
        if section is None:
            return self._ended(here, undo=False)
        return 0, self._entered(here, "otherwise", section.entry)

    def _resolve(self, here: Standing) -> Stepped:
        section = self._layout.resolve_of[here.turn]
        if section is None:
            return self._next_resolve(here)
        return 0, self._entered(here, "resolve", section.entry)

    def _next_resolve(self, here: Standing) -> Stepped:
        if not here.rest:
            return self._verify(here)
        low = here.rest & -here.rest
        following = here._replace(turn=low.bit_length() - 1, rest=here.rest ^ low)
        return self._read(following._replace(section="diagnose", forks=()), "turn", None)

    def _at_its_turn(self, here: Standing, verdict: str) -> Stepped:
        if verdict == "f":
            return self._resolve(here)
        if verdict == "n":
            return self._next_resolve(here)
        return self._ended(here, undo=True)

    def _after_a_manual(self, reading: Standing, after: Standing, verdict: str) -> Stepped:
        assert reading.outer is not None
        back, names, calls = reading.outer
        if verdict == "n":
            return self._next_resolve(after._replace(forks=()))
        if verdict == "f":
            return 0, after._replace(pc=back, env=put(names, dict(reading.env)), calls=calls)
        # A failure of the statement that follows; `unwound` takes it from there.
        return 0, after._replace(pc=back, env=names, calls=calls, phase="broken")

    def _entered(self, here: Standing, kind: str, entry: int) -> Standing:
        return here._replace(
            pc=entry, section=kind, calls=(), forks=(), reading="", outer=None, verdicts=""
        )

    def _verify(self, here: Standing) -> Stepped:
        section = self._layout.sections.get("verify")
        # From here on only the first diagnosis counts, and nothing is resolved any more.
        proving = here._replace(env=here.first, turn=-1, rest=0)
        if section is None:
            return self._verified(proving)
        return 0, self._entered(proving, "verify", section.entry)

    def _verified(self, here: Standing) -> Stepped:
        section = self._layout.sections.get("recover")
        if section is None:
            return 0, None
        # What was done before is not offered to be taken back: it was proven to help.
        return 0, self._entered(here._replace(env=here.first, did=False), "recover", section.entry)

    def _section_ended(self, here: Standing) -> Stepped:
        match here.section:
            case "resolve":
                return self._next_resolve(here)
            case "otherwise":
                return self._verify(here)
            case "verify":
                return self._verified(here)
            case _:
                return 0, None

    def _stopped(self, here: Standing, outcome: str) -> Stepped:
        if here.reading and here.reading != "first":
            return self._read_to_the_end(here, stopped=True)
        if here.forks:
            # The run is over; the other branches come to their ends.
            return 0, self._branch_over(here, "stop")
        if here.section == "on breach" or outcome == "handed over":
            return 0, None
        first = here.env if here.reading == "first" else here.first
        after = here._replace(reading="", verdicts="", outer=None, calls=(), first=first)
        match here.section:
            case "verify":
                return self._verified(after)
            case "recover":
                return 0, None
            case _:
                return self._verify(after)

    def _branch_over(self, here: Standing, how: str) -> Standing:
        raise NotImplementedError

    def _ended(self, here: Standing, *, undo: bool) -> Stepped:
        """The run is over; where something stands, people are asked whether to take it back."""
        if not undo or not here.did or here.section == "on breach":
            return 0, None
        return 0, Standing(0, "", phase="offer", did=True)
