"""Clocks of runs that nobody drives: what came due meanwhile goes off when somebody looks, each once."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli.conftest import Command
from rbengine.cli import ticking
from rbengine.host.journal import OwnedError, Owner, events_of
from rbengine.host.sqlite_store import SqliteStore
from rbengine.host.state_folder import JOURNAL
from rbengine.rehearsal.kept import SimulatedRuns
from rbengine.runtime.events import Resumed, Started, TimerFired

RUN = "RUN-2026-11-23-001"

POLICY = """\
policy "Two rungs"

timezone "Europe/Rome"

contact lead    "Lead"     email "lead@example.com"
contact chief   "Chief"    email "chief@example.com"
role    on_call "On call"  email "on.call@example.com"

limits
  question 30d

severity P3 "Low"
  escalate after 1h to lead
  escalate after 2h to chief
"""

PLAYBOOK = """\
runbook RB-904 "Somebody decides"

severity P3
mttr     30m

symptoms
  - Nobody knows

diagnose
  step "Look"
    many = count(["a"])

  finding some "There are some"
    many > 0

resolve some
  step "Let people decide"
    approve "Shall somebody look?" within 20d by on_call

otherwise
  note "All is well"
"""

SCENARIOS = """\
scenarios for RB-904

world usual "As always" default
"""


class Later:
    """The machine's clock, ahead of itself."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, zone: object) -> datetime:
        """As `datetime.now`."""
        assert zone is UTC
        return datetime.now(UTC) + cls.ahead


@pytest.fixture
def kept(project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A run that waits, and whose clocks go on."""
    (project / "playbooks" / "policy.rb").write_text(POLICY)
    (project / "playbooks" / "rb904.rb").write_text(PLAYBOOK)
    (project / "playbooks" / "scenarios" / "rb904.rb").write_text(SCENARIOS)
    monkeypatch.setenv("RBENGINE_STATE", str(project.parent / "state"))
    monkeypatch.setattr(Later, "ahead", timedelta(0))
    monkeypatch.setattr(ticking, "datetime", Later)
    begin = SimulatedRuns.__init__

    def ahead(runs: SimulatedRuns, *arguments: object, **named: object) -> None:
        begin(runs, *arguments, **named)  # type: ignore[arg-type]
        runs._real_now = lambda: Later.now(UTC)

    monkeypatch.setattr(SimulatedRuns, "__init__", ahead)
    assert rbengine("exec", "rb904", "--durable").code == 7
    return rbengine


def fired(run: str) -> list[timedelta]:
    """When clocks went off, from the incident's start, in minutes."""
    store = SqliteStore(Path(os.environ["RBENGINE_STATE"]) / JOURNAL)
    events = events_of(store.read(run))
    store.close()
    began = next(one.began for one in events if isinstance(one, Started))
    return [one.at - began for one in events if isinstance(one, TimerFired)]


def test_rungs_that_came_due_meanwhile_are_climbed_at_once(kept: Command) -> None:
    """Each once, at the moment it happens and not at the one it should have; the MTTR counts from the incident too."""
    Later.ahead = timedelta(hours=3)
    done = kept("tick")
    assert done.code == 0
    assert done.out.count("told lead") == 1
    assert done.out.count("told chief") == 1
    late = fired(RUN)
    assert len(late) == 3
    assert all(timedelta(hours=3) <= one < timedelta(hours=3, minutes=5) for one in late)
    Later.ahead = timedelta(hours=9)
    assert kept("tick").out == ""
    assert len(fired(RUN)) == 3


def test_a_tick_before_its_time_does_nothing(kept: Command) -> None:
    """Cron calls it every minute."""
    Later.ahead = timedelta(minutes=29)
    assert kept("tick").out == ""
    assert fired(RUN) == []
    Later.ahead = timedelta(minutes=31)
    assert "MTTR" in kept("tick").out
    assert len(fired(RUN)) == 1


def test_a_run_that_somebody_takes_up_just_then_is_left_to_them(
    kept: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cron calls `tick` while a person answers: that is no trouble to be told of."""
    Later.ahead = timedelta(minutes=31)

    def owned(_: SqliteStore, run: str, owner: Owner, **__: bool) -> int:
        raise OwnedError(run, owner)

    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "acquire", owned)
        done = kept("tick")
    assert (done.code, done.err, "is driven by" in done.out) == (0, "", False)
    assert "MTTR" in kept("tick").out


@pytest.mark.parametrize("days", [1, 15])
def test_clocks_count_across_restarts(kept: Command, days: int) -> None:
    """Taken up twice between, the rungs still count from the incident's start."""
    Later.ahead = timedelta(minutes=40)
    kept("resume", RUN)
    Later.ahead = timedelta(minutes=50)
    kept("resume", RUN)
    assert len(fired(RUN)) == 1
    Later.ahead = timedelta(days=days)
    kept("tick")
    assert len(fired(RUN)) == 3
    store = SqliteStore(Path(os.environ["RBENGINE_STATE"]) / JOURNAL)
    resumed = [one for one in events_of(store.read(RUN)) if isinstance(one, Resumed)]
    store.close()
    assert len(resumed) == 3


@pytest.mark.parametrize(
    ("starts", "hours"),
    [("2026-11-20", 69), ("2026-03-27", 68), ("2026-10-23", 70)],
    ids=["an ordinary weekend", "the clocks go forward", "the clocks go back"],
)
def test_a_parked_run_keeps_to_business_hours_while_the_clocks_change(
    kept: Command, project: Path, starts: str, hours: int
) -> None:
    """Nine in the morning is nine on people's clocks; what was promised in hours is so many hours."""
    kept("cancel", RUN)
    monday = POLICY.replace(
        "escalate after 1h to lead", "escalate next business day at 09:00 to lead"
    )
    hourly = monday.replace("escalate after 2h", "escalate after 72h").replace(
        'timezone "Europe/Rome"',
        'timezone "Europe/Rome"\nbusiness hours monday to friday from 09:00 to 18:00',
    )
    (project / "playbooks" / "policy.rb").write_text(hourly)
    playbook = project / "playbooks" / "rb904.rb"
    playbook.write_text(PLAYBOOK.replace("mttr     30m", "mttr     10d"))
    scenarios = project / "playbooks" / "scenarios" / "rb904.rb"
    scenarios.write_text(SCENARIOS + f"  starts {starts} 12:00\n")
    assert kept("exec", "rb904", "--durable").code == 7
    (run,) = {line.split()[0] for line in kept("runs").out.splitlines() if line.startswith("RUN")}
    assert f"lead in {hours // 24}d" in kept("runs").out
    ahead = timedelta(hours=hours)
    Later.ahead = ahead - timedelta(minutes=2)
    assert kept("tick").out == ""
    Later.ahead = ahead + timedelta(minutes=1)
    assert kept("tick").out.count("told lead") == 1
    Later.ahead = timedelta(hours=71, minutes=58)
    assert kept("tick").out == ""
    Later.ahead = timedelta(hours=72, minutes=1)
    assert kept("tick").out.count("told chief") == 1
    assert [round(one / timedelta(hours=1)) for one in fired(run)] == [hours, 72]


def test_a_clock_that_is_set_back_makes_a_parked_run_wait(kept: Command) -> None:
    """Nothing is older than what stands before it; the run goes on from the moment at which it stood."""
    Later.ahead = timedelta(minutes=40)
    kept("resume", RUN)
    before = kept("export", RUN).out.splitlines()
    Later.ahead = timedelta(minutes=-200)
    done = kept("resume", RUN)
    assert (done.code, done.err) == (7, "")
    lines = kept("export", RUN).out.splitlines()
    assert lines[: len(before)] == before
    moments = [datetime.fromisoformat(json.loads(one)["event"]["at"]) for one in lines]
    assert moments == sorted(moments)
    assert kept("audit", RUN).code == 0
    Later.ahead = timedelta(hours=3)
    assert kept("tick").out.count("told chief") == 1
