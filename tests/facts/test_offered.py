"""Whether a package offers anything is told from its files alone."""

from pathlib import Path

import pytest
from rbengine.facts.offered import is_offered


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[rbengine.adapters]\npager = acme:SIGNATURE\n", True),
        ("[ rbengine.adapters ]\npager = acme:SIGNATURE\n", True),
        ("[console_scripts]\nrbengine.adapters = acme:main\n", False),
        ("", False),
    ],
)
def test_a_group_is_found_in_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: bool
) -> None:
    """As soon as its folder is on the path, and no longer than that."""
    info = tmp_path / "acme-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(text, "utf-8")
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert is_offered("rbengine.adapters") is expected
    monkeypatch.setattr("sys.path", [str(tmp_path / "nowhere")])
    assert not is_offered("rbengine.adapters")
