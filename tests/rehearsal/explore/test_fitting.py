"""Examples that fit the simulated company: each, pasted beside its runbook, rehearses."""

from collections.abc import Iterator

import pytest
from rbengine.cli.exploring import rehearsed
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.rehearsal.explore.explore import explore
from rbengine.rehearsal.explore.remarks import Exploration
from rbengine.rehearsal.stage import tiers_of
from rbengine.workspace.paths import scenarios_path

Shown = tuple[Ground, str, Exploration]


@pytest.fixture(scope="module", params=["rb001", "rb006", "rb011"])
def shown(request: pytest.FixtureRequest) -> Iterator[Shown]:
    """A shipped playbook with the examples that are shown of it."""
    with Ground.here(Output()) as ground:
        path = ground.playbook(request.param)
        app = ground.workspace.app()
        tiers = tiers_of(None if app is None else app[0])
        explored = explore(
            ground.workspace.plan(path),
            ground.workspace.analysis(path),
            paths=1500,
            builders=ground.workspace.builders,
            prices={tier: price for price, tier in tiers.items()},
        )
        yield ground, path, rehearsed(ground, path, explored)


def test_every_example_rehearses_where_it_is_pasted(shown: Shown) -> None:
    """All of them at once, under what is there: names do not meet, and nothing is missed."""
    ground, path, explored = shown
    beside = scenarios_path(path)
    known = ground.workspace.scenarios_for(path)
    assert known is not None
    examples = [one.example for one in explored.remarks if one.example]
    assert len(examples) * 2 >= sum(one.draft is not None for one in explored.remarks)
    pasted = ground.workspace.with_text(beside, "\n".join([known[1].text, *examples]))
    assert [one for one in pasted.problems(beside) if one.severity == "error"] == []
    session = ground.session().over(pasted)
    for scenario in session.scenarios(path)[-len(examples) :]:
        rehearsal = session.rehearse(path, scenario)
        assert rehearsal.ok, (scenario.title.plain, [one.message for one in rehearsal.misses])


def test_what_an_example_shows_is_what_its_remark_is_about(shown: Shown) -> None:
    """A refusal that nobody handles is ordered as a fault, and the run ends failed."""
    _, _, explored = shown
    for one in explored.remarks:
        if one.kind == "unhandled" and one.example:
            assert "  fault " in one.example
            assert one.example.rstrip().endswith("expect failed")


def test_an_example_needs_no_comment(shown: Shown) -> None:
    """It comes about as it stands, so nothing is left to be arranged by hand."""
    _, _, explored = shown
    assert [one.example for one in explored.remarks if "#" in one.example] == []
