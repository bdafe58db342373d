"""Branches that no path took: those that cannot be taken, and those that were only not met."""

from collections.abc import Iterator

from rbengine.contract.outcomes import REFUSAL_KINDS
from rbengine.plan import code as c
from rbengine.plan.expressions import Matches
from rbengine.plan.program import FindingSpec, Plan
from rbengine.rehearsal.explore.exact import Exact
from rbengine.rehearsal.explore.flow import Flow, Wanted
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.remarks import Branch, Level, Remark
from rbengine.rehearsal.explore.ways import Ways
from rbengine.runtime.layout import bound_names


class Branches:
    """Asks of every branch of one plan whether it was met, and if not, whether it can be."""

    def __init__(self, plan: Plan, points: Points, flow: Flow, exact: Exact, ways: Ways) -> None:
        self._plan = plan
        self._code = tuple(plan.code)
        self._points = points
        self._flow = flow
        self._exact = exact
        self._ways = ways
        self._seen = 0
        self._paths = 0
        self._judged_at = {
            one.finding: counter
            for counter, one in enumerate(self._code)
            if isinstance(one, c.Judge)
        }

    def unreached(self, seen: int, paths: int) -> Iterator[Remark]:
        """Every branch that is not among the decisions `seen` on so many paths."""
        self._seen, self._paths = seen, paths
        for number, finding in enumerate(self._plan.findings):
            if not self._met(self._points.verdict(finding.name, "found")):
                proven = self._exact.possible(self.of_finding(number)) is False
                yield self._remark(
                    "error" if proven else "warning",
                    f"`{finding.name}` never holds",
                    finding.origin.file, finding.origin.line, proven=proven,
                    branch=Branch(-1 - number, "found"),
                )  # fmt: skip
        for counter, instruction in enumerate(self._code):
            yield from self._at(counter, instruction)
        for section in self._plan.sections:
            if section.kind == "otherwise" and not self._met(self._points.entry(section.entry)):
                # It has to be there even where the findings leave nothing over.
                yield self._place("note", section.entry, "nothing ever comes to `otherwise`")

    def apart(self) -> Iterator[tuple[FindingSpec, FindingSpec]]:
        """Pairs of findings that cannot hold together."""
        findings = self._plan.findings
        alone = [self._exact.possible(self.of_finding(one)) for one in range(len(findings))]
        for number, finding in enumerate(findings):
            for other in range(number + 1, len(findings)):
                if alone[number] is False or alone[other] is False:
                    continue
                both = [*self.of_finding(number), *self.of_finding(other)]
                if self._exact.possible(both, moments=2) is False:
                    yield finding, findings[other]

    def _at(self, counter: int, instruction: c.Instruction) -> Iterator[Remark]:
        match instruction:
            case c.JumpUnless(text=text, to=to):
                yield from self._condition(counter, text, instruction, follows=to != counter + 1)
            case c.CheckThat(text=text) | c.Until(text=text):
                yield from self._condition(counter, text, instruction, follows=False)
            case c.TryBegin(handlers=handlers):
                for one in handlers:
                    yield from self._handler(counter, one)
            case c.WithinBegin(expired=int() as expired, until=until):
                tried = self._met(self._points.side(until, holds=True))
                if tried and not self._met(self._points.entry(expired)):
                    yield self._place(
                        "warning",
                        expired,
                        "the `else` of this `within` is never needed",
                        branch=Branch(counter, "runs out"),
                    )
            case _:
                pass

    def _condition(
        self,
        counter: int,
        text: str,
        instruction: c.JumpUnless | c.CheckThat | c.Until,
        *,
        follows: bool,
    ) -> Iterator[Remark]:
        holds = self._met(self._points.side(counter, holds=True))
        fails = self._met(self._points.side(counter, holds=False))
        if holds is fails:
            return  # both ways were met, or nothing came here: then what leads here is told
        words = f"`{text}`" if text else "`no finding holds`"
        proven = self._cannot(counter, instruction, holds=not holds)
        if not holds:
            what = (
                "nothing ever takes this branch: " if isinstance(instruction, c.JumpUnless) else ""
            )
            yield self._place(
                "error" if proven else "warning",
                counter,
                f"{what}{words} never holds",
                proven=proven,
                branch=Branch(counter, "holds"),
            )
        elif isinstance(instruction, c.JumpUnless) and self._has_else(instruction):
            other = (
                "case after this one"
                if isinstance(instruction.condition, Matches)
                else "`else` here"
            )
            yield self._place(
                "error" if proven else "warning",
                counter,
                f"nothing ever takes the {other}: {words} never fails",
                proven=proven,
                branch=Branch(counter, "fails"),
            )
        elif proven and (follows or isinstance(instruction, c.CheckThat)):
            yield self._place("warning", counter, f"{words} never fails here", proven=True)

    def _has_else(self, instruction: c.JumpUnless) -> bool:
        """Whether something is done where it does not hold: an `else`, an `else if` or another case."""
        before = self._code[instruction.to - 1]
        return isinstance(before, c.Jump) and before.to > instruction.to

    def _cannot(
        self, counter: int, instruction: c.JumpUnless | c.CheckThat | c.Until, *, holds: bool
    ) -> bool:
        if isinstance(instruction, c.Until) and not instruction.text:
            return False
        section = self._flow.section_of(counter)
        wanted: list[Wanted] = [((instruction.condition,), holds)]
        if self._exact.possible(wanted) is False:
            return True
        around = self._flow.dominating(counter)
        if section is not None and section.kind == "resolve":
            number = next(
                n for n, one in enumerate(self._plan.findings) if one.name == section.finding
            )
            around = [*self.of_finding(number), *around]
        return self._exact.possible([*around, *wanted], moments=2) is False

    def of_finding(self, number: int) -> list[Wanted]:
        """What must be so for the finding to hold: its lines, and what leads to them."""
        finding = self._plan.findings[number]
        judged = self._judged_at.get(number)
        around = [] if judged is None else self._flow.dominating(judged, self.needed(finding))
        return [*around, *self._exact.lines(finding)]

    def needed(self, finding: FindingSpec) -> frozenset[int]:
        """The steps of `diagnose` that bind what `finding` reads: where one of them failed, it is not judged."""
        steps: set[int] = set()
        for name in finding.needs:
            binds = [n for n, one in enumerate(self._code) if name in bound_names(one)]
            step = self._flow.step_around(binds[0]) if len(binds) == 1 else None
            if step is not None:
                steps.add(step)
        return frozenset(steps)

    def _handler(self, begin: int, handler: c.FailureHandler) -> Iterator[Remark]:
        if self._met(self._points.entry(handler.entry)):
            return
        kinds = ", ".join(handler.kinds)
        possible = self._kinds_inside(begin)
        proven = possible is not None and not possible & set(handler.kinds)
        yield self._place(
            "error" if proven else "warning",
            handler.entry,
            f"nothing before this handler fails with {kinds}",
            proven=proven,
            branch=Branch(handler.entry, "taken"),
        )

    def _kinds_inside(self, begin: int) -> set[str] | None:
        """Every kind with which the code between a TryBegin and its TryEnd may fail; None where nobody can say."""
        kinds = {"invalid"}
        depth = 0
        for counter in range(begin + 1, len(self._code)):
            instruction = self._code[counter]
            match instruction:
                case c.TryBegin():
                    depth += 1
                case c.TryEnd() if depth:
                    depth -= 1
                case c.TryEnd():
                    return kinds
                case c.CallProcedure() | c.Fork():
                    return None
                case c.Invoke() | c.Read() | c.MakeChange():
                    kinds |= self._ways.kinds_at(instruction)
                case c.Pose():
                    kinds |= {"refused", "unanswered"}
                case c.CheckThat():
                    kinds.add("check")
                case c.WithinBegin(expired=None):
                    kinds.add("timeout")
                case c.EachBegin():
                    kinds.add("too_many")
                case _:
                    pass
        return set(REFUSAL_KINDS)

    def _met(self, bit: int) -> bool:
        return bool(self._seen & bit)

    def _place(
        self,
        level: Level,
        counter: int,
        text: str,
        *,
        proven: bool = False,
        branch: Branch | None = None,
    ) -> Remark:
        origin = self._plan.origins[counter]
        return self._remark(level, text, origin.file, origin.line, proven=proven, branch=branch)

    def _remark(
        self,
        level: Level,
        text: str,
        file: str,
        line: int,
        *,
        proven: bool,
        branch: Branch | None = None,
    ) -> Remark:
        known = "cannot happen" if proven else f"not reached in {self._paths:,} paths"
        return Remark(
            level=level, kind="unreachable", text=f"{text} ({known})", file=file, line=line,
            proven=proven, branch=None if proven else branch,
        )  # fmt: skip
