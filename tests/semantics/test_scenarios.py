"""Worlds and rehearsals are checked against the runbook, the schema, the policy and the vendors."""

from collections.abc import Mapping

import pytest
from rbengine.contract.operations import Operation, Parameter
from rbengine.contract.policy import (
    ApprovalRule,
    Contact,
    EscalationRung,
    PolicyModel,
    SeverityPolicy,
)
from rbengine.contract.types import TEXT, Enum
from rbengine.contract.values import Datum
from rbengine.diagnostics import Diagnostic
from rbengine.semantics.check import check
from rbengine.semantics.scenarios import check_scenarios
from rbengine.source import SourceFile
from rbengine.syntax.nodes import App, Library, Runbook, Scenarios
from rbengine_adapters import signature_of
from support.described import OneTable
from support.lenient import tree_of

POLICY = PolicyModel(
    name="Shop",
    contacts=(
        Contact(name="boss", title="Boss"),
        Contact(name="on_call", title="On call", is_role=True),
    ),
    severities=(
        SeverityPolicy(
            name="P2",
            title="Medium",
            rungs=(EscalationRung(when="at once", to=("boss",)),),
            approvals=(ApprovalRule(about="changes", by=("on_call",)),),
        ),
    ),
)

RUNBOOK = """runbook RB-900 "Shops"

severity P2
mttr 20m

input shop: uuid            "Which"
input least: int = 3        "How many"

diagnose
  step "Look"
    row = query one
      SELECT * FROM shops WHERE id = :shop
  finding closed "It is closed"
    row.state is "closed"
resolve closed
  step "Open it"
    change "Open {{ row.name }} again"
      sql
        UPDATE shops SET state = 'open' WHERE id = :shop
      expect 1 row
    reason = ask "Why was it closed?": text within 5m by on_call
    note reason
otherwise
  note "open, {{ least }} at least"
verify
  within 1m checking every 5s
    until no finding holds
"""

SOUND = """scenarios for RB-900

world shut "A closed shop" default
  shop = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"
  table shops
    | id    | name | state  | orders | is_frozen | opened_at |
    | :shop | Acme | closed | 3      | false     | = 3d ago  |
  stripe.thing(id: "x", state: "new")
  contact boss email "boss@shop.test"
  person on_call approves after 90s
  person on_call answers "Why was it closed?" with "By mistake"

scenario "opened again" in shut
  fault stripe unavailable from 0s to 8s
  at 2m
    sql
      UPDATE shops SET orders = 4 WHERE id = :shop
  expect found closed
  expect changed "Open Acme again"
  expect asked 1 time "Why was it closed?"
  expect table shops where id = :shop
    | state | orders |
    | open  | 3      |
  expect escalated to boss at 20m
  expect called supabase.invoke(function: "x")

scenario "the same once more" in shut
  fault app "shop-webhook" down
  expect the same as "opened again"
"""

APP = """app "Shop"

on shop event "order.made" after 1s
  answer 200
"""

THING = Operation(
    adapter="stripe",
    name="thing",
    doc="A thing.",
    parameters=(
        Parameter(name="id", type=TEXT, doc="its id"),
        Parameter(
            name="state", type=Enum(("new", "old"), "stripe.state"), doc="how", default=Datum("new")
        ),
    ),
    effect="change",
)


def problems_of(text: str, beside: str = RUNBOOK) -> tuple[tuple[Diagnostic, ...], SourceFile]:
    """What is wrong with a scenarios file for a runbook."""
    runbook, runbook_source = tree_of(
        beside.replace("note reason", 'note "{{ reason }}"'), "shops.rb"
    )
    scenarios, source = tree_of(text, "scenarios/shops.rb")
    app, _ = tree_of(APP, "app.rb")
    assert isinstance(runbook, Runbook)
    assert isinstance(scenarios, Scenarios)
    assert isinstance(app, App)
    analysis = check(
        runbook,
        runbook_source,
        policy=POLICY,
        libraries={},
        signature_of=signature_of,
        describer=OneTable(),
    )
    assert [one.message for one in analysis.problems] == []
    found = check_scenarios(
        scenarios,
        source,
        runbook=analysis,
        describer=OneTable(),
        signature_of=signature_of,
        builders={"stripe.thing": THING},
        app=app,
    )
    return found, source


def test_a_sound_file_has_no_problem() -> None:
    """The text that the slips are made in."""
    assert problems_of(SOUND)[0] == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "underlined"),
    [
        ("expect found closed", "expect found close", "E660", "close"),
        ('changed "Open Acme again"', 'changed "Open Acme"', "E661", '"Open Acme"'),
        ('asked 1 time "Why', 'asked 1 time "Who', "E661", '"Who was it closed?"'),
        ('answers "Why was it closed?"', 'answers "Who?"', "E661", '"Who?"'),
        ("  table shops\n", "  table shop\n", "E662", "shop"),
        ("| orders | is_frozen", "| order  | is_frozen", "E662", "order"),
        ("| state | orders |", "| stat  | orders |", "E662", "stat"),
        ("| closed | 3 ", "| shut   | 3 ", "E663", "shut"),
        ("| closed | 3 ", "| closed | x ", "E663", "x"),
        ("| closed | 3      | false", "| closed | 3      | no   ", "E663", "no"),
        ("| closed | 3      | false", "| closed | null   | false", "E663", "null"),
        ("= 3d ago ", "= 3d     ", "E401", "3d"),
        ("| :shop | Acme", "| :shp  | Acme", "E201", "shp"),
        ('shop = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"', 'shop = "a shop"', "E423", '"a shop"'),
        ("in shut\n  fault app", "in shit\n  fault app", "E665", "shit"),
        ('the same as "opened again"', 'the same as "opened"', "E665", '"opened"'),
        ('the same as "opened again"', 'the same as "the same once more"', "E669", '"the same once more"'),
        ('scenario "the same once more"', 'scenario "opened again"', "E669", '"opened again"'),
        ("contact boss email", "contact chief email", "E666", "chief"),
        ("escalated to boss", "escalated to bos", "E666", "bos"),
        ("person on_call approves", "person oncall approves", "E666", "oncall"),
        ('fault app "shop-webhook"', 'fault app "shop-webhok"', "E667", '"shop-webhok"'),
        ('"shop-webhook" down', '"shop-webhook" slow', "E667", 'fault app "shop-webhook" slow'),
        ("fault stripe", "fault strip", "E667", "strip"),
        ("from 0s to 8s", "from 8s to 8s", "E667", "8s to 8s"),
        ("fault stripe unavailable", "fault stripe unavailible", "E667", "fault stripe unavailible from 0s to 8s"),
        ("fault stripe unavailable", "fault stripe refuses with too_many", "E667", "too_many"),
        ("fault stripe unavailable", "fault stripe refuses with timeout", "E667", "timeout"),
        ('state: "new"', 'state: "broken"', "E405", '"broken"'),
        ("stripe.thing(", "stripe.thong(", "E204", "thong"),
        ('thing(id: "x", ', "thing(", "E206", "stripe.thing"),
        ('invoke(function: "x")', 'invoke(fnction: "x")', "E205", "fnction"),
        ("UPDATE shops SET orders = 4", "UPDATE nonsense SET orders = 4", "E512", "nonsense"),
    ],
)  # fmt: skip
def test_one_slip_is_one_problem_at_its_place(
    old: str, new: str, code: str, underlined: str
) -> None:
    """A scenario that cannot be what its author means must not run and pass."""
    assert old in SOUND
    found, source = problems_of(SOUND.replace(old, new, 1))
    shown = [
        (one.code, source.slice(one.primary.span).strip()) for one in found if one.code != "W668"
    ]
    assert [text for _, text in shown] == [underlined]
    assert shown[0][0] == code


def test_a_world_gives_every_input_without_a_default() -> None:
    """A rehearsal cannot ask anybody for them."""
    line = '  shop = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"\n'
    found, _ = problems_of(SOUND.replace(line, "").replace(":shop", "null"))
    assert "E664" in [one.code for one in found]


def test_an_input_that_may_be_absent_need_not_be_given() -> None:
    """Left out it is absent, in a rehearsal as on the command line."""
    more = RUNBOOK.replace("\ninput", '\ninput who: optional text "Who"\ninput', 1)
    more = more.replace("{{ least }}", "{{ who if who is present else least }}")
    assert problems_of(SOUND, more)[0] == ()


PLAIN = """runbook RB-900 "Nothing to read"

severity P2
mttr 20m

input who: optional text "Who"

diagnose
  finding odd "Somebody is odd"
    who is present
    who is "odd"
resolve odd
  note "odd"
otherwise
  note "fine"
"""


def test_a_world_may_have_nothing_to_say() -> None:
    """Where every input may be left out and nothing stands anywhere, its name is enough."""
    text = """scenarios for RB-900

world plain "Nothing is special" default

scenario "nothing is found" in plain
  expect not found odd
"""
    assert problems_of(text, PLAIN)[0] == ()
    needed = PLAIN.replace("optional text", "text").replace("    who is present\n", "")
    assert [one.code for one in problems_of(text, needed)[0]] == ["E664"]


def test_a_question_that_no_scenario_answers_is_a_warning_at_the_question() -> None:
    """What comes after the answer is never rehearsed."""
    line = '  person on_call answers "Why was it closed?" with "By mistake"\n'
    found, _ = problems_of(SOUND.replace(line, ""))
    (problem,) = found
    assert (problem.code, problem.primary.file) == ("W668", "shops.rb")
    assert problem.help is not None
    assert "Why was it closed?" in problem.help


def test_a_change_that_nobody_approves_is_one_too() -> None:
    """An approval is a question."""
    found, _ = problems_of(SOUND.replace("  person on_call approves after 90s\n", ""))
    (problem,) = found
    assert problem.code == "W668"
    assert "Open {{" in (problem.help or "")


def test_the_engines_own_questions_may_be_expected() -> None:
    """Whether a lost change was done is asked by no line of the playbook."""
    line = '  expect asked 1 time "Why was it closed?"\n'
    assert problems_of(SOUND.replace(line, '  expect asked 1 time "Was this done"\n'))[0] == ()


def test_the_second_default_world_is_refused() -> None:
    """`rbengine exec` runs in the default world, and there is one."""
    second = 'world other "Other" default\n  shop = "6f1c0f6e-0f0e-4e0a-9a55-0c6a4c1c0a11"\n\n'
    found, _ = problems_of(SOUND.replace('scenario "opened', second + 'scenario "opened', 1))
    assert [one.code for one in found] == ["E669"]


def test_such_a_warning_is_accepted_in_the_runbook_where_it_is_asked() -> None:
    """Without scenarios the acceptance is not idle; beside scenarios that answer it is."""
    line = '  person on_call answers "Why was it closed?" with "By mistake"\n'
    asked = '    reason = ask "Why was it closed?"'
    accepted = RUNBOOK.replace(asked, f'    allow W668 "asked by hand"\n{asked}')
    assert codes_of(accepted, SOUND.replace(line, "")) == []
    assert codes_of(accepted, SOUND) == ["E231"]


@pytest.mark.parametrize(("calls", "expected"), [("", []), ("    call ask_why()\n", ["W668"])])
def test_only_a_procedure_that_is_called_asks_anybody(calls: str, expected: list[str]) -> None:
    """A library is shared: what other runbooks call of it is answered beside those."""
    library, shelf = tree_of(
        'library doors "Doors"\n\nprocedure ask_why()\n  call ask()\n\n'
        'procedure ask()\n  why = ask "Who has the key?": text\n  note "{{ why }}"\n',
        "doors.rb",
    )
    assert isinstance(library, Library)
    asked = '    reason = ask "Why was it closed?"'
    runbook = RUNBOOK.replace("severity P2\n", "severity P2\nuse doors\n").replace(
        asked, f"{calls}{asked}"
    )
    assert codes_of(runbook, SOUND, {"doors": (library, shelf)}) == expected


def codes_of(
    runbook: str,
    scenarios: str,
    libraries: Mapping[str, tuple[Library, SourceFile]] | None = None,
) -> list[str]:
    """Of the runbook alone, then beside its scenarios."""
    tree, source = tree_of(runbook.replace("note reason", 'note "{{ reason }}"'), "shops.rb")
    scenes, beside = tree_of(scenarios, "scenarios/shops.rb")
    assert isinstance(tree, Runbook)
    assert isinstance(scenes, Scenarios)
    analysis = check(
        tree,
        source,
        policy=POLICY,
        libraries=libraries or {},
        signature_of=signature_of,
        describer=OneTable(),
    )
    found = check_scenarios(
        scenes,
        beside,
        runbook=analysis,
        describer=OneTable(),
        signature_of=signature_of,
    )
    return [one.code for one in (*analysis.problems, *found) if one.code in ("W668", "E231")]
