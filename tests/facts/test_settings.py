"""`rbengine.toml` is read into types, and what is wrong is said where it stands."""

import pytest
from rbengine.facts.references import FromEnvironment
from rbengine.facts.settings import Settings, Somebody, read_settings
from rbengine.source import SourceFile


def read(text: str) -> tuple[Settings, list[tuple[str, str]]]:
    """The settings, and codes with what is underlined."""
    source = SourceFile("rbengine.toml", text)
    settings, problems = read_settings(source)
    return settings, [(one.code, source.slice(one.primary.span)) for one in problems]


def test_an_empty_file_is_a_project() -> None:
    """Everything has a default."""
    assert read("") == (Settings(), [])


@pytest.mark.parametrize("head", ["", "[project]\n"])
def test_paths_may_stand_on_top_or_under_project(head: str) -> None:
    """Both read well; a second table can follow either."""
    text = (
        head
        + 'playbooks = "books"\nschema = "db/schema.sql"\n[contacts.boss]\nemail = "env:BOSS"\n'
    )
    settings, problems = read(text)
    assert problems == []
    assert (settings.playbooks, settings.schema) == ("books", "db/schema.sql")
    assert dict(settings.contacts["boss"]) == {"email": FromEnvironment("BOSS")}


@pytest.mark.parametrize(
    ("text", "code", "underlined"),
    [
        ("playbooks = \n", "E560", "\n"),
        ("playbook = 'x'\n", "E561", "playbook"),
        ("[project]\nscheme = 'x'\n", "E561", "scheme"),
        ("[contacts.boss]\nemial = 'a@b.c'\n", "E561", "emial"),
        ("[profiles.simulated]\nx = 1\n", "E561", "x"),
        ("playbooks = 3\n", "E562", "playbooks"),
        ("contacts = 3\n", "E562", "contacts"),
        ("[contacts]\nboss = 3\n", "E562", "boss"),
        ("[contacts.boss]\nemail = 3\n", "E562", "email"),
        ("schema = '../x.sql'\n", "E563", "schema"),
        ("schema = '/x.sql'\n", "E563", "schema"),
        ("[people.ada]\nrole = 'on_call'\n", "E561", "role"),
        ("[people.ada]\nroles = 'on_call'\n", "E562", "roles"),
        ("[people.ada]\nname = 3\n", "E562", "name"),
        ("[people]\nada = 'on_call'\n", "E562", "ada"),
        ("[state]\npath = 'x'\n", "E561", "path"),
        ("[state]\nfolder = 3\n", "E562", "folder"),
        ("[state]\nshared = 'yes'\n", "E562", "shared"),
    ],
)
def test_one_slip_is_one_problem_at_its_place(text: str, code: str, underlined: str) -> None:
    """TOML's reader gives no places; an author needs them all the same."""
    assert read(text)[1] == [(code, underlined)]


def test_people_and_the_folder_of_runs() -> None:
    """Who a user of the operating system is here, and where runs are kept: outside the project, most often."""
    settings, problems = read(
        '[people.ada]\nname = "Ada"\nroles = ["on_call", "lead"]\nemail = "ada@example.com"\n'
        '[state]\nfolder = "/srv/incidents"\nshared = true\n'
    )
    assert problems == []
    ada = Somebody(name="Ada", roles=("on_call", "lead"), email="ada@example.com")
    assert dict(settings.people) == {"ada": ada}
    assert (settings.state, settings.shared) == ("/srv/incidents", True)


def test_a_slip_comes_with_what_was_meant() -> None:
    """And with a fix that a machine can make."""
    _, problems = read_settings(SourceFile("rbengine.toml", "playbook = 'x'\n"))
    assert problems[0].help == "did you mean `playbooks`?"
    assert problems[0].fixes[0].replacement == "playbooks"
