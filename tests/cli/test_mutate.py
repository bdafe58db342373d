"""`rbengine mutate`: a scenario that is missing shows as a fault that survives."""

import json
from pathlib import Path

from cli.conftest import Command


def test_rehearsals_that_look_notice_faults(project: Path, rbengine: Command) -> None:
    """What nobody rehearses survives, with its place; the result is kept beside the playbooks."""
    done = rbengine("mutate")
    assert done.code == 1
    assert done.out.splitlines()[-1] == "under 90 %"
    assert "survives: " in done.out
    kept = json.loads((project / "playbooks" / "mutants.json").read_text("utf-8"))
    assert list(kept["files"]) == ["playbooks/rb901.rb"]


def test_a_scenario_more_kills_what_survived(project: Path, rbengine: Command) -> None:
    """In the small project only the branch that is found was not rehearsed."""
    before = rbengine("mutate").out
    scenarios = project / "playbooks" / "scenarios" / "rb901.rb"
    scenarios.write_text(
        scenarios.read_text("utf-8")
        + '\nscenario "too many" in few\n  expect found too_many\n  expect resolved within 1m\n',
        "utf-8",
    )
    after = rbengine("mutate").out
    assert before.count("survives: ") > after.count("survives: ")


def test_only_what_changed_is_tried_again(project: Path, rbengine: Command) -> None:
    """And CI can ask whether the kept result is of today."""
    rbengine("mutate", "--fail-under", "0")
    assert rbengine("mutate", "--check", "--fail-under", "0").code == 0
    playbook = project / "playbooks" / "rb901.rb"
    playbook.write_text(playbook.read_text("utf-8").replace("Nobody knows", "Nobody"), "utf-8")
    old = rbengine("mutate", "--check", "--fail-under", "0")
    assert (old.code, old.out) == (1, "changed since the kept result: playbooks/rb901.rb\n")


def test_a_runbook_without_scenarios_is_told(project: Path, rbengine: Command) -> None:
    """Nothing could notice anything."""
    (project / "playbooks" / "scenarios" / "rb901.rb").unlink()
    done = rbengine("mutate", "rb901")
    assert (done.code, "has no scenarios" in done.err) == (2, True)


def test_a_scenario_that_misses_by_itself_notices_nothing(project: Path, rbengine: Command) -> None:
    """It would be counted as noticing every fault."""
    scenarios = project / "playbooks" / "scenarios" / "rb901.rb"
    scenarios.write_text(
        scenarios.read_text("utf-8")
        + '\nscenario "wrong" in few\n  expect found too_many\n  expect failed\n',
        "utf-8",
    )
    done = rbengine("mutate")
    assert done.code == 2
    assert '"wrong" of playbooks/rb901.rb misses without any fault' in done.err
    assert not (project / "playbooks" / "mutants.json").exists()
