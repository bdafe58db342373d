"""One slip, one report: names that broken lines would have bound or declared are not also unknown."""

import pytest
from rbengine.workspace import Workspace
from rbengine_adapters import signature_of
from support.described import OneTable

RUNBOOK = """runbook RB-900 "Shops"

severity P2
mttr 20m

diagnose
  step "Look"
    shop = query maybe
      SELECT id FROM shops
    more = = 3
  finding broken "It is broken
    shop is absent
  finding open "It is open"
    shop is present
resolve broken
  note "{{ more }}"
resolve open now
  note "open"
recover
  email.send(to: "a@b.test", message: hello())
otherwise
  note "fine"
message hello( "Hi"
  Hi
"""


WHOLE = """runbook RB-900 "Shops"

severity P2
mttr     20m

input shop: uuid "The shop"

diagnose
  step "Look"
    row = query maybe
      SELECT id FROM shops WHERE id = :shop
  finding gone "It is gone"
    row is absent

resolve gone
  step "Ask"
    approve "Open {{ shop }} again?" by boss

otherwise
  note "It is there: {{ shop }}"
"""
SCENARIOS = """scenarios for RB-900

world one "One shop"
  shop = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  person boss approves

scenario "it is gone" in one
  expect found gone
  expect asked 1 time "Open 6f again?"
"""
POLICY = """policy "Shops"

contact boss "Boss" email "boss@shops.test"

severity P2 "Medium"
  escalate after 30m to boss
"""


def problems(text: str) -> list[str]:
    made = Workspace({"a.rb": text}, signature_of=signature_of, describer=OneTable())
    return [
        f"{one.code} {text[one.primary.span.start : one.primary.span.end]}"
        for one in made.problems("a.rb")
        if not one.code.startswith("E1")
    ]


def codes_of_project(runbook: str, scenarios: str = SCENARIOS) -> list[str]:
    files = {"policy.rb": POLICY, "a.rb": runbook, "scenarios/a.rb": scenarios}
    made = Workspace(files, signature_of=signature_of, describer=OneTable())
    return [one.code for path in files for one in made.problems(path)]


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("input shop: uuid", "input shop uuid", "E101"),
        ("    row = query", "\trow = query", "E105"),
        ("    row is", "\u00a0   row is", "E106"),
        ("    approve", "\tapprove", "E105"),
        ("by boss", "by bos", "E607"),
        ("runbook RB-900", "", "E681"),
        (WHOLE, "", "E134"),
    ],
)
def test_one_slip_in_a_runbook_is_one_report_in_the_project(
    right: str, wrong: str, code: str
) -> None:
    """What could not be read is neither unknown, nor unused, nor unanswered, nor elsewhere to its scenarios."""
    assert codes_of_project(WHOLE) == []
    assert codes_of_project(WHOLE.replace(right, wrong)) == [code]


def test_an_input_that_a_world_lacks_is_one_report() -> None:
    """What stands in its tables by that name is not also unknown."""
    line = '  shop = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"\n'
    table = "  table shops\n    | id    |\n    | :shop |\n"
    assert codes_of_project(WHOLE, SCENARIOS.replace(line, line + table)) == []
    assert codes_of_project(WHOLE, SCENARIOS.replace(line, table)) == ["E664"]


def test_what_broken_lines_would_have_meant_is_not_unknown() -> None:
    """A binding, a finding, a `resolve` and a message, each broken in its own place."""
    assert problems(RUNBOOK) == []


def test_other_mistakes_are_seen_beside_them() -> None:
    """What is unknown in spite of them."""
    text = RUNBOOK.replace("{{ more }}", "{{ less }}").replace("hello())", "helo())")
    text = text.replace("resolve broken", "resolve brokn")
    assert problems(text) == ["E220 brokn", "E201 less", "E214 helo"]
