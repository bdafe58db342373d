"""`rbengine check`."""

import json
from pathlib import Path

import pytest
from cli.conftest import HEALTHY, Command
from rbengine.facts.postgres.errors import ServerError

WRONG = HEALTHY.replace("found > limit", "fund > limit")


def test_a_clean_project_says_so(rbengine: Command) -> None:
    """And counts what it looked at."""
    done = rbengine("check")
    assert (done.code, done.out, done.err) == (0, "no problems in 3 files\n", "")


def test_a_problem_is_drawn_in_its_place_and_summed_up(project: Path, rbengine: Command) -> None:
    """Exit code 1; the place can be clicked."""
    (project / "playbooks" / "rb901.rb").write_text(WRONG)
    done = rbengine("check", "playbooks/rb901.rb")
    assert done.code == 1
    assert "--> playbooks/rb901.rb:17:5" in done.out
    assert "did you mean `found`?" in done.out
    assert done.out.endswith("1 error in 1 of 1 file\n")


def test_each_problem_is_told_once(project: Path, rbengine: Command) -> None:
    """However often its file is named."""
    (project / "playbooks" / "rb901.rb").write_text(WRONG)
    done = rbengine("check", "playbooks", "playbooks/rb901.rb", "./playbooks/rb901.rb")
    assert done.out.count("--> playbooks/rb901.rb:17:5") == 1
    assert done.out.endswith("1 error in 1 of 3 files\n")


def test_ruby_is_left_alone_and_counted(project: Path, rbengine: Command) -> None:
    """The extension is theirs too."""
    (project / "playbooks" / "gem.rb").write_text("require 'json'\nputs 1\n")
    done = rbengine("check")
    assert (done.code, done.out) == (0, "no problems in 3 files, 1 Ruby file left alone\n")
    named = rbengine("check", "playbooks/gem.rb")
    assert named.code == 2
    assert "is not ours" in named.err


def test_a_playbook_is_named_by_its_id_too(project: Path, rbengine: Command) -> None:
    """As everywhere else: whoever typed `exec rb901` types `check rb901` and `fmt rb901`."""
    (project / "playbooks" / "rb901.rb").write_text(WRONG)
    assert "--> playbooks/rb901.rb:17:5" in rbengine("check", "rb901").out
    assert "would change playbooks/rb901.rb" in rbengine("fmt", "--check", "RB-901").out


def test_json_holds_the_same_problems(project: Path, rbengine: Command) -> None:
    """For editors and CI: offsets in code points, lines and columns from 1."""
    (project / "playbooks" / "rb901.rb").write_text(WRONG)
    done = rbengine("check", "--format", "json")
    told = json.loads(done.out)
    assert (done.code, told["schema"], told["files"], told["skipped"]) == (1, 1, 3, 0)
    (problem,) = told["problems"]
    assert problem["severity"] == "error"
    primary = problem["primary"]
    assert primary["start"] == [17, 5]
    assert WRONG[slice(*primary["span"])] == "fund"


def test_an_unchanged_project_is_answered_from_the_cache(
    project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is parsed, and every change is noticed: of a file, of the list of files, of the width."""
    first = rbengine("check")

    def never(*_: object) -> int:
        raise AssertionError("it was checked again")

    with monkeypatch.context() as patched:
        patched.setattr("rbengine.cli.checking.check", never)
        assert rbengine("check") == first
        assert rbengine("check", "--format", "json").code == 70
        (project / "playbooks" / "rb901.rb").write_text(WRONG)
        assert rbengine("check").code == 70
    assert rbengine("check").code == 1
    (project / "playbooks" / "rb901.rb").write_text(HEALTHY)
    assert rbengine("check") == first
    (project / "playbooks" / "gem.rb").write_text("puts 1\n")
    assert "1 Ruby file" in rbengine("check").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.rb"], "there is no file `nowhere.rb`"),
        (["playbook/rb901.rb"], "did you mean `playbooks/rb901.rb`?"),
        (["rb90"], "did you mean `rb901`?"),
        (["/"], "is outside the project"),
        (["--format", "xml"], "`xml` is none of text, json, sarif, github"),
        (["--width", "3"], "is no width"),
        (["rbengine.toml"], "is not among the playbooks"),
    ],
)
def test_bad_input_is_told_with_a_way_out(
    rbengine: Command, arguments: list[str], words: str
) -> None:
    """Exit code 2, nothing on standard output."""
    done = rbengine("check", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_wrong_settings_are_drawn_in_place(project: Path, rbengine: Command) -> None:
    """Nothing is checked against settings that nobody meant."""
    (project / "rbengine.toml").write_text('plabooks = "x"\n')
    done = rbengine("check")
    assert done.code == 2
    assert "rbengine.toml:1:1" in done.out
    assert "did you mean `playbooks`?" in done.out


def test_bytes_that_are_no_text_are_a_problem_of_their_file(
    project: Path, rbengine: Command
) -> None:
    """Never a traceback."""
    (project / "playbooks" / "rb902.rb").write_bytes(b"runbook \xff\n")
    done = rbengine("check")
    assert done.code == 1
    assert "playbooks/rb902.rb:1:9" in done.out
    assert rbengine("exec", "rb902").code == 1


def test_files_without_a_project_are_told_how_to_make_one(project: Path, rbengine: Command) -> None:
    """An empty settings file is enough."""
    (project / "rbengine.toml").unlink()
    done = rbengine("check", "playbooks/rb901.rb")
    assert done.code == 2
    assert "is in no project" in done.err
    assert "make an empty file rbengine.toml" in done.err


def test_where_no_server_can_be_had_that_is_no_bug_of_ours(
    project: Path, rbengine: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a user without a name: it is told in the server's own words, and nothing was looked at."""

    def none() -> None:
        raise ServerError("this machine has no user `nobody`: run as an ordinary user")

    monkeypatch.setattr("rbengine.facts.postgres.server.start_server", none)
    (project / "rbengine.toml").write_text('schema = "playbooks/schema.sql"\n')
    (project / "playbooks" / "schema.sql").write_text("CREATE TABLE seats (id int);\n")
    counted = HEALTHY.replace(
        'count(["a", "b", "c"])', "query value\n      SELECT count(*) FROM seats"
    )
    (project / "playbooks" / "rb901.rb").write_text(counted)
    done = rbengine("check")
    assert done.code == 2
    assert done.err.startswith(
        "error: there is no PostgreSQL to ask: this machine has no user `nobody`"
    )
