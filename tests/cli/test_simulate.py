"""`rbengine simulate`."""

from pathlib import Path

import pytest
from cli.conftest import SCENARIOS, Command


def test_a_playbook_is_a_line_and_the_sum_follows(rbengine: Command) -> None:
    """The same bytes each time: durations are virtual."""
    done = rbengine("simulate")
    rows = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert rows[0].startswith("RB-901  Somebody looks")
    assert "2 rehearsals  ok" in rows[0]
    assert any(row.startswith("2 rehearsals, 2 ok · ") for row in rows)
    assert rbengine("simulate", "playbooks/") == done
    assert rbengine("simulate", "playbooks/scenarios/rb901.rb") == done


def test_a_miss_shows_what_was_expected_and_what_was_found(
    project: Path, rbengine: Command
) -> None:
    """On the line of the expectation, and the exit code says so."""
    scenarios = project / "playbooks" / "scenarios" / "rb901.rb"
    scenarios.write_text(SCENARIOS.replace("expect not found", "expect found", 1))
    done = rbengine("simulate")
    rows = done.out.splitlines()
    assert done.code == 1
    assert "2 rehearsals  1 miss" in rows[0]
    assert '        "not too many"  playbooks/scenarios/rb901.rb:10' in rows
    assert any(row.strip().startswith("expected") for row in rows)
    assert any(row.strip().startswith("found") for row in rows)
    assert any(row.startswith("2 rehearsals, 1 ok, 1 miss · ") for row in rows)


def test_clean_playbooks_come_before_those_that_missed(project: Path, rbengine: Command) -> None:
    """What is wrong stands at the end, where the eye is."""
    folder = project / "playbooks"
    text = (folder / "rb901.rb").read_text()
    (folder / "rb902.rb").write_text(text.replace("RB-901", "RB-902"))
    (folder / "scenarios" / "rb902.rb").write_text(SCENARIOS.replace("RB-901", "RB-902"))
    (folder / "scenarios" / "rb901.rb").write_text(
        SCENARIOS.replace("expect not found", "expect found", 1)
    )
    rows = rbengine("simulate").out.splitlines()
    starts = [row.split()[0] for row in rows if row.startswith("RB-")]
    assert starts == ["RB-902", "RB-901"]


def test_a_filter_takes_scenarios_by_their_title(rbengine: Command) -> None:
    """Case does not matter."""
    assert "1 rehearsal  ok" in rbengine("simulate", "--filter", "TOO").out
    done = rbengine("simulate", "--filter", "nothing like it")
    assert done.code == 2
    assert "no scenario has `nothing like it`" in done.err


@pytest.mark.parametrize("arguments", [["nowhere.rb"], ["rb902"], ["--sed"]])
def test_bad_input_is_told(rbengine: Command, arguments: list[str]) -> None:
    """Exit code 2, nothing was rehearsed."""
    done = rbengine("simulate", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")


def test_a_playbook_with_errors_is_not_rehearsed(project: Path, rbengine: Command) -> None:
    """Its problems are drawn instead."""
    playbook = project / "playbooks" / "rb901.rb"
    playbook.write_text(playbook.read_text().replace("found > limit", "fund > limit"))
    done = rbengine("simulate")
    assert done.code == 1
    assert "playbooks/rb901.rb:17:5" in done.out


def test_a_project_without_scenarios_says_where_they_belong(
    project: Path, rbengine: Command
) -> None:
    """Zero rehearsals must not look like success."""
    (project / "playbooks" / "scenarios" / "rb901.rb").unlink()
    done = rbengine("simulate")
    assert done.code == 2
    assert "there are no scenarios" in done.err
