"""What holds of every run: playbooks of the whole language, and hosts that do their worst within the protocol."""

from collections import Counter

import pytest
from hypothesis import given, note
from support.carried_out import WHAT_RUNS_DO, counting, happened
from support.examples import SEEDS, examples
from support.generated import in_vain, program
from support.properties import PROPERTIES, a_diagnosis_changes_nothing
from support.worst_host import run_of

PARTS = 2
"""So that two processes share the work."""
WORLDS = 4
"""In so many each playbook runs: reading and checking one takes longer than running it."""
OFTEN = 5


@pytest.mark.parametrize("part", range(PARTS))
def test_every_property_holds_of_every_run(part: int) -> None:
    """And what holds of what is never carried out would say nothing: every statement and option is, many times."""
    tally: Counter[str] = Counter()

    @examples(220)
    @given(SEEDS)
    def hold(seed: int) -> None:
        made = program(seed * PARTS + part)
        note(str(made))
        for world in range(WORLDS):
            with counting(tally):
                host = run_of(made.plan, seed + world)
            tally.update(happened(host))
            for one in PROPERTIES:
                one(host)
        a_diagnosis_changes_nothing(run_of(made.plan, seed, diagnose_only=True))

    hold()
    assert {name: tally[name] for name in WHAT_RUNS_DO if tally[name] < OFTEN} == {}


@examples(80)
@given(SEEDS)
def test_what_was_done_in_vain_is_taken_back_and_no_more(seed: int) -> None:
    """Nothing older than a message to people, or than what is final, unless a person says so."""
    made = in_vain(seed)
    note(str(made))
    for world in range(WORLDS):
        host = run_of(made.plan, seed + world)
        for one in PROPERTIES:
            one(host)
