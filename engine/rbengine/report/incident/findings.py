"""What a run read and what it found, with the values that decided it."""

from msgspec.structs import replace

from rbengine.report.durations import took
from rbengine.report.incident.model import ConditionTold, Fact, FindingTold
from rbengine.report.incident.tape import Tape
from rbengine.report.screen.evidence import operands_of
from rbengine.report.values import in_words
from rbengine.runtime.notices import Bound, FindingJudged


class Findings:
    """Findings by name, in the order in which they were first judged."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self.evidence: list[Fact] = []
        self._counted: dict[str, str] = {}
        self._findings: dict[str, FindingTold] = {}

    @property
    def counted(self) -> tuple[Fact, ...]:
        """Lists and numbers on which what was found stands: the runbook's own count of what is affected."""
        return tuple(Fact(name=name, text=text) for name, text in self._counted.items())

    @property
    def told(self) -> tuple[FindingTold, ...]:
        return tuple(self._findings.values())

    @property
    def summary(self) -> tuple[str, ...]:
        """What was found, in the runbook's own words."""
        found = [one.title for one in self.told if one.verdict == "found"]
        unknown = [one.name for one in self.told if one.verdict == "not judged"]
        told = [f"could not be judged: {', '.join(unknown)}"] if unknown else []
        return (*found, *told) or ("nothing was found",)

    def read(self, notice: Bound) -> None:
        """An answer to a call of the diagnosis."""
        if notice.took is None:
            return
        asked = notice.call.partition("(")[0]
        called = f" ({asked}, {took(notice.took)})" if asked else f" ({took(notice.took)})"
        told = in_words(notice.value.value, self._tape.zone)
        self.evidence.append(Fact(name=notice.name, text=told + called))

    def judged(self, notice: FindingJudged) -> None:
        """A judgement: the first one whole, of later ones what is new."""
        known = self._findings.get(notice.name)
        if known is not None:
            self._again(known, notice)
            return
        self._findings[notice.name] = FindingTold(
            name=notice.name,
            title=notice.title,
            when=self._tape.here(),
            verdict=notice.verdict,
            missing=notice.missing,
            conditions=tuple(
                ConditionTold(
                    text=one.text,
                    verdict=one.verdict,
                    values=operands_of(one, self._tape.zone),
                    alternative=one.alternative,
                )
                for one in notice.conditions
                # Lines after the one that decided were never looked at: they say nothing.
                if notice.verdict != "not found" or one.verdict != "not judged"
            ),
        )
        if notice.verdict != "not found":
            told = notice.title if notice.verdict == "found" else "not judged"
            self._tape.line("found", f"{notice.name}: {told}")
            self._count(notice)

    def _again(self, known: FindingTold, notice: FindingJudged) -> None:
        last = known.later[-1].text if known.later else known.verdict
        if notice.verdict == last:
            return
        later = Fact(name=self._tape.here().since, text=notice.verdict)
        self._findings[notice.name] = replace(known, later=(*known.later, later))
        self._tape.line("found", f"{notice.name}: now {notice.verdict}")

    def _count(self, notice: FindingJudged) -> None:
        for condition in notice.conditions:
            for name, datum in condition.operands if condition.verdict == "holds" else ():
                value = datum.value
                if isinstance(value, tuple) and value:
                    self._counted[name] = f"{len(value)}"
                elif isinstance(value, int) and not isinstance(value, bool):
                    self._counted[name] = f"{value}"
