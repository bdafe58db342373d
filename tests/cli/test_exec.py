"""`rbengine exec` and `rbengine diagnose`."""

import json
from pathlib import Path

import pytest
from cli.conftest import HEALTHY, Command
from rbengine.report.text import cells

BANNER = "SIMULATED: nothing real was read or changed"


def test_a_playbook_runs_in_its_first_world(rbengine: Command) -> None:
    """Without a profile, a world or an input: the first command of a new user."""
    done = rbengine("exec", "rb901")
    rows = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert rows[0] == rows[-1] == BANNER
    assert ' found  too_many  "There are too many"' in rows
    assert any("3 is more than 2, us" in row for row in rows)
    assert any(row.startswith("RESOLVED") for row in rows)


@pytest.mark.parametrize("name", ["RB-901", "rb901", "playbooks/rb901.rb", "./playbooks/rb901.rb"])
def test_a_playbook_is_named_by_id_or_path(rbengine: Command, name: str) -> None:
    """Whatever comes to mind at three in the morning."""
    assert rbengine("exec", name).code == 0


def test_another_world_and_inputs_of_ones_own(rbengine: Command) -> None:
    """An input on the command line wins over the world's."""
    assert "3 is within 100" in rbengine("exec", "rb901", "--world", "many").out
    done = rbengine(
        "exec", "rb901", "--world", "many", "--input", "limit=1", "--input", "note_for=ops"
    )
    assert "3 is more than 1, ops" in done.out


def test_a_world_like_another_has_its_inputs(rbengine: Command, project: Path) -> None:
    """They need not be typed."""
    scenarios = project / "playbooks" / "scenarios" / "rb901.rb"
    scenarios.write_text(f'{scenarios.read_text()}\nworld three "The same again" like many\n')
    done = rbengine("exec", "rb901", "--world", "three")
    assert "3 is within 100" in done.out, done.err


def test_the_width_is_kept(rbengine: Command) -> None:
    """Whatever it is."""
    for width in (44, 60, 132):
        rows = rbengine("exec", "rb901", "--width", str(width)).out.splitlines()
        assert [row for row in rows if cells(row) > width] == []


def test_two_runs_give_the_same_bytes(rbengine: Command) -> None:
    """Nothing on the screen comes from this machine's clock."""
    assert rbengine("exec", "rb901") == rbengine("exec", "rb901")


def test_json_is_the_journal_and_what_it_came_to(rbengine: Command) -> None:
    """One line for each event, numbered without gaps; then the outcome."""
    done = rbengine("exec", "rb901", "--json")
    *events, last = [json.loads(line) for line in done.out.splitlines()]
    assert [one["seq"] for one in events] == list(range(1, len(events) + 1))
    assert events[0]["event"]["type"] == "started"
    assert events[-1]["event"]["type"] == "closed"
    assert last == {
        "exit": 0, "in_doubt": 0, "incident": last["incident"], "left_applied": 0,
        "outcome": "resolved", "reason": last["reason"], "run": last["run"], "simulated": True,
    }  # fmt: skip


def test_problems_never_stand_between_lines_for_programs(project: Path, rbengine: Command) -> None:
    """Whoever reads JSON gets JSON or nothing."""
    (project / "playbooks" / "rb901.rb").write_text(
        HEALTHY.replace("found > limit", "fund > limit")
    )
    done = rbengine("exec", "rb901", "--json")
    assert (done.code, done.out) == (1, "")
    assert "playbooks/rb901.rb:17:5" in done.err


def test_the_incident_may_have_begun_earlier(rbengine: Command) -> None:
    """The alert's own time, in the policy's zone."""
    done = rbengine("exec", "rb901", "--started", "02:58")
    assert done.code == 0
    assert "began 2026-11-23 02:58 UTC" in done.out


def test_diagnose_reads_and_changes_nothing(rbengine: Command) -> None:
    """It finds, says why, and ends."""
    done = rbengine("diagnose", "rb901")
    assert done.code == 0
    assert "too_many" in done.out
    assert "Say so" not in done.out
    assert done.out.splitlines()[-1] == BANNER


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rb90"], ["there is no playbook `rb90`", "did you mean `rb901`?"]),
        (["rb901", "--world", "fwe"], ["there is no world `fwe`", "few: Two are allowed", "did you mean `few`?"]),
        (["rb901", "--input", "limt=3"], ["RB-901 has no input `limt`", "did you mean `limit`?", "How many"]),
        (["rb901", "--input", "limit=many"], ["`many` is no int", "--input limit=42"]),
        (["rb901", "--input", "limit"], ["an input is `name=value`"]),
        (["rb901", "--input", "limit=1", "--input", "limit=2"], ["is given twice"]),
        (["rb901", "--started", "yesterday"], ["`yesterday` is no time"]),
        (["rb901", "--json", "--interactive"], ["cannot be together"]),
        (["rb901", "--backend", "stripe=live"], ["without a profile everything is simulated", "--profile"]),
        (["rb901", "--backend", "stripe=recorded"], ["which recording", "--backend recorded=FILE"]),
        (["rb901", "--backend", "stripe=live", "--backend", "recorded=a"], ["everything is recorded"]),
        ([], ["`rbengine exec` needs PLAYBOOK", "usage: rbengine exec PLAYBOOK [options]"]),
        (["rb901", "--world"], ["`--world` needs a value"]),
        (["playbooks/scenarios/rb901.rb"], ["is no runbook"]),
    ],
)  # fmt: skip
def test_bad_input_is_told_with_its_place_and_the_way_out(
    rbengine: Command, arguments: list[str], words: list[str]
) -> None:
    """Exit code 2, nothing was run, nothing on standard output."""
    done = rbengine("exec", *arguments)
    assert (done.code, done.out) == (2, "")
    for one in words:
        assert one in done.err


def test_a_missing_input_is_asked_for_with_all_that_the_runbook_takes(
    project: Path, rbengine: Command
) -> None:
    """With an example that can be typed as it stands."""
    (project / "playbooks" / "scenarios" / "rb901.rb").unlink()
    done = rbengine("exec", "rb901")
    assert (done.code, done.out) == (2, "")
    assert "RB-901 needs `limit`" in done.err
    assert "limit (int): How many are too many" in done.err
    assert "note_for (text, may be left out): Who is told" in done.err
    assert "--input limit=42" in done.err
    assert rbengine("exec", "rb901", "--input", "limit=42").code == 0


def test_a_playbook_with_errors_is_not_run(project: Path, rbengine: Command) -> None:
    """What cannot be right does not run."""
    (project / "playbooks" / "rb901.rb").write_text(
        HEALTHY.replace("found > limit", "fund > limit")
    )
    done = rbengine("exec", "rb901")
    assert done.code == 1
    assert "playbooks/rb901.rb:17:5" in done.out
    assert BANNER not in done.out


def test_a_hostile_name_is_spelled_out(rbengine: Command) -> None:
    """In errors as on the screen."""
    done = rbengine("exec", "rb901", "--input", "note_for=\x1b[2J\u202egone")
    assert "\x1b" not in done.out
    assert "\\e[2J\\u202egone" in done.out
    assert "\x1b" not in rbengine("exec", "rb901", "--input", "\x1b[2J=3").err
