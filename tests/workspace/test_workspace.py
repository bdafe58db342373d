"""Many files in memory: what each holds, what is wrong with it, and its plan."""

from collections.abc import Mapping

import pytest
from rbengine.contract.operations import AdapterSignature
from rbengine.semantics.sql_facts import SqlQuestion, SqlRefusal, StatementFacts
from rbengine.workspace import CannotBePlannedError, Workspace
from rbengine.workspace.paths import runbook_path, scenarios_path
from rbengine_adapters import signature_of
from support.described import OneTable

RUNBOOK = """runbook RB-900 "Shops"

severity P2
mttr 20m
use shared

diagnose
  finding broken "It is broken"
    "a" is "a"
resolve broken
  call tell(text: "broken")
otherwise
  note "fine"
verify
  within 1m checking every 5s
    until no finding holds
"""
LIBRARY = 'library shared "Shared"\n\nprocedure tell(text: text)\n  note "{{ text }}"\n'
POLICY = """policy "Shop"

timezone "Europe/Rome"
contact boss "Boss" email "boss@shop.test"
severity P2 "Medium"
  escalate after 2h to boss
limits
  loop 7 items
"""
SCENARIOS = """scenarios for RB-900

world w "W"
  contact boss email "a@b.c"

scenario "S" in w
  expect found broken
"""
FILES = {
    "playbooks/shops.rb": RUNBOOK,
    "playbooks/shared.rb": LIBRARY,
    "playbooks/policy.rb": POLICY,
    "playbooks/scenarios/shops.rb": SCENARIOS,
    "playbooks/server.rb": "require 'sinatra'\n",
}


class Counting(OneTable):
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def describe(self, question: SqlQuestion, *, reading: bool) -> StatementFacts | SqlRefusal:
        self.asked += 1
        return super().describe(question, reading=reading)


def workspace(
    changes: Mapping[str, str | None] | None = None, describer: OneTable | None = None
) -> Workspace:
    """The files above, some of them changed or taken away."""
    texts = {**FILES, **(changes or {})}
    return Workspace(
        {path: text for path, text in texts.items() if text is not None},
        signature_of=signature_of,
        describer=describer or OneTable(),
    )


def codes(made: Workspace, path: str) -> list[str]:
    """Codes of a file's problems."""
    return [one.code for one in made.problems(path)]


def test_every_file_is_known_by_its_first_word() -> None:
    """Ruby files that happen to stand there are counted and left alone."""
    made = workspace()
    assert {path: made.kind(path) for path in made.files} == {
        "playbooks/policy.rb": "policy",
        "playbooks/scenarios/shops.rb": "scenarios",
        "playbooks/shared.rb": "library",
        "playbooks/shops.rb": "runbook",
    }
    assert made.foreign == ("playbooks/server.rb",)
    assert made.runbooks == ("playbooks/shops.rb",)
    assert made.runbook("RB-900") == "playbooks/shops.rb"
    assert made.runbook("RB-901") is None


def test_a_sound_project_has_no_problem_and_a_plan() -> None:
    """The plan holds the policy's rules and the library's code."""
    made = workspace()
    assert [codes(made, path) for path in made.files] == [[], [], [], []]
    plan = made.plan("playbooks/shops.rb")
    assert plan.policy.limits.loop == 7
    assert [one.name for one in plan.procedures] == ["shared.tell"]
    assert [path for path, _ in plan.texts] == [
        "playbooks/shops.rb",
        "playbooks/shared.rb",
        "playbooks/policy.rb",
    ]
    assert made.plan("playbooks/shops.rb") is plan


def test_what_is_known_is_worked_out_once() -> None:
    """An editor asks again and again."""
    describer = Counting()
    query = 'diagnose\n  step "L"\n    rows = query all\n      SELECT * FROM shops\n'
    made = workspace(
        {"playbooks/shops.rb": RUNBOOK.replace("diagnose\n", query)}, describer=describer
    )
    first = made.analysis("playbooks/shops.rb")
    assert made.analysis("playbooks/shops.rb") is first
    assert made.problems("playbooks/shops.rb") == first.problems
    assert describer.asked == 1


def test_scenarios_stand_beside_their_runbook() -> None:
    """Those of `X/a.rb` are in `X/scenarios/a.rb`."""
    made = workspace()
    found = made.scenarios_for("playbooks/shops.rb")
    assert found is not None
    assert found[0].runbook.text == "RB-900"
    assert made.scenarios_for("playbooks/shared.rb") is None
    assert scenarios_path("a.rb") == "scenarios/a.rb"
    assert runbook_path("scenarios/a.rb") == "a.rb"
    assert runbook_path("x/scenarios/a.rb") == "x/a.rb"
    assert runbook_path("x/a.rb") is None


def test_scenarios_without_their_runbook_say_where_it_should_be() -> None:
    """A rehearsal of nothing passes every time."""
    made = workspace({"playbooks/shops.rb": None})
    (problem,) = made.problems("playbooks/scenarios/shops.rb")
    assert problem.code == "E681"
    assert "playbooks/shops.rb" in (problem.help or "")


def test_scenarios_of_another_runbook_are_refused() -> None:
    """The first line says which runbook is rehearsed, and must say the truth."""
    text = SCENARIOS.replace("RB-900", "RB-901")
    made = workspace({"playbooks/scenarios/shops.rb": text})
    assert codes(made, "playbooks/scenarios/shops.rb") == ["E681"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("playbooks/zz.rb", POLICY),
        ("playbooks/zz.rb", LIBRARY),
        ("playbooks/zz.rb", RUNBOOK),
    ],
)
def test_there_is_one_of_each_name(path: str, text: str) -> None:
    """Which of two policies holds would depend on the names of files."""
    made = workspace({path: text})
    assert codes(made, path) == ["E680"]
    assert made.problems(path)[0].secondary[0].file != path


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("playbooks/shops.rb", '"a" is "a"', "nothing_there"),
        ("playbooks/shops.rb", "note", "noet"),
        ("playbooks/shared.rb", "{{ text }}", "{{ txet }}"),
        ("playbooks/policy.rb", "to boss", "to bos"),
    ],
)
def test_a_runbook_on_something_wrong_has_no_plan(path: str, old: str, new: str) -> None:
    """Whatever it stands on."""
    made = workspace({path: FILES[path].replace(old, new)})
    with pytest.raises(CannotBePlannedError) as caught:
        made.plan("playbooks/shops.rb")
    assert {one.primary.file for one in caught.value.problems} == {path}


def test_a_library_is_checked_whether_anybody_uses_it_or_not() -> None:
    """Its author asks for it alone; whoever uses it is told again."""
    wrong = LIBRARY.replace("{{ text }}", "{{ txet }}")
    made = workspace({"playbooks/shared.rb": wrong, "playbooks/shops.rb": None})
    (problem,) = made.problems("playbooks/shared.rb")
    assert problem.code == "E201"
    assert workspace({"playbooks/shared.rb": wrong}).problems("playbooks/shops.rb") == (problem,)


def test_a_warning_keeps_no_plan_away() -> None:
    """It is for the author, not for three in the morning."""
    made = workspace(
        {
            "playbooks/policy.rb": POLICY.replace(
                "  escalate after 2h to boss\n", "  changes need approval by boss\n"
            )
        }
    )
    assert codes(made, "playbooks/policy.rb") == ["W659"]
    assert made.plan("playbooks/shops.rb").id == "RB-900"


def test_a_project_without_a_policy_has_the_engines_limits() -> None:
    """Five lines are enough for a first runbook."""
    made = workspace({"playbooks/policy.rb": None, "playbooks/scenarios/shops.rb": None})
    assert made.policy().limits.loop == 500
    assert made.policy_source() is None
    assert made.app() is None


def test_only_a_runbook_has_an_analysis() -> None:
    """Asking for another one is a mistake of the caller."""
    with pytest.raises(ValueError, match="no runbook"):
        workspace().analysis("playbooks/policy.rb")


def test_no_signature_is_asked_for_by_a_file_that_calls_nothing() -> None:
    """Looking for an adapter that is not ours reads every installed package."""
    asked: list[str] = []

    def remember(name: str) -> AdapterSignature | None:
        asked.append(name)
        return signature_of(name)

    made = Workspace(FILES, signature_of=remember, describer=OneTable())
    for path in made.files:
        made.problems(path)
    assert asked == []
