"""Projects for commands to work on."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from rbengine.cli.main import main

HEALTHY = """\
runbook RB-901 "Somebody looks"

severity P3
mttr     5m

input limit: int           "How many are too many"
input note_for: text = "us"   "Who is told"

symptoms
  - Nobody knows

diagnose
  step "Count"
    found = count(["a", "b", "c"])

  finding too_many "There are too many"
    found > limit

resolve too_many
  step "Say so"
    note "{{ found }} is more than {{ limit }}, {{ note_for }}"

otherwise
  step "Say that all is well"
    note "{{ found }} is within {{ limit }}"
"""

POLICY = """\
policy "Small"

contact lead    "Lead"     email "lead@example.com"
role    on_call "On call"  email "on.call@example.com"

severity P3 "Low"
  escalate after 1h to lead
"""

SCENARIOS = """\
scenarios for RB-901

world few "Two are allowed"
  limit = 2

world many "A hundred are allowed"
  limit = 100

scenario "not too many" in many
  expect not found too_many

scenario "all is well" in many
  expect not found too_many
"""


class Done(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project without SQL, the working folder of the test, with a cache of its own."""
    folder = tmp_path / "project"
    (folder / "playbooks" / "scenarios").mkdir(parents=True)
    (folder / "rbengine.toml").write_text("")
    (folder / "playbooks" / "policy.rb").write_text(POLICY)
    (folder / "playbooks" / "rb901.rb").write_text(HEALTHY)
    (folder / "playbooks" / "scenarios" / "rb901.rb").write_text(SCENARIOS)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def rbengine(project: Path, capsys: pytest.CaptureFixture[str]) -> Command:  # noqa: ARG001 (it is where)
    """The command, in this process, in the project."""

    def run(*arguments: str) -> Done:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return run
