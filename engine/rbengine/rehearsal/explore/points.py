"""The decisions of a plan, numbered, and those that one step of a run took.

A set of decisions is an int with a bit for each. Conditions are followed by the order in which the machine reads the
plan's code, so the machine tells nothing that it does not need itself.
"""

from collections.abc import Hashable
from typing import Any

import msgspec

from rbengine.plan import code as c
from rbengine.plan.program import Plan
from rbengine.runtime.commands import Command, Show
from rbengine.runtime.notices import FindingJudged


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One way that a decision can go."""

    number: int
    counter: int
    """The instruction; -1 - n for finding number n; -1000 for what belongs to no place."""
    what: str
    """`` `account.frozen` holds``."""
    value: bool = False
    """It is a value of an answer: such decisions steer the search and are not counted."""


class Followed(tuple[c.Instruction, ...]):
    """Code that remembers which counters were read."""

    read: list[int]

    def __getitem__(self, index: Any) -> Any:
        if type(index) is int:
            self.read.append(index)
        return tuple.__getitem__(self, index)


class Points:
    """All decisions known so far, by what they are."""

    def __init__(self, plan: Plan) -> None:
        followed = Followed(plan.code)
        followed.read = []
        self.plan: Plan = msgspec.structs.replace(plan, code=followed)
        self.read: list[int] = followed.read
        self.all: list[Decision] = []
        self._values = 0
        self._numbers: dict[Hashable, int] = {}
        self._sides: dict[int, tuple[int, int]] = {}
        self._entries: dict[int, int] = {}
        self._jumps: dict[int, int] = {}
        """Where an `if` goes on that does not hold: elsewhere it was not asked, for want of a name."""
        self._lines: dict[tuple[str, str, str], int] = {}
        self._verdicts: dict[tuple[str, str], int] = {}
        self._findings = {one.name: number for number, one in enumerate(plan.findings)}
        self._own: dict[int, tuple[int, ...]] = {}
        for counter, instruction in enumerate(plan.code):
            self._static(counter, instruction)
        for section in plan.sections:
            if section.kind == "otherwise":
                self._entries[section.entry] = self.bit(section.entry, "otherwise")
        for number, finding in enumerate(plan.findings):
            for verdict in ("found", "not found"):
                bit = self.bit(-1 - number, f"{finding.name} {verdict}")
                self._verdicts[finding.name, verdict] = bit
            for line in finding.conditions:
                for text in line.texts:
                    for verdict in ("holds", "does not hold"):
                        what = f"`{text}` of {finding.name} {verdict}"
                        self._lines[finding.name, text, verdict] = self.bit(-1 - number, what)

    def bit(self, counter: int, what: str, *, value: bool = False) -> int:
        """The bit of a decision, a new one where it was not known."""
        key = (counter, what)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.all)
            self.all.append(Decision(number=number, counter=counter, what=what, value=value))
            self._values |= value << number
        return 1 << number

    def side(self, counter: int, *, holds: bool) -> int:
        """The bit of one side of a condition."""
        return self._sides[counter][0 if holds else 1]

    def entry(self, counter: int) -> int:
        """The bit of a handler, of the `else` of a `within`, or of `otherwise`, by its first instruction."""
        return self._entries[counter]

    def entered(self, counter: int) -> int:
        """The bit of the handler, `else` or `otherwise` that begins at `counter`; 0 where none does."""
        return self._entries.get(counter, 0)

    def counted(self, mask: int) -> int:
        """Those of some decisions that are no values of answers."""
        return mask & ~self._values

    def judged(self, finding: str, verdict: str) -> int:
        """The bit of a verdict, by its letter: `f`ound, `n`ot found, not `j`udged; 0 where it was never met."""
        if verdict == "j":
            number = self._numbers.get((-1 - self._findings[finding], f"{finding} not judged"))
            return 0 if number is None else 1 << number
        return self._verdicts[finding, "found" if verdict == "f" else "not found"]

    def verdict(self, finding: str, verdict: str) -> int:
        """The bit of what was found out about a finding."""
        return self._verdicts[finding, verdict]

    def line(self, finding: str, text: str, *, holds: bool) -> int:
        """The bit of one line of a finding that holds, or does not."""
        return self._lines[finding, text, "holds" if holds else "does not hold"]

    def taken(self, commands: tuple[Command, ...]) -> int:
        """What the step took that gave `commands`; forgets what was read for it."""
        mask = 0
        read, sides, entries = self.read, self._sides, self._entries
        last = len(read) - 1
        for place, counter in enumerate(read):
            if counter in entries:
                mask |= entries[counter]
            both = sides.get(counter)
            if both is not None:
                own = self._own[counter]
                ahead = place + 1
                while ahead <= last and read[ahead] in own:
                    ahead += 1
                following = read[ahead] if ahead <= last else -1
                if following == self._held_at(counter):
                    mask |= both[0]
                elif following == self._jumps.get(counter, following):
                    mask |= both[1]
        read.clear()
        for command in commands:
            if type(command) is Show and type(command.notice) is FindingJudged:
                mask |= self._judged(command.notice)
        return mask

    def _judged(self, notice: FindingJudged) -> int:
        if notice.verdict == "not judged":
            # Counted where it happens: without calls nothing is ever unknown.
            return self.bit(-1 - self._findings[notice.name], f"{notice.name} not judged")
        mask = self._verdicts[notice.name, notice.verdict]
        for line in notice.conditions:
            if line.verdict != "not judged":
                mask |= self._lines[notice.name, line.text, line.verdict]
        return mask

    def _held_at(self, counter: int) -> int:
        instruction = tuple.__getitem__(self.plan.code, counter)
        if isinstance(instruction, c.Until):
            begin = tuple.__getitem__(self.plan.code, instruction.begin)
            return begin.done if isinstance(begin, c.WithinBegin) else -1
        return counter + 1

    def _static(self, counter: int, instruction: c.Instruction) -> None:
        match instruction:
            case c.JumpUnless(text=text) | c.CheckThat(text=text) | c.Until(text=text):
                words = f"`{text}`" if text else "the condition"
                self._sides[counter] = (
                    self.bit(counter, f"{words} holds"),
                    self.bit(counter, f"{words} does not hold"),
                )
                if isinstance(instruction, c.JumpUnless):
                    self._jumps[counter] = instruction.to
                # Of a loop's end the beginning is looked at too, and of both more than once.
                begin = (instruction.begin,) if isinstance(instruction, c.Until) else ()
                self._own[counter] = (counter, *begin)
            case c.TryBegin(handlers=handlers):
                for one in handlers:
                    what = f"on failure {', '.join(one.kinds)}"
                    self._entries[one.entry] = self.bit(one.entry, what)
            case c.WithinBegin(expired=int() as expired):
                self._entries[expired] = self.bit(expired, "the time runs out")
            case _:
                pass
