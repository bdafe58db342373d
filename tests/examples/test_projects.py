"""The projects in `examples/` are whole: whoever copies one begins with something that works."""

import re
import shutil
from pathlib import Path

import pytest
from support.golden import ROOT
from support.typed import typed

EXAMPLES = ROOT / "examples"
PROJECTS = ("first-runbook", "postgres-and-email")


def copied(name: str, folder: Path) -> Path:
    """The project, where it may be written to."""
    return Path(shutil.copytree(EXAMPLES / name, folder / name))


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize(
    "command",
    ["rbengine check", "rbengine fmt --check", "rbengine simulate", "rbengine exec rb001"],
)
def test_a_project_is_whole(name: str, command: str, tmp_path: Path) -> None:
    """Checked without a warning, in one form, rehearsed, and ready to be watched."""
    done = typed(command, copied(name, tmp_path), tmp_path / "bin")
    handed_over = 6  # how the first runbook ends
    good = {0, handed_over} if "exec" in command and name == "first-runbook" else {0}
    assert done.returncode in good, done.stdout + done.stderr
    assert "warning" not in done.stdout


@pytest.mark.parametrize("name", PROJECTS)
def test_the_commands_of_its_page_work(name: str, tmp_path: Path) -> None:
    """Typed one after the other, as a reader does."""
    project = copied(name, tmp_path)
    (block,) = re.findall(
        r"^```sh\n(.*?)^```", (project / "README.md").read_text("utf-8"), re.M | re.S
    )
    for command in block.splitlines():
        done = typed(command, project, tmp_path / "bin")
        assert done.returncode in ((0, 6) if " exec " in command else (0,)), done.stdout


def test_the_first_runbook_is_five_lines_behind_its_head() -> None:
    """It says so, and somebody counts."""
    text = (EXAMPLES / "first-runbook" / "rb001.rb").read_text("utf-8")
    lines = [one for one in text.splitlines() if one.strip()]
    assert [one.split()[0] for one in lines[:3]] == ["runbook", "severity", "mttr"]
    assert len(lines) - 3 == 5


def test_every_file_of_the_larger_one_is_explained() -> None:
    """Its page lists them all."""
    folder = EXAMPLES / "postgres-and-email"
    page = (folder / "README.md").read_text("utf-8")
    files = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()} - {
        "README.md"
    }
    assert set(re.findall(r"^\| `([^`]+)` \|", page, re.M)) == files
