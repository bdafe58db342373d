"""`rbengine new`."""

from pathlib import Path

import pytest
from cli.conftest import Command
from rbengine.syntax.nodes import Runbook
from support.reading import read_file

POLICIES = {
    "none": "",
    "shipped": (Path(__file__).parents[2] / "playbooks" / "policy.rb").read_text(encoding="utf-8"),
}


@pytest.mark.parametrize(
    ("policy", "severity"),
    [("none", "P0"), ("none", "P2"), *(("shipped", one) for one in ("P0", "P1", "P2", "P3"))],
)
def test_what_is_written_checks_rehearses_and_is_in_the_form(
    project: Path, rbengine: Command, policy: str, severity: str
) -> None:
    """An author begins with something that works, whatever the policy tells people at once."""
    folder = project / "playbooks"
    for path in folder.rglob("*.rb"):
        path.unlink()
    if POLICIES[policy]:
        (folder / "policy.rb").write_text(POLICIES[policy])
    done = rbengine("new", "rb016", "The queue does not drain", "--severity", severity)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("wrote playbooks/rb016.rb\nwrote playbooks/scenarios/rb016.rb\n")
    checked = rbengine("check")
    assert (checked.code, checked.out.startswith("no problems in ")) == (0, True), checked.out
    simulated = rbengine("simulate", "rb016")
    assert simulated.code == 0, simulated.out
    assert "2 rehearsals, 2 ok" in simulated.out
    assert rbengine("fmt", "--check").code == 0


@pytest.mark.parametrize("asked", ["rb016", "RB-016", "Rb-016"])
def test_the_code_comes_from_the_id(project: Path, rbengine: Command, asked: str) -> None:
    """Files are called as they are asked for; codes are as documents write them."""
    assert rbengine("new", asked, "x").code == 0
    text = (project / "playbooks" / "rb016.rb").read_text()
    # the policy of this project has no P2
    assert text.startswith('runbook RB-016 "x"\n\nseverity P3\n')


def test_any_title_can_be_written(project: Path, rbengine: Command) -> None:
    """Quotes, backslashes and braces are text."""
    title = 'The "queue" {{x}} is \\ slow {}'
    assert rbengine("new", "rb016", title).code == 0
    tree = read_file((project / "playbooks" / "rb016.rb").read_text())
    assert isinstance(tree, Runbook)
    assert tree.title.plain == title


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("rb901", "x"), "`playbooks/rb901.rb` is there already"),
        (("16", "x"), "`16` is no id of a playbook"),
        (("rb016", "a\u202eb"), "the title cannot be written"),
        (("rb016", "a\nb"), "the title cannot be written"),
        (("rb016", "x", "--severity", "P9"), "the policy has no severity `P9`"),
    ],
)
def test_nothing_is_written_that_cannot_be(
    project: Path, rbengine: Command, arguments: tuple[str, ...], told: str
) -> None:
    """Least of all over something that is there."""
    before = {path: path.read_text() for path in project.rglob("*.rb")}
    done = rbengine("new", *arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert {path: path.read_text() for path in project.rglob("*.rb")} == before


def test_a_code_that_another_file_has_is_refused(project: Path, rbengine: Command) -> None:
    """Two runbooks of one code would be one problem of the project each time it is checked."""
    (project / "playbooks" / "rb901.rb").rename(project / "playbooks" / "queue.rb")
    done = rbengine("new", "rb901", "x")
    assert done.code == 2
    assert "is there already" in done.err
    (project / "playbooks" / "scenarios" / "rb901.rb").unlink()
    assert "`playbooks/queue.rb` is RB-901 already" in rbengine("new", "rb901", "x").err


def test_both_are_written_or_none(project: Path, rbengine: Command) -> None:
    """Half a beginning would be refused the next time."""
    scenarios = project / "playbooks" / "scenarios"
    (scenarios / "rb901.rb").unlink()
    scenarios.rmdir()
    scenarios.write_text("no folder")
    done = rbengine("new", "rb016", "x")
    assert done.code == 2
    assert "cannot be written" in done.err
    assert not (project / "playbooks" / "rb016.rb").exists()


def test_outside_of_a_project_there_is_no_place(
    tmp_path: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The playbooks that came with rbengine are not a place to write to."""
    monkeypatch.chdir(tmp_path)
    done = rbengine("new", "rb016", "x")
    assert done.code == 2
    assert "make an empty file `rbengine.toml`" in done.err
