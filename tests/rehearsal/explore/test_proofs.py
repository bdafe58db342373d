"""Proofs: what they decide, and that nothing they call impossible ever happens on a path."""

import random

import pytest
from rbengine.plan import code as c
from rbengine.rehearsal.explore.domains import Domains
from rbengine.rehearsal.explore.exact import Exact
from rbengine.rehearsal.explore.leaves import answers_of
from rbengine.rehearsal.explore.reads import Reads
from rehearsal.explore.small import built, explored

LINE = '    order.status is "cancelled"\n'


def decided(lines: str) -> bool | None:
    """Whether a finding with these lines can hold, as the proof has it."""
    plan, analysis = built({LINE: lines})
    answers = answers_of(plan, analysis)
    reads = Reads(plan, answers)
    exact = Exact(plan, reads, Domains(reads, answers), answers)
    return exact.possible(exact.lines(plan.findings[1]))


@pytest.mark.parametrize(
    ("lines", "possible"),
    [
        ("    row.frozen\n", True),
        ("    row.credits > 5\n    row.credits < 7\n", True),
        ("    row.credits > 5\n    row.credits < 6\n", False),
        ("    row.credits > 5\n    row.credits is 5\n", False),
        ("    row.credits >= 5\n    row.credits <= 5\n", True),
        ('    row.name is "a"\n    row.name is not "b"\n', True),
        ('    row.name in ["a", "b"]\n    row.name not in ["a", "b", "c"]\n', False),
        ("    row.name is order.plan\n    row.name is not order.plan\n", False),
        ('    row.name is order.plan\n    row.name is "a"\n    order.plan is "b"\n', False),
        ('    row.name is not order.plan\n    row.name is "a"\n    order.plan is not "a"\n', True),
        ("    order.plan is present\n    order.plan is absent\n", False),
        ("    order.placed < 10m ago\n    order.placed > 5m ago\n", False),
        ("    order.placed < 5m ago\n    order.placed > 10m ago\n", True),
        ("    stuck\n    row.frozen\n", False),
        ("    not stuck\n    not row.frozen\n", True),
        ("    either\n      row.frozen\n      row.credits > 3\n    not row.frozen\n    row.credits < 2\n", False),
        ("    row.credits + 1 < row.credits\n", None),
        ("    count([row.name]) is 2\n", None),
    ],
)  # fmt: skip
def test_conditions_are_decided_exactly_or_not_at_all(lines: str, possible: bool | None) -> None:
    """Enums, presence, booleans, texts and bounded numbers are; sums and functions are beyond it."""
    assert decided(lines) is possible


ATOMS = (
    "row.frozen", "not row.frozen", "row.credits > 3", "row.credits <= 4", "row.credits is 4",
    'row.name is "a"', 'row.name is not "b"', 'row.name in ["a", "b"]', "row.name is order.plan",
    "row.name is not order.plan", 'order.plan is "a"', "order.plan is present",
    'order.status is not "paid"', "order.items > 1", "order.items < row.credits",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_what_is_called_impossible_never_happens(seed: int) -> None:
    """Random lines: a finding proven dead is found on no path, and one found is never proven dead."""
    rng = random.Random(seed)
    lines = [f"    {one}\n" for one in rng.sample(ATOMS, rng.randint(2, 4))]
    found = explored({LINE: "".join(lines)}, paths=400)
    dead = [one for one in found.remarks if "`gone` never holds" in one.text]
    possible = decided("".join(lines))
    assert bool(dead) or possible is not False
    if dead and dead[0].proven:
        assert possible is False
    if possible is True:
        assert not any(one.proven for one in dead)


def test_the_diagnosis_before_a_finding_is_part_of_its_proof() -> None:
    """A `check` that must have held rules out what contradicts it."""
    plan, _ = built()
    assert isinstance(plan.code[2], c.CheckThat)
    dead = [
        one
        for one in explored({LINE: "    row.customer is absent\n"}, paths=300).remarks
        if "`gone` never holds" in one.text
    ]
    assert [one.proven for one in dead] == [True]
