"""`rbengine list` and `rbengine find`."""

import json
from pathlib import Path

import pytest
from cli.conftest import Command


def test_a_runbook_is_listed_with_its_last_rehearsal(project: Path, rbengine: Command) -> None:
    """Never, then how it went, then that the text is another since."""
    before = rbengine("list")
    assert before.code == 0
    assert before.out.splitlines()[1].split("  ")[:2] == ["RB-901", "Somebody looks"]
    assert "never here" in before.out
    rbengine("simulate")
    after = rbengine("list").out
    assert "today, " in after
    assert "never" not in after
    file = project / "playbooks" / "rb901.rb"
    file.write_text(file.read_text("utf-8").replace("Nobody knows", "Somebody knows"), "utf-8")
    assert "today, changed" in rbengine("list").out


def test_programs_get_the_list_as_json(project: Path, rbengine: Command) -> None:  # noqa: ARG001
    """Durations in seconds, nothing cut."""
    (told,) = json.loads(rbengine("list", "--json").out)
    assert (told["id"], told["target"], told["rehearsed"]) == ("RB-901", 300.0, None)


def test_words_find_a_runbook(project: Path, rbengine: Command) -> None:  # noqa: ARG001
    """With the line that fits."""
    done = rbengine("find", "nobdy", "knows")
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("RB-901  Somebody looks")
    assert "symptom: Nobody knows" in done.out


@pytest.mark.parametrize("words", [("xyzzy",), ("\x1b[31m",)])
def test_words_that_nobody_wrote_are_told(
    project: Path,  # noqa: ARG001
    rbengine: Command,
    words: tuple[str, ...],
) -> None:
    """With a way on; and what was typed does not act on the terminal."""
    done = rbengine("find", *words)
    assert (done.code, done.out) == (2, "")
    assert "no runbook speaks of" in done.err
    assert "`rbengine list` shows them all" in done.err
    assert "\x1b" not in done.err
