"""One file gets another text: what does not depend on it is taken along, what does is worked out anew."""

import pytest
from rbengine.workspace import Workspace
from rbengine_adapters import signature_of
from support.described import OneTable

RUNBOOK = """runbook RB-{number} "Shops {number}"

severity P2
mttr 20m

diagnose
  step "Look"
    shop = query maybe
      SELECT id FROM shops
  finding {finding} "It is broken"
    shop is absent
resolve {finding}
  note "well"
otherwise
  note "fine"
"""
POLICY = """policy "Shop"

timezone "Europe/Rome"
contact boss "Boss" email "boss@shop.test"
severity P2 "Medium"
  escalate after 2h to boss
"""
SCENARIOS = """scenarios for RB-900

world w "W"
  contact boss email "a@b.c"

scenario "S" in w
  expect found {finding}
"""
FIRST, SECOND, BESIDE, RULES = "p/first.rb", "p/second.rb", "p/scenarios/first.rb", "p/policy.rb"


@pytest.fixture
def project() -> Workspace:
    """Two runbooks, the scenarios of the first, and a policy; everything was asked once."""
    made = Workspace(
        {
            FIRST: RUNBOOK.format(number=900, finding="broken"),
            SECOND: RUNBOOK.format(number=901, finding="broken"),
            BESIDE: SCENARIOS.format(finding="broken"),
            RULES: POLICY,
        },
        signature_of=signature_of,
        describer=OneTable(),
    )
    for path in made.files:
        assert "E" not in {one.code[0] for one in made.problems(path)}, made.problems(path)
    return made


def test_a_file_that_does_not_depend_on_it_is_not_worked_out_again(project: Workspace) -> None:
    """An editor asks after each key."""
    after = project.with_text(FIRST, RUNBOOK.format(number=900, finding="broken") + "\n# more\n")
    assert after.analysis(SECOND) is project.analysis(SECOND)
    assert after.tree(RULES) is project.tree(RULES)
    assert after.policy() is project.policy()
    assert after.analysis(FIRST) is not project.analysis(FIRST)


def test_scenarios_are_judged_again_when_their_runbook_changes(project: Workspace) -> None:
    """They speak of its findings."""
    after = project.with_text(FIRST, RUNBOOK.format(number=900, finding="stopped"))
    assert BESIDE in project.dependents(FIRST)
    assert [one.severity for one in after.problems(BESIDE)].count("error") == 1
    assert after.analysis(SECOND) is project.analysis(SECOND)


def test_every_runbook_is_judged_again_when_the_policy_changes(project: Workspace) -> None:
    """Severities and roles are its own."""
    after = project.with_text(RULES, POLICY.replace("P2", "P3"))
    assert set(project.dependents(RULES)) == set(project.files)
    for path in (FIRST, SECOND):
        assert any(one.severity == "error" for one in after.problems(path))


def test_a_name_that_another_file_has_is_told_in_both_orders(project: Workspace) -> None:
    """Two runbooks called RB-900: the second by path has the problem, whichever was changed."""
    twice = RUNBOOK.format(number=900, finding="broken")
    after = project.with_text(SECOND, twice)
    assert [one.code for one in after.problems(SECOND)] != [
        one.code for one in project.problems(SECOND)
    ]
    again = after.with_text(SECOND, RUNBOOK.format(number=902, finding="broken"))
    assert again.problems(SECOND) == project.problems(SECOND)


def test_a_file_may_go_and_come(project: Workspace) -> None:
    """As files in a folder do."""
    without = project.with_text(FIRST, None)
    assert FIRST not in without.files
    assert any(one.severity == "error" for one in without.problems(BESIDE))
    back = without.with_text(FIRST, RUNBOOK.format(number=900, finding="broken"))
    assert back.problems(BESIDE) == project.problems(BESIDE)


def test_the_former_project_stays_as_it_is(project: Workspace) -> None:
    """An answer that is being given must not change while it is given."""
    before = project.problems(FIRST)
    project.with_text(FIRST, "runbook")
    assert project.problems(FIRST) == before


def test_a_runbook_and_a_library_have_tables(project: Workspace) -> None:
    """What a word under the cursor is."""
    after = project.with_text(
        "p/shared.rb", 'library shared "S"\n\nprocedure p(x: text)\n  note "{{ x }}"\n'
    )
    tables = after.tables("p/shared.rb")
    assert tables is not None
    assert {one.name for one in tables.symbols.values()} == {"x"}
    # they are learned without looking for what is wrong, and are those of the analysis
    learned, analysis = after.tables(FIRST), after.analysis(FIRST)
    assert learned is not None
    assert (learned.types, learned.symbols) == (analysis.tables.types, analysis.tables.symbols)
    assert after.tables(FIRST) is analysis.tables
    assert after.tables(RULES) is None
