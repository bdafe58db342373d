"""What a file stands on is what an answer about it is kept under: nothing may be left out."""

from pathlib import Path

import pytest
from rbengine.facts.adapters import signature_of
from rbengine.workspace import Workspace
from support.described import OneTable

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"


@pytest.fixture(scope="module")
def company() -> Workspace:
    """The playbooks that come with the engine, and one more that claims the name of another."""
    texts = {
        f"playbooks/{one.relative_to(PLAYBOOKS).as_posix()}": one.read_text(encoding="utf-8")
        for one in PLAYBOOKS.rglob("*.rb")
    }
    texts["playbooks/zz.rb"] = texts["playbooks/rb011.rb"]
    return Workspace(texts, signature_of=signature_of, describer=OneTable())


def test_whoever_depends_on_a_file_stands_on_it(company: Workspace) -> None:
    """The two say the same from both ends; of other kinds than these every answer depends anyway."""
    missing = [
        (path, other)
        for path in company.files
        if company.kind(path) in ("runbook", "scenarios")
        for other in company.dependents(path)
        if other != path
        and (stands_on := company.stands_on(other)) is not None
        and path not in stands_on
    ]
    assert missing == []


def test_files_of_one_name_stand_on_each_other(company: Workspace) -> None:
    """That a name is taken is told in the second file, and ends when the first is renamed."""
    assert company.stands_on("playbooks/zz.rb") == ("playbooks/rb011.rb",)
    assert company.stands_on("playbooks/rb011.rb") == ("playbooks/zz.rb",)


def test_scenarios_stand_on_their_runbook(company: Workspace) -> None:
    """And on no other."""
    assert company.stands_on("playbooks/scenarios/rb011.rb") == ("playbooks/rb011.rb",)


def test_what_is_used_of_a_library_stands_in_every_file(company: Workspace) -> None:
    """So an answer about one is never kept."""
    libraries = [one for one in company.files if company.kind(one) == "library"]
    assert libraries
    assert {company.stands_on(one) for one in libraries} == {None}
