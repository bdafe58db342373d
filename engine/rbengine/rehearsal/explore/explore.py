"""Exploring one runbook: no simulator, every decision, every pair of decisions, then the shortest paths left."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from rbengine.contract.operations import Operation
from rbengine.plan.program import FindingSpec, Plan
from rbengine.rehearsal.explore.branches import Branches
from rbengine.rehearsal.explore.candidates import Candidates
from rbengine.rehearsal.explore.domains import Domains
from rbengine.rehearsal.explore.draft import Claim, ClaimKind
from rbengine.rehearsal.explore.exact import Exact
from rbengine.rehearsal.explore.example import Examples
from rbengine.rehearsal.explore.flow import Flow
from rbengine.rehearsal.explore.gathering import Gathering
from rbengine.rehearsal.explore.leaves import answers_of
from rbengine.rehearsal.explore.points import Decision, Points
from rbengine.rehearsal.explore.reads import Reads
from rbengine.rehearsal.explore.remarks import LEVELS, Exploration, Kind, Level, Remark
from rbengine.rehearsal.explore.search import Search
from rbengine.rehearsal.explore.situations import situation_of
from rbengine.rehearsal.explore.starts import starts
from rbengine.rehearsal.explore.thought.graph import bits
from rbengine.rehearsal.explore.thought.thought import Thought
from rbengine.rehearsal.explore.trail import Path
from rbengine.rehearsal.explore.ways import Ways
from rbengine.runtime.approvals import fallback
from rbengine.runtime.wording import duration_text
from rbengine.semantics.analysis import Analysis
from rbengine.syntax.nodes import walk
from rbengine.syntax.nodes.statements import Allow

PATHS = 20_000
"""How many paths are walked where nobody says."""


def explore(
    plan: Plan,
    analysis: Analysis,
    *,
    paths: int = PATHS,
    builders: Mapping[str, Operation] | None = None,
    prices: Mapping[str, str] | None = None,
) -> Exploration:
    """Walk up to `paths` paths of `plan`, which was built from `analysis`, and say what was found.

    Pure: equal arguments give equal results. `builders` are the lines a world may say about vendors, by full name;
    without them examples tell answers of vendors in comments. `prices` are those by which the app comes to each tier.
    """
    answers = answers_of(plan, analysis)
    reads = Reads(plan, answers)
    domains = Domains(reads, answers)
    candidates = Candidates(reads, domains, answers)
    points = Points(plan)
    ways = Ways(plan, points, answers, candidates)
    flow = Flow(plan)
    exact = Exact(plan, reads, domains, answers)
    branches = Branches(plan, points, flow, exact, ways)
    pairs = list(branches.apart())
    begun = starts(plan, points, candidates, fallback(plan.policy)[0])
    thought = Thought(plan, points, ways, reads, domains, answers, begun)
    search = Search(points, ways, begun, thought)
    gathering = Gathering(plan)
    search.run(paths, gathering.look)
    counted = [1 << one.number for one in points.all if not one.value]
    every = sum(counted)
    return Exploration(
        id=plan.id,
        title=plan.title,
        paths=search.paths,
        exhausted=search.paths < paths,
        decisions=len(counted),
        decisions_met=(search.seen & every).bit_count(),
        decisions_apart=thought.impossible().bit_count(),
        decisions_left=tuple(
            _told(plan, one)
            for one in points.all
            if not one.value and not (search.seen | thought.impossible()) >> one.number & 1
        ),
        pairs=len(counted) * (len(counted) - 1) // 2,
        pairs_met=sum(
            (search.together.get(one, 0) & every & ~one).bit_count() for one in counted
        ) // 2,
        pairs_apart=sum(one.bit_count() for one in thought.exclusive().values()) // 2,
        pairs_left=tuple(_left(plan, points, search, thought.exclusive())),
        remarks=_remarks(
            plan,
            branches.unreached(search.seen, search.paths),
            pairs,
            gathering,
            Examples(plan, answers, reads, builders, prices),
            slow=_accepts_slowness(analysis),
        ),
    )  # fmt: skip


def _left(
    plan: Plan, points: Points, search: Search, exclusive: Mapping[int, int]
) -> Iterator[tuple[str, str]]:
    """The pairs that no path took, and of which it is not decided that none does."""
    counted = [one for one in points.all if not one.value]
    every = sum(1 << one.number for one in counted)
    for one in counted:
        bit = 1 << one.number
        rest = every & -(bit << 1) & ~search.together.get(bit, 0) & ~exclusive.get(bit, 0)
        for other in bits(rest):
            yield _told(plan, one), _told(plan, points.all[other.bit_length() - 1])


def _told(plan: Plan, one: Decision) -> str:
    """Where a decision stands in the text, and what it is."""
    if one.what in _UNDO and one.counter <= 0:
        return f"at the end, whether what was done is taken back: {one.what}"
    finding = one.counter < 0
    origin = plan.findings[-1 - one.counter].origin if finding else plan.origins[one.counter]
    return f"{origin.file}:{origin.line} {one.what}"


_UNDO = (
    "approved", "refused", "nobody answers", "taken back", "taking back refused with unavailable",
    "nobody knows whether it was taken back", "it had been done", "it had not been done",
    "no evidence whether it was done",
)  # fmt: skip
"""What may become of the undo that is offered at the end of a run: it belongs to no line."""


class _Shown(NamedTuple):
    remark: Remark
    path: Path | None = None
    title: str = ""
    claim: ClaimKind = "endless"
    failures: tuple[str, ...] = ()


def _remarks(
    plan: Plan,
    unreached: Iterable[Remark],
    pairs: list[tuple[FindingSpec, FindingSpec]],
    gathering: Gathering,
    examples: Examples,
    *,
    slow: bool,
) -> tuple[Remark, ...]:
    found = [_Shown(one) for one in unreached]
    found += _troubles(plan, gathering, slow=slow)
    found += [_Shown(one) for one in _apart(plan, pairs)]
    found.sort(key=lambda one: _place(one.remark))
    finished: list[Remark] = []
    titles: Counter[str] = Counter()
    for shown in found:
        remark = shown.remark
        if shown.path is not None:
            number = titles.total() + 1
            titles[shown.title] += 1
            twice = titles[shown.title]
            title = shown.title if twice == 1 else f"{shown.title} ({twice})"
            file, line, _ = shown.path.failed_at
            claim = Claim(kind=shown.claim, file=file, line=line, failures=shown.failures)
            draft = examples.of(shown.path, f"explored_{number}", title, claim)
            remark = msgspec.structs.replace(remark, example=draft.written(), draft=draft)
        finished.append(remark)
    return tuple(finished)


def _place(one: Remark) -> tuple[int, str, int, str]:
    return LEVELS.index(one.level), one.file, one.line, one.text


def _accepts_slowness(analysis: Analysis) -> bool:
    """Whether the playbook says why the machine alone may take longer than the time to resolve: that is W430."""
    return any(isinstance(one, Allow) and one.code.text == "W430" for one in walk(analysis.tree))


def _troubles(plan: Plan, gathering: Gathering, *, slow: bool) -> Iterator[_Shown]:
    file, line = (plan.origins[0].file, 1) if plan.origins else ("", 1)

    def remark(level: Level, kind: Kind, text: str, at: tuple[str, int] = (file, line)) -> Remark:
        return Remark(level=level, kind=kind, text=text, file=at[0], line=at[1])

    for kept in gathering.nothing.values():
        text = f"{_paths(kept.count)} in nothing: no finding, no escalation, no hand-over"
        place = (file, _line_of(plan, "otherwise") or line)
        title = "nothing is found, and nobody is told"
        yield _Shown(
            remark("error", "ends in nothing", text, place), kept.path, title, "ends in nothing"
        )
    for kept in gathering.endless.values():
        text = f"{_paths(kept.count)} only after more events than anybody follows"
        yield _Shown(remark("error", "endless", text), kept.path, "it does not come to an end")
    for place, kept in gathering.unhandled.items():
        kinds = ", ".join(sorted(kept.words))
        text = f"refused with {kinds}, and no handler takes it: the run ends failed"
        title = f"line {place[1]}: refused with {kept.path.failed_at[2]}, and no handler takes it"
        yield _Shown(
            msgspec.structs.replace(
                remark("warning", "unhandled", text, place), situation=situation_of(plan, kept.path)
            ),
            kept.path,
            title,
            "unhandled",
            tuple(sorted(kept.words)),
        )
    for who, level, words in _LATE:
        late = gathering.late.get(who)
        if late is not None and plan.mttr is not None:
            took, allowed = duration_text(late.path.took), duration_text(plan.mttr)
            text = f"resolved after {took}, over the mttr of {allowed}, {words}"
            if who == "by itself" and slow:
                level, text = "note", f"{text}, as `allow W430` accepts"
            yield _Shown(remark(level, "late", text), late.path, f"resolved late, {words}", "late")


_LATE: tuple[tuple[str, Level, str], ...] = (
    ("by itself", "warning", "without waiting for people"),
    ("people", "note", "where people take their time"),
)


def _apart(plan: Plan, pairs: list[tuple[FindingSpec, FindingSpec]]) -> Iterator[Remark]:
    count = len(plan.findings)
    if count > 2 and len(pairs) == count * (count - 1) // 2:
        first = plan.findings[0].origin
        text = f"no two of the {count} findings can hold together"
        yield Remark(
            level="note", kind="apart", text=text, file=first.file, line=first.line, proven=True
        )
        return
    for one, other in pairs:
        text = f"`{one.name}` and `{other.name}` cannot hold together"
        origin = one.origin
        yield Remark(
            level="note", kind="apart", text=text, file=origin.file, line=origin.line, proven=True
        )


def _line_of(plan: Plan, kind: str) -> int:
    for section in plan.sections:
        if section.kind == kind:
            return plan.origins[section.entry].line
    return 0


def _paths(count: int) -> str:
    return "1 path ends" if count == 1 else f"{count:,} paths end"
