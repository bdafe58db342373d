"""`rbengine import`."""

from pathlib import Path

import pytest
from cli.conftest import Command

DOCUMENT = """\
# On call

## RB-7: Queue stuck

### Symptoms
- Jobs wait

### Diagnosis
1. Count them

### Resolution
1. Restart it

Nobody reads this.
"""


def test_a_document_becomes_files_that_check(
    project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project of their own; its problems are the questions that the document leaves open."""
    (project / "runbooks.md").write_text(DOCUMENT, "utf-8")
    done = rbengine("import", "runbooks.md")
    assert done.code == 0
    assert "rb7.rb       Queue stuck" in done.out
    assert "8 of 9 lines are in 1 drafts, 1 in the remainder" in done.out
    assert (project / "drafts" / "remainder.md").read_text("utf-8") == "1: # On call\n"
    monkeypatch.chdir(project / "drafts")
    checked = rbengine("check")
    assert (checked.code, "error[" in checked.out, checked.out.count("warning[W684]")) == (
        0,
        False,
        4,
    )


def test_a_second_import_overwrites_nothing(project: Path, rbengine: Command) -> None:
    """Somebody may have answered the questions meanwhile."""
    (project / "runbooks.md").write_text(DOCUMENT, "utf-8")
    rbengine("import", "runbooks.md")
    draft = project / "drafts" / "rb7.rb"
    draft.write_text("mine", "utf-8")
    again = rbengine("import", "runbooks.md")
    assert (again.code, draft.read_text("utf-8")) == (2, "mine")
    assert "`rb7.rb` and 1 more is there already" in again.err
    assert rbengine("import", "runbooks.md", "--into", "others").code == 0


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.md", b"", "nothing in it looks like a runbook"),
        ("missing.md", None, "it cannot be read"),
        (".", None, "it is a folder"),
        ("noise.md", bytes(range(256)), "nothing in it looks like a runbook"),
    ],
)
def test_what_is_no_document_is_told(
    project: Path, rbengine: Command, name: str, data: bytes | None, said: str
) -> None:
    """And nothing is written."""
    if data is not None:
        (project / name).write_bytes(data)
    done = rbengine("import", name)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (project / "drafts").exists()


def test_a_document_that_was_encoded_twice_is_said_to_be(project: Path, rbengine: Command) -> None:
    """What was repaired is on the screen; the draft has the words that were meant."""
    twice = DOCUMENT.replace("Jobs wait", "Ärger mit Aufträgen").encode().decode("latin-1").encode()
    (project / "runbooks.md").write_bytes(twice)
    assert "repaired: 1 line was encoded twice" in rbengine("import", "runbooks.md").out
    assert "- Ärger mit Aufträgen" in (project / "drafts" / "rb7.rb").read_text("utf-8")
