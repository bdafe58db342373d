"""The rules that goldens are kept by."""

import subprocess
from pathlib import Path

import pytest
from support.golden import GoldenError, Goldens, first_difference, orphans, refuse_update

TEST = "tests/playbooks/test_goldens.py"


def test_a_difference_shows_the_first_place_and_how_to_accept_it(tmp_path: Path) -> None:
    """Nobody should have to look for the command, or through a hundred later lines."""
    golden = tmp_path / "screen.txt"
    golden.write_text("\n".join(f"line {n}" for n in range(60)) + "\n")
    changed = golden.read_text().replace("line 7\n", "LINE 7\n").replace("line 50\n", "LINE 50\n")
    with pytest.raises(GoldenError) as raised:
        Goldens().check(golden, changed, TEST)
    text = str(raised.value)
    assert "-line 7\n+LINE 7" in text
    assert "LINE 50" not in text
    assert f"pytest --update-goldens {tmp_path} {TEST}" in text


def test_only_the_named_folder_is_updated(tmp_path: Path) -> None:
    """A flag that rewrote everything would accept what nobody looked at."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    goldens = Goldens(update=mine)
    goldens.check(mine / "a.txt", "new", TEST)
    assert (mine / "a.txt").read_text() == "new\n"
    with pytest.raises(GoldenError):
        goldens.check(other / "a.txt", "new", TEST)


def test_a_golden_that_no_test_reads_fails(tmp_path: Path) -> None:
    """It would look like a promise and be none."""
    (tmp_path / "left.txt").write_text("x\n")
    assert orphans(tmp_path, {}) == [tmp_path / "left.txt"]
    with pytest.raises(GoldenError, match="no test reads"):
        Goldens().check_folder(tmp_path, {}, TEST)


@pytest.mark.parametrize("text", ["trailing \n", "\x1b[1mbold\n", "crlf\r\n", "x\n" * 201])
def test_a_golden_is_plain_text_that_a_person_would_read(tmp_path: Path, text: str) -> None:
    """No colour, no trailing blanks, and no more than one would look through."""
    with pytest.raises(GoldenError):
        Goldens(update=tmp_path).check(tmp_path / "a.txt", text, TEST)


def test_goldens_are_never_updated_in_ci(tmp_path: Path) -> None:
    """There nobody reads the difference."""
    assert refuse_update(tmp_path, ci=True) is not None
    assert refuse_update(tmp_path, ci=False) is None
    assert refuse_update(tmp_path / "new", ci=False) is None
    assert refuse_update(tmp_path / "not" / "there", ci=False) is not None


def test_edits_that_are_not_committed_are_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be somebody's careful work."""
    monkeypatch.setattr("support.golden.ROOT", tmp_path)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-C", str(tmp_path)]
    golden = tmp_path / "a.txt"
    golden.write_text("one\n")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *arguments], check=True)
    assert refuse_update(tmp_path, ci=False) is None
    golden.write_text("two\n")
    assert refuse_update(tmp_path, ci=False) is not None


def test_the_first_difference_of_equal_texts_is_nothing() -> None:
    """Otherwise a golden could fail without a reason to show."""
    assert first_difference("a\n", "a\n") == ""
