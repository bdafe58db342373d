"""A project as an editor holds it: disk, what is typed over it, and what may be asked of the schema."""

from pathlib import Path

import pytest
from rbengine.contract.types import UNKNOWN
from rbengine.lsp.describing import NOT_DESCRIBED, EditorDescriber
from rbengine.lsp.project import LooseFiles, OpenProject, Projects
from rbengine.semantics.sql_facts import SqlQuestion, SqlRefusal
from support.editors import BESIDE, BOOK, FILES, RULES

QUESTION = SqlQuestion(sql="SELECT id FROM shops", parameter_types=())


@pytest.fixture
def project(folder: Path) -> OpenProject:
    """The project of the folder, as the first opened file finds it."""
    found = Projects({}).of(folder / BOOK, FILES[BOOK])
    assert found is not None
    return found


def test_what_is_typed_counts_until_it_is_let_go(project: OpenProject) -> None:
    """Also while the file changes on disk."""
    touched = project.type_over(BOOK, "runbook\n")
    assert set(touched) >= {BOOK, BESIDE}
    assert project.problems(BOOK)
    project.file(BOOK).write_text("runbook RB-900\n", encoding="utf-8")
    assert project.read_again(BOOK) == ()
    assert project.editor.source(BOOK).text == "runbook\n"
    project.reload()
    assert project.editor.source(BOOK).text == "runbook\n"
    project.let_go(BOOK)
    assert project.editor.source(BOOK).text == "runbook RB-900\n"


def test_a_file_that_is_gone_touches_those_that_needed_it(project: OpenProject) -> None:
    """Without a policy nobody is known."""
    project.file(RULES).unlink()
    assert set(project.read_again(RULES)) >= {BOOK, BESIDE}
    assert any("boss" in one.message for one in project.problems(BOOK))


def test_bytes_that_are_no_text_are_one_problem(project: OpenProject) -> None:
    """Until they are typed over."""
    project.file(BOOK).write_bytes(b"runbook \xff\n")
    project.read_again(BOOK)
    assert [one.code for one in project.problems(BOOK)] == ["E107"]
    project.type_over(BOOK, FILES[BOOK])
    assert "E107" not in [one.code for one in project.problems(BOOK)]


def test_what_nobody_could_describe_is_not_judged(project: OpenProject) -> None:
    """Neither the statement nor what hangs on it, and it is remembered that somebody should be asked."""
    assert project.problems(BOOK) == ()
    assert project.describer.missed
    raw = project.editor.workspace.problems(BOOK)
    assert all(NOT_DESCRIBED in one.message for one in raw)


def test_ruby_outside_of_projects_has_none(tmp_path: Path) -> None:
    """Nothing is read for it."""
    assert Projects({}).of(tmp_path / "a.rb", "class A\nend\n") is None
    loose = Projects({}).of(tmp_path / "a.rb", 'policy "A"\n')
    assert loose is not None
    assert isinstance(loose.project, LooseFiles)


def test_loose_files_are_those_of_one_folder(tmp_path: Path) -> None:
    """A playbook in a home folder must not have the whole home read."""
    deep = tmp_path / "much" / "deeper"
    deep.mkdir(parents=True)
    (deep / "other.rb").write_text('policy "B"\n', encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "a.rb").write_text("scenarios for RB-1\n", encoding="utf-8")
    (tmp_path / "a.rb").write_text('policy "A"\n', encoding="utf-8")
    found = Projects({}).of(tmp_path / "scenarios" / "a.rb", "scenarios for RB-1\n")
    assert found is not None
    assert tuple(found.editor.files) == ("a.rb", "scenarios/a.rb")


def test_a_file_belongs_to_the_innermost_project(folder: Path) -> None:
    """As `rbengine check` has it."""
    inner = folder / "p" / "inner"
    inner.mkdir()
    (inner / "rbengine.toml").write_text("", encoding="utf-8")
    (inner / "a.rb").write_text('policy "A"\n', encoding="utf-8")
    projects = Projects({})
    outer, its = (
        projects.of(folder / BOOK, FILES[BOOK]),
        projects.of(inner / "a.rb", 'policy "A"\n'),
    )
    assert outer is not its
    assert projects.holding(inner / "a.rb") is its
    assert projects.holding(folder / BOOK) is outer


def test_settings_that_are_wrong_end_no_session(folder: Path) -> None:
    """A folder that is not there yet: nothing is known until the settings are right."""
    (folder / "rbengine.toml").write_text('playbooks = "nowhere"\n', encoding="utf-8")
    found = Projects({}).of(folder / BOOK, FILES[BOOK])
    assert found is not None
    assert found.shown(folder / BOOK) is None
    (folder / "rbengine.toml").write_text('playbooks = "p"\n', encoding="utf-8")
    found.reload()
    assert found.shown(folder / BOOK) == BOOK
    assert found.problems(BOOK) == ()


def test_reading_anew_lets_go_of_the_server(project: OpenProject) -> None:
    """The schema may be another: nobody is asked who knows the former."""
    project.describer.attach(Gone())  # type: ignore[arg-type]
    former = project.describer
    project.reload()
    assert project.describer is not former
    assert not former.is_live


class Gone:
    """A server that went away."""

    asked = 0

    def describe(self, *_: object, **__: object) -> SqlRefusal:
        Gone.asked += 1
        raise ConnectionError("server closed the connection unexpectedly")

    table = tables = describe

    def close(self) -> None:
        """Nothing is left to close."""


def test_a_server_that_goes_away_ends_no_session(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is asked once, and started anew when it is next needed."""
    describer = EditorDescriber(tmp_path / "facts.json", "", "schema.sql")
    describer.attach(Gone())  # type: ignore[arg-type]
    assert describer.is_live
    for _ in range(2):
        found = describer.describe(QUESTION, reading=True)
        assert isinstance(found, SqlRefusal)
        assert found.reason == NOT_DESCRIBED
    assert Gone.asked == 1
    assert describer.missed
    assert not describer.is_live
    assert describer.table("shops") is UNKNOWN
    assert describer.tables() == ()
    assert "unexpectedly" in capsys.readouterr().err
