"""A plan that was kept is the plan that would be made: of other texts, rules or facts it is made anew."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rbengine.cli.ground import Ground
from rbengine.cli.output import Output
from rbengine.facts import check_cache
from rbengine.facts.plan_cache import recall_plan, remember_plan
from rbengine.facts.project import find_project
from rbengine.plan.program import Plan

RUNBOOK = """\
runbook RB-901 "Somebody looks"

severity P3
mttr     5m

use few

symptoms
  - Nobody knows

diagnose
  step "Count"
    number = count(["a", "b", "c"])

  finding high "It is high"
    number > 5

resolve high
  call tell(number: number)

otherwise
  note "{{ number }} is low"
"""
LIBRARY = """\
library few "What few need"

procedure tell(number: int)
  note "{{ number * 2 }} is twice as much"
"""
POLICY = """\
policy "Small"

contact lead    "Lead"     email "lead@example.com"
role    on_call "On call"  email "on.call@example.com"

severity P3 "Low"
  escalate after 1h to lead
"""
PATH = "playbooks/rb901.rb"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runbook with a library, a policy and a schema, the working folder of the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    (folder / "playbooks").mkdir(parents=True)
    (folder / "rbengine.toml").write_text("")
    for name, text in (("rb901", RUNBOOK), ("few", LIBRARY), ("policy", POLICY)):
        (folder / "playbooks" / f"{name}.rb").write_text(text)
    (folder / "playbooks" / "schema.sql").write_text("CREATE TABLE t (id int);\n")
    monkeypatch.chdir(folder)
    return folder


def planned() -> Plan:
    """As `exec` gets it."""
    with Ground.here(Output()) as ground:
        plan = ground.plan(PATH)
    assert plan is not None
    return plan


def made_anew() -> Plan:
    """From the texts alone."""
    with Ground.here(Output()) as ground:
        return ground.workspace.plan(PATH)


def test_a_plan_that_was_kept_is_the_one_that_would_be_made(project: Path) -> None:
    """Whoever runs it cannot tell; the journal names it by the same digest."""
    first = planned()
    kept = recall_plan(find_project(project), PATH)
    assert kept is not None
    assert kept == first == made_anew()
    assert kept.digest == made_anew().digest == planned().digest


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "playbooks" / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return change


def written(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(text) and None


CHANGES = {
    "the runbook": replaced("rb901.rb", "number > 5", "number > 6"),
    "its library": replaced("few.rb", "number * 2", "number * 3"),
    "the policy": replaced("policy.rb", "after 1h", "after 2h"),
    "the schema": replaced("schema.sql", "id int", "id bigint"),
    "a new file": written("playbooks/other.rb", 'library more "More"\n'),
    "the settings": written("rbengine.toml", 'playbooks = "playbooks"\n'),
    "what PostgreSQL said": written("playbooks/schema.facts.json", "{}"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_it_stands_on_makes_it_anew(project: Path, what: str) -> None:
    """A plan of yesterday's rules is worse than none."""
    planned()
    CHANGES[what](project)
    assert recall_plan(find_project(project), PATH) is None
    assert planned() == made_anew()


def test_another_engine_makes_it_anew(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may build it otherwise."""
    planned()
    monkeypatch.setattr(check_cache, "engine_digest", lambda: "0.0.0")
    assert recall_plan(find_project(project), PATH) is None


def test_a_mistake_is_told_although_the_plan_was_kept(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And it is told again: what has no plan is not kept."""
    planned()
    replaced("few.rb", "number * 2", "nimber * 2")(project)
    for _ in range(2):
        with Ground.here(Output()) as ground:
            assert ground.plan(PATH) is None
        assert "nimber" in capsys.readouterr().out


def test_a_plan_of_other_texts_is_not_taken(project: Path) -> None:
    """The file may have been saved between looking it up and reading it."""
    plan = planned()
    replaced("few.rb", "number * 2", "number * 3")(project)
    with Ground.here(Output()) as ground:
        assert not ground.workspace.take_plan(PATH, plan)
        assert ground.workspace.plan(PATH) != plan


def test_what_is_no_plan_is_as_good_as_none(project: Path) -> None:
    """A full disk, somebody's hand."""
    plan = planned()
    found = find_project(project)
    remember_plan(found, PATH, plan)
    (entry,) = (project.parent / "cache" / "rbengine" / "check").iterdir()
    entry.write_text(entry.read_text().replace('\\"code\\":', '\\"core\\":'))
    assert recall_plan(found, PATH) is None
    assert planned() == plan


def test_an_adapter_of_somebody_else_is_asked_each_time(project: Path) -> None:
    """Its package may change while ours stays as it is, so nothing that knows it is kept."""
    replaced("rb901.rb", "    number = ", "    thing = nobodys.thing()\n    number = ")(project)
    with Ground.here(Output()) as ground:
        ground.errors_of_plan(PATH)
        assert ground.borrowed
