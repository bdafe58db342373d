"""`rbengine explore`."""

import json
from pathlib import Path

from cli.conftest import HEALTHY, Command

TOLD = HEALTHY.replace(
    '  step "Say that all is well"\n    note "{{ found }} is within {{ limit }}"\n',
    '  stop handed over "{{ found }} is within {{ limit }}"\n',
)


def sound(project: Path) -> None:
    (project / "playbooks" / "rb901.rb").write_text(TOLD)


def test_a_playbook_that_is_sound_is_a_line_of_figures(project: Path, rbengine: Command) -> None:
    """How much was walked, how much was met, and that there is nothing to say."""
    sound(project)
    done = rbengine("explore")
    rows = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert rows[0] == "RB-901  Somebody looks"
    assert rows[1].startswith("        all 7 paths · ")
    assert rows[-1] == "RB-901: nothing to say"
    assert rbengine("explore", "rb901") == done
    assert rbengine("explore", "playbooks/") == done


def test_a_path_that_ends_in_nothing_is_an_error_with_its_example(rbengine: Command) -> None:
    """The exit code says so, and the world can be pasted."""
    done = rbengine("explore")
    assert done.code == 1
    rows = done.out.splitlines()
    at = next(n for n, row in enumerate(rows) if row.startswith("error: "))
    assert "in nothing: no finding, no escalation, no hand-over" in rows[at]
    assert rows[at + 1] == "  --> playbooks/rb901.rb:24"
    assert rows[at + 3].startswith("   | world explored_1 ")
    assert rows[-1] == "RB-901: 1 error"


def test_json_holds_everything(rbengine: Command) -> None:
    """For tools: the same as on the screen, with every example."""
    done = rbengine("explore", "--json")
    assert done.code == 1
    (found,) = json.loads(done.out)["playbooks"]
    assert found["id"] == "RB-901"
    assert found["exhausted"] is True
    assert found["decisions_met"] == found["decisions"]
    (remark,) = found["remarks"]
    assert (remark["level"], remark["kind"], remark["line"]) == ("error", "ends in nothing", 24)
    assert remark["example"].startswith("world explored_1 ")
    assert rbengine("explore", "--json") == done


def test_an_example_can_be_pasted(project: Path, rbengine: Command) -> None:
    """Then it checks, and is rehearsed."""
    (remark,) = json.loads(rbengine("explore", "--json").out)["playbooks"][0]["remarks"]
    scenarios = project / "playbooks" / "scenarios" / "rb901.rb"
    scenarios.write_text(f"scenarios for RB-901\n\n{remark['example']}")
    done = rbengine("simulate")
    assert (done.code, done.err) == (0, "")
    assert "1 rehearsal  ok" in done.out


def test_a_playbook_that_does_not_check_is_not_explored(project: Path, rbengine: Command) -> None:
    """Its problems are drawn instead."""
    playbook = project / "playbooks" / "rb901.rb"
    playbook.write_text(TOLD.replace("found > limit", "found > limits"))
    done = rbengine("explore")
    assert done.code == 1
    assert "limits" in done.out
    assert "paths" not in done.out


def test_bad_input_is_told(rbengine: Command) -> None:
    """With exit code 2, and nothing is walked."""
    for arguments in (["nowhere"], ["--paths", "0"], ["--paths", "many"], ["--path", "3"]):
        done = rbengine("explore", *arguments)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: ")


def test_paths_are_bounded(project: Path, rbengine: Command) -> None:
    """A small bound is kept, and said."""
    sound(project)
    assert "        1 paths · " in rbengine("explore", "--paths", "1").out
