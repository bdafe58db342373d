"""Where a run can go inside one section, and which conditions stand on every way to a place."""

from collections.abc import Mapping

from rbengine.plan import code as c
from rbengine.plan import expressions as ex
from rbengine.plan.program import Plan, SectionSpec
from rbengine.runtime.layout import layout

Wanted = tuple[tuple[ex.Expr, ...], bool]
"""Any of these must hold, or (False) none."""


class Flow:
    """The ways through the code of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._code = tuple(plan.code)
        self._layout = layout(plan)
        self._loops = tuple(
            (counter, one.end if isinstance(one, c.EachBegin) else one.done)
            for counter, one in enumerate(self._code)
            if isinstance(one, c.EachBegin | c.WithinBegin)
        )
        self._section: dict[int, SectionSpec] = {}
        self._next: dict[int, tuple[int, ...]] = {}
        for section in plan.sections:
            waiting = [section.entry]
            while waiting:
                counter = waiting.pop()
                if counter not in self._section:
                    self._section[counter] = section
                    waiting += self.after(counter, diagnose=section.kind == "diagnose")

    def section_of(self, counter: int) -> SectionSpec | None:
        """The section whose code this is; None inside procedures."""
        return self._section.get(counter)

    def in_loop(self, counter: int) -> bool:
        """Whether it may run more than once in its section."""
        return any(begin <= counter < end for begin, end in self._loops)

    def after(self, counter: int, *, diagnose: bool) -> tuple[int, ...]:
        """What may run next in the same section."""
        instruction = self._code[counter]
        following = counter + 1
        match instruction:
            case c.JumpUnless(to=to):
                found: tuple[int, ...] = (following, to)
            case c.Jump(to=to) | c.TryEnd(to=to):
                found = (to,)
            case c.TryBegin(handlers=handlers):
                found = (following, *(one.entry for one in handlers))
                if diagnose:
                    found = (*found, self._layout.try_ends[counter])
            case c.WithinBegin(expired=expired, done=done):
                found = (following, done if expired is None else expired)
                found = (*found, done) if diagnose else found
            case c.Until(begin=begin):
                loop = self._code[begin]
                found = (begin + 1, loop.done if isinstance(loop, c.WithinBegin) else following)
            case c.EachBegin(end=end):
                found = (following, end)
            case c.EachEnd(begin=begin):
                found = (begin + 1, following)
            case c.GiveItem() | c.SkipItem():
                around = [one for one in self._loops if one[0] < counter < one[1]]
                found = around[-1] if around else (following,)
            case c.Fork(entries=entries, join=join):
                found = (*entries, join)
            case c.StepBegin() if diagnose:
                found = (following, self._layout.step_ends[counter] + 1)
            case c.StopRun() | c.Return() | c.SectionEnd() | c.BranchEnd():
                found = ()
            case _:
                found = (following,)
        return found

    def step_around(self, counter: int) -> int | None:
        """The StepBegin of the innermost step that `counter` stands in."""
        ends = self._layout.step_ends
        around = [begin for begin, end in ends.items() if begin < counter < end]
        return max(around, default=None)

    def dominating(self, counter: int, unfailed: frozenset[int] = frozenset()) -> list[Wanted]:
        """Conditions that were judged on every way from the section's beginning to `counter`, as they were judged.

        `unfailed` are steps (their StepBegin) that did not fail: what they bind is needed at `counter`.

        Those inside loops are left out, since what they read may be another by then, and so is everything where a
        `manual` stands between: the diagnosis is read again after it.
        """
        section = self._section.get(counter)
        if section is None:
            return []
        inside = [one for one, its in self._section.items() if its is section]
        if any(
            isinstance(self._code[one], c.Pose) and self._code[one].question.kind == "manual"  # type: ignore[union-attr]
            for one in inside
        ):
            return []
        wanted: list[Wanted] = []
        for one in sorted(inside):
            instruction = self._code[one]
            if one == counter or self.in_loop(one):
                continue
            match instruction:
                case c.JumpUnless(condition=condition, to=to):
                    if not self._reaches(section, counter, {one: (to,)}, unfailed):
                        wanted.append(((condition,), True))
                    elif section.kind != "diagnose" and not self._reaches(
                        section, counter, {one: (one + 1,)}, unfailed
                    ):
                        wanted.append(((condition,), False))
                case c.CheckThat(condition=condition):
                    if not self._reaches(section, counter, {one: ()}, unfailed):
                        wanted.append(((condition,), True))
                case _:
                    pass
        return wanted

    def _reaches(
        self,
        section: SectionSpec,
        target: int,
        instead: Mapping[int, tuple[int, ...]],
        unfailed: frozenset[int],
    ) -> bool:
        seen: set[int] = set()
        waiting = [section.entry]
        diagnose = section.kind == "diagnose"
        while waiting:
            counter = waiting.pop()
            if counter in seen:
                continue
            if counter == target:
                return True
            seen.add(counter)
            if counter in instead:
                waiting += instead[counter]
            elif counter in unfailed:
                waiting.append(counter + 1)
            else:
                waiting += self.after(counter, diagnose=diagnose)
        return False
