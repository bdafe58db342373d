"""A package that brings an adapter is installed, and from then on its adapter is like any other."""

import shutil
from pathlib import Path

import pytest
from support.installed import EXAMPLE, install, run


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is installed."""
    return install(tmp_path_factory.mktemp("klaxon"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Its runbook, in a folder of its own."""
    return Path(shutil.copytree(EXAMPLE / "runbooks", tmp_path / "runbooks"))


@pytest.mark.parametrize("command", [["check"], ["fmt", "--check"], ["simulate"]], ids=str)
def test_its_runbook_is_whole(site: Path, project: Path, command: list[str]) -> None:
    """Checked with its signature, and rehearsed with its own code on its simulator."""
    done = run(site, ["-m", "rbengine", *command], project)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_point_of_it_is_rehearsed(site: Path, project: Path) -> None:
    """An example that leaves decisions out teaches to leave them out."""
    done = run(site, ["-m", "rbengine", "simulate", "--fail-under", "100"], project)
    assert done.returncode == 0, done.stdout


def test_its_operations_are_listed(site: Path, project: Path) -> None:
    """`rbengine adapters` knows it by its entry point."""
    done = run(site, ["-m", "rbengine", "adapters", "klaxon"], project)
    assert done.returncode == 0
    assert "klaxon.open_pages(service: text) -> list of klaxon.page" in done.stdout


def test_without_the_package_its_adapter_is_not_there(project: Path) -> None:
    """The runbook is refused, not rehearsed without it."""
    done = run(None, ["-m", "rbengine", "check"], project)
    assert done.returncode == 1
    assert "klaxon" in done.stdout


def test_it_passes_the_conformance_kit(site: Path, tmp_path: Path) -> None:
    """By its author's own test, as it stands in the package."""
    tests = shutil.copytree(EXAMPLE / "tests", tmp_path / "tests")
    options = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-c",
        "/dev/null",
    ]
    done = run(site, [*options, "--rootdir", str(tests), str(tests)], tmp_path)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
