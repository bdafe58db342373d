"""A run takes at most as long as the checker says: generated playbooks, and hosts that use all the time they may."""

import random

import pytest
from hypothesis import given, note
from rbengine.plan.build import build_plan
from support.check import analyse
from support.examples import SEEDS, examples
from support.generated import Program, program
from support.slow_host import LastMomentHost, LateHost, SlowHost


@examples(200)
@given(SEEDS)
def test_a_run_ends_within_the_worst_case_of_the_checker(seed: int) -> None:
    """What W430 compares with the mttr is no guess: no run of the text ever takes longer, whatever is answered."""
    made = program(seed)
    note(str(made))
    takes_no_longer_than_the_checker_says(made, seed)
    people_take_no_longer_than_the_checker_says(made, seed)


def takes_no_longer_than_the_checker_says(made: Program, seed: int) -> None:
    """The machine, where people answer at once."""
    host = SlowHost(made.plan, random.Random(seed))
    host.run()
    assert host.finish is not None
    assert host.took <= host.longest(made.analysis.at_worst().machine)


def people_take_no_longer_than_the_checker_says(made: Program, seed: int) -> None:
    """For what the playbook asks, each question and plan once; and what they are asked beyond that is bounded."""
    host = LateHost(made.plan, random.Random(seed))
    host.run()
    assert host.finish is not None
    assert host.asked_for <= host.longest(made.analysis.at_worst().people)
    assert host.again <= host.most_again


CANCEL = 'change "C"\n  shop.cancel(order: "o")\n  undo shop.restore(order: "o")'
SQL = 'change "C"\n  sql\n    UPDATE accounts SET frozen = true WHERE credits = 3\n  expect 1 row'
MANY = (
    'change "C"\n  for each o in ["a", "b", "c"], at most 3\n'
    "    shop.cancel(order: o)\n    undo shop.restore(order: o)"
)
LOOK = 'n = shop.orders(customer: "c")'
FORMS: dict[str, str] = {
    "a call": LOOK,
    "a query": "n = query one\n  SELECT name FROM accounts",
    "a query with a time of its own": "n = query one timeout 33s\n  SELECT name FROM accounts",
    "a message": 'mail.send(to: row.email, message: cheers("me"))',
    "an operation": CANCEL,
    "a statement": SQL,
    "many items": MANY,
    "a wait": "wait 3m",
    "a time that is not written": "check pause <= 9m\nwait pause",
    "within": f'within 4m checking every 50s\n  {LOOK}\n  until n is not empty\nelse\n  note "late"',
    "until no finding holds": 'within 4m checking every 50s\n  until no finding holds\nelse\n  note "late"',
    "a loop": 'for each i in [1, 2, 3], at most 3\n  x = shop.orders(customer: "c")\n  wait 5s',
    "three at a time": 'for each i in [1, 2, 3, 4], at most 4, 3 at a time\n  x = shop.orders(customer: "c")',
    "side by side": 'parallel\n  x = query one\n    SELECT name FROM accounts\n  y = shop.orders(customer: "c")',
    "branches": "if row.frozen\n  wait 4m\nelse\n  wait 3m",
    "match": 'm = try shop.latest_order(customer: "c")\nmatch m\n  when failed\n    wait 1m\n'
    "  when absent\n    wait 2m\n  when present\n    wait 30s",
    "a procedure": "call lost()",
    "a manual": 'manual "Look"\nnote "done"',
    "a loop around a change": "for each i in [1, 2], at most 2\n  " + CANCEL.replace("\n", "\n  "),
}
"""Statements in one step, with people who answer at once. Each of them can take all the time that is counted."""
LIBRARY = f"""\
library lib "What is shared"
procedure lost()
  {CANCEL.replace(chr(10), chr(10) + "  ")}
"""


@pytest.mark.parametrize("retry", ["", ", retry 2 times every 7s doubling"], ids=["once", "again"])
@pytest.mark.parametrize("timeout", ["", ", timeout 40s"], ids=["policy", "step"])
@pytest.mark.parametrize("form", FORMS)
def test_the_worst_case_of_each_statement_is_reached(form: str, timeout: str, retry: str) -> None:
    """To the second: a bound that no run comes near would say as little as one that is passed."""
    exactly(f'  step "S"{timeout}{retry}\n{indented(FORMS[form], 4)}', 2 if retry else 0)


@pytest.mark.parametrize("form", ["an operation", "a statement", "many items"])
def test_the_worst_case_of_taking_back_is_reached(form: str) -> None:
    """Everything is done, and then all of it is in vain."""
    exactly(f"""\
  all or nothing
    step "S", timeout 3s
{indented(FORMS[form], 6)}
    step "T"
      check 2 < 1 else "in vain"
""", 0)  # fmt: skip


def indented(text: str, by: int) -> str:
    return "\n".join(f"{' ' * by}{line}" for line in text.splitlines())


def exactly(steps: str, tries: int) -> None:
    """The run of a playbook that resolves with `steps` takes as long as the checker says."""
    cheers = 'message cheers(name: text) "Hi"\n  Hi {{ name }}\n' if "cheers" in steps else ""
    use = "use lib\n\n" if "call " in steps else ""
    given = 'input pause: duration = 2m "How long"\n' if "pause" in steps else ""
    text = f"""\
runbook RB-100 "Orders are slow"

{use}severity P2
mttr 1s
{given}
diagnose
  step "Look"
    row = query one
      SELECT id, email, frozen, credits FROM accounts LIMIT 1
  finding slow "They are slow"
    row.frozen
resolve slow
{steps}
otherwise
  escalate "none"
{cheers}"""
    analysis = analyse(text, {"lib": LIBRARY} if use else {})
    assert [one.message for one in analysis.problems if one.severity == "error"] == [], text
    host = LastMomentHost(build_plan(analysis), tries)
    host.run()
    assert host.finish is not None
    path = next(one for one in analysis.at_worst().machine if one.own == "resolve slow")
    assert host.took == path.worst.time, f"{host.took}, and {path.worst.time} were counted\n{text}"
