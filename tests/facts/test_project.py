"""A project is found from any folder, and what is asked of it is answered with a way out."""

import os
from pathlib import Path

import pytest
from rbengine.diagnostics import Diagnostic
from rbengine.facts import project as module
from rbengine.facts.profiles import Profile
from rbengine.facts.project import ProjectError, find_project, read_text


def made(root: Path, files: dict[str, str | bytes]) -> Path:
    """Files below `root`."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


FILES: dict[str, str | bytes] = {
    "rbengine.toml": "",
    "playbooks/rb011.rb": 'runbook RB-011 "T"\n',
    "playbooks/rb012.rb": 'runbook RB-012 "T"\n',
    "playbooks/scenarios/rb011.rb": "scenarios for RB-011\n",
    "playbooks/schema.sql": "",
    "playbooks/.hidden/x.rb": "",
    "playbooks/node_modules/x.rb": "",
    "playbooks/venv/pyvenv.cfg": "",
    "playbooks/venv/lib/rbengine_playbooks/rb011.rb": "",
    "src/deep/x.txt": "",
}


def test_the_nearest_folder_upward_with_settings_is_the_project(tmp_path: Path) -> None:
    """It works from any folder of the project, and a project inside another is its own."""
    made(tmp_path, FILES)
    made(tmp_path / "src", {"inner/rbengine.toml": "", "inner/a.rb": ""})
    assert find_project(tmp_path / "src" / "deep").root == tmp_path.resolve()
    assert find_project(tmp_path / "playbooks" / "rb011.rb").root == tmp_path.resolve()
    assert find_project(tmp_path / "src" / "inner").root == (tmp_path / "src" / "inner").resolve()


def test_playbooks_are_those_of_the_folder_without_what_is_installed_or_hidden(
    tmp_path: Path,
) -> None:
    """A virtual environment holds the bundled playbooks; they are not the project's."""
    project = find_project(made(tmp_path, FILES))
    assert list(project.files) == [
        "playbooks/rb011.rb", "playbooks/rb012.rb", "playbooks/scenarios/rb011.rb",
    ]  # fmt: skip
    assert project.schema is not None
    assert project.schema[0] == "playbooks/schema.sql"


def test_without_a_folder_playbooks_the_project_itself_is_searched(tmp_path: Path) -> None:
    """A first runbook and an empty settings file are a project."""
    project = find_project(made(tmp_path, {"rbengine.toml": "", "first.rb": 'runbook A-1 "T"\n'}))
    assert list(project.files) == ["first.rb"]
    assert project.schema is None


def test_a_folder_that_the_settings_name_must_be_there(tmp_path: Path) -> None:
    """Searching elsewhere would check other playbooks than the author thinks."""
    project = find_project(
        made(tmp_path, {"rbengine.toml": 'playbooks = "books"\nschema = "x.sql"\n'})
    )
    with pytest.raises(ProjectError, match="folder `books`"):
        list(project.files)
    with pytest.raises(ProjectError, match=r"schema `x\.sql`"):
        _ = project.schema


@pytest.mark.parametrize("asked", ["rb011", "RB-011", "RB011", "rb_011"])
def test_a_playbook_is_known_by_its_id_however_it_is_written(tmp_path: Path, asked: str) -> None:
    """At three in the morning nobody looks up a hyphen."""
    assert find_project(made(tmp_path, FILES)).playbook(asked) == "playbooks/rb011.rb"


def test_a_playbook_is_known_by_its_code_whatever_its_file_is_called(tmp_path: Path) -> None:
    """Alerts name the code."""
    files = {**FILES, "playbooks/mail.rb": '# Mail.\n\nrunbook RB-099 "Mail"\n'}
    assert find_project(made(tmp_path, files)).playbook("rb099") == "playbooks/mail.rb"


def test_a_playbook_is_known_by_its_path_from_where_one_stands(tmp_path: Path) -> None:
    """As the shell completes it."""
    project = find_project(made(tmp_path, FILES))
    assert project.playbook("rb011.rb", here=tmp_path / "playbooks") == "playbooks/rb011.rb"
    assert project.playbook("../playbooks/rb012.rb", here=tmp_path / "src") == "playbooks/rb012.rb"
    assert project.playbook(str(tmp_path / "playbooks" / "rb011.rb")) == "playbooks/rb011.rb"


def test_a_linked_playbook_is_the_one_it_links_to(tmp_path: Path) -> None:
    """One file has one name on screens."""
    project = find_project(made(tmp_path / "p", FILES))
    os.symlink(tmp_path / "p" / "playbooks" / "rb011.rb", tmp_path / "link.rb")
    assert project.playbook("link.rb", here=tmp_path) == "playbooks/rb011.rb"


@pytest.mark.parametrize(
    ("asked", "message", "way_out"),
    [
        ("rb013", "no playbook `rb013`", "did you mean `rb011`?"),
        ("nonsense", "no playbook `nonsense`", "name it by its id"),
        (
            "playbooks/rb010.rb",
            "no file `playbooks/rb010.rb`",
            "did you mean `playbooks/rb011.rb`?",
        ),
        ("playbooks/", "is a folder", "name one playbook"),
        ("outside.rb", "not among the playbooks", "rbengine.toml"),
    ],
)
def test_what_is_not_there_is_said_with_a_way_out(
    tmp_path: Path, asked: str, message: str, way_out: str
) -> None:
    """Each failure says what to do next."""
    project = find_project(made(tmp_path, {**FILES, "outside.rb": ""}))
    with pytest.raises(ProjectError, match=message) as caught:
        project.playbook(asked, here=tmp_path)
    assert way_out in caught.value.way_out


def test_without_a_project_the_bundled_playbooks_are_used(tmp_path: Path) -> None:
    """The first command of the README works from any folder."""
    project = find_project(tmp_path)
    assert project.bundled
    assert "playbooks/rb011.rb" in project.files
    assert project.playbook("rb011") == "playbooks/rb011.rb"
    assert project.schema is not None
    assert project.schema[0] == "playbooks/schema.sql"


def test_the_bundle_is_found_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds no Python, and is not a package of the checkout."""
    made(
        tmp_path,
        {
            "site/rbengine_playbooks/rb777.rb": "",
            "site/rbengine_playbooks/schema.sql": "",
            "x/y": "",
        },
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    project = find_project(tmp_path / "x")
    assert list(project.files) == ["playbooks/rb777.rb"]


def test_without_any_playbooks_the_way_out_is_a_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel without its bundle, or somebody's own packaging."""
    monkeypatch.setattr(module, "_bundle", lambda: None)
    with pytest.raises(ProjectError, match="no project here") as caught:
        find_project(tmp_path)
    assert "rbengine.toml" in caught.value.way_out


def test_bytes_that_are_no_text_are_a_problem_at_their_place(tmp_path: Path) -> None:
    """An editor with another encoding must not end in a traceback."""
    project = find_project(
        made(tmp_path, {**FILES, "playbooks/bad.rb": b'runbook A-1 "caf\xe9"\n'})
    )
    texts, unreadable = project.read()
    assert "playbooks/bad.rb" not in texts
    problem = unreadable["playbooks/bad.rb"]
    assert (problem.code, problem.primary.span.start) == ("E107", 16)


def test_a_byte_order_mark_and_a_file_that_is_gone(tmp_path: Path) -> None:
    """What Windows writes is text; what cannot be read is said."""
    path = tmp_path / "a.rb"
    path.write_bytes(b"\xef\xbb\xbfrunbook")
    text = read_text("a.rb", path)
    assert not isinstance(text, Diagnostic)
    assert text.endswith("runbook")
    with pytest.raises(ProjectError, match="cannot be read"):
        read_text("b.rb", tmp_path / "b.rb")


def test_a_profile_brings_its_own_schema_and_policy(tmp_path: Path) -> None:
    """In the place of the project's; one that names none leaves it as it is."""
    files = {
        **FILES,
        "rbengine.toml": "",
        "playbooks/policy.rb": '# ours\npolicy "Ours"\n',
        "policies/eu.rb": 'policy "Theirs"\n',
        "policies/eu.sql": "CREATE TABLE a (id integer);",
    }
    project = find_project(made(tmp_path, files))
    assert project.bound_to(Profile(name="plain")) is project
    bound = project.bound_to(Profile(name="eu", schema="policies/eu.sql", policy="policies/eu.rb"))
    assert set(bound.files) == {*project.files, "policies/eu.rb"} - {"playbooks/policy.rb"}
    assert bound.schema == ("policies/eu.sql", tmp_path.resolve() / "policies/eu.sql")
    assert bound.identity != project.identity
    gone = project.bound_to(Profile(name="eu", policy="policies/us.rb"))
    with pytest.raises(ProjectError, match=r"the policy `policies/us.rb` is not there"):
        print(gone.files)
