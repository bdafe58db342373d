"""Examples: what is shown with a remark can be pasted beside the runbook."""

from pathlib import Path

import pytest
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.contract.values import Datum, Row
from rbengine.rehearsal.explore.domains import EPOCH
from rbengine.rehearsal.explore.draft import vendor_of
from rbengine.rehearsal.explore.explore import explore
from rbengine.rehearsal.explore.remarks import Exploration
from rbengine.runtime.commands import OperationRequest, SettleRequest
from rbengine.source import SourceFile
from rbengine.syntax import parse
from rehearsal.explore.small import explored


def test_every_error_and_warning_of_a_path_has_an_example() -> None:
    """A remark without one asks a person to find out alone."""
    changes = {
        '  escalate "Nothing is wrong with the order"\n  stop handed over "The fault is elsewhere"\n': '  note "f"\n',
        "    on failure unavailable, rate_limited, timeout, unauthorized, conflict\n": "    on failure conflict\n",
    }
    found = explored(changes)
    shown = [one for one in found.remarks if one.kind in ("ends in nothing", "unhandled")]
    assert {one.kind for one in shown} == {"ends in nothing", "unhandled"}
    for number, one in enumerate(shown, start=1):
        parsed = parse(SourceFile("scenarios/a.rb", f"scenarios for RB-100\n\n{one.example}"))
        assert parsed.problems == (), one.example
        assert f"world explored_{number} " in one.example


def test_the_example_is_the_simplest_path() -> None:
    """Nothing goes wrong in it but what it is about."""
    changes = {
        "    on failure unavailable, rate_limited, timeout, unauthorized, conflict\n": "    on failure conflict\n"
    }
    (shown,) = (one for one in explored(changes).remarks if one.kind == "unhandled")
    assert shown.example.count("fault ") + shown.example.count("# no fault") == 1
    assert "person on_call refuses" not in shown.example
    assert "expect found stuck" in shown.example
    assert (
        "| customer" in shown.example
    )  # what decides is given, what does not is left to the schema
    assert "| name" not in shown.example


PLAYBOOKS = sorted(one.stem for one in (Path(__file__).parents[3] / "playbooks").glob("rb0*.rb"))


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_no_shipped_playbook_has_an_error(name: str) -> None:
    """No branch that nothing reaches, no path that ends in nothing: what is found elsewhere is not found here."""
    with Ground.here(Output()) as ground:
        path = ground.playbook(name)
        plan, analysis = ground.workspace.plan(path), ground.workspace.analysis(path)
        found = explore(plan, analysis, paths=500, builders=ground.workspace.builders)
    assert [one.text for one in found.remarks if one.level == "error"] == []


@pytest.fixture(scope="module", params=["rb001", "rb006", "rb011"])
def shipped(request: pytest.FixtureRequest) -> tuple[Ground, str, Exploration]:
    """A shipped playbook, explored, on the ground it stands on."""
    ground = Ground.here(Output())
    path = ground.playbook(request.param)
    plan, analysis = ground.workspace.plan(path), ground.workspace.analysis(path)
    return ground, path, explore(plan, analysis, paths=3000, builders=ground.workspace.builders)


def test_nothing_of_error_level_is_said_of_a_shipped_playbook(
    shipped: tuple[Ground, str, Exploration],
) -> None:
    """Every decision of it is met, and nothing ends in nothing."""
    _, _, found = shipped
    assert [one.text for one in found.remarks if one.level == "error"] == []
    assert found.decisions_met == found.decisions


def test_examples_of_shipped_playbooks_are_checked_without_errors(
    shipped: tuple[Ground, str, Exploration],
) -> None:
    """Pasted under the scenarios that are there, worlds and vendors' lines are as the checker wants them."""
    ground, path, found = shipped
    beside = ground.workspace.scenarios_for(path)
    assert beside is not None
    examples = [one.example for one in found.remarks if one.example]
    assert examples
    text = "\n".join([beside[1].text.rstrip("\n"), "", *examples])
    after = ground.workspace.with_text(beside[1].path, text)
    wrong = [one.message for one in after.problems(beside[1].path) if one.severity == "error"]
    assert wrong == []


def test_what_comes_late_says_how_late() -> None:
    """The time of the simplest such path beside what the playbook allows."""
    (late,) = (one for one in explored().remarks if one.kind == "late")
    assert late.text.startswith("resolved after 21m")
    assert "over the mttr of 20m" in late.text
    assert late.level == "note"


def test_a_fault_is_ordered_of_the_vendor_that_has_it() -> None:
    """Jobs of the database are refused where the database is: there is no vendor of their own."""
    job = OperationRequest(operation="cron.unschedule", arguments=Datum(Row({})), effect="change")
    assert vendor_of(job) == "postgres"
    assert vendor_of(SettleRequest(request=job, asked=EPOCH)) == "postgres"
