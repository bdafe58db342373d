"""Every code has its page, and every page is true."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from rbengine.diagnostics.catalogue import Entry
from rbengine.facts.postgres.server import Server, start_server
from rbengine.facts.settings import NAME, read_settings
from rbengine.facts.settings_catalogue import CATALOGUE as SETTINGS
from rbengine.rehearsal.repair_catalogue import CATALOGUE as REPAIRS
from rbengine.rehearsal.repair_catalogue import SCENARIOS
from rbengine.report import codes
from rbengine.semantics.table_catalogue import CATALOGUE as TABLES
from rbengine.source import SourceFile
from rehearsal import theatre
from semantics import test_project_catalogue
from support import codes as drawing
from support.described import OneTable
from support.golden import ROOT

CODE = re.compile(r"""["\[]([EW][0-9]{3})["\]]""")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with start_server() as running:
        yield running
        theatre.close_kept()


def test_every_code_that_is_used_is_catalogued_and_the_reverse() -> None:
    """A code that nobody can explain is noise, and one that nothing earns is a promise not kept."""
    used = {
        code
        for source in ("engine", "adapters")
        for path in (ROOT / source).rglob("*.py")
        if "catalogue" not in path.as_posix()
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert sorted(used) == sorted(codes.entries())


def test_no_code_means_two_things() -> None:
    """Each stands in one catalogue, once."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "engine").rglob("*.py")
        if "catalogue" in path.as_posix() and "CODE" not in path.name
    ]
    counted = Counter(code for text in texts for code in CODE.findall(text))
    assert {code: number for code, number in counted.items() if number > 1} == {}


def test_the_drawn_problems_and_the_page_are_those_of_today(server: Server) -> None:
    """`make codes` makes both anew. What is drawn is what each wrong sample earns, and nothing else."""
    texts = drawing.drawn(server)
    stale = "make them anew: make codes"
    assert drawing.DRAWN.read_text(encoding="utf-8") == drawing.as_json(texts), stale
    assert drawing.PAGE.read_text(encoding="utf-8") == codes.markdown(texts), stale


def test_every_problem_shows_a_way_out(server: Server) -> None:
    """Who is told only what is wrong has to find out alone what to do, perhaps in an incident."""
    silent = [
        one.code
        for _, (problems, _) in drawing.found(server)
        for one in problems
        if not (one.help or one.notes or one.fixes)
    ]
    assert silent == []


@pytest.mark.parametrize("entry", SETTINGS, ids=lambda entry: entry.code)
def test_right_settings_earn_nothing(entry: Entry) -> None:
    """The wrong ones are proven by what is drawn of them."""
    assert read_settings(SourceFile(NAME, entry.right))[1] == ()


@pytest.mark.parametrize("entry", TABLES, ids=lambda entry: entry.code)
def test_right_tables_earn_nothing(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the schema that they speak of."""
    monkeypatch.setattr(test_project_catalogue, "Shops", OneTable)
    assert test_project_catalogue.codes(entry, entry.right) == []


@pytest.mark.parametrize("entry", REPAIRS, ids=lambda entry: entry.code)
def test_a_right_repair_is_found_right(entry: Entry, server: Server) -> None:
    """Run once more, it finds nothing."""
    problems, _ = drawing.played(server, entry.right, SCENARIOS)
    assert problems == ()
