"""Pairs of decisions that no run takes both of: decided from the plan, never guessed from the paths walked.

What is used: a run goes through `otherwise` or through resolves, and through those of findings that can hold together;
a refusal that nothing takes ends it; a place that cannot be come back to decides once. What happens in procedures,
beside the run (`on breach`), and in a diagnosis, which may be read again, is left undecided.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from rbengine.contract.outcomes import RETRIED_FOR_READS
from rbengine.plan import code as c
from rbengine.plan.expressions import Variable
from rbengine.plan.program import Plan, SectionSpec
from rbengine.rehearsal.explore.branches import Branches
from rbengine.rehearsal.explore.exact import Exact
from rbengine.rehearsal.explore.flow import Flow, Wanted
from rbengine.rehearsal.explore.points import Decision, Points
from rbengine.runtime.layout import layout

_ORDER = {"diagnose": 0, "resolve": 1, "otherwise": 1, "verify": 2, "recover": 3}
"""Sections in the order they run; resolves among themselves in the order of the text."""

_TRIES = 5_000
"""Combinations of answers that are looked through for one line of a finding beside a resolve."""

Span = tuple[int, int]


class Exclusive:
    """Knows which decisions of one plan exclude each other."""

    def __init__(
        self,
        plan: Plan,
        points: Points,
        flow: Flow,
        branches: Branches,
        exact: Exact,
        refusals: Mapping[int, str],
        apart: Collection[tuple[int, int]],
    ) -> None:
        """`refusals`: of each refusal's bit the kind. `apart`: numbers of findings that cannot hold together."""
        self._plan = plan
        self._branches = branches
        self._exact = exact
        self._code = tuple(plan.code)
        self._points = points
        self._flow = flow
        self._refusals = refusals
        self._apart = frozenset(apart)
        self._numbers = {one.name: number for number, one in enumerate(plan.findings)}
        self._loops: list[Span] = []
        self._forks: list[Span] = []
        for counter, one in enumerate(self._code):
            if isinstance(one, c.WithinBegin):
                self._loops.append((counter, one.expired or one.done))
            elif isinstance(one, c.Fork):
                self._forks.append((counter, one.join))
        self._tries = _tries(self._code)
        self._retried = [
            (begin, end)
            for begin, end in layout(plan).step_ends.items()
            if isinstance(step := self._code[begin], c.StepBegin) and step.retry is not None
        ]
        self._known: dict[int, frozenset[int]] = {}

    def masks(self) -> dict[int, int]:
        """For each counted decision, as its bit, those that no run takes beside it."""
        judged = [
            (one, section, self._ends_the_run(one, section))
            for one in self._points.all
            if not one.value and (section := self._section(one)) is not None
        ]
        found = {1 << one.number: 0 for one in self._points.all if not one.value}
        for section in {id(one): one for _, one, _ in judged if one.kind == "resolve"}.values():
            before, behind = self._never_before(section), self._never_behind(section)
            for one, its, ends in judged:
                if its is section:
                    beside = behind | (before if ends or not self._reads_again else 0)
                    found[1 << one.number] |= beside
                    for low in _bits(beside):
                        found[low] |= 1 << one.number
        for place, (one, first, ends) in enumerate(judged):
            for other, second, other_ends in judged[place + 1 :]:
                if first is second:
                    is_apart = self._once(one, other, ends, other_ends)
                else:
                    is_apart = (
                        self._never_both(first, second)
                        or (ends and _comes_later(first, second))
                        or (other_ends and _comes_later(second, first))
                    )
                if is_apart:
                    found[1 << one.number] |= 1 << other.number
                    found[1 << other.number] |= 1 << one.number
        return found

    def _section(self, one: Decision) -> SectionSpec | None:
        """The section that decides it; None where it is not known when it is decided."""
        if one.counter < 0 or one.what.startswith(("taken back", "taking back", "nobody knows")):
            return None
        section = self._flow.section_of(one.counter)
        return section if section is not None and section.kind in _ORDER else None

    def _never_both(self, first: SectionSpec, second: SectionSpec) -> bool:
        kinds = {first.kind, second.kind}
        if kinds == {"resolve"}:
            numbers = sorted(self._numbers[one.finding] for one in (first, second))
            return (numbers[0], numbers[1]) in self._apart
        return kinds == {"resolve", "otherwise"}

    @cached_property
    def _reads_again(self) -> bool:
        """Whether a diagnosis may be read after the resolves: `until no finding holds`."""
        return any(isinstance(one, c.Rediagnose) for one in self._code)

    def _never_behind(self, resolve: SectionSpec) -> int:
        """What conditions on the first diagnosis keep `verify` and `recover` from deciding where this is run."""
        holds = self._branches.of_finding(self._numbers[resolve.finding])
        known: dict[int, bool] = {}
        mask = 0
        for one in self._points.all:
            section = self._section(one)
            if one.value or section is None or section.kind not in ("verify", "recover"):
                continue
            if one.counter not in known:
                around = self._flow.dominating(one.counter)
                known[one.counter] = bool(around) and (
                    self._exact.possible([*holds, *around], moments=2, tries=_TRIES) is False
                )
            if known[one.counter]:
                mask |= 1 << one.number
        return mask

    def _never_before(self, resolve: SectionSpec) -> int:
        """What the first diagnosis cannot have decided where this is run and no other diagnosis was read before."""
        number = self._numbers[resolve.finding]
        others = (one for one in range(len(self._plan.findings)) if one != number)
        if (
            any((min(one, number), max(one, number)) not in self._apart for one in others)
            or any(isinstance(one, c.Pose) and one.question.kind == "manual" for one in self._code)
            or any(
                isinstance(one, c.Rediagnose) and self._flow.section_of(n) in (None, resolve)
                for n, one in enumerate(self._code)
            )
        ):
            return 0
        holds = self._branches.of_finding(number)
        mask = self._points.verdict(resolve.finding, "not found")
        for bit, wanted in self._of_findings():
            if self._exact.possible([*holds, wanted], moments=2, tries=_TRIES) is False:
                mask |= bit
        for one in self._points.all:
            section = self._section(one)
            if section is not None and section.kind == "diagnose" and self._forbids(one, number):
                mask |= 1 << one.number
        return mask

    def _of_findings(self) -> Iterator[tuple[int, Wanted]]:
        for finding in self._plan.findings:
            yield self._points.verdict(finding.name, "found"), ((Variable(finding.name),), True)
            for line in finding.conditions:
                for text, condition in zip(line.texts, line.any_of, strict=True):
                    for so in (True, False):
                        yield self._points.line(finding.name, text, holds=so), ((condition,), so)

    def _forbids(self, one: Decision, number: int) -> bool:
        """Whether a finding is not judged where its diagnosis decided this: what it needs was not read."""
        if isinstance(self._code[one.counter], c.CheckThat):
            return self._side(one) is False
        kind = self._refusals.get(1 << one.number)
        instruction = self._code[one.counter]
        return (
            kind is not None
            and not (isinstance(instruction, c.Invoke | c.Read) and instruction.tried)
            and self._flow.step_around(one.counter)
            in self._branches.needed(self._plan.findings[number])
            and not any(kind in handler.kinds for handler in self._handlers(one.counter))
            and not any(
                _is_inside(one.counter, spans)
                for spans in (self._retried, self._forks, self._loops)
            )
        )

    def _ends_the_run(self, one: Decision, section: SectionSpec) -> bool:
        """Whether it is a refusal that nothing takes: the section stops, and the run with it."""
        kind = self._refusals.get(1 << one.number)
        if kind is None or section.kind == "diagnose":
            return False
        instruction = self._code[one.counter]
        if isinstance(instruction, c.Invoke | c.Read) and instruction.tried:
            return False
        return not (
            any(kind in handler.kinds for handler in self._handlers(one.counter))
            or (kind in RETRIED_FOR_READS and _is_inside(one.counter, self._loops))
            or _is_inside(one.counter, self._retried)
            or _is_inside(one.counter, self._forks)
        )

    def _handlers(self, counter: int) -> list[c.FailureHandler]:
        return [
            handler
            for begin, end in self._tries
            if begin < counter < end and isinstance(around := self._code[begin], c.TryBegin)
            for handler in around.handlers
        ]

    def _once(self, one: Decision, other: Decision, ends: bool, other_ends: bool) -> bool:
        """Whether neither comes behind the other, in a section that is run once."""
        section = self._flow.section_of(one.counter)
        if section is None or section.kind == "diagnose":
            return False
        if one.counter == other.counter and not self._both_refuse(one, other):
            sides = (self._side(one), self._side(other))
            if None in sides or sides[0] == sides[1]:
                return False
        behind = frozenset() if ends else self._behind(one)
        behind_other = frozenset() if other_ends else self._behind(other)
        return other.counter not in behind and one.counter not in behind_other

    def _both_refuse(self, one: Decision, other: Decision) -> bool:
        """Whether each of them is the last of its statement."""
        return 1 << one.number in self._refusals and 1 << other.number in self._refusals

    def _side(self, one: Decision) -> bool | None:
        """Which side of a condition it is."""
        instruction = self._code[one.counter]
        if not isinstance(instruction, c.JumpUnless | c.CheckThat):
            return None
        for holds in (True, False):
            if self._points.side(one.counter, holds=holds) == 1 << one.number:
                return holds
        return None

    def _behind(self, one: Decision) -> frozenset[int]:
        """Where a run may come behind it, in the same section."""
        side = self._side(one)
        instruction = self._code[one.counter]
        if side is not None and isinstance(instruction, c.JumpUnless):
            to = one.counter + 1 if side else instruction.to
            return self._from(to) | {to}
        kind = self._refusals.get(1 << one.number)
        if kind is not None and not (
            isinstance(instruction, c.Invoke | c.Read) and instruction.tried
        ):
            return self._failed(one.counter, kind)
        return self._from(one.counter)

    def _failed(self, counter: int, kind: str) -> frozenset[int]:
        """Where a run goes on behind a refusal."""
        begun = {one.entry for one in self._handlers(counter) if kind in one.kinds}
        begun |= {begin for begin, end in self._loops if begin < counter < end}
        begun |= {begin for begin, join in self._forks if begin < counter < join}
        if _is_inside(counter, self._retried):
            begun.add(counter)
        return frozenset(begun).union(*(self._from(one) for one in begun))

    def _from(self, counter: int) -> frozenset[int]:
        found = self._known.get(counter)
        if found is None:
            seen: set[int] = set()
            waiting = list(self._following(counter))
            while waiting:
                following = waiting.pop()
                if following not in seen:
                    seen.add(following)
                    waiting += self._following(following)
            found = self._known[counter] = frozenset(seen)
        return found

    def _following(self, counter: int) -> tuple[int, ...]:
        """What may run next: with where a failure goes on, and the other branches of a `parallel`."""
        found = self._flow.after(counter, diagnose=False)
        found += tuple(one.entry for one in self._handlers(counter))
        found += tuple(begin for begin, end in self._loops if begin < counter < end)
        return found + tuple(begin for begin, join in self._forks if begin < counter < join)


def _comes_later(first: SectionSpec, second: SectionSpec) -> bool:
    """Whether `second` is run behind `first` alone."""
    one, other = _ORDER[first.kind], _ORDER[second.kind]
    return other > one or (other == one and second.entry > first.entry)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def _is_inside(counter: int, spans: Collection[Span]) -> bool:
    return any(begin < counter < end for begin, end in spans)


def _tries(code: tuple[c.Instruction, ...]) -> list[Span]:
    """Each TryBegin with its TryEnd."""
    found: list[Span] = []
    begun: list[int] = []
    for counter, one in enumerate(code):
        if isinstance(one, c.TryBegin):
            begun.append(counter)
        elif isinstance(one, c.TryEnd):
            found.append((begun.pop(), counter))
    return found
