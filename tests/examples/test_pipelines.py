"""The pipelines in `examples/ci/` do what they say: their commands are taken out of them and run."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.golden import ROOT
from support.typed import typed

CI = ROOT / "examples" / "ci"


def github(pipeline: Any) -> list[str]:
    """What the job runs."""
    return [one["run"] for one in pipeline["jobs"]["rehearse"]["steps"] if "run" in one]


def gitlab(pipeline: Any) -> list[str]:
    """What the job runs."""
    job = pipeline["rehearse-runbooks"]
    return [*job["before_script"], *job["script"]]


PIPELINES: dict[str, Callable[[Any], list[str]]] = {
    "github-actions.yml": github,
    "gitlab-ci.yml": gitlab,
}


def commands(name: str) -> list[str]:
    """Its commands in order, without the installation."""
    install, *others = PIPELINES[name](yaml.safe_load((CI / name).read_text("utf-8")))
    assert install == "pip install rbengine"
    assert others
    return others


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that is as it should be."""
    return Path(shutil.copytree(ROOT / "examples" / "postgres-and-email", tmp_path / "project"))


def fails(name: str, project: Path, tmp_path: Path) -> list[str]:
    """The commands of the pipeline that end with something else than 0."""
    return [one for one in commands(name) if typed(one, project, tmp_path / "bin").returncode != 0]


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_passes_a_project_that_is_whole(
    name: str, project: Path, tmp_path: Path
) -> None:
    """Every command, and every file that is kept afterwards is there."""
    assert fails(name, project, tmp_path) == []
    for kept in ("rbengine.sarif", "rehearsals.xml", "coverage.html"):
        assert (project / kept).stat().st_size > 0


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_stops_a_mistake(name: str, project: Path, tmp_path: Path) -> None:
    """A name that is not there."""
    playbook = project / "playbooks" / "rb001.rb"
    playbook.write_text(playbook.read_text("utf-8").replace("gone is not", "gnoe is not"), "utf-8")
    assert any("check" in one for one in fails(name, project, tmp_path))


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_stops_a_decision_that_nobody_rehearses(
    name: str, project: Path, tmp_path: Path
) -> None:
    """A scenario less: fewer points, and the kept mutants are old."""
    scenarios = project / "playbooks" / "scenarios" / "rb001.rb"
    before, _, rest = scenarios.read_text("utf-8").partition('scenario "nobody is awake"')
    _, _, after = rest.partition("\n\n")
    scenarios.write_text(before + after, "utf-8")
    stopped = " ".join(fails(name, project, tmp_path))
    assert "simulate" in stopped
    assert "mutate" in stopped
