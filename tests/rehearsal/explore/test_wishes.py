"""Answers made for a condition: each form is turned round, and explorations come where no other answer leads."""

import pytest
from rbengine.plan import code as c
from rbengine.plan.build import build_plan
from rbengine.plan.program import Plan
from rbengine.rehearsal.explore.candidates import Candidates
from rbengine.rehearsal.explore.domains import EPOCH, Domains
from rbengine.rehearsal.explore.explore import explore
from rbengine.rehearsal.explore.given import Given
from rbengine.rehearsal.explore.leaves import answers_of
from rbengine.rehearsal.explore.names import Place
from rbengine.rehearsal.explore.reads import Reads
from rbengine.rehearsal.explore.wishes import Wishes
from rbengine.runtime.evaluate import View, evaluate, holds
from rbengine.runtime.names import NO_NAMES
from rbengine.semantics.analysis import Analysis
from rehearsal.explore.small import PATIENT
from support.check import analyse

TEXT = """\
runbook RB-101 "Orders are odd"

severity P2
mttr     20m

symptoms
  - Nothing moves

diagnose
  step "Read the orders"
    orders = shop.orders(customer: "ann")
    open   = orders where it.status is "open"
    late   = orders where it.placed < 2h ago and it.status is not "paid"
    ids    = open each it.id
    dear   = orders where it.price.minor > 5000
    third  = orders where whole(it.metadata.number) is 3

  finding odd "The orders are odd"
    CONDITION

resolve odd
  step "Tell people"
    escalate "Orders are odd"
    stop handed over "Somebody has to look"

otherwise
  escalate "Nothing is odd"
  stop handed over "The fault is elsewhere"
"""

CONDITIONS = (
    "late is not empty",
    "late is not empty and open is empty",
    "count(orders) is 2",
    "sum(orders each it.items) + 3 > 500",
    "sum(orders each it.items) * 2 is 84",
    "any(orders where it.price.minor > 200 and percent(it.items, of: it.price.minor) > 50%)",
    'any(orders where it.id in ["a", "b"])',
    "any(orders where it.items > 100) and any(orders where it.items < 10)",
    '"special" in ids',
    'any(orders where contains(it.id, "pay"))',
    "third is not empty",
    "dear is not empty and count(dear) < count(orders)",
)


def built(condition: str) -> tuple[Plan, Analysis]:
    analysis = analyse(TEXT.replace("CONDITION", condition), policy=PATIENT)
    return build_plan(analysis), analysis


@pytest.mark.parametrize("condition", CONDITIONS)
def test_answers_are_found_with_which_a_condition_goes_the_other_way(condition: str) -> None:
    """And from there back: what the machine makes of them is asked, not what the wish believes."""
    plan, analysis = built(condition)
    answers = answers_of(plan, analysis)
    reads = Reads(plan, answers)
    usual = Candidates(reads, Domains(reads, answers), answers)
    source = next(n for n, one in enumerate(plan.code) if isinstance(one, c.Invoke))
    counter = next(n for n, one in enumerate(plan.code) if isinstance(one, c.Judge))
    asked = plan.findings[0].conditions[0].any_of[0]

    def so(given: Given) -> bool:
        names = NO_NAMES
        view = View(EPOCH, plan)
        for one in plan.code:
            if isinstance(one, c.Invoke) and one.bind is not None:
                names = names.insert(
                    one.bind, usual.having(source, given.shapes[source]).at(EPOCH).value
                )
            elif isinstance(one, c.Let):
                names = names.insert(one.name, evaluate(one.value, names, view))
        return holds(asked, names, view)

    given = Given(answers, {source: usual.of(source)[0].shape}, {source: EPOCH}, EPOCH)
    wishes = Wishes(plan)
    for _ in range(2):
        before = so(given)
        changed = next(wishes.come_true(given, asked, Place(counter), so=not before), None)
        assert changed is not None, f"from {before}"
        assert so(changed) is not before
        given = Given(answers, changed.shapes, {source: EPOCH}, EPOCH)


@pytest.mark.parametrize(
    "condition",
    [
        "any(orders where it.items > 100 and it.placed < 2h ago) and any(orders where it.items < 10 and it.id in ids)",
        "third is not empty and sum(open each it.items) > 90",
    ],
)
def test_an_exploration_comes_where_no_answer_of_its_own_leads(condition: str) -> None:
    """Two items of which each fulfils another condition; a text in JSON that is a number."""
    plan, analysis = built(condition)
    found = explore(plan, analysis, paths=600)
    assert found.decisions_left == ()
    assert found.decisions_met == found.decisions
