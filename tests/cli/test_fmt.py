"""`rbengine fmt`."""

import io
import os
import stat
import sys
from pathlib import Path

import pytest
from cli.conftest import HEALTHY, Command
from rbengine.cli import formatting
from rbengine.facts import atomic
from rbengine.format import formatter

RIGHT = HEALTHY.replace("int           ", "int              ")
UNTIDY = RIGHT.replace("mttr     5m", "mttr 5m").replace("    note", "      note")


@pytest.fixture
def playbook(project: Path) -> Path:
    """A playbook that is not in the form, in a project that otherwise is."""
    (project / "playbooks" / "policy.rb").write_text('policy "Small"\n')
    path = project / "playbooks" / "rb901.rb"
    path.write_text(UNTIDY)
    return path


def test_files_are_written_in_the_form(playbook: Path, rbengine: Command) -> None:
    """And the second time there is nothing left to do."""
    done = rbengine("fmt")
    assert (done.code, done.err) == (0, "")
    assert done.out == "changed playbooks/rb901.rb\n1 of 3 files changed\n"
    assert playbook.read_text() == RIGHT
    assert rbengine("fmt").out == "0 of 3 files changed\n"


def test_check_lists_what_would_change_and_changes_nothing(
    playbook: Path, rbengine: Command
) -> None:
    """For CI."""
    done = rbengine("fmt", "playbooks", "--check")
    assert (done.code, done.out) == (
        1,
        "would change playbooks/rb901.rb\n1 of 3 files would change\n",
    )
    assert playbook.read_text() == UNTIDY


def test_diff_shows_what_would_change(playbook: Path, rbengine: Command) -> None:
    """As every other tool shows it."""
    done = rbengine("fmt", "playbooks/rb901.rb", "--diff")
    assert done.code == 0
    assert done.out.startswith("--- playbooks/rb901.rb\n+++ playbooks/rb901.rb\n@@ ")
    assert "-mttr 5m\n+mttr     5m\n" in done.out
    assert playbook.read_text() == UNTIDY


def test_a_file_with_mistakes_is_left_as_it_is(
    playbook: Path, project: Path, rbengine: Command
) -> None:
    """A formatter that guesses is worse than none; the others are formatted all the same."""
    wrong = project / "playbooks" / "rb902.rb"
    wrong.write_text('runbook RB-902 "Wrong"\nresolve x\n  note "a\n')
    done = rbengine("fmt")
    assert done.code == 1
    assert "error[E102]" in done.out
    assert done.out.endswith("1 of 4 files changed, 1 left as it is\n")
    assert wrong.read_text().endswith('note "a\n')
    assert playbook.read_text() == RIGHT


def test_bytes_that_are_no_text_are_a_problem(project: Path, rbengine: Command) -> None:
    """Drawn as everywhere."""
    (project / "playbooks" / "rb902.rb").write_bytes(b'runbook RB-902 "caf\xe9"\n')
    done = rbengine("fmt", "playbooks/rb902.rb")
    assert done.code == 1
    assert "error[E107]" in done.out


def test_mode_line_ends_and_links_stay(playbook: Path, project: Path, rbengine: Command) -> None:
    """Whoever wrote it on whatever machine."""
    playbook.write_bytes(UNTIDY.replace("\n", "\r\n").encode())
    playbook.chmod(0o640)
    link = project / "link.rb"
    link.symlink_to(playbook)
    assert rbengine("fmt", "link.rb").code == 0
    assert link.is_symlink()
    assert playbook.read_bytes() == RIGHT.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(playbook.stat().st_mode) == 0o640
    assert sorted(one.name for one in playbook.parent.iterdir()) == [
        "policy.rb",
        "rb901.rb",
        "scenarios",
    ]


def test_a_write_that_fails_leaves_the_file_as_it_was(
    playbook: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole or not at all, and nothing lies about afterwards."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    done = rbengine("fmt")
    assert done.code == 2
    assert "`playbooks/rb901.rb` cannot be written: No space left on device" in done.err
    assert playbook.read_text() == UNTIDY
    assert len(os.listdir(playbook.parent)) == 3


def test_a_formatter_that_is_wrong_changes_nothing(
    playbook: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its output is read again before it is believed."""
    right = formatter.layout
    monkeypatch.setattr(
        formatter, "layout", lambda *given: right(*given).replace("found > limit", "found < limit")
    )
    done = rbengine("fmt")
    assert done.code == 1
    assert "error[E901]" in done.out
    assert "once formatted, would mean something else" in done.out
    assert playbook.read_text() == UNTIDY


@pytest.mark.parametrize(("arguments", "code", "out"), [((), 0, RIGHT), (("--check",), 1, "")])
def test_standard_input_to_standard_output(
    arguments: tuple[str, ...],
    code: int,
    out: str,
    rbengine: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For editors: nothing but the text comes out."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(UNTIDY.encode())))
    done = rbengine("fmt", "-", *arguments)
    assert (done.code, done.out, done.err) == (code, out, "")


def test_standard_input_with_mistakes_gives_no_text(
    rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor that replaces its buffer with the output must not lose it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'runbook RB-1 "x\n')))
    done = rbengine("fmt", "-")
    assert (done.code, done.out) == (1, "")
    assert f"--> {formatting.STDIN}:1:14" in done.err


def test_ruby_is_left_alone(project: Path, rbengine: Command) -> None:
    """In a folder it is counted, by name it is refused."""
    (project / "lib").mkdir()
    (project / "lib" / "gem.rb").write_text("require 'json'\n")
    done = rbengine("fmt", "lib")
    assert (done.code, done.out) == (0, "0 of 0 files changed, 1 Ruby file left alone\n")
    assert rbengine("fmt", "lib/gem.rb").code == 2


def test_the_playbooks_that_came_with_it_are_not_touched(
    tmp_path: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of a project there is nothing to format unless it is named."""
    monkeypatch.chdir(tmp_path)
    done = rbengine("fmt")
    assert done.code == 2
    assert "not yours to change" in done.err
