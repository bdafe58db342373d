"""What packages offer as simulators is looked at before it is used."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rbengine.facts.adapters import AdapterError
from rbengine.rehearsal.simulator import simulators


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path with a package that offers `bells`, to be written by the test."""
    info = tmp_path / "bells-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bells\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text(
        "[rbengine.simulators]\nbells = bells_offered:SIMULATOR\n", "utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    simulators.cache_clear()
    sys.modules.pop("bells_offered", None)
    yield tmp_path
    simulators.cache_clear()
    sys.modules.pop("bells_offered", None)


def test_one_that_cannot_be_loaded_is_named(offered: Path) -> None:
    """Its author sees where, and why."""
    assert offered.is_dir()
    with pytest.raises(AdapterError, match="the simulator `bells` of bells_offered:SIMULATOR"):
        simulators()


def test_something_else_is_no_simulator(offered: Path) -> None:
    """A wrong name behind the colon is easily written."""
    (offered / "bells_offered.py").write_text("SIMULATOR = 7\n", "utf-8")
    with pytest.raises(AdapterError, match="is no simulator of `bells`"):
        simulators()
