"""Pairs that cannot happen: a proof, so no path takes one; and the others, which are aimed at."""

import random

import pytest
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.candidates import Candidates
from rbengine.rehearsal.explore.domains import Domains
from rbengine.rehearsal.explore.leaves import answers_of
from rbengine.rehearsal.explore.points import Points
from rbengine.rehearsal.explore.reads import Reads
from rbengine.rehearsal.explore.search import Search
from rbengine.rehearsal.explore.starts import starts
from rbengine.rehearsal.explore.thought import graph
from rbengine.rehearsal.explore.thought.thought import Thought
from rbengine.rehearsal.explore.ways import Ways
from rbengine.runtime.approvals import fallback
from rbengine.semantics.analysis import Analysis
from rehearsal.explore.small import built, explored
from support.generated import program, side_by_side

FRAGILE = {
    "    on failure unavailable, rate_limited, timeout, unauthorized, conflict\n": (
        "    on failure unavailable\n"
    )
}
TWICE = {
    '  step "Cancel it"\n': '  step "Ask"\n    if row.credits > 5\n      note "rich"\n  step "Cancel it"\n'
}
REVERSIBLE = {
    '      irreversible "a cancelled order stays cancelled"\n    on failure unavailable, rate_limited, timeout, '
    "unauthorized, conflict\n": "      undo\n        shop.restore(order: order.id)\n    on failure unavailable\n"
}
BREACHED = {
    "verify\n  within 5m": 'on breach\n  if row is present\n    escalate "It takes too long"\n\nverify\n  within 5m'
}
PLAYBOOKS = ["rb001", "rb003", "rb005", "rb007", "rb010", "rb011"]
OTHERS = sorted({f"rb{number:03}" for number in range(1, 16)} - set(PLAYBOOKS))


class Walked:
    """A plan whose runs were thought through and walked."""

    def __init__(self, of: tuple[Plan, Analysis], paths: int) -> None:
        plan, analysis = of
        answers = answers_of(plan, analysis)
        reads = Reads(plan, answers)
        domains = Domains(reads, answers)
        candidates = Candidates(reads, domains, answers)
        self.points = Points(plan)
        ways = Ways(plan, self.points, answers, candidates)
        begun = starts(plan, self.points, candidates, fallback(plan.policy)[0])
        thought = Thought(plan, self.points, ways, reads, domains, answers, begun)
        self.search = Search(self.points, ways, begun, thought)
        self.search.run(paths, lambda _: None)
        self.exclusive = thought.exclusive()

    def words(self, number: int) -> str:
        one = self.points.all[number]
        return f"{one.counter}: {one.what}"

    @property
    def apart(self) -> set[tuple[str, str]]:
        """Pairs that cannot happen, by their words, each both ways."""
        known = {1 << one.number: one.what for one in self.points.all if not one.value}
        return {
            (known[one], known[other])
            for one, mask in self.exclusive.items()
            for other in known
            if mask & other
        }

    @property
    def wrong(self) -> list[str]:
        """Pairs that are said to be impossible, and that a path took."""
        return [
            f"{self.words(one.bit_length() - 1)} | {self.words(number)}"
            for one, mask in self.exclusive.items()
            if (both := self.search.together.get(one, 0) & mask)
            for number in range(both.bit_length())
            if both >> number & 1
        ]


@pytest.mark.parametrize(
    "changes",
    [{}, FRAGILE, TWICE, REVERSIBLE, BREACHED],
    ids=["sound", "fragile", "twice", "reversible", "breached"],
)
def test_no_path_takes_a_pair_that_cannot_happen(changes: dict[str, str]) -> None:
    """Of a playbook with two findings that exclude each other, retries, a handler, an undo, a loop, a breach."""
    walked = Walked(built(changes), 1500)
    assert walked.apart
    assert walked.wrong == []


@pytest.mark.parametrize(
    "name", [*PLAYBOOKS, *(pytest.param(one, marks=pytest.mark.long) for one in OTHERS)]
)
def test_nor_does_one_of_a_shipped_playbook(name: str) -> None:
    """With procedures, branches side by side, several findings at once, and diagnoses that are read again."""
    with Ground.here(Output()) as ground:
        path = ground.playbook(name)
        walked = Walked((ground.workspace.plan(path), ground.workspace.analysis(path)), 600)
    assert walked.apart
    assert walked.wrong == []


@pytest.mark.parametrize("seed", [*range(24), 99, 208, 449])
def test_nor_does_one_of_a_playbook_that_nobody_wrote(seed: int) -> None:
    """Every statement of the language nested in every other, under policies of every kind.

    The last three have nothing to choose from.
    """
    made = side_by_side(seed) if seed % 6 == 0 else program(seed)
    assert Walked((made.plan, made.analysis), 200).wrong == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(24, 460))
def test_nor_does_one_of_many_more(seed: int) -> None:
    """The same for as long as somebody has time."""
    made = side_by_side(seed) if seed % 6 == 0 else program(seed)
    assert Walked((made.plan, made.analysis), 1000).wrong == []


ATOMS = (
    "row.frozen", "not row.frozen", "row.credits > 3", "row.credits <= 4", 'row.name is "a"', 'row.name is not "b"',
    "row.name is order.plan", "row.name is not order.plan", 'order.plan is "a"', "order.plan is present",
    'order.status is not "paid"', "order.items > 1", "order.items < row.credits", "first(more) is present",
    "first(more) is absent", "more is empty", "more is not empty", "first(paid) is present", "first(paid) is absent",
    "paid is empty", "paid is not empty", "count(more) > 1", "order.placed < 1h ago", "order.placed > 2h ago",
    "held is failed", "held is present", "held is absent", "any(more where it.items > 1)",
)  # fmt: skip
READS = (
    '  step "Read more"\n    more = shop.orders(customer: row.customer)\n    paid = more where it.status is "paid"\n'
    "    held = try shop.latest_order(customer: row.customer)\n\n"
)


@pytest.mark.parametrize("seed", range(25))
def test_nor_where_findings_ask_for_anything(seed: int) -> None:
    """Lists, what is first in them, what was tried, moments, and values compared with each other, in any mixture."""
    rng = random.Random(seed)
    findings = [
        "".join(f"    {one}\n" for one in rng.sample(ATOMS, rng.randint(1, 3))) for _ in range(2)
    ]
    branch = f'  if {rng.choice(ATOMS)}\n    note "so"\n'
    changes = {
        '  finding stuck "The order is stuck"\n    order is present\n    order.status is "open"\n    not row.frozen\n':
        f'{READS}  finding stuck "The order is stuck"\n    order is present\n{findings[0]}',
        '    order is present\n    order.status is "cancelled"\n': f"    order is present\n{findings[1]}",
        '  step "Tell people"\n': f'  step "Look"\n{branch.replace("  ", "    ", 1).replace("    note", "      note")}'
        '  step "Tell people"\n',
    }  # fmt: skip
    walked = Walked(built(changes), 500)
    assert walked.wrong == []


def test_a_playbook_with_too_many_places_is_thought_through_coarsely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is known of answers then: what is decided is decided by the order of the text, and is still a proof."""
    monkeypatch.setattr(graph, "MOST_PLACES", 1000)
    with Ground.here(Output()) as ground:
        path = ground.playbook("rb007")
        walked = Walked((ground.workspace.plan(path), ground.workspace.analysis(path)), 300)
    assert walked.apart
    assert walked.wrong == []


def test_what_excludes_each_other_is_known() -> None:
    """Sections that are never both run, the sides of a condition, and what would come behind the end of a run."""
    known = Walked(built({**FRAGILE, **TWICE}), 1500).apart
    assert ("otherwise", "applied") in known
    assert ("`row.credits > 5` holds", "`row.credits > 5` does not hold") in known
    assert ("refused with conflict", "refused with rate_limited") in known
    assert ("stuck found", "gone found") in known
    assert ("approved", "gone found") in known
    assert ("stuck not judged", "applied") in known
    assert ("applied", "approved") not in known
    assert ("refused with conflict", "approved") not in known


@pytest.mark.parametrize(
    ("line", "contrary"),
    [
        ('order.status is "paid"', 'order.status is "open"'),  # an enum
        ("order.plan is present", "order.plan is absent"),  # presence
        ("row.frozen", "not row.frozen"),  # yes and no
        ("row.credits > 5", "row.credits < 6"),  # a bounded number
        ('row.name is "a"', 'row.name in ["b", "c"]'),  # texts
        ("row.name is order.plan", "row.name is not order.plan"),  # two values
        ("first(more) is present", "more is empty"),  # a list and what is first in it
        ("first(paid) is present", "more is empty"),  # what was left of a list, and the list
        ("held is failed", "held is present"),  # what was tried
        (
            "sum(more.items) > 3",
            "not sum(more.items) > 3",
        ),  # beyond trials, and yet one thing or the other
    ],
)
def test_findings_that_cannot_hold_together_exclude_each_other(line: str, contrary: str) -> None:
    """Whatever kind of condition says so."""
    lists = READS.replace("row.customer", '"c"')
    changes = {
        '  finding stuck "The order is stuck"\n    order is present\n    order.status is "open"\n    not row.frozen\n':
        f'{lists}  finding stuck "The order is stuck"\n    order is present\n    {line}\n',
        '    order is present\n    order.status is "cancelled"\n': f"    order is present\n    {contrary}\n",
    }  # fmt: skip
    assert ("stuck found", "gone found") in Walked(built(changes), 100).apart


def test_pairs_are_met_or_cannot_happen() -> None:
    """Of a small playbook nearly all are one or the other."""
    found = explored()
    left = found.pairs - found.pairs_met - found.pairs_apart
    assert 0 <= left <= 0.02 * found.pairs


def test_a_pair_that_two_near_branches_do_not_make_is_aimed_at() -> None:
    """A refusal that is tried again early, and one that ends the run late: no single branch has both."""
    walked = Walked(built(FRAGILE), 800)
    words = {one.what: 1 << one.number for one in walked.points.all if one.counter in (4, 5, 6)}
    late = {one.what: 1 << one.number for one in walked.points.all if one.counter > 10}
    early = next(bit for what, bit in words.items() if what == "refused with rate_limited")
    assert walked.search.together[early] & late["refused with conflict"]
