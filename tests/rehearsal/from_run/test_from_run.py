"""A run that is over becomes a scenario: of shipped rehearsals, recorded, and of what a world cannot say."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.format import format_source
from rbengine.host.journal import events_of
from rbengine.host.recorded.recording import Recording
from rbengine.source import SourceFile
from support.recorded import lines, planted, recording, with_fields
from support.runs_again import run_again, written

LONG = pytest.mark.long


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """The shipped project."""
    with Ground.here(Output()) as found:
        yield found


@pytest.mark.parametrize(
    ("playbook", "title", "says"),
    [
        # a vendor that is down for a while, people who answer
        ("rb011", "Stripe is down when the pager rings", "fault stripe unavailable from"),
        # the row that was changed by somebody else between plan and approval
        ("rb001", "the webhook comes while we wait for approval", "UPDATE businesses"),
        # a setting of the server, sessions of others, a webhook that answers late
        ("rb003", "nobody answers about the sessions", "UPDATE pg_settings"),
        # the catalogue of publications
        ("rb013", "the table is not to be published", "ALTER PUBLICATION"),
        # sums of several windows over one ledger
        pytest.param("rb012", "charged too much, credits are given back", "table credit_ledger", marks=LONG),
        # counts by group and filter, moments on which later looks agree
        pytest.param("rb002", "a key that is refused is replaced", "= 8m ago", marks=LONG),
        # counters between two looks
        pytest.param("rb004", "the machine has room", "supabase.machine(", marks=LONG),
        # a new secret, events that wait
        pytest.param("rb005", "a new endpoint takes the place of the old one", "stripe.subscription(", marks=LONG),
        # a crash, rows that the company's program makes
        pytest.param("rb006", "a crash while everybody is frozen", "crash during", marks=LONG),
        pytest.param("rb007", "the function that refreshes is down", "fault supabase", marks=LONG),
        pytest.param("rb008", "the numbers cannot be looked up", "fault twilio", marks=LONG),
        pytest.param("rb009", "whether our status page was closed is lost", "status.component", marks=LONG),
        pytest.param("rb010", "no session is idle", "supabase.machine(", marks=LONG),
        pytest.param("rb014", "Supabase stumbles", "git.commit(", marks=LONG),
        pytest.param("rb015", "uploads stop, and old files go", '{"size"', marks=LONG),
    ],
)  # fmt: skip
def test_a_recorded_rehearsal_becomes_a_scenario_that_is_the_same_run(
    ground: Ground, playbook: str, title: str, says: str
) -> None:
    """It finds, does, tells and ends the same in the same time; what it says is formatted, and expects all of it."""
    found = run_again(ground, playbook, title).proven
    assert found.differs == ()
    assert says in found.text
    assert " within " in found.text.splitlines()[-1]
    head = "scenarios for RB-001\n\n"
    formatted = format_source(SourceFile("scenarios/rb001.rb", head + found.text)).text
    assert formatted is not None


def test_what_nobody_read_makes_it_another_run_and_is_said(ground: Ground) -> None:
    """The files went without anybody looking: a scenario that ends resolved must find nothing when it is run again."""
    found = run_again(ground, "rb015", "nothing can go, and somebody makes room").proven
    (told,) = found.differs
    assert "when it is run once more in the world it left" in told
    assert f"# a rehearsal is another run: {told}" in found.text.splitlines()


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


def test_a_live_run_begins_at_any_moment_and_its_world_at_a_whole_minute(ground: Ground) -> None:
    """What was read is as old in the rehearsal as it was in the run, to the second."""
    of = recording()
    late = timedelta(seconds=47, microseconds=586_890)
    moved = [
        re.sub(r'"(\d{4}-\d\d-\d\dT[0-9:.]+)Z"', partial(_later, late), one)
        for one in lines(of.events)
    ]
    live = Recording(source="", header=of.header, events=events_of(moved))
    assert live.started.at - of.started.at == late

    found = written(ground, live)
    assert found.differs == ()
    assert found.text == written(ground, of).text


def _later(late: timedelta, found: re.Match[str]) -> str:
    return f'"{(datetime.fromisoformat(found[1]) + late).isoformat(timespec="microseconds")}Z"'
