"""What `check` said is recalled as long as nothing it depends on has changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rbengine.facts import check_cache
from rbengine.facts.check_cache import recall, remember

QUESTION = ("check", "/p/a.rb")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A project's files, and a cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "a.rb").write_text("runbook")
    (folder / "schema.sql").write_text("")
    return [
        str(folder / "a.rb"),
        str(folder / "schema.sql"),
        str(folder / "none.toml"),
        f"{folder}/",
    ]


def test_an_unchanged_project_is_recalled(files: list[str]) -> None:
    """That is the whole point."""
    assert recall(QUESTION) is None
    assert remember(QUESTION, "no problems", files)
    answer = recall(QUESTION)
    assert answer is not None
    assert (answer.payload, answer.files) == ("no problems", tuple(files))
    assert recall(("check", "/p/b.rb")) is None


@pytest.mark.parametrize("change", ["text", "gone", "schema", "new file", "new folder", "appears"])
def test_any_change_is_noticed(files: list[str], change: str) -> None:
    """An answer about another text is worse than none."""
    remember(QUESTION, "no problems", files)
    folder = Path(files[3])
    match change:
        case "text":
            (folder / "a.rb").write_text("runbool")
        case "gone":
            (folder / "a.rb").unlink()
        case "schema":
            (folder / "schema.sql").write_text("--")
        case "new file":
            (folder / "b.rb").write_text("")
        case "new folder":
            (folder / "more").mkdir()
        case "appears":
            (folder / "none.toml").write_text("")
    assert recall(QUESTION) is None


def test_what_does_not_matter_changes_nothing(files: list[str]) -> None:
    """Facts that `check` itself writes beside the playbooks, an editor's backup."""
    remember(QUESTION, "no problems", files)
    (Path(files[3]) / "notes.txt").write_text("")
    (Path(files[3]) / "a.rb").touch()
    assert recall(QUESTION) is not None


def test_another_engine_checks_anew(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It may know more."""
    remember(QUESTION, "no problems", files)
    monkeypatch.setattr(check_cache, "engine_digest", lambda: "0.0.0")
    assert recall(QUESTION) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', "null", '"x"'])
def test_a_torn_or_foreign_entry_is_as_good_as_none(files: list[str], content: str) -> None:
    """A full disk, a crash, somebody's hand."""
    remember(QUESTION, "no problems", files)
    (entry,) = (Path(files[3]).parent / "cache" / "rbengine" / "check").iterdir()
    entry.write_text(content)
    assert recall(QUESTION) is None


def test_a_cache_that_cannot_be_written_is_no_failure(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read-only homes exist."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert not remember(QUESTION, "no problems", files)
    assert recall(QUESTION) is None


def test_the_cache_does_not_grow_for_ever(
    files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest answers go, half of them at once; so does what is kept of projects that are checked no more."""
    monkeypatch.setattr(check_cache, "_KEPT", 4)
    folder = Path(files[3]).parent / "cache" / "rbengine" / "check"
    folder.mkdir(parents=True)
    project = folder / "long-ago.files"
    project.write_text("")
    os.utime(project, (0, 0))
    for number in range(5):
        remember(("check", str(number)), "x", files)
    assert not project.exists()
    assert len(list(folder.iterdir())) == 3
    assert recall(("check", "4")) is not None
    assert recall(("check", "1")) is None


def test_recalling_imports_next_to_nothing() -> None:
    """The budget of an unchanged check is 45 ms, Python's own 9 among them."""
    heavy = "msgspec lark rpds dataclasses pathlib tomllib importlib.metadata rbengine.source rbengine.diagnostics"
    program = (
        "import sys; import rbengine.facts.check_cache; "
        f"print([one for one in {heavy.split()!r} if one in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-S", "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(Path(check_cache.__file__).parents[2])},
    )
    assert shown.stdout.strip() == "[]"
