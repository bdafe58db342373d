"""The types of an app's statements are found once, and anew when its text or the schema is another."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from rbengine.facts.types_cache import statement_types
from rbengine.source import SourceFile

APP = SourceFile("app.rb", 'app "Shop"\n')


class Finder:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> Mapping[int, Sequence[str]]:
        self.asked += 1
        return {7: ("uuid", "text[]")}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_they_are_found_once() -> None:
    """A run that has them loads no checker."""
    find = Finder()
    for _ in range(2):
        assert {one: list(its) for one, its in statement_types(APP, "a", find).items()} == {
            7: ["uuid", "text[]"]
        }
    assert find.asked == 1


def test_another_text_or_schema_makes_them_anew() -> None:
    """A column may have become another."""
    find = Finder()
    statement_types(APP, "a", find)
    statement_types(APP, "b", find)
    statement_types(SourceFile("app.rb", 'app "Other"\n'), "a", find)
    assert find.asked == 3


def test_what_cannot_be_read_is_as_good_as_none(cache: Path) -> None:
    """A full disk, somebody's hand."""
    find = Finder()
    statement_types(APP, "a", find)
    (entry,) = (cache / "rbengine" / "check").iterdir()
    entry.write_text(entry.read_text().replace('{\\"7\\"', '{\\"x\\"'))
    assert statement_types(APP, "a", find) == {7: ("uuid", "text[]")}
    assert find.asked == 2
