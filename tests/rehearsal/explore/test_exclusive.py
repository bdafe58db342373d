"""Pairs that cannot happen: a proof, so no path takes one."""

import pytest
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.branches import Branches
from rbengine.rehearsal.explore.candidates import Candidates
from rbengine.rehearsal.explore.domains import Domains
from rbengine.rehearsal.explore.exact import Exact
from rbengine.rehearsal.explore.exclusive import Exclusive
from rbengine.rehearsal.explore.flow import Flow
from rbengine.rehearsal.explore.leaves import answers_of
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.reads import Reads
from rbengine.rehearsal.explore.search import Search
from rbengine.rehearsal.explore.starts import starts
from rbengine.rehearsal.explore.ways import Ways
from rbengine.semantics.analysis import Analysis
from rehearsal.explore.small import built, explored

FRAGILE = {
    "    on failure unavailable, rate_limited, timeout, unauthorized, conflict\n": (
        "    on failure unavailable\n"
    )
}
TWICE = {
    '  step "Cancel it"\n': '  step "Ask"\n    if row.credits > 5\n      note "rich"\n  step "Cancel it"\n'
}


def walked(of: tuple[Plan, Analysis], paths: int) -> tuple[Points, Search, dict[int, int]]:
    plan, analysis = of
    answers = answers_of(plan, analysis)
    reads = Reads(plan, answers)
    domains = Domains(reads, answers)
    candidates = Candidates(reads, domains, answers)
    points = Points(plan)
    ways = Ways(plan, points, answers, candidates)
    exact, flow = Exact(plan, reads, domains, answers), Flow(plan)
    branches = Branches(plan, points, flow, exact, ways)
    numbers = {one.name: number for number, one in enumerate(plan.findings)}
    apart = [(numbers[one.name], numbers[other.name]) for one, other in branches.apart()]

    def exclusive() -> dict[int, int]:
        return Exclusive(plan, points, flow, branches, exact, ways.refusals(), apart).masks()

    search = Search(points, ways, starts(plan, points, candidates, "on_call"), exclusive)
    search.run(paths, lambda _: None)
    return points, search, exclusive()


def pairs(points: Points, exclusive: dict[int, int]) -> set[tuple[str, str]]:
    """By their words."""
    words = {1 << one.number: one.what for one in points.all}
    return {
        (words[one], words[other])
        for one, mask in exclusive.items()
        for other in words
        if mask & other
    }


@pytest.mark.parametrize("changes", [{}, FRAGILE, TWICE], ids=["sound", "fragile", "twice"])
def test_no_path_takes_a_pair_that_cannot_happen(changes: dict[str, str]) -> None:
    """Of a playbook with two findings that exclude each other, retries, a handler and a loop."""
    points, search, exclusive = walked(built(changes), 3000)
    assert any(exclusive.values())
    met = [(one, search.together.get(one, 0) & mask) for one, mask in exclusive.items()]
    words = {1 << one.number: one.what for one in points.all}
    wrong = [(words[one], words[low]) for one, other in met for low in words if other & low]
    assert wrong == []


@pytest.mark.parametrize("name", ["rb001", "rb007", "rb011"])
def test_nor_does_one_of_a_shipped_playbook(name: str) -> None:
    """With procedures, several findings at once, and diagnoses that are read again."""
    with Ground.here(Output()) as ground:
        path = ground.playbook(name)
        plan, analysis = ground.workspace.plan(path), ground.workspace.analysis(path)
        _, search, exclusive = walked((plan, analysis), 1200)
    assert all(search.together.get(one, 0) & mask == 0 for one, mask in exclusive.items())


def test_what_excludes_each_other_is_known() -> None:
    """Sections that are never both run, the sides of a condition, and what would come behind the end of a run."""
    points, _, exclusive = walked(built({**FRAGILE, **TWICE}), 1500)
    known = pairs(points, exclusive)
    assert ("otherwise", "applied") in known
    assert ("`row.credits > 5` holds", "`row.credits > 5` does not hold") in known
    assert ("refused with conflict", "refused with rate_limited") in known
    assert ("applied", "approved") not in known
    assert ("refused with conflict", "approved") not in known


def test_pairs_are_met_cannot_happen_or_were_not_met() -> None:
    """All three together are all pairs, and nearly all that may be were met."""
    found = explored()
    assert found.pairs_met + found.pairs_apart <= found.pairs
    assert found.pairs_apart > 0
    assert found.pairs_met > 0.6 * (found.pairs - found.pairs_apart)
