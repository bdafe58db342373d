"""A run that is over becomes a scenario: of shipped rehearsals, recorded, and of what a world cannot say."""

from collections.abc import Iterator

import pytest
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.cli.scenarios_from import rehearsed_from
from rbengine.contract.codec import to_line
from rbengine.host.journal import events_of
from rbengine.host.recorded.making import made
from rbengine.host.recorded.recording import Recording
from rbengine.rehearsal.from_run import Proven
from rbengine.rehearsal.result import Rehearsal
from rbengine.workspace.paths import scenarios_path
from support.recorded import planted, recording, with_fields

SLOW = pytest.mark.slow


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """The shipped project."""
    with Ground.here(Output()) as found:
        yield found


def recorded(ground: Ground, path: str, rehearsal: Rehearsal) -> Recording:
    """The rehearsal as a recording."""
    plan = ground.workspace.plan(path)
    assert rehearsal.finish is not None
    found = made(
        rehearsal.lines, to_line(plan), ground.texts, outcome=rehearsal.finish.outcome, engine=""
    )
    return Recording(source="", header=found.header, events=events_of(found.lines))


def written(ground: Ground, of: Recording, name: str = "as_it_was") -> Proven:
    """Its world and scenario, pasted below those of its runbook."""
    path = ground.playbook(of.header.runbook)
    return rehearsed_from(ground, of, path, name, ground.texts[scenarios_path(path)])


@pytest.mark.parametrize(
    ("playbook", "title"),
    [
        ("rb011", "Stripe is down when the pager rings"),  # a fault that ends
        pytest.param("rb001", "the webhook was lost", marks=SLOW),  # an invoice and a mail
        pytest.param("rb004", "the machine has room", marks=SLOW),  # between two looks
        pytest.param("rb011", "the engineer refuses", marks=SLOW),  # people
        pytest.param("rb014", "Supabase does not answer", marks=SLOW),  # down for good
    ],
)
def test_a_recorded_rehearsal_becomes_a_scenario_that_passes(
    ground: Ground, playbook: str, title: str
) -> None:
    """It finds, does and ends the same, and everything it did is expected."""
    session = ground.session()
    path = ground.playbook(playbook)
    scenario = next(one for one in session.scenarios(path) if one.title.plain == title)
    rehearsal = session.rehearse(path, scenario)
    assert rehearsal.ok
    found = written(ground, recorded(ground, path, rehearsal))
    assert found.differs == ()
    assert "expect" in found.text


def test_what_no_line_of_a_world_says_stands_in_a_comment_with_the_reason(ground: Ground) -> None:
    """And where that makes it another run, it is said in what."""
    found = written(ground, recording("rb012_the_engineer_refuses_the_entry"))
    comments = [one for one in found.text.splitlines() if one.startswith("#")]
    assert "# query messages answered due 3, unpriced 0: no row says that" in comments
    assert found.differs
    assert comments[-len(found.differs) :] == [
        f"# a rehearsal is another run: {one}" for one in found.differs
    ]


def test_nothing_in_a_text_ends_its_line_or_begins_a_hole(ground: Ground) -> None:
    """Customers call themselves what they like; what the column does not take stands in a comment."""
    name = 'x" | y {{ 7*7 }}\n  fault stripe down \x1b[31m'
    of = recording()
    events = planted(of, 1, with_fields(subscription_status=name, frozen_reason="= 40d ago"))
    hostile = Recording(source="", header=of.header, events=tuple(events))
    found = written(ground, hostile)
    assert not any(one.startswith("  fault") for one in found.text.splitlines())
    assert "\x1b" not in found.text
    assert any(one.startswith("# table businesses is left out") for one in found.text.splitlines())
